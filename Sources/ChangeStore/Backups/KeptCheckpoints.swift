import Foundation
public import GRDB
public import SyncProtocol

/// The hub's signed checkpoints that came here, to be given back with what it lost, or shown to a
/// neighbour.
///
/// Of each scope and hub number the greatest that this store has reached stays, and those beyond
/// it: a line may have been cut before what they cover arrived.
public enum KeptCheckpoints {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS checkpoint (
                    scope TEXT NOT NULL,
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    chain BLOB NOT NULL,
                    signature BLOB NOT NULL,
                    PRIMARY KEY (scope, replica, seq)) WITHOUT ROWID
                """)
    }

    public static func keep(_ checkpoint: Checkpoint, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO checkpoint (scope, replica, seq, chain, signature)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                checkpoint.scope.code, Int64(checkpoint.dot.replica.rawValue),
                Int64(clamping: checkpoint.dot.seq), Data(checkpoint.chain.head),
                Data(checkpoint.signature),
            ])
        let held = try ChangeLog.vector(of: checkpoint.scope, db)[checkpoint.dot.replica]
        try db.execute(
            sql: """
                DELETE FROM checkpoint WHERE scope = ?1 AND replica = ?2 AND seq <
                (SELECT max(seq) FROM checkpoint WHERE scope = ?1 AND replica = ?2 AND seq <= ?3)
                """,
            arguments: [
                checkpoint.scope.code, Int64(checkpoint.dot.replica.rawValue),
                Int64(clamping: held),
            ])
    }

    /// The greatest of each hub number that this store has reached: all they cover is held here.
    public static func reached(in scope: Scope, _ db: Database) throws -> [Checkpoint] {
        let held = try ChangeLog.vector(of: scope, db)
        let rows = try Row.fetchAll(
            db,
            .kept(
                """
                SELECT replica, seq, chain, signature FROM checkpoint WHERE scope = ?
                ORDER BY replica, seq
                """, [scope.code]))
        let all = rows.compactMap { row -> Checkpoint? in
            let dot = Dot(ReplicaID(UInt32(row["replica"] as Int64)), UInt64(row["seq"] as Int64))
            guard held.covers(dot), let chain = HashChain(head: [UInt8](row["chain"] as Data))
            else { return nil }
            return Checkpoint(
                scope: scope, dot: dot, chain: chain, signature: [UInt8](row["signature"] as Data))
        }
        return Checkpoints(all).list
    }

    /// Whether something of a hub is held here that no checkpoint covers.
    public static func isLacking(in scope: Scope, _ db: Database) throws -> Bool {
        let proven = VersionVector(try reached(in: scope, db).map(\.dot))
        return try ChangeLog.vector(of: scope, db).entries.contains {
            $0.replica.isHub && $0.seq > proven[$0.replica]
        }
    }
}

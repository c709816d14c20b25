import Foundation
public import GRDB
public import SyncProtocol

/// Changesets about emergencies, so that they may overtake what was recorded before them.
///
/// An urgent changeset may arrive before its causes; then it waits in `held`, durably, and is
/// listed from there. It is merged in its turn, like any other.
public enum UrgentChanges {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS urgent_change (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    PRIMARY KEY (scope, replica, seq)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS urgent_ahead (
                    peer TEXT NOT NULL,
                    scope TEXT NOT NULL,
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    PRIMARY KEY (peer, scope, replica, seq)) WITHOUT ROWID
                """)
    }

    static func note(_ changeset: Changeset, _ scope: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO urgent_change (scope, replica, seq) VALUES (?, ?, ?)"
        ).execute(arguments: [
            scope, Int64(changeset.dot.replica.rawValue), Int64(clamping: changeset.dot.seq),
        ])
    }

    /// Remembers that a peer keeps an urgent changeset that it cannot merge yet.
    public static func isAhead(
        _ dot: Dot, of scope: Scope, at peer: String, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO urgent_ahead (peer, scope, replica, seq)
                VALUES (?, ?, ?, ?)
                """,
            arguments: [
                peer, scope.code, Int64(dot.replica.rawValue), Int64(clamping: dot.seq),
            ])
    }

    /// Urgent changesets that a peer neither holds nor keeps ahead of their turn, in the order in
    /// which they were applied here.
    /// - Parameters:
    ///   - known: what the peer holds.
    ///   - bytesMax: canonical bytes; one changeset may be more.
    public static func lacking(
        in scope: Scope, _ known: VersionVector, at peer: String, bytesMax: Int, _ db: Database
    ) throws -> [Changeset] {
        let rows = try Row.fetchCursor(
            db,
            .kept(
                """
                SELECT u.replica, u.seq, c.body FROM urgent_change u
                JOIN scope s ON s.id = u.scope
                JOIN log c ON c.scope = u.scope AND c.replica = u.replica AND c.seq = u.seq
                WHERE s.code = ? AND NOT EXISTS (
                    SELECT 1 FROM urgent_ahead a WHERE a.peer = ? AND a.scope = s.code
                    AND a.replica = u.replica AND a.seq = u.seq)
                ORDER BY c.position
                """, [scope.code, peer]))
        var found: [Changeset] = []
        var bytes = 0
        while let row = try rows.next() {
            let dot = Dot(ReplicaID(UInt32(row[0] as Int64)), UInt64(row[1] as Int64))
            guard !known.covers(dot) else { continue }
            let body: Data = row[2]
            if !found.isEmpty, bytes + body.count > bytesMax { break }
            bytes += body.count
            found.append(try Changeset(decoding: [UInt8](body)))
        }
        return found
    }

    /// Everything urgent that is held here, merged or waiting for what came before it; the latest
    /// first.
    public static func all(
        limit: Int, schema: Schema, _ db: Database
    ) throws -> [(changeset: Changeset, isWaiting: Bool)] {
        let merged = try Data.fetchAll(
            db,
            .kept(
                """
                SELECT c.body FROM urgent_change u JOIN log c
                ON c.scope = u.scope AND c.replica = u.replica AND c.seq = u.seq
                ORDER BY c.position DESC LIMIT ?
                """, [limit]))
        let waiting = try Data.fetchAll(db, sql: "SELECT body FROM held")
        let found =
            try merged.map { (changeset: try Changeset(decoding: [UInt8]($0)), isWaiting: false) }
            + waiting.map { (changeset: try Changeset(decoding: [UInt8]($0)), isWaiting: true) }
            .filter { schema.isUrgent($0.changeset) }
        return Array(
            found.sorted { $0.changeset.clock > $1.changeset.clock }.prefix(limit))
    }
}

extension Schema {
    func isUrgent(_ changeset: Changeset) -> Bool {
        changeset.operations.contains { table($0.table)?.isUrgent ?? false }
    }
}

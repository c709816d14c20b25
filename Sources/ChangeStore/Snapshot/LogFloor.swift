import Foundation
public import GRDB
public import SyncProtocol

/// Up to where the change-log of a scope may be gone.
///
/// Problem: the log is what merging looks into, and it grows for ever. Idea: a floor is a cut that
/// everything after it had seen entirely (``FloorSearch``). So nothing after it is concurrent to
/// anything before it, and how the rows stood there (the *base*, kept as a snapshot) with the log
/// after it tells as much as the whole log.
///
/// Invariants, for each scope:
/// - a changeset above the floor is in the log;
/// - whatever makes rows again begins with the base and skips what of the log is at or below it;
/// - of every changeset at or below it that the base shows, clock and author are in `origin`;
/// - no ruling speaks of what is at or below it but those that the base has obeyed.
///
/// A changeset of a store that was away for longer than the hub waits had *not* seen the floor. Its
/// rows end up as everywhere (merging needs only what rows show); it is compared with what they
/// still show, so pairs with writes that were overwritten long ago are not listed for it.
public enum LogFloor {
    /// What is known of one author at the floor.
    struct Head: Hashable {
        let seq: UInt64
        let chain: HashChain
        let clock: HLC
    }

    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS log_floor (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    chain BLOB NOT NULL,
                    clock INTEGER NOT NULL,
                    PRIMARY KEY (scope, replica)) WITHOUT ROWID;

                CREATE TABLE IF NOT EXISTS origin (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    clock INTEGER NOT NULL,
                    author TEXT NOT NULL,
                    role INTEGER NOT NULL,
                    intent TEXT NOT NULL,
                    PRIMARY KEY (scope, replica, seq)) WITHOUT ROWID;
                """)
    }

    public static func of(_ scope: Scope, _ db: Database) throws -> VersionVector {
        try db.scopeID(of: scope).map { try of($0, db) } ?? VersionVector()
    }

    static func of(_ scope: Int64, _ db: Database) throws -> VersionVector {
        let statement = try db.cachedStatement(
            sql: "SELECT replica, seq FROM log_floor WHERE scope = ?")
        var floor = VersionVector()
        let rows = try Row.fetchCursor(statement, arguments: [scope])
        while let row = try rows.next() {
            floor[ReplicaID(UInt32(row[0] as Int64))] = UInt64(row[1] as Int64)
        }
        return floor
    }

    static func head(of author: ReplicaID, _ scope: Int64, _ db: Database) throws -> Head? {
        let statement = try db.cachedStatement(
            sql: "SELECT seq, chain, clock FROM log_floor WHERE scope = ? AND replica = ?")
        return try Row.fetchOne(
            statement, arguments: [scope, Int64(author.rawValue)]
        ).map { row in
            Head(
                seq: UInt64(row[0] as Int64),
                chain: HashChain(head: [UInt8](row[1] as Data)) ?? HashChain(),
                clock: HLC(rawValue: UInt64(bitPattern: row[2])))
        }
    }

    /// Puts another floor in the place of this one. What it stands for was checked before.
    static func set(
        _ scope: Int64, _ heads: [SnapshotPiece.Head], _ origins: [SnapshotPiece.KnownOrigin],
        _ db: Database
    ) throws {
        for table in ["log_floor", "origin"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE scope = ?", arguments: [scope])
        }
        for head in heads {
            try db.execute(
                sql: """
                    INSERT INTO log_floor (scope, replica, seq, chain, clock)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    scope, Int64(head.dot.replica.rawValue), Int64(clamping: head.dot.seq),
                    Data(head.chain.head), Int64(bitPattern: head.clock.rawValue),
                ])
        }
        for known in origins { try keep(known.origin, of: known.dot, scope, db) }
    }

    // MARK: - Origins

    static func origin(of dot: Dot, _ scope: Int64, _ db: Database) throws -> Origin? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT clock, author, role, intent FROM origin
                WHERE scope = ? AND replica = ? AND seq = ?
                """)
        return try Row.fetchOne(
            statement,
            arguments: [scope, Int64(dot.replica.rawValue), Int64(clamping: dot.seq)]
        ).map { row in
            Origin(
                clock: HLC(rawValue: UInt64(bitPattern: row[0])),
                author: Author(row[1], roleNumber: row[2]), intent: row[3])
        }
    }

    private static func keep(
        _ origin: Origin, of dot: Dot, _ scope: Int64, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO origin (scope, replica, seq, clock, author, role, intent)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            scope, Int64(dot.replica.rawValue), Int64(clamping: dot.seq),
            Int64(bitPattern: origin.clock.rawValue), origin.author.name,
            origin.author.roleNumber, origin.intent,
        ])
    }
}

extension ChangeLog {
    /// Clock and author of a changeset, also of one that is at or below the floor, for as long as
    /// a row shows it.
    public static func origin(of dot: Dot, in scope: Scope, _ db: Database) throws -> Origin? {
        guard let id = try db.scopeID(of: scope) else { return nil }
        let body = try Data.fetchOne(
            db, sql: "SELECT body FROM log WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: [id, Int64(dot.replica.rawValue), Int64(clamping: dot.seq)])
        if let body {
            let changeset = try Changeset(decoding: [UInt8](body))
            return Origin(
                clock: changeset.clock, author: changeset.author, intent: changeset.intent)
        }
        return try LogFloor.origin(of: dot, id, db)
    }
}

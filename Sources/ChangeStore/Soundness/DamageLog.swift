import Foundation
public import GRDB
import SyncProtocol

/// What was found altered in this store by something other than a recorded change, for people.
public struct Damage: Hashable, Sendable {
    public enum Remedy: Int, Sendable {
        /// Nothing here or at the peer proves what is right.
        case open = 0
        /// Made again from this store's own change-log.
        case ownLog = 1
        /// Taken from the peer.
        case peer = 2
    }

    public let id: Int64
    /// UTC milliseconds.
    public let at: Int64
    public let scope: String
    /// A row, as `resident 4K7-YGJ0`, or `changeset 4:17`, or `sum`.
    public let what: String
    /// The columns that differed, by name.
    public let columns: [String]
    /// What lay there and what stands now, hashed: 16 hexadecimal digits, or "gone".
    public let was: String
    public let now: String
    public let remedy: Remedy
}

public enum DamageLog {
    /// `body` keeps what was found, so that nothing is lost should somebody have meant it.
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS damage (
                    id INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL,
                    scope TEXT NOT NULL,
                    what TEXT NOT NULL,
                    columns TEXT NOT NULL,
                    was TEXT NOT NULL,
                    now TEXT NOT NULL,
                    remedy INTEGER NOT NULL,
                    body BLOB);
                CREATE UNIQUE INDEX IF NOT EXISTS damage_open ON damage (scope, what)
                    WHERE remedy = 0;
                """)
    }

    /// One that is open is closed by the next about the same thing.
    static func add(_ damage: Damage, found body: [UInt8]?, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM damage WHERE scope = ? AND what = ? AND remedy = 0",
            arguments: [damage.scope, damage.what])
        try db.execute(
            sql: """
                INSERT INTO damage (at, scope, what, columns, was, now, remedy, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                damage.at, damage.scope, damage.what, damage.columns.joined(separator: ", "),
                damage.was, damage.now, damage.remedy.rawValue, body.map { Data($0) },
            ])
    }

    public static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM damage") ?? 0
    }

    /// The latest first.
    public static func all(limit: Int, _ db: Database) throws -> [Damage] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM damage ORDER BY id DESC LIMIT ?", arguments: [limit]
        ).map { row in
            Damage(
                id: row["id"], at: row["at"], scope: row["scope"], what: row["what"],
                columns: (row["columns"] as String).split(separator: ", ").map(String.init),
                was: row["was"], now: row["now"],
                remedy: Damage.Remedy(rawValue: row["remedy"]) ?? .open)
        }
    }
}

extension Damage: CustomStringConvertible {
    public var description: String {
        let detail = columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))"
        let end =
            switch remedy {
            case .open: "not repaired yet"
            case .ownLog: "put right from this store's own changes"
            case .peer: "put right from the other side"
            }
        return
            "\(what)\(detail) of \(scope) was altered outside the program: \(was) -> \(now), \(end)"
    }
}

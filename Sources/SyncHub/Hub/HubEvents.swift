import GRDB

/// What central IT should know of, once each: copied stores, restored hubs, and the like.
enum HubEvents {
    struct Event: Codable, Sendable {
        /// UTC milliseconds.
        var at: Int64
        /// A short name, such as `store_copied`.
        var kind: String
        /// The office it is about; nil when it is about the hub.
        var office: String?
        var text: String
    }

    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS event (
                    id INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL,
                    kind TEXT NOT NULL,
                    office TEXT,
                    subject TEXT NOT NULL,
                    text TEXT NOT NULL,
                    UNIQUE (kind, subject))
                """)
    }

    /// - Parameter subject: what it is about; the same kind and subject are told once.
    static func note(
        _ kind: String, office: String? = nil, subject: String, _ text: String, now: Int64,
        _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO event (at, kind, office, subject, text)
                VALUES (?, ?, ?, ?, ?)
                """, arguments: [now, kind, office, subject, text])
    }

    /// The latest first.
    static func latest(_ count: Int, _ db: Database) throws -> [Event] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM event ORDER BY id DESC LIMIT ?", arguments: [count]
        ).map { Event(at: $0["at"], kind: $0["kind"], office: $0["office"], text: $0["text"]) }
    }
}

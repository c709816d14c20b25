public import GRDB
public import SyncProtocol

/// Authors whose changes came from a neighbour, or are of this store under its former number, or
/// were at the hub before it was put back, and whose pasts the hub has not compared yet.
///
/// Problem: a PC that was put back from an image writes under its old number until it meets the hub.
/// A neighbour that took this in would go on from a past that the hub refuses: its vector says "up
/// to 60", the hub holds another 60, and nobody notices.
/// Idea: whoever took something from a neighbour tells the hub the heads of those chains, once, and
/// sends nothing of the scope before the hub has compared them.
public enum UnprovenPasts {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS unproven_past (
                    scope TEXT NOT NULL,
                    replica INTEGER NOT NULL,
                    PRIMARY KEY (scope, replica)) WITHOUT ROWID
                """)
    }

    static func note(
        _ changesets: [Changeset], by own: ReplicaID, _ db: Database
    ) throws {
        let authors = Set(changesets.map { Author(scope: $0.scope, replica: $0.dot.replica) })
        // In order, so that equal histories make equal files.
        for author in authors.sorted(by: {
            ($0.scope, $0.replica) < ($1.scope, $1.replica)
        }) where author.replica != own {
            try note(author.scope, author.replica, db)
        }
    }

    public static func note(_ scope: Scope, _ author: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO unproven_past (scope, replica) VALUES (?, ?)",
            arguments: [scope.code, Int64(author.rawValue)])
    }

    /// Nothing that is held of these scopes counts as compared any more.
    public static func noteAll(
        in isConcerned: (Scope) -> Bool, by own: ReplicaID, _ db: Database
    ) throws {
        for (scope, vector) in try ChangeLog.vectors(db) where isConcerned(scope) {
            for entry in vector.entries where entry.replica != own {
                try note(scope, entry.replica, db)
            }
        }
    }

    private struct Author: Hashable {
        let scope: Scope
        let replica: ReplicaID
    }

    /// What to tell the hub.
    /// - Parameter own: its own past, too, is compared wherever another's is.
    public static func claims(by own: ReplicaID? = nil, _ db: Database) throws -> [PastClaim] {
        let rows = try Row.fetchAll(
            db,
            .kept(
                """
                SELECT scope, replica FROM unproven_past ORDER BY scope, replica
                LIMIT \(PastClaim.countMax)
                """))
        let found = try rows.compactMap { row in
            try claim(Scope(row["scope"]), ReplicaID(UInt32(row["replica"] as Int64)), db)
        }
        guard let own else { return found }
        let owns = try Set(found.map(\.scope)).sorted().compactMap { try claim($0, own, db) }
        return Array((owns + found).prefix(PastClaim.countMax))
    }

    /// What is held of all authors of a scope.
    public static func claims(in scope: Scope, _ db: Database) throws -> [PastClaim] {
        try ChangeLog.vector(of: scope, db).entries.prefix(PastClaim.countMax).compactMap {
            try claim(scope, $0.replica, db)
        }
    }

    private static func claim(
        _ scope: Scope, _ author: ReplicaID, _ db: Database
    ) throws -> PastClaim? {
        let seq = try ChangeLog.vector(of: scope, db)[author]
        guard seq > 0, let head = try ChangeLog.chainHead(of: author, in: scope, db)?.shortest
        else { return nil }
        return PastClaim(scope: scope, author: author, seq: seq, head: head)
    }

    /// The hub has compared it, or it was let go of.
    public static func settle(_ scope: Scope, _ author: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM unproven_past WHERE scope = ? AND replica = ?",
            arguments: [scope.code, Int64(author.rawValue)])
    }
}

import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// What the first screen tells: what is to be done, and what the centre does not have yet.
extension Office {
    public struct Board: Sendable {
        public let openConflicts: Int
        /// Letters that wait for somebody, by state.
        public let lettersWaiting: [(state: String, count: Int)]
        public let proposalsWaiting: Int
        /// Families that another office sent here.
        public let arrivalsWaiting: Int
        public let residents: Int
        public let households: Int
        public let unsent: Int
        /// UTC milliseconds.
        public let oldestUnsent: Int64?
        public let lastContact: Int64?
        public let hasReferenceData: Bool
    }

    func openConflictCount() throws -> Int {
        try store.read { try ConflictLog.openCount($0) }
    }

    public func board() throws -> Board {
        let unsent = try node.pending()
        return try store.read { db in
            let letters = try Row.fetchAll(
                db,
                sql: """
                    SELECT state, count(*) AS n FROM letter
                    WHERE state IN ('draft', 'checked', 'verified', 'approved', 'signed')
                    AND scope = (SELECT id FROM scope WHERE code = ?) GROUP BY state
                    """, arguments: [scope.code])
            return Board(
                openConflicts: try ConflictLog.openCount(db),
                lettersWaiting: letters.map { (state: $0["state"], count: $0["n"]) },
                proposalsWaiting: try count(
                    "registry_match", "state = 'proposed'", db),
                arrivalsWaiting: try families(arriving(db)).count,
                residents: try count(
                    "resident", "coalesce(vital_status, 'alive') = 'alive'", db),
                households: try count("household", "coalesce(status, 'active') = 'active'", db),
                unsent: unsent.count, oldestUnsent: unsent.oldest?.milliseconds,
                lastContact: try StoreInfo.integer("last_sync", db),
                hasReferenceData: try Int.fetchOne(db, sql: "SELECT 1 FROM letter_type") != nil)
        }
    }

    private func count(_ table: String, _ condition: String, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM "\(table)"
                WHERE \(condition) AND scope = (SELECT id FROM scope WHERE code = ?)
                """, arguments: [scope.code]) ?? 0
    }

    /// Changes of one kind that wait for the centre.
    public struct UnsentKind: Sendable {
        public let intent: String
        public let count: Int
        /// UTC milliseconds.
        public let oldest: Int64
    }

    /// More would be a first import; its kinds show all the same.
    private static let unsentLookedAt = 5_000

    /// What the centre has not confirmed, by kind, the largest first.
    public func unsent() throws -> [UnsentKind] {
        try store.read { db in
            let known = try PeerVectors.all(of: EdgeNode.hubPeer, db)[scope] ?? VersionVector()
            let held = try ChangeLog.vector(of: scope, db)
            var kinds: [String: UnsentKind] = [:]
            for entry in held.entries where entry.seq > known[entry.replica] {
                let bodies = try Data.fetchCursor(
                    db,
                    sql: """
                        SELECT body FROM log
                        WHERE scope = (SELECT id FROM scope WHERE code = ?) AND replica = ?
                        AND seq > ? ORDER BY seq LIMIT \(Self.unsentLookedAt)
                        """,
                    arguments: [
                        scope.code, Int64(entry.replica.rawValue),
                        Int64(clamping: known[entry.replica]),
                    ])
                while let body = try bodies.next() {
                    let changeset = try Changeset(decoding: [UInt8](body))
                    let at = changeset.clock.milliseconds
                    let before = kinds[changeset.intent]
                    kinds[changeset.intent] = UnsentKind(
                        intent: changeset.intent, count: (before?.count ?? 0) + 1,
                        oldest: min(before?.oldest ?? at, at))
                }
            }
            return kinds.values.sorted { ($1.count, $0.intent) < ($0.count, $1.intent) }
        }
    }
}

import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// What the centre decided about this office's changes, for its screens and its status.
struct OfficeRulings: Sendable {
    /// Changes that are kept but not shown, of one reason.
    struct Withheld: Sendable {
        /// Whose work, and what it was: author and intent of each changeset, oldest first.
        let works: [(author: String, intent: String, at: Int64)]
        let code: String
        /// In force, upheld, or nil when this PC refuses it by itself.
        let state: Ruling.State?
        let by: String
        /// UTC milliseconds; nil when no ruling says so.
        let at: Int64?
    }

    let withheld: [Withheld]
    /// Whether this PC's clock still reads what the centre called wrong.
    let clockIsWrong: Bool
    var count: Int { withheld.reduce(0) { $0 + $1.works.count } }

    /// - Parameter now: this PC's clock, UTC milliseconds.
    static func read(_ node: EdgeNode, now: Int64, _ db: Database) throws -> OfficeRulings {
        let rulings = try Quarantine.rulings(db, scope: node.office, onlyInForce: true)
        var withheld: [Withheld] = []
        var clockIsWrong = false
        for ruling in rulings {
            let changesets = try Quarantine.changesets(of: ruling, db).map(\.changeset)
            guard ruling.clock == nil else {
                // A clock that was put right reads less than it did then.
                let wrong = changesets.last.map(\.clock.milliseconds) ?? .max
                // Earlier readings than that since: the far clock was a neighbour's, taken over.
                let mine =
                    try ruling.run.replica == node.store.identity.replica
                    && lastReading(node, db) >= wrong
                clockIsWrong = clockIsWrong || (mine && now >= wrong)
                continue
            }
            withheld.append(
                Withheld(
                    works: changesets.map(work), code: ruling.code, state: ruling.state,
                    by: ruling.by, at: ruling.at))
        }
        for ruled in try Quarantine.refused(db, scope: node.office) {
            withheld.append(
                Withheld(
                    works: [work(ruled.changeset)], code: ruled.code, state: nil, by: "",
                    at: nil))
        }
        return OfficeRulings(withheld: withheld, clockIsWrong: clockIsWrong)
    }

    /// What this PC's clock read at its last change, UTC milliseconds.
    private static func lastReading(_ node: EdgeNode, _ db: Database) throws -> Int64 {
        let body = try Data.fetchOne(
            db,
            sql: """
                SELECT body FROM log
                WHERE scope = (SELECT id FROM scope WHERE code = ?) AND replica = ?
                ORDER BY seq DESC LIMIT 1
                """,
            arguments: [node.office.code, Int64(node.store.identity.replica.rawValue)])
        return try body.map { try Changeset(decoding: [UInt8]($0)).clock.milliseconds } ?? 0
    }

    private static func work(_ changeset: Changeset) -> (String, String, Int64) {
        (changeset.author.name, changeset.intent, changeset.clock.milliseconds)
    }
}

extension Office {
    func rulings() throws -> OfficeRulings {
        try store.read { try OfficeRulings.read(node, now: clock(), $0) }
    }
}

import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// What an office PC knows of itself, for an exchange.
struct NodeCaller: CallerHost {
    let node: EdgeNode

    var store: ChangeStore { node.store }

    func now() -> Int64 { EdgeNode.now() }

    func grantsKnown(_ db: Database) throws -> UInt64 { try LetterNumbers.grantCount(db) }

    func keep(_ grants: [NumberGrant], _ db: Database) throws {
        try LetterNumbers.keep(grants, db)
    }

    func health(_ db: Database) throws -> HealthReport { try NodeHealth.report(node, db) }
}

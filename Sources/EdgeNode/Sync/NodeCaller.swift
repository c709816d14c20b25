import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// What an office PC knows of itself, for an exchange.
struct NodeCaller: CallerHost {
    let node: EdgeNode
    /// Under which proof a relay brings what it carries; nil for an office.
    private let passage: Passage?

    init(node: EdgeNode, _ device: DeviceFile) throws {
        self.node = node
        passage = try node.store.read { try node.passageToHub(device, $0) }
    }

    var store: ChangeStore { node.store }

    func now() -> Int64 { node.now() }

    func grantsKnown(_ db: Database) throws -> UInt64 { try LetterNumbers.grantCount(db) }

    func keep(_ grants: [NumberGrant], _ db: Database) throws {
        try LetterNumbers.keep(grants, db)
    }

    func health(_ db: Database) throws -> HealthReport { try NodeHealth.report(node, db) }

    func limit(of scope: Scope, _ db: Database) throws -> VersionVector {
        try passage?.limit(of: scope, from: store.identity.replica, db)
            ?? ChangeLog.vector(of: scope, db)
    }

    func take(_ segment: Segment) throws -> Receipt {
        try store.receive(segment.changesets, pasts: segment.pasts, now: now(), isCentres: true)
    }

    func claims(_ db: Database) throws -> [PastClaim] {
        try UnprovenPasts.claims(by: store.identity.replica, db)
    }

    func proved(
        _ author: ReplicaID, in scope: Scope, upTo seq: UInt64, _ db: Database
    ) throws {
        // More may have come from a neighbour meanwhile.
        guard try ChangeLog.vector(of: scope, db)[author] == seq else { return }
        try UnprovenPasts.settle(scope, author, db)
    }
}

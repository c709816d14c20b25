import ChangeStore
import Crypto
import Exchange
import GRDB
import SyncProtocol

/// What this node is towards a neighbour that it calls. The hub's business (shares of letter
/// numbers, health) is not spoken of.
struct PeerCaller: CallerHost {
    let node: EdgeNode
    let passage: Passage
    let intake: Intake

    var store: ChangeStore { node.store }

    func now() -> Int64 { node.now() }

    func grantsKnown(_ db: Database) throws -> UInt64 { 0 }

    func keep(_ grants: [NumberGrant], _ db: Database) throws {}

    func health(_ db: Database) throws -> HealthReport { HealthReport() }

    func limit(of scope: Scope, _ db: Database) throws -> VersionVector {
        try passage.limit(of: scope, from: store.identity.replica, db)
    }

    func take(_ segment: Segment) throws -> Receipt { try intake.take(segment) }

    /// All of the office: on a LAN bytes are free, and mates may stand on either side of a fork.
    func claims(_ db: Database) throws -> [PastClaim] {
        try passage.claims(db)
    }

    var claimsOnce: Bool { true }
}

/// What this node is towards a neighbour that calls.
///
/// Rule: what a neighbour says it holds is remembered under the neighbour's name only. Why: only
/// what the hub holds is *received*. What if not: work that lies on two PCs of one room would count
/// as safe.
struct PeerResponder: ResponderHost {
    let node: EdgeNode
    let device: DeviceFile

    init(node: EdgeNode) throws {
        self.node = node
        device = try DeviceFile.load(from: node.folder)
    }

    var store: ChangeStore { node.store }

    private var own: ReplicaID { store.identity.replica }

    func now() -> Int64 { node.now() }

    private func neighbour(
        _ replica: ReplicaID, _ db: Database
    ) throws -> (peer: Peer, passage: Passage) {
        guard let peer = try PeerBook.find(replica, db),
            let passage = node.passage(with: peer, device)
        else {
            throw Refusal(
                .unknownReplica,
                "\(replica) is not on the list of neighbours that the centre gave to \(own)")
        }
        return (peer, passage)
    }

    func caller(_ replica: ReplicaID) throws -> CallerInfo {
        let (peer, passage) = try store.read { try neighbour(replica, $0) }
        guard let link = device.linkPrivate,
            let key = LinkKey(
                privateKey: Array(link.rawRepresentation), publicKey: peer.linkKey,
                caller: replica, responder: own)
        else { throw Refusal(.notEnrolled, "the keys of \(replica) are of no use here") }
        // Everything it sends is looked at by the part below.
        return CallerInfo(
            replica: replica, home: peer.office, key: key, lastNonce: 0, reads: passage.scopes,
            writes: [])
    }

    func grants(for caller: CallerInfo, known: UInt64, _ db: Database) throws -> [NumberGrant] {
        []
    }

    func note(_ contact: Contact, of caller: CallerInfo, _ db: Database) throws {
        let name = PeerClient.name(of: caller.replica)
        for state in contact.hello.scopes where caller.reads.contains(state.scope) {
            try PeerVectors.set(state.vector, of: state.scope, at: name, db)
        }
    }

    /// Which of the two the hub holds, the hub says.
    func differ(on author: ReplicaID, in scope: Scope) throws {
        guard author != own else { return }
        try store.bookkeeping { try UnprovenPasts.note(scope, author, $0) }
    }

    /// Central IT counts refusals; a PC has nobody who would look.
    func countRefusal(of caller: CallerInfo, _ reason: String, _ db: Database) throws {}

    func limit(
        of scope: Scope, for caller: CallerInfo, _ db: Database
    ) throws -> VersionVector {
        try neighbour(caller.replica, db).passage.limit(of: scope, from: own, db)
    }

    func parts(for caller: CallerInfo) throws -> [any ResponderPart] {
        let passage = try store.read { try neighbour(caller.replica, $0).passage }
        guard let signing = device.signing else {
            throw Refusal(.storeTrouble, "the device file cannot be read")
        }
        let intake = Intake(store: store, sender: caller.replica, passage: passage) {
            [store] _, changesets, pasts in
            try store.receivePassedOn(changesets, pasts: pasts, now: node.now())
        }
        let proofs = Proofs(
            passage: passage, sender: own, key: Array(signing.rawRepresentation))
        return [PassingResponder(store: store, proofs: proofs, intake: intake)]
    }
}

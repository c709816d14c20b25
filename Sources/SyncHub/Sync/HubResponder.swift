import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// What the hub knows of its callers, for an exchange.
struct HubResponder: ResponderHost {
    let hub: Hub

    var store: ChangeStore { hub.store }

    func now() -> Int64 { hub.now() }

    func caller(_ replica: ReplicaID) throws -> CallerInfo {
        guard let node = try store.read({ try NodeRegistry.find(replica, $0) }) else {
            throw Refusal(.unknownReplica, "\(replica) is not known at this hub")
        }
        guard node.state != .retired else {
            throw Refusal(.retired, "\(replica) was retired by central IT")
        }
        guard let publicKey = node.linkKey,
            let key = hub.keys.link(to: replica, publicKey: publicKey)
        else { throw Refusal(.notEnrolled, "\(replica) has not shown its keys yet") }
        let rights = try store.read { try hub.rights(of: node.office, $0) }
        return CallerInfo(
            replica: replica, home: node.office, key: key, lastNonce: node.lastNonce,
            reads: rights.reads, writes: rights.writes)
    }

    func take(_ segment: Segment, from caller: CallerInfo) throws -> Receipt {
        try hub.take(segment, now: now())
    }

    /// Whoever has not heard yet that this hub was put back believes that it holds what it lost:
    /// first the pasts are compared.
    func unheard(
        _ hello: Hello, of caller: CallerInfo, _ db: Database
    ) throws -> Set<Scope> {
        let epoch = try RestoreLog.epoch(db)
        guard epoch != 0, try !RestoreLog.hasCalled(caller.replica, db) else { return [] }
        let told = hello.fields[HelloField.epoch].flatMap { try? BackupKnown(decoding: $0) }
        // What hubs wrote comes back under their own signature.
        return told?.epoch == epoch ? [] : caller.reads.subtracting([hub.regency])
    }

    func grants(for caller: CallerInfo, known: UInt64, _ db: Database) throws -> [NumberGrant] {
        guard !Hub.isDistrict(caller.home) else { return [] }
        // What a hub before this one granted is known once all its holders have told.
        guard try RestoreLog.awaited(in: caller.home, db).isEmpty else { return [] }
        return try NumberGrants.due(
            to: caller.replica, in: caller.home, known: known, now: now(), db)
    }

    func note(_ contact: Contact, of caller: CallerInfo, _ db: Database) throws {
        // The same stick again, or one that a later exchange overtook, tells nothing new.
        guard contact.isDirect || contact.nonce > caller.lastNonce else { return }
        try NodeRegistry.noteContact(of: caller.replica, contact, now: now(), db)
        try LastHello.keep(contact.hello, of: caller.replica, db)
        try Stability.note(contact.hello, from: caller, db)
    }

    func countRefusal(of caller: CallerInfo, _ reason: String, _ db: Database) throws {
        try NodeRegistry.countRefusal(of: caller.replica, reason, db)
    }

    func parts(for caller: CallerInfo) throws -> [any ResponderPart] {
        // Attachments last: nobody's work waits for a photo.
        (Hub.isDistrict(caller.home) ? [RelayPart(hub: hub, relay: caller)] : []) + [
            PauseResponder(now: now()), SumsResponder(store: store, now: now()),
            RefillPart(hub: hub), DurablePart(hub: hub),
            SnapshotOffering(store: store, keeper: HubFloors()),
            PeersPart(hub: hub),
            AttachmentResponder(store: store, content: hub.content, now: hub.now),
        ]
    }
}

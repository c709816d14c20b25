package import Bundles
import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
package import SyncProtocol

/// What a return bundle brought, for people.
package struct BundleReport: Codable, Sendable {
    var receivedChanges = 0
    var heldChanges = 0
    /// What the centre has not confirmed even now.
    var pendingChanges = 0
    var notices: [String] = []
    /// ``BundleFault/answerUnreadable(path:detail:)`` when a piece could not be read; all else was
    /// taken in.
    package var fault: BundleFault?

    enum CodingKeys: String, CodingKey {
        case notices
        case receivedChanges = "received_changes"
        case heldChanges = "held_changes"
        case pendingChanges = "pending_changes"
    }
}

/// Exchanges with the centre on a stick: the request goes out as a file, the answer comes as one.
///
/// Rule: writing a bundle changes nothing of what the centre is believed to hold; only its own
/// signed answer does. What if not: a lost stick would be lost work. So each bundle carries
/// everything that is not confirmed, and any of them may be lost, late or twice.
package struct NodeBundles: Sendable {
    let node: EdgeNode

    package init(node: EdgeNode) { self.node = node }

    /// Everything that the centre has not confirmed, sealed to it.
    package func export() throws -> SealedBundle {
        let device = try DeviceFile.load(from: node.folder)
        let unreadable = EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory))
        guard let signing = device.signing, let request = device.request(),
            let hubKey = Data(base64Encoded: device.enrolment.hubKey),
            let receiver = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: hubKey)
        else { throw unreadable }
        let line = try SyncClient.line(of: node, device)
        let caller = try Caller(
            host: NodeCaller(node: node, device), line: line,
            parts: SyncClient.parts(of: node, line, device),
            requestBytesMax: SyncLimits.bundleContentTarget, isOneWay: true)
        try SyncClient.witness(node)
        guard let content = try caller.request() else { throw ExchangeFault.noProgress }
        let (nonce, sent) = caller.lastRequest
        let enrolment = device.enrolment
        let head = BundleHead(
            kind: .toHub, sender: ReplicaID(enrolment.replica), receiver: .hub, receiverKey: 0,
            office: node.office, device: UInt32(clamping: enrolment.device), nonce: nonce,
            number: 0, madeAt: node.now(), contents: BundleHead.contents(of: sent),
            contentBytes: 0, claim: BundleHead.Claim(request))
        return try BundleSeal.make(content, head: head, receiver: receiver, signing: signing)
    }

    /// Takes in what the centre sent: a damaged bundle not at all, of a whole one all that can be read.
    /// - Throws: ``BundleFault``, ``EdgeFault``.
    package func take(_ found: FoundBundle) throws -> BundleReport {
        var device = try DeviceFile.load(from: node.folder)
        let content = try proven(found, device)
        let line = try SyncClient.line(of: node, device)
        let caller = try Caller(
            host: NodeCaller(node: node, device), line: line,
            parts: SyncClient.parts(of: node, line, device))
        do {
            try caller.expect(answerTo: found.head.nonce, number: found.head.number)
            try caller.feed(content)
            try caller.end()
        } catch let fault as ExchangeFault {
            throw BundleFault.contentUnreadable(
                path: found.path, detail: String(describing: fault))
        }
        if !device.isEnrolled {
            device.isEnrolled = true
            try device.save(to: node.folder)
        }
        var notices = caller.tally.notices.map(\.detail)
        if !caller.forks.isEmpty || !caller.otherForks.isEmpty {
            let incarnation = Incarnation(folder: node.folder, store: node.store)
            if try incarnation.heed(caller.forks, caller.otherForks, &device) {
                notices.append(PlainNotice.newNumber)
            }
        }
        let fault = caller.unread.first.map {
            BundleFault.answerUnreadable(path: found.path, detail: $0.detail)
        }
        return try node.store.bookkeeping { db in
            // When the centre wrote it, as far as our clock can be sure that this is past.
            let contact = min(found.head.madeAt, node.now())
            if try contact > StoreInfo.integer("last_sync", db) ?? 0 {
                try StoreInfo.set("last_sync", contact, db)
            }
            let pending = try PeerVectors.pending(
                in: node.office, by: node.store.identity.replica, at: EdgeNode.hubPeer, db)
            return BundleReport(
                receivedChanges: caller.tally.received,
                heldChanges: try ChangeLog.heldCount(db), pendingChanges: pending.count,
                notices: notices, fault: fault)
        }
    }

    private func proven(_ found: FoundBundle, _ device: DeviceFile) throws -> [UInt8] {
        let (head, enrolment) = (found.head, device.enrolment)
        guard head.kind == .toDevice, head.receiver.rawValue == enrolment.replica else {
            throw BundleFault.forAnother(
                path: found.path,
                made: head.kind == .toHub
                    ? "the hub" : "device \(head.device) of \(head.office)",
                here: "device \(enrolment.device) of \(node.office)")
        }
        guard let signer = enrolment.hubSigner else { throw BundleFault.senderKeyUnknown }
        guard head.sender == .hub, BundleSeal.isSigned(found.bundle, by: signer) else {
            throw BundleFault.notFromSender(path: found.path, sender: "the hub of this PC")
        }
        guard let own = device.linkPrivate, let content = BundleSeal.open(found.bundle, with: own)
        else { throw BundleFault.otherKeys(path: found.path) }
        return content
    }
}

extension BundleHead.Claim {
    fileprivate init?(_ request: EnrolmentRequest) {
        guard let linkKey = Data(base64Encoded: request.linkKey),
            let signingKey = Data(base64Encoded: request.signingKey),
            let proof = Data(base64Encoded: request.proof)
        else { return nil }
        self.init(
            linkKey: Array(linkKey), signingKey: Array(signingKey), proof: Array(proof),
            incarnation: request.incarnation)
    }
}

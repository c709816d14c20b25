package import Bundles
package import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
package import SyncProtocol

/// Exchanges that come and go as files.
///
/// Idea: a bundle holds the very request that a device would send, and its return bundle the very
/// answer; rights, judges, forks and shares of numbers are the exchange's own. Here is only who
/// made a bundle, and for whom.
extension Hub {
    /// What became of a bundle.
    package struct BundleTaken {
        let head: BundleHead
        package let receipt: Receipt
        package let notices: [Notice]
        /// Whether the device enrolled by it.
        let isFirst: Bool
        package let answer: SealedBundle
    }

    private static let numberKey = "bundle_number"

    /// Takes a device's bundle in, whole or not at all, and makes the return bundle.
    /// - Throws: ``BundleFault`` or ``HubFault/bundleRefused(path:_:)``.
    package func take(_ found: FoundBundle) throws -> BundleTaken {
        do {
            let content = try proven(found)
            let isFirst = try enrolled(found)
            let responder = Responder(host: HubResponder(hub: self), carriage: .bundle)
            try responder.feed(content)
            let answer = try responder.answer()
            return BundleTaken(
                head: found.head, receipt: responder.receipt, notices: responder.notices,
                isFirst: isFirst,
                answer: try sealed(
                    answer, responder.sent, to: found.head.sender, nonce: found.head.nonce))
        } catch let refusal as Refusal {
            throw HubFault.bundleRefused(path: found.path, refusal)
        }
    }

    /// The content of a bundle that is for this hub and from whom it says.
    private func proven(_ found: FoundBundle) throws -> [UInt8] {
        let head = found.head
        guard head.kind == .toHub else {
            throw BundleFault.forAnother(
                path: found.path, made: "device \(head.device) of \(head.office)",
                here: "the hub of \(regency)")
        }
        guard let own = keys.linkPrivate else {
            throw HubFault.keyFileUnreadable(path: HubKeys.path(in: directory))
        }
        guard SealedBundle.name(ofKey: Array(own.publicKey.rawRepresentation)) == head.receiverKey
        else {
            throw BundleFault.forAnother(
                path: found.path, made: "another hub", here: "the hub of \(regency)")
        }
        let registered = try store.read { try NodeRegistry.find(head.sender, $0) }
        // A store that took its number by itself is known by the one it was enrolled under; a hub
        // that was put back may know neither before it accepts the proof.
        let request = Self.request(of: head)
        let enrolled = ReplicaID(request?.incarnation?.enrolled ?? head.sender.rawValue)
        guard let node = try registered ?? request.flatMap({ try known(enrolled, $0) }) else {
            throw Refusal(.unknownReplica, "\(head.sender) is not known at this hub")
        }
        guard node.state != .retired else {
            throw Refusal(
                .retired, "device \(node.device) of \(node.office) was retired by central IT")
        }
        guard let signer = registered?.signingKey ?? head.claim?.signingKey else {
            throw Refusal(.notEnrolled, "\(head.sender) has not shown its keys yet")
        }
        guard BundleSeal.isSigned(found.bundle, by: signer) else {
            throw BundleFault.notFromSender(
                path: found.path, sender: "device \(node.device) of \(node.office)")
        }
        guard let content = BundleSeal.open(found.bundle, with: own) else {
            throw BundleFault.otherKeys(path: found.path)
        }
        guard let preface = Preface(beginning: content) else {
            throw BundleFault.newerFormat(path: found.path)
        }
        guard preface.replica == head.sender, preface.nonce == head.nonce,
            node.office == head.office
        else {
            throw BundleFault.contentUnreadable(
                path: found.path, detail: "its head and its content disagree")
        }
        return content
    }

    /// Binds the keys of a device whose first contact this is.
    private func enrolled(_ found: FoundBundle) throws -> Bool {
        guard let request = Self.request(of: found.head) else { return false }
        let before = try store.read { try NodeRegistry.find(found.head.sender, $0)?.state }
        try accept(request)
        return before == nil || before == .issued
    }

    private static func request(of head: BundleHead) -> EnrolmentRequest? {
        guard let claim = head.claim else { return nil }
        var request = EnrolmentRequest(
            replica: head.sender.rawValue,
            linkKey: Data(claim.linkKey).base64EncodedString(),
            signingKey: Data(claim.signingKey).base64EncodedString(),
            proof: Data(claim.proof).base64EncodedString())
        request.incarnation = claim.incarnation
        request.office = head.office.code
        request.device = Int(head.device)
        return request
    }

    /// What a device lacks, from what it said last, when nobody brought a bundle of it.
    /// - Throws: ``HubFault/bundleNotForDevice(_:_:)``.
    func bundle(for replica: ReplicaID) throws -> SealedBundle {
        guard let node = try store.read({ try NodeRegistry.find(replica, $0) }) else {
            throw HubFault.unknownReplica(replica.rawValue)
        }
        do {
            let responder = Responder(host: HubResponder(hub: self), carriage: .bundle)
            let hello = try store.read {
                try LastHello.of(replica, schemaVersion: store.schema.version, $0)
            }
            try responder.assume(hello, from: replica)
            return try sealed(
                try responder.answer(), responder.sent, to: replica, nonce: node.lastNonce)
        } catch let refusal as Refusal {
            throw HubFault.bundleNotForDevice(replica.rawValue, refusal.detail)
        }
    }

    private func sealed(
        _ answer: [UInt8], _ sent: [(scope: Scope, dot: Dot)], to replica: ReplicaID,
        nonce: UInt64
    ) throws -> SealedBundle {
        guard let node = try store.read({ try NodeRegistry.find(replica, $0) }),
            let linkKey = node.linkKey,
            let receiver = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: linkKey)
        else {
            throw HubFault.bundleNotForDevice(replica.rawValue, "it has not shown its keys yet")
        }
        guard let signing = keys.signing else {
            throw HubFault.keyFileUnreadable(path: HubKeys.path(in: directory))
        }
        let number = try store.bookkeeping { db in
            let next = (try StoreInfo.integer(Self.numberKey, db) ?? 0) + 1
            try StoreInfo.set(Self.numberKey, next, db)
            return UInt64(next)
        }
        let head = BundleHead(
            kind: .toDevice, sender: .hub, receiver: replica, receiverKey: 0, office: node.office,
            device: UInt32(clamping: node.device), nonce: nonce, number: number, madeAt: now(),
            contents: BundleHead.contents(of: sent), contentBytes: 0, claim: nil)
        return try BundleSeal.make(answer, head: head, receiver: receiver, signing: signing)
    }
}

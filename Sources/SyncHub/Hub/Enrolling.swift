import ChangeStore
import Crypto
import Foundation
import GRDB
import SyncProtocol

extension Hub {
    /// Makes a place for one more device and the file that it is set up from.
    func enrol(office code: String, device: Int) throws -> EnrolmentFile {
        guard let officeName = try store.read({ try officeName(code, $0) }) else {
            throw HubFault.unknownOffice(code)
        }
        guard let hubKey = keys.linkPublicKey else {
            throw HubFault.keyFileUnreadable(path: HubKeys.path(in: directory))
        }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let office = Scope(code)
        let replica = try store.bookkeeping { db in
            try NodeRegistry.issue(
                office: office, device: device, secret: secret, now: Self.now(), db)
        }
        return EnrolmentFile(
            hub: keys.url, hubKey: hubKey, office: code, officeName: officeName,
            regency: regency.code, device: device, replica: replica.rawValue,
            secret: Data(secret).base64EncodedString())
    }

    /// Binds a device's own keys to its number, the first time it calls. The same keys again are
    /// welcome: the first answer may have been lost.
    func accept(_ request: EnrolmentRequest) throws {
        let replica = ReplicaID(request.replica)
        guard let node = try store.read({ try NodeRegistry.find(replica, $0) }) else {
            throw Refusal(.unknownReplica, "replica \(request.replica) is not known here")
        }
        guard node.state != .retired else {
            throw Refusal(.retired, "replica \(request.replica) was retired by central IT")
        }
        guard let linkKey = Data(base64Encoded: request.linkKey), linkKey.count == 32,
            let signingKey = Data(base64Encoded: request.signingKey), signingKey.count == 32,
            let proof = Data(base64Encoded: request.proof)
        else { throw Refusal(.badRequest, "a key is damaged") }
        let isProven = HMAC<SHA256>.isValidAuthenticationCode(
            proof, authenticating: request.proven, using: SymmetricKey(data: node.secret))
        guard isProven else {
            throw Refusal(
                .badProof, "the enrolment file does not fit: ask central IT for a new one")
        }
        if node.state == .enrolled {
            guard node.linkKey == Array(linkKey), node.signingKey == Array(signingKey) else {
                throw Refusal(
                    .alreadyEnrolled,
                    "this enrolment file was used by another PC: ask central IT for a new one")
            }
            return
        }
        try store.bookkeeping { db in
            try NodeRegistry.bind(
                replica, linkKey: Array(linkKey), signingKey: Array(signingKey),
                now: Self.now(), db)
        }
    }
}

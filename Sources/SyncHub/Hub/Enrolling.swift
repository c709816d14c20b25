import ChangeStore
import Crypto
import Foundation
import GRDB
import Models
package import SyncProtocol

extension Hub {
    /// Makes a place for one more device and the file that it is set up from.
    package func enrol(office code: String, device: Int) throws -> EnrolmentFile {
        guard let officeName = try store.read({ try officeName(code, $0) }) else {
            throw HubFault.unknownOffice(code)
        }
        return try enrol(code, officeName, device: device)
    }

    /// The same for a node that carries the villages of a district.
    package func enrol(relayOf district: String, device: Int) throws -> EnrolmentFile {
        guard district.hasPrefix(regency.code + "."), Self.isDistrict(Scope(district)),
            let name = Regions.region(code: district)?.name
        else { throw HubFault.unknownDistrict(district) }
        var file = try enrol(district, name, device: device)
        file.relay = true
        return file
    }

    private func enrol(
        _ code: String, _ officeName: String, device: Int
    ) throws -> EnrolmentFile {
        guard let hubKey = keys.linkPublicKey, let signingKey = keys.signing?.publicKey else {
            throw HubFault.keyFileUnreadable(path: HubKeys.path(in: directory))
        }
        let office = Scope(code)
        func secret(_ replica: ReplicaID) -> [UInt8] {
            keys.enrolmentSecret(replica: replica, office: office, device: device) ?? []
        }
        let replica = try store.bookkeeping { db in
            try NodeRegistry.issue(
                office: office, device: device, secret: secret, now: now(), db)
        }
        return EnrolmentFile(
            hub: keys.url, hubKey: hubKey,
            hubSigningKey: signingKey.rawRepresentation.base64EncodedString(), office: code,
            officeName: officeName,
            regency: regency.code, device: device, replica: replica.rawValue,
            secret: Data(secret(replica)).base64EncodedString())
    }

    /// Binds a device's own keys to its number, the first time it calls. The same keys again are
    /// welcome: the first answer may have been lost.
    package func accept(_ request: EnrolmentRequest) throws {
        let replica = ReplicaID(request.replica)
        // A store that took a number by itself proves the one it was enrolled under.
        let proven = request.incarnation.map { ReplicaID($0.enrolled) } ?? replica
        guard let node = try known(proven, request) else {
            throw Refusal(.unknownReplica, "replica \(proven.rawValue) is not known here")
        }
        // The number that a store wrote under until now is the one that may go on; its first one
        // may have been retired after the store was copied.
        let last = request.incarnation.map { ReplicaID($0.former) } ?? replica
        let former = try store.read { try NodeRegistry.find(last, $0) }
        guard former.map({ $0.office == node.office }) ?? true else {
            throw Refusal(.badProof, "replica \(last.rawValue) belongs to another office")
        }
        guard (former ?? node).state != .retired else {
            throw Refusal(.retired, "replica \(last.rawValue) was retired by central IT")
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
        if let incarnation = request.incarnation {
            return try accept(
                incarnation, of: node, as: replica, Array(linkKey), Array(signingKey))
        }
        if node.state != .issued {
            guard node.linkKey == Array(linkKey), node.signingKey == Array(signingKey) else {
                throw Refusal(
                    .alreadyEnrolled,
                    "this enrolment file was used by another PC: ask central IT for a new one")
            }
            return
        }
        try store.bookkeeping { db in
            if try NodeRegistry.find(replica, db) == nil {
                try NodeRegistry.add(
                    replica, office: node.office, device: node.device, secret: node.secret,
                    now: now(), db)
            }
            try NodeRegistry.bind(
                replica, linkKey: Array(linkKey), signingKey: Array(signingKey),
                now: now(), db)
        }
    }

    /// A new number that a store took by itself, because it is a copy or was put back from one.
    private func accept(
        _ incarnation: EnrolmentRequest.Incarnation, of node: NodeRecord, as replica: ReplicaID,
        _ linkKey: [UInt8], _ signingKey: [UInt8]
    ) throws {
        if let known = try store.read({ try NodeRegistry.find(replica, $0) }) {
            guard known.linkKey == linkKey, known.signingKey == signingKey else {
                throw Refusal(.alreadyEnrolled, "replica \(replica.rawValue) is taken")
            }
            return
        }
        guard replica.isProvisional else {
            throw Refusal(.badRequest, "a number taken offline is in the upper half")
        }
        let former = ReplicaID(incarnation.former)
        // It has recorded them anew before it came here.
        try store.dropForked(of: former)
        try store.bookkeeping { db in
            try NodeRegistry.addIncarnation(
                replica, of: node, linkKey: linkKey, signingKey: signingKey, now: now(), db)
            if incarnation.reason != .moved { try NodeRegistry.supersede(former, db) }
            try HubEvents.note(
                "store_" + incarnation.reason.rawValue, office: node.office.code,
                subject: "\(replica)",
                Self.sentence(incarnation, device: node.device, replica), now: now(), db)
        }
    }

    private static func sentence(
        _ incarnation: EnrolmentRequest.Incarnation, device: Int, _ replica: ReplicaID
    ) -> String {
        let what =
            switch incarnation.reason {
            case .moved: "Data PC \(device) disalin atau dipindahkan ke tempat lain"
            case .tailLost: "PC \(device) kehilangan catatan terakhirnya"
            case .restored: "PC \(device) dipulihkan dari cadangan lama"
            case .diverged: "Data PC \(device) pernah dipakai di dua tempat"
            }
        let next =
            incarnation.reason == .moved
            ? "Bila PC lama tidak dipakai lagi, nonaktifkan nomor \(incarnation.former)."
            : "Tidak ada yang perlu dilakukan."
        return "\(what): nomor \(incarnation.former) diteruskan sebagai \(replica.rawValue). "
            + "Semua perubahan tersimpan. \(next)"
    }

    /// A device as this hub knows it, or, in a hub that was put back, as a hub before it must have
    /// known it. Only the right proof shows that the latter was ever enrolled.
    func known(
        _ replica: ReplicaID, _ request: EnrolmentRequest
    ) throws -> NodeRecord? {
        try store.read { db in
            if let node = try NodeRegistry.find(replica, db) { return node }
            guard let code = request.office, let device = request.device,
                !replica.isProvisional, try RestoreLog.mayBeLost(replica, db),
                code.hasPrefix(regency.code + "."),
                let secret = keys.enrolmentSecret(
                    replica: replica, office: Scope(code), device: device)
            else { return nil }
            return NodeRecord(
                lost: replica, office: Scope(code), device: device, secret: secret)
        }
    }
}

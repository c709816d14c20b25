import Compression
import Crypto
import Exchange
import Foundation
import SyncProtocol

@testable import SyncHub

struct DeviceKeys {
    let link = Curve25519.KeyAgreement.PrivateKey()
    let signing = Curve25519.Signing.PrivateKey()

    func request(_ file: EnrolmentFile) throws -> EnrolmentRequest {
        var request = EnrolmentRequest(
            replica: file.replica,
            linkKey: link.publicKey.rawRepresentation.base64EncodedString(),
            signingKey: signing.publicKey.rawRepresentation.base64EncodedString(), proof: "")
        let secret = SymmetricKey(data: Data(base64Encoded: file.secret) ?? Data())
        request.proof = Data(
            HMAC<SHA256>.authenticationCode(for: request.proven, using: secret)
        ).base64EncodedString()
        return request
    }
}

/// An edge in thirty lines: what a second implementation would do that reads no models.
struct SpeakingDevice {
    let replica: ReplicaID
    let office: Scope
    let key: LinkKey
    var nonce: UInt64 = 0
    var grantsKnown: UInt64 = 0
    /// What it says of its own chain in its office.
    var head: UInt64?
    /// Field 1 of its hello.
    var dictionaries: [UInt8]?
    /// Field 11 of its hello.
    var checkpoints: [UInt8]?

    init?(file: EnrolmentFile, keys: DeviceKeys) {
        replica = ReplicaID(file.replica)
        office = Scope(file.office)
        guard let hub = Data(base64Encoded: file.hubKey),
            let key = LinkKey(
                privateKey: Array(keys.link.rawRepresentation), publicKey: Array(hub),
                replica: replica)
        else { return nil }
        self.key = key
    }

    /// A household of its own in the scope.
    func changeset(_ scope: String, seq: UInt64, hamlet: String) -> Changeset {
        Changeset(
            scope: Scope(scope), dot: Dot(replica, seq),
            clock: HLC(milliseconds: 1_788_000_000_000 + Int64(seq)),
            author: Author("op1", .operator), intent: "household.add", context: VersionVector(),
            operations: [
                RowOperation(
                    table: TableID(20), row: RowID(replica: replica, counter: UInt32(seq)),
                    kind: .insert, cells: [Cell(ColumnID(3), .text(hamlet))])
            ])
    }

    mutating func request(frames: [[UInt8]]) -> [UInt8] {
        nonce += 1
        var writer = RecordWriter(key: key, direction: .request, nonce: nonce, version: 1)
        let states = head.map {
            [ScopeState(scope: office, vector: VersionVector([Dot(replica, 1)]), head: $0)]
        }
        var hello = Hello(
            schemaVersion: 1, wallMilliseconds: 1_788_000_000_000, grantsKnown: grantsKnown,
            health: HealthReport(), scopes: states ?? [])
        hello.fields[HelloField.dictionaries] = dictionaries
        hello.fields[HelloField.checkpoints] = checkpoints
        return RecordWriter.preface(replica: replica, nonce: nonce, version: 1)
            + writer.record(.hello, hello.encoded())
            + frames.flatMap { writer.record(.segment, $0) }
    }

    mutating func exchange(_ hub: Hub, _ segments: [Segment]) throws -> (Answer, [Segment]) {
        try exchange(hub, frames: segments.map { Frame.compress($0.encoded()) })
    }

    mutating func exchange(_ hub: Hub, frames: [[UInt8]]) throws -> (Answer, [Segment]) {
        let session = Responder(host: HubResponder(hub: hub))
        try session.feed(request(frames: frames))
        var reader = RecordReader(key: key, nonce: nonce, versions: 1...1)
        reader.feed(try session.answer())
        var answer: Answer?
        var segments: [Segment] = []
        while let record = try reader.next() {
            if record.kind == .answer {
                answer = try Answer(decoding: record.payload)
            } else {
                segments.append(
                    try Segment(
                        decoding: Frame.decompress(
                            record.payload, limit: SyncLimits.segmentBytesMax)))
            }
        }
        guard let answer else { throw Refusal(.badRequest, "no answer") }
        return (answer, segments)
    }
}

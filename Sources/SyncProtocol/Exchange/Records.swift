private import Crypto

// The stream of an exchange, one in each direction.
//
//   request   byte version; varint replica; varint nonce; records
//   answer    records
//   record    varint length of the rest; byte kind; payload; 8 bytes seal
//   seal      the first 8 bytes of HMAC-SHA256(link key,
//             byte direction + 2 (version − 1) ‖ fixed64 nonce ‖ fixed64 index ‖ joined ‖ kind ‖ payload)
//   joined    from version 2 on: a record whose kind has bit 7 has no seal of its own, the next one's covers
//             it; here such records stand, as on the line
//
// Each record is checked and committed as it arrives, so that a cut line costs at most the one in
// flight. The nonce is the caller's session number: an answer to another request does not fit.
// A truncated seal: a forger must guess 64 bits on line, against a hub that counts and
// shows bad seals.

/// What a record holds. Open: a kind that the receiver does not know is passed over once its seal
/// was checked, so that a newer program may say more to an older one. Numbers are never given twice.
public struct RecordKind: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let hello = RecordKind(rawValue: 1)
    public static let segment = RecordKind(rawValue: 2)
    public static let answer = RecordKind(rawValue: 3)
    public static let snapshotChunk = RecordKind(rawValue: 4)
    public static let range = RecordKind(rawValue: 5)
    public static let attachmentChunk = RecordKind(rawValue: 6)
    public static let rowRepair = RecordKind(rawValue: 7)
    /// Of a record that has no seal of its own.
    static let joinedBit: UInt8 = 1 << 7
}

public enum Direction: UInt8, Sendable {
    case request = 0
    case answer = 1
}

/// Why a stream of records cannot be read on.
public enum StreamError: Error, Hashable, Sendable {
    /// The seal does not fit: damaged on the way, or not from whom it says.
    case badSeal(index: UInt64)
    case tooLarge(bytes: UInt64)
    case malformed(DecodeError)
}

/// The secret of one link: known to its two ends, never sent.
public struct LinkKey: Sendable {
    fileprivate let bytes: [UInt8]

    public static let byteCount = 32

    /// The link of a device and the hub.
    /// - Returns: nil when a key is not 32 bytes or not a usable point.
    public init?(privateKey: [UInt8], publicKey: [UInt8], replica: ReplicaID) {
        self.init(privateKey, publicKey, info: "trasne link 1 \(replica.rawValue)")
    }

    /// The link of two devices, in the direction of the call: what one asked cannot be shown to it
    /// as if the other had.
    /// - Returns: nil when a key is not 32 bytes or not a usable point.
    public init?(
        privateKey: [UInt8], publicKey: [UInt8], caller: ReplicaID, responder: ReplicaID
    ) {
        self.init(
            privateKey, publicKey, info: "trasne peer 1 \(caller.rawValue) \(responder.rawValue)")
    }

    /// Both sides come to the same key: X25519, then HKDF-SHA256 (RFC 7748, RFC 5869).
    private init?(_ privateKey: [UInt8], _ publicKey: [UInt8], info: String) {
        guard
            let own = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey),
            let other = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
            let shared = try? own.sharedSecretFromKeyAgreement(with: other)
        else { return nil }
        let key = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: [UInt8](), sharedInfo: Array(info.utf8),
            outputByteCount: Self.byteCount)
        bytes = unsafe key.withUnsafeBytes { unsafe Array($0) }
    }

    /// For tests and golden vectors.
    public init(bytes: [UInt8]) { self.bytes = bytes }
}

/// The seals of one direction of one exchange, record after record.
struct SealSequence {
    static let byteCount = 8

    private let key: LinkKey
    private let direction: Direction
    private let nonce: UInt64
    let version: UInt8
    private(set) var index: UInt64 = 0

    init(key: LinkKey, direction: Direction, nonce: UInt64, version: UInt8) {
        self.key = key
        self.direction = direction
        self.nonce = nonce
        self.version = version
    }

    /// The version is sealed, too: in another one the same bytes may say something else.
    mutating func next(over body: [UInt8]) -> [UInt8] {
        var head = ByteWriter(reservingCapacity: 17)
        head.byte(direction.rawValue &+ 2 &* (version &- 1))
        head.fixed64(nonce)
        head.fixed64(index)
        index += 1
        var code = HMAC<SHA256>(key: SymmetricKey(data: key.bytes))
        code.update(data: head.bytes)
        code.update(data: body)
        return Array(code.finalize().prefix(Self.byteCount))
    }
}

/// Writes one side's stream.
public struct RecordWriter: Sendable {
    private var seals: SealSequence

    public init(
        key: LinkKey, direction: Direction, nonce: UInt64,
        version: UInt8 = Preface.versions.upperBound
    ) {
        seals = SealSequence(key: key, direction: direction, nonce: nonce, version: version)
    }

    /// The head of a request, before its records.
    public static func preface(
        replica: ReplicaID, nonce: UInt64, version: UInt8 = Preface.versions.upperBound
    ) -> [UInt8] {
        var out = ByteWriter()
        out.byte(version)
        out.varint(UInt64(replica.rawValue))
        out.varint(nonce)
        return out.bytes
    }

    /// Records of more bytes together than this have a seal each: what is cut comes again, from
    /// the seal before.
    static let joinedBytesMax = 1 << 10
    private static let headBytesMax = 3

    /// Small ones that follow one another share a seal, where the version has that.
    public mutating func records(_ list: [(kind: RecordKind, payload: [UInt8])]) -> [UInt8] {
        var out: [UInt8] = []
        var joined = ByteWriter()
        for (index, record) in list.enumerated() {
            let all = joined.bytes.count + record.payload.count + Self.headBytesMax
            if seals.version >= Preface.shortMessagesSince, index + 1 < list.count,
                all + list[index + 1].payload.count < Self.joinedBytesMax
            {
                joined.varint(record.payload.count + 1)
                joined.byte(record.kind.rawValue | RecordKind.joinedBit)
                joined.raw(record.payload)
                continue
            }
            out += self.record(record.kind, record.payload, after: joined.bytes)
            joined = ByteWriter()
        }
        return out
    }

    public mutating func record(_ kind: RecordKind, _ payload: [UInt8]) -> [UInt8] {
        record(kind, payload, after: [])
    }

    private mutating func record(
        _ kind: RecordKind, _ payload: [UInt8], after joined: [UInt8]
    ) -> [UInt8] {
        let body = [kind.rawValue] + payload
        var out = ByteWriter(reservingCapacity: joined.count + body.count + 12)
        out.raw(joined)
        out.varint(body.count + SealSequence.byteCount)
        out.raw(body)
        out.raw(seals.next(over: joined + body))
        return out.bytes
    }
}

/// Who is calling. Not proven until the first record's seal fits.
public struct Preface: Hashable, Sendable {
    /// The protocol versions that this program speaks. Fields and kinds of records may be added
    /// within a version; another one changes what an older program could not pass over: from 2 on,
    /// segments may be modelled, hello and answer are short, and small records share a seal.
    public static let versions: ClosedRange<UInt8> = 1...2
    static let shortMessagesSince: UInt8 = 2

    public let version: UInt8
    public let replica: ReplicaID
    public let nonce: UInt64

    /// The newest version that both sides speak.
    public static func common(
        _ ours: ClosedRange<UInt8>, _ theirs: ClosedRange<UInt8>
    ) -> UInt8? {
        ours.overlaps(theirs) ? min(ours.upperBound, theirs.upperBound) : nil
    }

    public init(
        version: UInt8 = Preface.versions.upperBound, replica: ReplicaID, nonce: UInt64
    ) {
        self.version = version
        self.replica = replica
        self.nonce = nonce
    }

    /// The preface at the beginning of a whole request.
    /// - Returns: nil when these bytes do not begin with one of a version known here.
    public init?(beginning bytes: [UInt8]) {
        var reader = RecordReader()
        reader.feed(bytes.prefix(32))
        guard let preface = try? reader.preface() else { return nil }
        self = preface
    }
}

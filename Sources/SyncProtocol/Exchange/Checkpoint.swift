private import Crypto

// checkpoint   text scope; varint replica, seq; 32 bytes chain head; 64 bytes signature
// list         varint n; n × checkpoint, rising by scope and replica       hello 11, answer 11
// signature    Ed25519 (RFC 8032) with the hub's signing key, over the text "trasne checkpoint 1"
//              and the bytes before it

/// Up to where a hub once wrote in a scope, under its signature.
///
/// Problem: a hub put back from a backup has lost its own latest writing, and whoever returns it
/// could slip in what the hub never wrote. Idea: with what it writes the hub hands out the head of
/// its hash chain, signed; what comes back is taken only when it leads to such a head.
public struct Checkpoint: Hashable, Sendable {
    public let scope: Scope
    /// The hub's number then, and the last changeset the chain holds.
    public let dot: Dot
    public let chain: HashChain
    public let signature: [UInt8]

    public static let signatureByteCount = 64

    /// - Returns: nil unless the signature is 64 bytes. Whether it fits is asked of
    ///   ``isSigned(by:)``.
    public init?(scope: Scope, dot: Dot, chain: HashChain, signature: [UInt8]) {
        guard signature.count == Self.signatureByteCount else { return nil }
        self.scope = scope
        self.dot = dot
        self.chain = chain
        self.signature = signature
    }

    /// Signs.
    /// - Parameter key: the hub's Ed25519 private key, 32 bytes.
    /// - Returns: nil when the key is none.
    public init?(scope: Scope, dot: Dot, chain: HashChain, key: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: key),
            let signature = try? key.signature(for: Self.signed(scope, dot, chain))
        else { return nil }
        self.init(scope: scope, dot: dot, chain: chain, signature: Array(signature))
    }

    /// - Parameter key: the hub's Ed25519 public key, 32 bytes.
    public func isSigned(by key: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else {
            return false
        }
        return key.isValidSignature(signature, for: Self.signed(scope, dot, chain))
    }

    private static func signed(_ scope: Scope, _ dot: Dot, _ chain: HashChain) -> [UInt8] {
        var out = ByteWriter()
        out.raw("trasne checkpoint 1".utf8)
        encode(scope, dot, chain, to: &out)
        return out.bytes
    }

    private static func encode(
        _ scope: Scope, _ dot: Dot, _ chain: HashChain, to out: inout ByteWriter
    ) {
        out.text(scope.code)
        out.varint(UInt64(dot.replica.rawValue))
        out.varint(dot.seq)
        out.raw(chain.head)
    }

    func encode(to out: inout ByteWriter) {
        Self.encode(scope, dot, chain, to: &out)
        out.raw(signature)
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        let scope = Scope(try input.name("scope"))
        let dot = Dot(ReplicaID(try input.uint32("replica")), try input.varint())
        let head = try input.raw(HashChain.byteCount)
        let signature = try input.raw(Self.signatureByteCount)
        guard let chain = HashChain(head: head),
            let whole = Checkpoint(scope: scope, dot: dot, chain: chain, signature: signature)
        else { throw input.failure(.truncated) }
        self = whole
    }
}

/// The checkpoints of one message. An edge that sends none of them, but the field, lacks one.
public struct Checkpoints: Hashable, Sendable {
    public let list: [Checkpoint]

    /// Of several for one scope and replica the greatest stays.
    public init(_ checkpoints: [Checkpoint]) {
        var greatest: [Key: Checkpoint] = [:]
        for checkpoint in checkpoints {
            let key = Key(checkpoint)
            if let known = greatest[key], known.dot.seq >= checkpoint.dot.seq { continue }
            greatest[key] = checkpoint
        }
        list = greatest.sorted { $0.key < $1.key }.map(\.value)
            .suffix(SyncLimits.checkpointsPerMessageMax)
    }

    private struct Key: Hashable, Comparable {
        let scope: Scope
        let replica: ReplicaID

        init(_ checkpoint: Checkpoint) {
            scope = checkpoint.scope
            replica = checkpoint.dot.replica
        }

        static func < (a: Key, b: Key) -> Bool { (a.scope, a.replica) < (b.scope, b.replica) }
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.varint(list.count)
        for checkpoint in list { checkpoint.encode(to: &out) }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        var found: [Checkpoint] = []
        let count = try input.count(
            of: "checkpoints", limit: SyncLimits.checkpointsPerMessageMax, bytesEach: 99)
        for _ in 0..<count {
            let next = try Checkpoint(reading: &input)
            if let last = found.last, Key(last) >= Key(next) {
                throw input.failure(.notCanonical(what: "checkpoint order"))
            }
            found.append(next)
        }
        try input.finish()
        list = found
    }
}

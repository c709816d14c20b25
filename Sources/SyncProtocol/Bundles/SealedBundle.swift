private import Crypto

// The whole bundle, before it is split into files.
//
//   bundle     byte version, 1; block head; 32 bytes encapsulated key; block sealed content;
//              64 bytes signature
//   sealed     HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//              ChaCha20-Poly1305; info "trasne bundle 1", additional data the head
//   signature  Ed25519 by the sender over "trasne bundle 1" ‖ SHA-256 of all that stands before it
//   content    the stream of an exchange (`Records.swift`): to the hub a request with its preface,
//              to a device the records of an answer

/// A bundle as bytes: signed by its sender, sealed to its receiver. Making and opening it needs
/// keys and chance and so stands above the core.
public struct SealedBundle: Hashable, Sendable {
    public let headBytes: [UInt8]
    public let head: BundleHead
    /// HPKE's encapsulated key, 32 bytes.
    public let encapsulatedKey: [UInt8]
    public let sealed: [UInt8]
    /// Ed25519, 64 bytes, over ``signed``.
    public var signature: [UInt8]

    static let version: UInt8 = 1
    /// HPKE's info, and the beginning of what is signed.
    public static let context = Array("trasne bundle 1".utf8)

    public init(head: BundleHead, encapsulatedKey: [UInt8], sealed: [UInt8]) {
        precondition(encapsulatedKey.count == 32)
        self.head = head
        headBytes = head.encoded()
        self.encapsulatedKey = encapsulatedKey
        self.sealed = sealed
        signature = [UInt8](repeating: 0, count: 64)
    }

    private var body: [UInt8] {
        var out = ByteWriter(reservingCapacity: headBytes.count + sealed.count + 48)
        out.byte(Self.version)
        out.block(headBytes)
        out.raw(encapsulatedKey)
        out.block(sealed)
        return out.bytes
    }

    /// What the signature covers.
    public var signed: [UInt8] { Self.context + Array(SHA256.hash(data: body)) }

    public func encoded() -> [UInt8] { body + signature }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let version = try input.byte()
        guard version == Self.version else {
            throw DecodeError(.unknownVersion(UInt64(version)), at: 0)
        }
        headBytes = try input.block("head", limit: SyncLimits.bundleHeadBytesMax)
        head = try BundleHead(decoding: headBytes)
        encapsulatedKey = try input.raw(32)
        sealed = try input.block("content", limit: SyncLimits.bundleBytesMax)
        signature = try input.raw(64)
        try input.finish()
    }

    /// The short name of an X25519 public key in ``BundleHead/receiverKey``.
    public static func name(ofKey key: [UInt8]) -> UInt64 {
        SHA256.hash(data: key).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

private import Crypto

// Who else may be talked to, as the hub tells it.
//
//   answer 7   varint n; n × peer                                          rising by replica
//   peer       varint replica; byte kind; text office; varint device;
//              32 bytes X25519 public key; 32 bytes Ed25519 public key
//   kind       0 a PC of an office · 1 a district's relay, `office` is the district
//   hello 8    the first 4 bytes of the SHA-256 of the last list; absent: none is known, or empty

/// Another device that the hub vouches for: a PC of the same office, or the district's relay.
public struct Peer: Hashable, Sendable {
    /// Open: a newer hub may know more kinds.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let office = Kind(rawValue: 0)
        public static let relay = Kind(rawValue: 1)
    }

    public let replica: ReplicaID
    public let kind: Kind
    /// Its office; of a relay its district.
    public let office: Scope
    public let device: UInt32
    /// X25519, 32 bytes: seals exchanges.
    public let linkKey: [UInt8]
    /// Ed25519, 32 bytes: signs checkpoints.
    public let signingKey: [UInt8]

    public static let keyByteCount = 32

    /// - Returns: nil unless both keys are 32 bytes.
    public init?(
        replica: ReplicaID, kind: Kind, office: Scope, device: UInt32, linkKey: [UInt8],
        signingKey: [UInt8]
    ) {
        guard linkKey.count == Self.keyByteCount, signingKey.count == Self.keyByteCount else {
            return nil
        }
        self.replica = replica
        self.kind = kind
        self.office = office
        self.device = device
        self.linkKey = linkKey
        self.signingKey = signingKey
    }
}

/// The whole list; it replaces the one before, so who is missing from it was retired.
public struct PeerList: Hashable, Sendable {
    /// Rising by replica.
    public let peers: [Peer]

    /// Of two with one number the first stays.
    public init(_ peers: [Peer]) {
        let first = Dictionary(peers.map { ($0.replica, $0) }, uniquingKeysWith: { a, _ in a })
        self.peers = first.values.sorted { $0.replica < $1.replica }
            .prefix(SyncLimits.peersMax).map { $0 }
    }

    /// What a hello says of the list that is known; nil for an empty one.
    public var mark: [UInt8]? {
        peers.isEmpty ? nil : Array(SHA256.hash(data: encoded()).prefix(4))
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.varint(peers.count)
        for peer in peers {
            out.varint(UInt64(peer.replica.rawValue))
            out.byte(peer.kind.rawValue)
            out.text(peer.office.code)
            out.varint(UInt64(peer.device))
            out.raw(peer.linkKey)
            out.raw(peer.signingKey)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        var found: [Peer] = []
        let count = try input.count(of: "peers", limit: SyncLimits.peersMax, bytesEach: 68)
        for _ in 0..<count {
            let replica = ReplicaID(try input.uint32("replica"))
            if let last = found.last, last.replica >= replica {
                throw input.failure(.notCanonical(what: "peer order"))
            }
            let kind = Peer.Kind(rawValue: try input.byte())
            let office = Scope(try input.name("office"))
            let device = try input.uint32("device")
            let linkKey = try input.raw(Peer.keyByteCount)
            let signingKey = try input.raw(Peer.keyByteCount)
            guard
                let peer = Peer(
                    replica: replica, kind: kind, office: office, device: device,
                    linkKey: linkKey, signingKey: signingKey)
            else { throw input.failure(.truncated) }
            found.append(peer)
        }
        try input.finish()
        peers = found
    }
}

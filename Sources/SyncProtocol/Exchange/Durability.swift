// What a hub's backups hold, and since which restore.
//
//   hello 9     varint number of the backup known; [varint epoch]
//   answer 1    varint number of the backup; varint n; n × (text scope; vector)   rising by scope
//   answer 2    varint epoch
//
// Each is absent while it has nothing to say: before the first backup, when the caller knows the
// latest, before the first restore, when the caller has confirmed the epoch.

/// What a caller knows of the hub's backups (hello field 9).
public struct BackupKnown: Hashable, Sendable {
    /// The number of the latest backup it was told of; 0 for none.
    public var backup: UInt64
    /// The log epoch it has just learned of, said until the hub stops naming it.
    public var epoch: UInt32?

    public init(backup: UInt64, epoch: UInt32? = nil) {
        self.backup = backup
        self.epoch = epoch
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.varint(backup)
        if let epoch { out.varint(UInt64(epoch)) }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        backup = try input.varint()
        epoch = input.remaining > 0 ? try input.uint32("epoch") : nil
        try input.finish()
    }
}

/// What a hub's latest backup holds of the caller's scopes (answer field 1): *durable*, where the
/// answer's holdings are *received*.
public struct Durable: Hashable, Sendable {
    /// Rises with every backup of one epoch; starts at 1.
    public let backup: UInt64
    public let vectors: [Scope: VersionVector]

    public init(backup: UInt64, vectors: [Scope: VersionVector]) {
        self.backup = backup
        self.vectors = vectors
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.varint(backup)
        out.varint(vectors.count)
        for (scope, vector) in vectors.sorted(by: { $0.key < $1.key }) {
            out.text(scope.code)
            vector.encode(to: &out)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        backup = try input.varint()
        var found: [Scope: VersionVector] = [:]
        var last: Scope?
        let count = try input.count(
            of: "scopes", limit: SyncLimits.scopesPerNodeMax, bytesEach: 2)
        for _ in 0..<count {
            let scope = Scope(try input.name("scope"))
            if let last, last >= scope {
                throw input.failure(.notCanonical(what: "scope order"))
            }
            last = scope
            found[scope] = try VersionVector(reading: &input)
        }
        try input.finish()
        vectors = found
    }
}

/// The log epoch (answer field 2): random, new with every restore of the hub.
public enum LogEpoch {
    public static func encoded(_ epoch: UInt32) -> [UInt8] {
        var out = ByteWriter()
        out.varint(UInt64(epoch))
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> UInt32 {
        var input = ByteReader(bytes)
        let epoch = try input.uint32("epoch")
        try input.finish()
        return epoch
    }
}

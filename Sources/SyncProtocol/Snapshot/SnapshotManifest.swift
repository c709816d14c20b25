private import Crypto

// What a snapshot consists of. It travels in an answer; the chunks it names follow, in any order
// and over any number of exchanges.
//
//   manifest  text scope; vector it stands for; varint n; n × (16 bytes name; varint bytes)
//   name      the first 16 bytes of the SHA-256 of the chunk as it travels
//
// The order of the chunks is the order in which they are loaded.

/// The name of a chunk: a hash of its bytes, so that equal chunks are fetched and kept once.
public struct ChunkName: Hashable, Sendable {
    public static let byteCount = 16

    /// 16 bytes.
    public let bytes: [UInt8]

    public init(of chunk: [UInt8]) {
        bytes = Array(SHA256.hash(data: chunk).prefix(Self.byteCount))
    }

    /// - Returns: nil unless `bytes` are 16.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

/// A scope's state at a floor of its log, as a list of chunks (SYNC §4, *Bootstrap*).
public struct SnapshotManifest: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let name: ChunkName
        /// As it travels, compressed.
        public let byteCount: Int

        public init(name: ChunkName, byteCount: Int) {
            self.name = name
            self.byteCount = byteCount
        }
    }

    public let scope: Scope
    /// Exactly the changesets whose outcome the snapshot is: a floor of the log.
    public let vector: VersionVector
    public let chunks: [Entry]

    public init(scope: Scope, vector: VersionVector, chunks: [Entry]) {
        self.scope = scope
        self.vector = vector
        self.chunks = chunks
    }

    /// Of all chunks, as they travel.
    public var byteCount: Int { chunks.reduce(0) { $0 + $1.byteCount } }

    /// The first 8 bytes of the SHA-256 of the encoded manifest.
    public var id: UInt64 {
        SHA256.hash(data: encoded()).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 64 + chunks.count * 20)
        out.text(scope.code)
        vector.encode(to: &out)
        out.list(chunks) {
            $0.raw($1.name.bytes)
            $0.varint($1.byteCount)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        try self.init(reading: &input)
        try input.finish()
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        scope = Scope(try input.name("scope"))
        vector = try VersionVector(reading: &input)
        let count = try input.count(
            of: "chunks", limit: SyncLimits.snapshotChunksMax,
            bytesEach: ChunkName.byteCount + 1)
        var chunks: [Entry] = []
        chunks.reserveCapacity(count)
        for _ in 0..<count {
            guard let name = ChunkName(bytes: try input.raw(ChunkName.byteCount)) else {
                throw input.failure(.truncated)
            }
            let size = try input.varint()
            guard size <= UInt64(SyncLimits.recordBytesMax) else {
                throw input.failure(.tooLarge(what: "chunk"))
            }
            chunks.append(Entry(name: name, byteCount: Int(size)))
        }
        self.chunks = chunks
    }
}

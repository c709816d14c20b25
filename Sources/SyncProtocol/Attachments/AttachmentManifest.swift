// A photo or scan, as it is named, stored and sent.
//
//   manifest  byte format, 1; text media type; varint size; n × 32 bytes chunk hash
//
// n is ⌈size / 16,384⌉: every chunk but the last has 16,384 bytes. The attachment's name is the
// SHA-256 of the manifest; a column of type `attachment` keeps it as 64 hexadecimal digits.

/// What an attachment consists of.
public struct AttachmentManifest: Hashable, Sendable {
    static let format: UInt8 = 1

    /// Lower case, like `image/jpeg`.
    public let mediaType: String
    /// Bytes of the whole.
    public let size: Int
    public let chunks: [ContentHash]

    /// - Returns: nil when there is nothing, too much, or the media type is not one.
    public init?(mediaType: String, content: [UInt8]) {
        guard !content.isEmpty, content.count <= SyncLimits.attachmentBytesMax,
            Self.isMediaType(mediaType)
        else { return nil }
        self.mediaType = mediaType
        size = content.count
        chunks = Self.pieces(of: content).map { ContentHash(of: $0) }
    }

    private init(mediaType: String, size: Int, chunks: [ContentHash]) {
        self.mediaType = mediaType
        self.size = size
        self.chunks = chunks
    }

    /// The attachment's name.
    public var hash: ContentHash { ContentHash(of: encoded()) }

    /// The content cut as its manifest names it.
    public static func pieces(of content: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: content.count, by: SyncLimits.attachmentChunkBytes).map {
            Array(content[$0..<min($0 + SyncLimits.attachmentChunkBytes, content.count)])
        }
    }

    /// The bytes that chunk `position` has.
    public func size(of position: Int) -> Int {
        min(SyncLimits.attachmentChunkBytes, size - position * SyncLimits.attachmentChunkBytes)
    }

    /// Two tokens of RFC 6838 in lower case, so that it can stand in a header as it is.
    private static func isMediaType(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                            || [UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-")]
                                .contains($0)
                    }
            }
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 24 + chunks.count * ContentHash.byteCount)
        out.byte(Self.format)
        out.text(mediaType)
        out.varint(size)
        for chunk in chunks { out.raw(chunk.bytes) }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let format = try input.byte()
        guard format == Self.format else {
            throw DecodeError(.unknownVersion(UInt64(format)), at: 0)
        }
        let mediaType = try input.text("media type", limit: 64)
        guard Self.isMediaType(mediaType) else {
            throw input.failure(.notCanonical(what: "media type"))
        }
        let at = input.offset
        let size = try input.varint()
        guard size > 0, size <= UInt64(SyncLimits.attachmentBytesMax) else {
            throw DecodeError(.tooLarge(what: "attachment"), at: at)
        }
        let each = UInt64(SyncLimits.attachmentChunkBytes)
        let count = Int((size + each - 1) / each)
        guard count * ContentHash.byteCount <= input.remaining else {
            throw input.failure(.truncated)
        }
        var chunks: [ContentHash] = []
        for _ in 0..<count { chunks.append(try input.contentHash()) }
        try input.finish()
        self.init(mediaType: mediaType, size: Int(size), chunks: chunks)
    }
}

private import Crypto

// One file of a bundle. A bundle that is not split is part 1 of 1.
//
//   part      8 bytes "TrasneB1"; 16 bytes bundle id; varint number, count, total bytes;
//             block piece; 16 bytes checksum
//   id        the first 16 bytes of the SHA-256 of the whole bundle
//   checksum  the first 16 bytes of the SHA-256 of all that stands before it

/// A piece of a bundle as it lies in one file. The checksum finds a damaged file by name, before
/// anything else is looked at; who made the bundle is for its signature to say.
public struct BundlePart: Hashable, Sendable {
    /// 16 bytes: which bundle this is a part of.
    public let bundle: [UInt8]
    /// From 1.
    public let number: Int
    public let count: Int
    /// The length of the whole bundle.
    public let totalBytes: Int
    public let piece: [UInt8]

    static let magic = Array("TrasneB1".utf8)
    static let hashBytes = 16

    /// Cuts a bundle into pieces of at most `bytesMax`.
    /// - Precondition: the bundle is not empty and `bytesMax` is positive.
    public static func split(_ bundle: [UInt8], bytesMax: Int) -> [BundlePart] {
        precondition(!bundle.isEmpty && bytesMax > 0)
        let id = Array(SHA256.hash(data: bundle).prefix(hashBytes))
        let count = (bundle.count + bytesMax - 1) / bytesMax
        return (0..<count).map { index in
            let start = index * bytesMax
            return BundlePart(
                bundle: id, number: index + 1, count: count, totalBytes: bundle.count,
                piece: Array(bundle[start..<min(start + bytesMax, bundle.count)]))
        }
    }

    /// The whole of all parts of one bundle, in whatever order they come.
    /// - Returns: nil when the pieces do not make up the bundle that they name.
    /// - Precondition: every part from 1 to the count is there.
    public static func join(_ parts: [BundlePart]) -> [UInt8]? {
        let sorted = parts.sorted { $0.number < $1.number }
        precondition(sorted.map(\.number) == Array(1...sorted.count))
        let whole = sorted.flatMap(\.piece)
        guard whole.count == sorted[0].totalBytes,
            Array(SHA256.hash(data: whole).prefix(hashBytes)) == sorted[0].bundle
        else { return nil }
        return whole
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: piece.count + 64)
        out.raw(Self.magic)
        out.raw(bundle)
        out.varint(number)
        out.varint(count)
        out.varint(totalBytes)
        out.block(piece)
        out.raw(SHA256.hash(data: out.bytes).prefix(Self.hashBytes))
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        guard try input.raw(Self.magic.count) == Self.magic else {
            throw DecodeError(.unknownTag(what: "kind of file", UInt64(bytes[0])), at: 0)
        }
        guard bytes.count > Self.hashBytes,
            Array(SHA256.hash(data: bytes.dropLast(Self.hashBytes)).prefix(Self.hashBytes))
                == Array(bytes.suffix(Self.hashBytes))
        else { throw input.failure(.notCanonical(what: "checksum")) }
        bundle = try input.raw(Self.hashBytes)
        number = try input.count(
            of: "part number", limit: SyncLimits.bundlePartsMax, bytesEach: 0)
        count = try input.count(of: "parts", limit: SyncLimits.bundlePartsMax, bytesEach: 0)
        totalBytes = try input.count(
            of: "bundle", limit: SyncLimits.bundleBytesMax, bytesEach: 0)
        guard number >= 1, number <= count else {
            throw input.failure(.notCanonical(what: "part number"))
        }
        piece = try input.block("piece", limit: SyncLimits.bundleBytesMax)
        _ = try input.raw(Self.hashBytes)
        try input.finish()
    }

    private init(bundle: [UInt8], number: Int, count: Int, totalBytes: Int, piece: [UInt8]) {
        self.bundle = bundle
        self.number = number
        self.count = count
        self.totalBytes = totalBytes
        self.piece = piece
    }

    /// Whether these bytes claim to be a part of a bundle at all.
    public static func isPart(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }
}

private import Crypto

/// The name of bytes that travel beside the change-log: their SHA-256 (FIPS 180-4).
///
/// A chunk is named by its bytes, an attachment by its manifest. Equal content has one name
/// everywhere, so it is stored once, sent once, and proven by whoever receives it.
public struct ContentHash: Hashable, Comparable, Sendable {
    public static let byteCount = 32

    /// 32 bytes.
    public let bytes: [UInt8]

    public init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

    /// - Returns: nil when there are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// As a column keeps it: 64 lower-case hexadecimal digits.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    public static func < (a: ContentHash, b: ContentHash) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}

extension ContentHash: CustomStringConvertible {
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}

extension ByteReader {
    mutating func contentHash() throws(DecodeError) -> ContentHash {
        let start = offset
        guard let hash = ContentHash(bytes: try raw(ContentHash.byteCount)) else {
            throw DecodeError(.truncated, at: start)
        }
        return hash
    }
}

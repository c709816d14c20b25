private import Crypto

/// h(n) = SHA-256(h(n−1) ‖ canonical changeset n), for each (scope, replica).
///
/// Two stores that meet at one `seq` with different heads have different pasts: a clone or a
/// restored copy wrote (SYNC §4, *Fork*).
public struct HashChain: Hashable, Sendable {
    /// 32 bytes; all zero before the first changeset.
    public let head: [UInt8]

    public static let byteCount = 32

    public init() { head = [UInt8](repeating: 0, count: Self.byteCount) }

    /// - Returns: nil unless `head` is 32 bytes.
    public init?(head: [UInt8]) {
        guard head.count == Self.byteCount else { return nil }
        self.head = head
    }

    public func appending(_ canonicalChangeset: [UInt8]) -> HashChain {
        var hash = SHA256()
        hash.update(data: head)
        hash.update(data: canonicalChangeset)
        return HashChain(unchecked: Array(hash.finalize()))
    }

    /// What a hello carries: enough to tell two pasts apart.
    public var short: UInt64 { head.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// What a segment carries.
    public var shortest: ShortChain {
        ShortChain(rawValue: head.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
    }

    private init(unchecked head: [UInt8]) { self.head = head }
}

/// The first four bytes of a chain head: enough to tell, segment after segment, that two pasts are
/// not one. Four bytes agree by chance once in 2³²; the next segment is checked again.
public struct ShortChain: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Not told; also the head before the first changeset, where there is nothing to compare.
    public static let unknown = ShortChain(rawValue: 0)

    init(reading input: inout ByteReader) throws(DecodeError) {
        self.init(bytes: try input.raw(4))
    }

    /// - Parameter bytes: four.
    package init(bytes: some Sequence<UInt8>) {
        rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    package var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: rawValue >> UInt32($0)) }
    }
}

/// What an author's chain was before one of its changesets.
public struct ChainPast: Hashable, Sendable {
    public let first: Dot
    /// The head before `first`.
    public let chain: ShortChain

    public init(first: Dot, chain: ShortChain) {
        self.first = first
        self.chain = chain
    }
}

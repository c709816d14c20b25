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

    private init(unchecked head: [UInt8]) { self.head = head }
}

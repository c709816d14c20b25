/// One incarnation of one store file on one machine (SYNC §1).
///
/// Problem: a restored backup or a cloned disk would reuse counters and so silently lose data.
/// Idea: numbers name *incarnations*, not machines; whoever doubts takes a new one.
/// Invariant: a number is never given out twice, and retired numbers stay known for ever.
public struct ReplicaID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The hub's first number: it writes the reference data.
    public static let hub = ReplicaID(1)

    /// Numbers that a hub takes when it is put back from a backup: its edges may hold dots of the
    /// number before that the hub itself lost.
    public static let restoredHubs: ClosedRange<UInt32> = 0x7000_0000...0x7fff_ffff

    /// Whether a hub writes under this number, the present one or one before a restore.
    public var isHub: Bool { self == .hub || Self.restoredHubs.contains(rawValue) }

    /// Numbers that a node took by itself while it could not ask the hub.
    public var isProvisional: Bool { rawValue >= 0x8000_0000 }

    public static func < (a: ReplicaID, b: ReplicaID) -> Bool { a.rawValue < b.rawValue }
}

extension ReplicaID: CustomStringConvertible {
    public var description: String { "r\(rawValue)" }
}

/// A place whose rows travel together: an office (`52.02.04.2009`), a district, the regency.
///
/// Every row lives in exactly one scope and a changeset writes exactly one.
public struct Scope: Hashable, Comparable, Sendable {
    public let code: String

    public init(_ code: String) { self.code = code }

    /// Whether this place lies in that one: an office in its district, both in the regency.
    public func isWithin(_ place: Scope) -> Bool {
        code.utf8.starts(with: Array(place.code.utf8) + [UInt8(ascii: ".")])
    }

    /// The place around this one; nil for a code without a dot.
    public var parent: Scope? {
        code.lastIndex(of: ".").map { Scope(String(code[..<$0])) }
    }

    /// Equal as bytes, as stores and hash chains see it: `String` would call two encodings of
    /// "é" the same.
    public static func == (a: Scope, b: Scope) -> Bool { a.code.utf8.elementsEqual(b.code.utf8) }

    /// Compares by UTF-8 bytes, so that every platform sorts alike.
    public static func < (a: Scope, b: Scope) -> Bool {
        a.code.utf8.lexicographicallyPrecedes(b.code.utf8)
    }
}

extension Scope: CustomStringConvertible {
    public var description: String { code }
}

/// Names one changeset of one scope: the `seq`-th that `replica` wrote there.
///
/// `seq` starts at 1 and has no holes. The scope is known from where the dot stands.
public struct Dot: Hashable, Comparable, Sendable {
    public let replica: ReplicaID
    public let seq: UInt64

    public init(_ replica: ReplicaID, _ seq: UInt64) {
        self.replica = replica
        self.seq = seq
    }

    public static func < (a: Dot, b: Dot) -> Bool {
        (a.replica, a.seq) < (b.replica, b.seq)
    }
}

extension Dot: CustomStringConvertible {
    public var description: String { "\(replica):\(seq)" }
}

/// A row's name for life: the replica that made it and that replica's own counter (SYNC §1).
///
/// It fits SQLite's rowid, costs nearly nothing on the wire as a delta, and is never reused.
/// The upper half of the counter belongs to rows that a trace or an import names itself
/// (``named(by:number:)``), so that they never meet the counter of everyday work.
public struct RowID: Hashable, Comparable, Sendable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    public init(replica: ReplicaID, counter: UInt32) {
        rawValue = Int64(bitPattern: UInt64(replica.rawValue) << 32 | UInt64(counter))
    }

    public var replica: ReplicaID {
        ReplicaID(UInt32(truncatingIfNeeded: UInt64(bitPattern: rawValue) >> 32))
    }

    public var counter: UInt32 { UInt32(truncatingIfNeeded: UInt64(bitPattern: rawValue)) }

    /// The first counter of the half that named rows use.
    public static let namedFloor: UInt32 = 0x8000_0000

    /// The row that a trace calls `number`: every replica finds it without a table of names.
    public static func named(by replica: ReplicaID, number: UInt32) -> RowID {
        RowID(replica: replica, counter: namedFloor | number)
    }

    public static func < (a: RowID, b: RowID) -> Bool { a.rawValue < b.rawValue }
}

// A row that the hub carries on into another scope needs a name of its own there, and the same one
// however often the work is redone, by this hub or by one that was restored. So the name is a
// function of the row's: bits 28 to 30 of the replica number count how often it was carried. The
// hub gives out numbers below 2^28, and seven there means a restored hub; provisional numbers are
// 31 random bits, where a step is as unlikely to meet another number as two of them are to meet.
extension RowID {
    private static let stepBits: UInt32 = 0x7000_0000
    private static let oneStep: UInt32 = 0x1000_0000

    /// The name of this row once carried on. nil after six times.
    public var carried: RowID? { stepped(by: Self.oneStep, unless: Self.stepBits - Self.oneStep) }

    /// The row whose ``carried`` this is; nil for a row that was never carried.
    public var carriedFrom: RowID? { stepped(by: 0 &- Self.oneStep, unless: 0) }

    private func stepped(by step: UInt32, unless end: UInt32) -> RowID? {
        let number = replica.rawValue
        guard replica.isProvisional || number & Self.stepBits != end && !replica.isHub else {
            return nil
        }
        let stepped = number & ~Self.stepBits | (number &+ step) & Self.stepBits
        return RowID(replica: ReplicaID(stepped), counter: counter)
    }
}

extension RowID: LosslessStringConvertible {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// `replica-counter` in Crockford's base 32: no I, L, O or U to misread aloud.
    public var description: String {
        "\(Self.base32(replica.rawValue))-\(Self.base32(counter))"
    }

    /// Reads what ``description`` writes, forgiving lower case and I, L, O.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let replica = Self.number(parts[0]),
            let counter = Self.number(parts[1])
        else { return nil }
        self.init(replica: ReplicaID(replica), counter: counter)
    }

    private static func base32(_ value: UInt32) -> String {
        var rest = value
        var digits: [UInt8] = []
        repeat {
            digits.append(alphabet[Int(rest & 31)])
            rest >>= 5
        } while rest > 0
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    private static func number(_ text: Substring) -> UInt32? {
        guard !text.isEmpty, text.utf8.count <= 7 else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            // By bytes: Unicode's upper case of "ß" is "SS".
            let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            let upper = isLower ? byte - 32 : byte
            let plain =
                switch upper {
                case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
                case UInt8(ascii: "O"): UInt8(ascii: "0")
                default: upper
                }
            guard let digit = alphabet.firstIndex(of: plain) else { return nil }
            value = value << 5 | UInt64(digit)
        }
        return UInt32(exactly: value)
    }
}

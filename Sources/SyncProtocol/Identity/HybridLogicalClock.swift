/// A hybrid logical clock reading: 48 bits of milliseconds since 1970, 16 bits of counter.
///
/// Source: Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014). It never falls, across
/// restarts and clock jumps, and a change made after another is known always reads later (S17).
public struct HLC: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public init(milliseconds: Int64, counter: UInt16 = 0) {
        rawValue = UInt64(clamping: milliseconds) << 16 | UInt64(counter)
    }

    public static let zero = HLC(rawValue: 0)

    public var milliseconds: Int64 { Int64(rawValue >> 16) }
    public var counter: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// The reading for an event at `wallMilliseconds`, later than this one whatever the wall says.
    public func next(wallMilliseconds: Int64) -> HLC {
        let wall = HLC(milliseconds: min(max(wallMilliseconds, 0), (1 << 47)))
        return wall > self ? wall : HLC(rawValue: rawValue + 1)
    }

    public static func < (a: HLC, b: HLC) -> Bool { a.rawValue < b.rawValue }
}

extension HLC: CustomStringConvertible {
    public var description: String { "\(milliseconds)+\(counter)" }
}

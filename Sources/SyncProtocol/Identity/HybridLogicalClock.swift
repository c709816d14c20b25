/// A hybrid logical clock reading: 48 bits of milliseconds since 1970, 16 bits of counter.
///
/// Source: Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014). It never falls, across
/// restarts and clock jumps, and a change made after another is known always reads later (S17).
public struct HLC: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Milliseconds outside 1970…6429 are put at the nearer end.
    public init(milliseconds: Int64, counter: UInt16 = 0) {
        let inRange = Swift.min(Swift.max(milliseconds, 0), Self.max.milliseconds)
        rawValue = UInt64(inRange) << 16 | UInt64(counter)
    }

    public static let zero = HLC(rawValue: 0)

    /// The last reading, in the year 6429: 63 bits, so that stores sort readings as integers.
    public static let max = HLC(rawValue: UInt64(Int64.max))

    public var milliseconds: Int64 { Int64(rawValue >> 16) }
    public var counter: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// The reading for an event at `wallMilliseconds`, later than this one whatever the wall says.
    /// It stands still at ``max`` only: a peer that claims it must not stop anybody's work.
    public func next(wallMilliseconds: Int64) -> HLC {
        let wall = HLC(milliseconds: wallMilliseconds)
        if wall > self { return wall }
        return self < .max ? HLC(rawValue: rawValue + 1) : .max
    }

    public static func < (a: HLC, b: HLC) -> Bool { a.rawValue < b.rawValue }
}

extension HLC: CustomStringConvertible {
    public var description: String { "\(milliseconds)+\(counter)" }
}

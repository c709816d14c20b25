/// A PC's clock: the world's time, as wrong as its battery and its crystal make it.
///
/// `@unchecked Sendable`: one world runs on one thread; the program under test only reads.
final class SimClock: @unchecked Sendable {
    private let time: WorldTime
    /// Milliseconds ahead of the world.
    private(set) var offset: Int64
    /// Milliseconds gained in a million.
    var driftPPM: Int64
    private var since: Int64

    init(_ time: WorldTime, offset: Int64 = 0, driftPPM: Int64 = 0) {
        self.time = time
        self.offset = offset
        self.driftPPM = driftPPM
        since = time.now
    }

    var now: Int64 { time.now + offset + (time.now - since) * driftPPM / 1_000_000 }

    /// From now on it is this far ahead.
    func set(offset: Int64) {
        self.offset = offset
        since = time.now
    }

    func set(reading: Int64) { set(offset: reading - time.now) }
}

/// Virtual UTC milliseconds.
///
/// `@unchecked Sendable`: as ``SimClock``.
final class WorldTime: @unchecked Sendable {
    var now: Int64

    init(_ now: Int64) { self.now = now }

    /// Monday, 23 November 2026, 00:00 in Lombok (UTC+8).
    static let start: Int64 = 1_795_363_200_000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * hour

    /// "2 08:15:03.250": day of the world from 1, then the local time.
    static func text(_ time: Int64) -> String {
        let since = max(0, time - start)
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let milliseconds = since % 1_000
        return "\(since / day + 1) \(two(since % day / hour)):\(two(since % hour / 60_000)):"
            + "\(two(since % 60_000 / 1_000))."
            + (milliseconds < 10 ? "00" : milliseconds < 100 ? "0" : "") + "\(milliseconds)"
    }
}

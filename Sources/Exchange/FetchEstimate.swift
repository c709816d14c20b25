/// How far a large answer is, for people.
public struct FetchProgress: Hashable, Sendable {
    public let bytes: Int
    public let bytesAll: Int
    /// Seconds until the rest is here, at the rate of this exchange; nil until it can be measured.
    public let secondsLeft: Int?

    public init(bytes: Int, bytesAll: Int, secondsLeft: Int?) {
        self.bytes = bytes
        self.bytesAll = bytesAll
        self.secondsLeft = secondsLeft
    }
}

/// What is known of a large answer while it arrives.
struct FetchEstimate {
    private var arrived = 0
    private var expected = 0
    private var began: Int64?

    /// Only what took this long says anything about the line.
    static let measuredMillisecondsMin: Int64 = 2_000

    /// Whether anything was foretold.
    var isLarge: Bool { expected > 0 }

    /// - Parameters:
    ///   - bytes: still to come, as the other side foretells. It may err by the last pieces.
    ///   - now: UTC milliseconds.
    mutating func expect(_ bytes: Int, now: Int64) {
        expected = arrived + bytes
        if began == nil { began = now }
    }

    mutating func add(_ bytes: Int) { arrived += bytes }

    /// All is here, whatever was foretold: a last, small answer foretells nothing.
    mutating func finish() { expected = min(expected, arrived) }

    func progress(now: Int64) -> FetchProgress {
        let all = max(expected, arrived)
        return FetchProgress(
            bytes: arrived, bytesAll: all, secondsLeft: secondsLeft(all - arrived, now))
    }

    private func secondsLeft(_ bytes: Int, _ now: Int64) -> Int? {
        guard let began, arrived > 0, now - began >= Self.measuredMillisecondsMin else {
            return nil
        }
        return Int(Int64(bytes) * (now - began) / Int64(arrived) / 1_000)
    }
}

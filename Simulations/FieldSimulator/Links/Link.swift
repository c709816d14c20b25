/// One direction of a line between two machines.
public struct Link {
    public struct Quality: Hashable, Sendable {
        public init() {}

        public var latencyMin: Int64 = 20
        public var latencyMean: Int64 = 30
        public var lossPerMille = 0
        public var duplicatePerMille = 0
        /// The stream dies at any byte.
        public var cutPerMille = 0
        /// One bit turns on the way.
        public var flipPerMille = 0
        /// An old message comes once more, up to a day later.
        public var replayPerMille = 0
        public var bitsPerSecond: Int64 = 1_000_000
    }

    var quality = Quality()
    /// No byte passes before.
    var blockedUntil: Int64 = 0
    /// It is blocked because it comes and goes.
    var flapsUntil: Int64 = 0
    /// Bytes wait until then, and then arrive.
    var cloggedUntil: Int64 = 0
    /// When the bytes sent so far have gone.
    var busyUntil: Int64 = 0

    /// What blocks it, when something does.
    func block(at now: Int64) -> FaultFamily? {
        now < blockedUntil ? now < flapsUntil ? .flap : .partition : nil
    }

    enum Fate {
        case lost
        /// - Parameter count: how many bytes arrive; nil for all.
        case arrives(at: Int64, count: Int?, flippedBit: Int?)
    }

    /// What becomes of a message.
    mutating func send(
        bytes: Int, at now: Int64, _ chance: inout Chance
    ) -> (fate: Fate, copyAt: Int64?, isLate: Bool) {
        // Always the same number of draws, so that a quality shifts none of the others.
        let delay = quality.latencyMin + chance.exponential(mean: quality.latencyMean)
        let isLost = chance.chance(perMille: quality.lossPerMille)
        let isCut = chance.chance(perMille: quality.cutPerMille)
        let isFlipped = chance.chance(perMille: quality.flipPerMille)
        let isDoubled = chance.chance(perMille: quality.duplicatePerMille)
        let isReplayed = chance.chance(perMille: quality.replayPerMille)
        let (place, later) = (chance.next(), chance.exponential(mean: 2 * WorldTime.hour))
        let start = max(now, busyUntil, cloggedUntil)
        busyUntil = start + Int64(bytes) * 8_000 / max(1, quality.bitsPerSecond)
        let arrival = busyUntil + delay
        guard now >= blockedUntil, !isLost else { return (.lost, nil, false) }
        let fate = Fate.arrives(
            at: arrival, count: isCut ? Int(place % UInt64(max(1, bytes))) : nil,
            flippedBit: isFlipped && bytes > 0 ? Int(place % UInt64(bytes * 8)) : nil)
        let copyAt = isDoubled ? arrival + 1 + delay : isReplayed ? arrival + later : nil
        return (fate, copyAt, isReplayed && !isDoubled)
    }
}

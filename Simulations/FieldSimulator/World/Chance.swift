import Foundation

/// Whose dice are thrown. Each node has its own sequence in each stream, so that taking one event
/// away shifts no other draw: this is what makes shrinking work.
public enum ChanceStream: UInt64, CaseIterable, Sendable {
    case plan = 1, work, net, clock, process, node, state, wire
}

/// SplitMix64's finalizer over (seed, stream, entity, n): chance that is a function of its place.
public func mix(_ seed: UInt64, _ stream: UInt64, _ entity: UInt64, _ n: UInt64) -> UInt64 {
    func scatter(_ z: UInt64) -> UInt64 {
        var z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
    let step: UInt64 = 0x9e37_79b9_7f4a_7c15
    var z = scatter(seed &+ step)
    z = scatter(z ^ (stream &+ step))
    z = scatter(z ^ (entity &+ step))
    return scatter(z ^ (n &+ step))
}

/// One sequence of draws.
public struct Chance: RandomNumberGenerator, Sendable {
    private let seed: UInt64
    private let stream: UInt64
    private let entity: UInt64
    private var count: UInt64 = 0

    public init(seed: UInt64, _ stream: ChanceStream, entity: UInt64 = 0) {
        self.seed = seed
        self.stream = stream.rawValue
        self.entity = entity
    }

    public mutating func next() -> UInt64 {
        count += 1
        return mix(seed, stream, entity, count)
    }

    /// A number in 0..<bound.
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    public mutating func chance(perMille: Int) -> Bool { below(1_000) < perMille }

    public mutating func chance(percent: Int) -> Bool { below(100) < percent }

    /// In [0, 1).
    public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Each order of magnitude as likely.
    public mutating func logUniform(_ range: ClosedRange<Int64>) -> Int64 {
        let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
        let value = low * exp2(fraction() * (log2(high / low)))
        return min(range.upperBound, max(range.lowerBound, Int64(value)))
    }

    /// Exponentially distributed, at most ten times its mean.
    public mutating func exponential(mean: Int64) -> Int64 {
        guard mean > 0 else { return 0 }
        let drawn = -log2(1 - fraction()) * 0.693_147_180_559_945
        return Int64(min(10, drawn) * Double(mean))
    }

    public mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
}

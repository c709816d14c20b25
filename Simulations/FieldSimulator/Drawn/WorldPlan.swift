/// What a seed makes of a world: who takes part, which faults, and how much work.
public struct WorldPlan: Hashable, Sendable {
    public static let edgesMax = Town.edgesMax

    public let seed: UInt64
    public var edges = 3
    public var hasRelay = false
    public var days = 2
    public var transactions = 24
    /// Milliseconds between two syncs of a PC.
    public var syncEvery: Int64 = 6 * 3_600_000
    public var families: Set<FaultFamily> = []

    public init(seed: UInt64) { self.seed = seed }

    /// As a swarm draws it: each family with p = 0.5, parameters log-uniform; one seed in twenty
    /// without faults, one with all.
    public static func drawn(_ seed: UInt64) -> WorldPlan {
        var chance = Chance(seed: seed, .plan)
        var plan = WorldPlan(seed: seed)
        plan.edges = 2 + chance.below(5)
        plan.hasRelay = chance.chance(percent: 15)
        plan.days = Int(chance.logUniform(1...14))
        plan.transactions = Int(chance.logUniform(8...60))
        plan.syncEvery = chance.logUniform(2 * WorldTime.hour...24 * WorldTime.hour)
        let style = chance.below(20)
        for family in FaultFamily.allCases {
            let isOn = chance.chance(percent: family.percent)
            if style == 0 { continue }
            if style == 1 || isOn { plan.families.insert(family) }
        }
        return plan
    }
}

extension FaultFamily {
    /// How often a swarm turns it on. What ends a machine's part in the world is rarer, so that
    /// most worlds are about something else.
    var percent: Int {
        switch self {
        case .lyingDisk, .wipe, .clone, .restoredBackup, .hubRestored: 20
        case .diskError, .diskFull, .clockAhead, .clockReset: 25
        case .relay, .stick, .restoredImage, .compaction, .join: 30
        case .split: 15
        default: 50
        }
    }
}

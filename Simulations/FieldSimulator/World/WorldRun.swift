/// One world from its beginning to its verdict.
public struct WorldOutcome: Sendable {
    public let plan: WorldPlan
    public let breaches: [Breach]
    public let tally: WorldTally
    public let ledger: FaultLedger
    public let events: Int
    public let traceHash: UInt64
    /// Devices whose disks lied and that said so.
    public let refusals: Int
}

extension World {
    /// Runs a plan: first everything that it draws, then with everything well.
    /// - Parameter listener: each line as it comes.
    public static func run(
        _ plan: WorldPlan, listener: ((TraceLine) -> Void)? = nil
    ) throws -> WorldOutcome {
        let world = try World(
            seed: plan.seed, edges: plan.edges,
            hasRelay: plan.hasRelay || plan.families.contains(.relay))
        world.listener = listener
        WorldWriter(world: world, plan: plan).write()
        try world.run(until: WorldTime.start + Int64(plan.days) * WorldTime.day)
        if world.breaches.isEmpty { try world.heal() }
        return WorldOutcome(
            plan: plan, breaches: world.breaches, tally: world.tally, ledger: world.ledger,
            events: world.events, traceHash: world.traceHash,
            refusals: world.edges.count { $0.refusal != nil })
    }
}

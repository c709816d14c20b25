/// One world from its beginning to its verdict.
public struct WorldOutcome: Sendable {
    public let script: Script
    public let breaches: [Breach]
    public let tally: WorldTally
    public let ledger: FaultLedger
    public let events: Int
    public let traceHash: UInt64
    /// Devices whose disks lied and that said so.
    public let refusals: Int
    /// Milliseconds of its own time.
    public let span: Int64
    public let bytesSent: Int
}

extension World {
    /// Runs what a seed draws.
    public static func run(
        _ plan: WorldPlan, listener: ((TraceLine) -> Void)? = nil
    ) throws -> WorldOutcome {
        try run(ScriptWriter.script(of: plan), listener: listener)
    }

    /// Runs a script: first everything that it says, then, unless it says otherwise, with
    /// everything well.
    /// - Parameter listener: each line as it comes.
    public static func run(
        _ script: Script, recorder: Recorder? = nil, listener: ((TraceLine) -> Void)? = nil
    ) throws -> WorldOutcome {
        let world = try World(
            seed: script.seed, edges: script.edges, villages: script.villages,
            hasRelay: script.hasRelay)
        world.listener = listener
        world.recorder = recorder
        world.hasCanary = script.hasCanary
        world.add(script)
        try world.run(until: WorldTime.start + script.end + 1_000)
        if world.breaches.isEmpty, script.heals { try world.heal() }
        for machine in world.machines { world.ledger.add(machine.disk) }
        recorder?.end(world)
        return WorldOutcome(
            script: script, breaches: world.breaches, tally: world.tally, ledger: world.ledger,
            events: world.events, traceHash: world.traceHash,
            refusals: world.edges.count { $0.refusal != nil },
            span: world.now - WorldTime.start, bytesSent: world.bytesSent)
    }
}

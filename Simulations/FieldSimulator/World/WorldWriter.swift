import SyncProtocol

/// Fills a world's heap with what its plan draws: work, syncs and faults.
///
/// Each source of events has dice of its own.
struct WorldWriter {
    let world: World
    let plan: WorldPlan

    private var end: Int64 { WorldTime.start + Int64(plan.days) * WorldTime.day }

    func write() {
        lines()
        for edge in world.edges {
            clocks(of: edge)
            syncs(of: edge)
            disk(of: edge)
            if !edge.isRelay { lan(of: edge) }
        }
        disk(of: world.hub)
        work()
        for family in FaultFamily.allCases where plan.families.contains(family) {
            events(of: family)
        }
        for day in 0..<Int64(plan.days) {
            world.plan(
                "the nightly backup",
                at: WorldTime.start + day * WorldTime.day + 22 * WorldTime.hour
            ) {
                $0.backUpHub()
            }
        }
    }

    private func chance(_ stream: ChanceStream, _ entity: UInt64) -> Chance {
        Chance(seed: plan.seed, stream, entity: entity)
    }

    // MARK: - Lines

    private func lines() {
        var chance = chance(.wire, 1)
        var quality = Link.Quality()
        quality.latencyMin = chance.logUniform(5...300)
        quality.latencyMean = chance.logUniform(20...2_000)
        // Drawn even when off: turning a family off shifts no other.
        let loss = Int(chance.logUniform(5...300)), copies = Int(chance.logUniform(5...300))
        let replay = Int(chance.logUniform(5...200)), cut = Int(chance.logUniform(5...300))
        let flip = Int(chance.logUniform(2...100)), speed = chance.logUniform(9_600...10_000_000)
        if plan.families.contains(.loss) { quality.lossPerMille = loss }
        if plan.families.contains(.duplicate) { quality.duplicatePerMille = copies }
        if plan.families.contains(.replay) { quality.replayPerMille = replay }
        if plan.families.contains(.streamCut) { quality.cutPerMille = cut }
        if plan.families.contains(.bitFlip) { quality.flipPerMille = flip }
        if plan.families.contains(.slowLine) { quality.bitsPerSecond = speed }
        world.defaultQuality = quality
    }

    // MARK: - Machines

    private func clocks(of edge: SimEdge) {
        var chance = chance(.clock, edge.entity)
        let skew = Int64(chance.below(576_000)) - 288_000
        let drift = Int64(chance.below(1_000)) - 500
        if plan.families.contains(.clockSkew) {
            edge.clock.set(offset: skew)
            world.ledger.add(.clockSkew, FaultCount(injected: 1, tookEffect: 1))
        }
        if plan.families.contains(.clockDrift) {
            edge.clock.driftPPM = drift
            world.ledger.add(.clockDrift, FaultCount(injected: 1, tookEffect: 1))
        }
    }

    private func syncs(of edge: SimEdge) {
        var chance = chance(.net, edge.entity)
        let first = WorldTime.start + Int64(chance.below(Int(plan.syncEvery)))
        tick(edge, at: first, chance)
    }

    private func tick(_ edge: SimEdge, at time: Int64, _ chance: Chance) {
        let (every, end) = (plan.syncEvery, end)
        world.plan("sync", at: time) { [self] world in
            guard !world.isHealed, world.now < end, !edge.isWiped else { return }
            world.sync(edge, with: world.hub)
            var chance = chance
            let pause = every * Int64(1 + min(edge.failures, 3))
            let jitter = Int64(chance.below(500)) + 750
            tick(edge, at: world.now + pause * jitter / 1_000, chance)
        }
    }

    private func lan(of edge: SimEdge) {
        guard plan.families.contains(.lan) || plan.families.contains(.relay) else { return }
        var chance = chance(.state, 500 + edge.entity)
        var time = WorldTime.start
        while time < end {
            time += plan.syncEvery / 2 + Int64(chance.below(Int(plan.syncEvery)))
            let pick = chance.below(1_000)
            world.plan("calls a neighbour", at: time) { [plan] world in
                guard !world.isHealed, !edge.isWiped else { return }
                let mates = world.edges.filter {
                    $0 !== edge && !$0.isWiped
                        && ($0.isRelay
                            ? plan.families.contains(.relay)
                            : plan.families.contains(.lan) && $0.home == edge.home)
                }
                guard !mates.isEmpty else { return }
                let mate = mates[pick % mates.count]
                let family: FaultFamily = mate.isRelay ? .relay : .lan
                world.ledger.inject(family)
                if mate.isUp { world.ledger.tookEffect(family) }
                world.sync(edge, with: mate)
            }
        }
    }

    private func disk(of machine: Machine) {
        var chance = chance(.state, machine.entity)
        func rate(_ faults: [DiskFault], _ family: FaultFamily, _ range: ClosedRange<Int64>) {
            let rate = UInt32(chance.logUniform(range))
            let fault = chance.pick(faults), isHere = chance.chance(percent: 40)
            guard plan.families.contains(family), isHere else { return }
            machine.disk.set(fault, perMillion: rate)
            machine.diskFaults.insert(fault)
        }
        rate([.readError, .writeError, .syncError, .stuck], .diskError, 20...1_000)
        rate([.full], .diskFull, 20...500)
        rate([.slow], .slowDisk, 100...10_000)
        // The centre's disk is one that central IT looks after.
        if machine !== world.hub {
            rate([.lyingSync, .bitRot, .lostWrite, .misdirectedWrite], .lyingDisk, 5...200)
        }
    }

    // MARK: - People

    private func work() {
        var chance = chance(.work, 0)
        for _ in 0..<plan.transactions {
            let time =
                WorldTime.start + Int64(chance.below(plan.days)) * WorldTime.day
                + 8 * WorldTime.hour + Int64(chance.below(Int(7 * WorldTime.hour)))
            let who = chance.below(1_000), dice = chance.next()
            plan(at: time, who, dice)
            // At the next desk, at the same minute, on the same row.
            let isDouble = chance.chance(percent: 40)
            if plan.families.contains(.concurrentWork), isDouble {
                world.ledger.inject(.concurrentWork)
                world.ledger.tookEffect(.concurrentWork)
                plan(at: time + 20_000, who + 1, dice)
            }
        }
    }

    private func plan(at time: Int64, _ who: Int, _ dice: UInt64) {
        world.plan("work", at: time) { world in
            let desks = world.edges.filter { !$0.isRelay && !$0.isWiped }
            guard !desks.isEmpty else { return }
            let edge = desks[who % desks.count]
            world.record(edge, RandomDeeds(edge: edge, dice: dice, who: who).draw())
        }
    }

    // MARK: - Faults that happen at a moment

    private func events(of family: FaultFamily) {
        var chance = Chance(
            seed: plan.seed, .process,
            entity: 10_000 + UInt64(FaultFamily.allCases.firstIndex(of: family) ?? 0))
        let count = family.isOnce ? 1 : 1 + chance.below(1 + plan.days)
        for _ in 0..<count {
            let time = WorldTime.start + Int64(chance.below(Int(end - WorldTime.start)))
            let draw = FaultDraw(&chance)
            world.plan(family.rawValue, at: time) { world in
                guard !world.isHealed else { return }
                draw.strike(family, world)
            }
        }
    }
}

extension FaultFamily {
    /// At most once in a world.
    fileprivate var isOnce: Bool {
        switch self {
        case .clone, .wipe, .hubRestored, .restoredImage, .clockAhead, .clockReset: true
        default: false
        }
    }
}

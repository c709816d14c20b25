import SyncProtocol

/// Writes what a plan draws as a script: work, syncs and faults.
///
/// Each source of steps has dice of its own, and draws the same number of them whether its family
/// is on or not, so that turning one off shifts no other.
struct ScriptWriter {
    private let plan: WorldPlan
    private var script = Script()
    private let offices: [String]

    private var end: Int64 { Int64(plan.days) * WorldTime.day }
    private var edges: [String] { (1...plan.edges).map { "edge-\($0)" } }

    static func script(of plan: WorldPlan) -> Script {
        var writer = ScriptWriter(plan)
        writer.write()
        return writer.script
    }

    private init(_ plan: WorldPlan) {
        self.plan = plan
        offices = Array(Town.offices.prefix(plan.edges))
        script.seed = plan.seed
        script.edges = plan.edges
        script.villages = Set(offices).count
        script.hasRelay = plan.hasRelay || plan.families.contains(.relay)
    }

    private mutating func write() {
        lines()
        let everybody = edges + (script.hasRelay ? ["relay"] : [])
        for (index, name) in everybody.enumerated() {
            let entity = UInt64(index + 1)
            clocks(of: name, entity)
            syncs(of: name, entity)
            disk(of: name, entity)
            if index < plan.edges { calls(of: index, entity) }
        }
        disk(of: "hub", 0)
        work()
        for family in FaultFamily.allCases where plan.families.contains(family) {
            events(of: family)
        }
        for day in 0..<Int64(plan.days) {
            add(day * WorldTime.day + 22 * WorldTime.hour, .backUp("hub"))
        }
        // Stable: what was written first comes first.
        script.steps = script.steps.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private mutating func add(_ at: Int64, _ action: Action) {
        guard at < end else { return }
        script.steps.append(Step(at: at, action))
    }

    private func chance(_ stream: ChanceStream, _ entity: UInt64) -> Chance {
        Chance(seed: plan.seed, stream, entity: entity)
    }

    private func isOn(_ family: FaultFamily) -> Bool { plan.families.contains(family) }

    // MARK: - Lines and machines

    private mutating func lines() {
        var chance = chance(.wire, 1)
        var quality = Link.Quality()
        quality.latencyMin = chance.logUniform(5...300)
        quality.latencyMean = chance.logUniform(20...2_000)
        let loss = Int(chance.logUniform(5...300)), copies = Int(chance.logUniform(5...300))
        let replay = Int(chance.logUniform(5...200)), cut = Int(chance.logUniform(5...300))
        let flip = Int(chance.logUniform(2...100)), speed = chance.logUniform(9_600...10_000_000)
        if isOn(.loss) { quality.lossPerMille = loss }
        if isOn(.duplicate) { quality.duplicatePerMille = copies }
        if isOn(.replay) { quality.replayPerMille = replay }
        if isOn(.streamCut) { quality.cutPerMille = cut }
        if isOn(.bitFlip) { quality.flipPerMille = flip }
        if isOn(.slowLine) { quality.bitsPerSecond = speed }
        add(0, .line(Route(.all), quality))
    }

    private mutating func clocks(of name: String, _ entity: UInt64) {
        var chance = chance(.clock, entity)
        let skew = Int64(chance.below(576_000)) - 288_000
        let drift = Int64(chance.below(1_000)) - 500
        if isOn(.clockSkew) { add(0, .clock(.machine(name), .ahead(skew))) }
        if isOn(.clockDrift) { add(0, .clock(.machine(name), .drifts(drift))) }
    }

    private mutating func syncs(of name: String, _ entity: UInt64) {
        var chance = chance(.net, entity)
        var time = Int64(chance.below(Int(plan.syncEvery)))
        while time < end {
            add(time, .sync(.machine(name), with: "hub"))
            time += plan.syncEvery * (Int64(chance.below(500)) + 750) / 1_000
        }
    }

    /// Neighbours and relays.
    private mutating func calls(of index: Int, _ entity: UInt64) {
        guard isOn(.lan) || isOn(.relay) else { return }
        var mates: [String] = []
        if isOn(.lan) {
            mates = offices.indices.filter { $0 != index && offices[$0] == offices[index] }
                .map { edges[$0] }
        }
        if isOn(.relay) { mates.append("relay") }
        guard !mates.isEmpty else { return }
        var chance = chance(.state, 500 + entity)
        var time: Int64 = 0
        while time < end {
            time += plan.syncEvery / 2 + Int64(chance.below(Int(plan.syncEvery)))
            add(time, .sync(.machine(edges[index]), with: chance.pick(mates)))
        }
    }

    private mutating func disk(of name: String, _ entity: UInt64) {
        var chance = chance(.state, entity)
        var found: [(DiskFault, UInt32)] = []
        func rate(_ faults: [DiskFault], _ family: FaultFamily, _ range: ClosedRange<Int64>) {
            let rate = UInt32(chance.logUniform(range))
            let fault = chance.pick(faults), isHere = chance.chance(percent: 40)
            if isOn(family), isHere { found.append((fault, rate)) }
        }
        rate([.readError, .writeError, .syncError, .stuck], .diskError, 20...1_000)
        rate([.full], .diskFull, 100...2_000)
        rate([.slow], .slowDisk, 100...10_000)
        // The centre's disk is one that central IT looks after.
        if name != "hub" {
            rate([.lyingSync, .bitRot, .lostWrite, .misdirectedWrite], .lyingDisk, 50...2_000)
        }
        for (fault, rate) in found { add(0, .disk(.machine(name), fault, perMillion: rate)) }
    }

    // MARK: - People

    private mutating func work() {
        var chance = chance(.work, 0)
        var desk = Desk(offices: offices)
        let times = (0..<plan.transactions).map { _ in
            Int64(chance.below(plan.days)) * WorldTime.day
                + 8 * WorldTime.hour + Int64(chance.below(Int(7 * WorldTime.hour)))
        }
        for time in times.sorted() {
            let who = chance.below(plan.edges), dice = chance.next()
            let writes = desk.draw(at: who, dice)
            add(time, .work(edges[who], writes))
            // At the next desk, at the same minute, on the same rows.
            let isDouble = chance.chance(percent: 40)
            let mates = offices.indices.filter { $0 != who && offices[$0] == offices[who] }
            if isOn(.concurrentWork), isDouble, let mate = mates.first {
                let others = desk.again(writes, dice)
                if !others.isEmpty { add(time + 20_000, .work(edges[mate], others)) }
            }
        }
    }

    // MARK: - Faults that happen at a moment

    private mutating func events(of family: FaultFamily) {
        var chance = Chance(
            seed: plan.seed, .process,
            entity: 10_000 + UInt64(FaultFamily.allCases.firstIndex(of: family) ?? 0))
        let count = family.isOnce ? 1 : 1 + chance.below(1 + plan.days)
        for _ in 0..<count {
            let time = Int64(chance.below(Int(end)))
            let draw = FaultDraw(&chance)
            for (delay, action) in draw.actions(of: family, edges, offices) {
                add(time + delay, action)
            }
        }
    }
}

extension FaultFamily {
    /// At most once in a world.
    fileprivate var isOnce: Bool {
        switch self {
        case .clone, .wipe, .hubRestored, .restoredImage, .clockAhead, .clockReset, .join, .split:
            true
        default: false
        }
    }
}

/// Where a fault strikes and how hard, drawn before anything happens.
struct FaultDraw {
    private let place: Int
    private let choice: Int
    /// Milliseconds: seconds to days, each order of magnitude as likely.
    private let duration: Int64
    private let short: Int64
    private let calls: UInt64

    init(_ chance: inout Chance) {
        place = chance.below(1_000)
        choice = chance.below(1_000)
        duration = chance.logUniform(1_000...3 * WorldTime.day)
        short = chance.logUniform(1_000...1_800_000)
        calls = UInt64(chance.logUniform(1...400))
    }

    func strike(_ family: FaultFamily, _ world: World) {
        let edges = world.edges.filter { !$0.isWiped && $0.refusal == nil }
        guard !edges.isEmpty else { return }
        let edge = edges[place % edges.count]
        // One in five strikes the centre.
        let machine: Machine = choice % 5 == 0 ? world.hub : edge
        switch family {
        case .partition: partition(edge, edges, world)
        case .flap: flap(edge, world)
        case .clog:
            world.clog(edge.name, "hub", for: short)
            world.clog("hub", edge.name, for: short)
        case .outage: outage(machine, edges, world)
        case .kill, .powerCut:
            let fault: DiskFault = family == .kill ? .kill : .powerCut
            world.arm(machine, fault, atCall: calls)
            world.sync(edge, with: world.hub)
        case .pause: world.pause(machine, for: short)
        case .restoredBackup, .restoredImage: restore(edge, family, world)
        case .clone: clone(edge, world)
        case .wipe: if edges.count > 1 { world.wipe(edge) }
        case .hubRestored: world.restoreHub(backupsAgo: choice % 3)
        case .clockAhead:
            world.hasFarClocks = true
            edge.clock.set(offset: 10 * 365 * WorldTime.day)
            struck(family, edge, "its clock is ten years ahead", world)
        case .clockReset:
            edge.clock.set(reading: choice % 2 == 0 ? 0 : 946_684_800_000)
            struck(family, edge, "its clock falls back to \(choice % 2 == 0 ? 1970 : 2000)", world)
        default: return
        }
    }

    private func struck(_ family: FaultFamily, _ edge: SimEdge, _ text: String, _ world: World) {
        world.ledger.inject(family)
        world.ledger.tookEffect(family)
        world.note(edge.name, .fault, text)
    }

    private func partition(_ edge: SimEdge, _ edges: [SimEdge], _ world: World) {
        let away = choice % 4 == 0 ? edges : [edge]
        for edge in away {
            // One way, the other, or both.
            if choice % 3 != 1 { world.cut(edge.name, "hub", for: duration) }
            if choice % 3 != 2 { world.cut("hub", edge.name, for: duration) }
        }
        world.note(away.count == 1 ? edge.name : "hub", .fault, "is cut off")
    }

    private func flap(_ edge: SimEdge, _ world: World) {
        let beat = max(500, min(60_000, short / 10))
        world.note(edge.name, .fault, "its line flaps")
        for turn in 0..<Int64(10) {
            world.plan("flaps", at: world.now + 2 * turn * beat) { world in
                guard !world.isHealed else { return }
                world.ledger.inject(.flap)
                world.ledger.tookEffect(.flap)
                world.cut(edge.name, "hub", for: beat)
                world.cut("hub", edge.name, for: beat)
            }
        }
        world.sync(edge, with: world.hub)
    }

    private func outage(_ machine: Machine, _ edges: [SimEdge], _ world: World) {
        let dark: [Machine] = choice % 4 == 1 ? edges : [machine]
        for machine in dark { world.cutPower(machine, for: duration / 4) }
    }

    private func restore(_ edge: SimEdge, _ family: FaultFamily, _ world: World) {
        guard edge.isUp, !edge.isRelay else { return }
        let image = world.image(of: edge)
        world.plan("is put back", at: world.now + duration) { world in
            guard !world.isHealed else { return }
            world.restore(edge, from: image, family == .restoredBackup ? .backup : .image)
        }
    }

    private func clone(_ edge: SimEdge, _ world: World) {
        guard let copy = world.clone(edge, isAlike: choice % 2 == 0) else { return }
        // Both go on, and the copy looks for the centre now and then.
        for turn in 1...3 {
            world.plan("sync", at: world.now + Int64(turn) * duration / 3) { world in
                guard !world.isHealed, !copy.isWiped else { return }
                world.record(copy, RandomDeeds(edge: copy, dice: calls, who: turn).draw())
                world.sync(copy, with: world.hub)
            }
        }
    }
}

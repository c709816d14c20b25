import SyncProtocol

/// Carries out what a script says.
extension World {
    /// Everything of a script, on the heap.
    func add(_ script: Script) {
        let compacts = script.steps.contains { step in
            if case .compact = step.action { return true }
            return false
        }
        if compacts { giveUpAbsent() }
        for step in script.steps { add(step) }
        for expectation in script.expectations {
            plan("is looked at", at: WorldTime.start + expectation.at) {
                try $0.check(expectation)
            }
        }
    }

    /// A step that comes again plans its next time when it comes, so that a heap stays small.
    private func add(_ step: Step) {
        plan("step", at: WorldTime.start + step.at) { world in
            guard !world.isHealed else { return }
            world.perform(step.action)
            guard let every = step.every, let until = step.until, step.at + every <= until else {
                return
            }
            var next = step
            next.at += every
            world.add(next)
        }
    }

    func machines(_ who: Who) -> [Machine] {
        switch who {
        case .all: edges.filter { !$0.isWiped }
        case .village(let code): edges.filter { !$0.isWiped && $0.home.code == code }
        case .machine(let name): machine(named: name).map { [$0] } ?? []
        }
    }

    func perform(_ action: Action) {
        switch action {
        case .work(let name, let writes):
            if let edge = edge(named: name), !edge.isWiped { record(edge, writes) }
        case .sync(let who, let peer): sync(who, with: peer)
        case .stick(let name, let span, let carrying):
            if let edge = edge(named: name) { carryStick(of: edge, takes: span, carrying) }
        case .cut, .clog, .flap, .line: performOnLines(action)
        case .outage(let who, let span):
            for machine in machines(who) { cutPower(machine, for: span) }
        case .arm(let name, let fault, let call):
            if let machine = machine(named: name) { arm(machine, fault, atCall: call) }
        case .disk(let who, let fault, let rate):
            for machine in machines(who) {
                machine.disk.set(fault, perMillion: rate)
                machine.diskFaults.insert(fault)
            }
        case .kill(let who): for machine in machines(who) where machine.isUp { kill(machine) }
        case .pause(let who, let span): for machine in machines(who) { pause(machine, for: span) }
        case .clock(let who, let change):
            for case let edge as SimEdge in machines(who) { set(edge, change) }
        case .backUp, .restore, .clone, .wipe: performOnStates(action)
        case .join, .compact, .giveUp, .split: performAtCentre(action)
        case .program(let who, let isNewer):
            for machine in machines(who) { change(machine, isNewer: isNewer) }
        case .healAll: makeWell()
        }
    }

    private func sync(_ who: Who, with peer: String) {
        for case let edge as SimEdge in machines(who) where edge.name != peer && !edge.isWiped {
            guard let other = machine(named: peer) else { continue }
            if let mate = other as? SimEdge {
                guard !mate.isWiped else { continue }
                let family: FaultFamily = mate.isRelay ? .relay : .lan
                ledger.inject(family)
                if mate.isUp { ledger.tookEffect(family) }
            }
            sync(edge, with: other)
        }
    }

    /// The program is ended, and another version of it started.
    private func change(_ machine: Machine, isNewer: Bool) {
        let versions = isNewer ? 1...(Preface.versions.upperBound + 1) : Preface.versions
        guard machine.versions != versions else { return }
        machine.versions = versions
        ledger.inject(.version)
        machine.unmet.insert(.version)
        note(machine.name, .fault, "gets a \(isNewer ? "newer" : "former") program")
        guard machine.isUp else { return }
        machine.stop()
        plan("starts again", at: now + 60_000) { $0.start(machine) }
    }

    private func kill(_ machine: Machine) {
        ledger.add(.kill, FaultCount(injected: 1, tookEffect: 1))
        machine.disk.kill()
        note(machine.name, .fault, "is killed")
        crash(machine)
    }

    // MARK: - Lines

    /// Both ends of each direction.
    private func ways(_ route: Route) -> [(String, String)] {
        machines(route.from).filter { $0.name != route.to }.flatMap { machine in
            switch route.direction {
            case .there: [(machine.name, route.to)]
            case .back: [(route.to, machine.name)]
            case .both: [(machine.name, route.to), (route.to, machine.name)]
            }
        }
    }

    private func performOnLines(_ action: Action) {
        switch action {
        case .cut(let route, let span):
            for (from, to) in ways(route) { cut(from, to, for: span) }
            note("world", .fault, action.text)
        case .clog(let route, let span):
            for (from, to) in ways(route) { clog(from, to, for: span) }
            note("world", .fault, action.text)
        case .flap(let route, let on, let off, let span):
            note("world", .fault, action.text)
            var start: Int64 = on
            while start < span {
                plan("flaps", at: now + start) { world in
                    guard !world.isHealed else { return }
                    for (from, to) in world.ways(route) {
                        world.ledger.inject(.flap)
                        let until = world.now + off
                        world.change(world.link(from, to)) {
                            $0.blockedUntil = max($0.blockedUntil, until)
                            $0.flapsUntil = max($0.flapsUntil, until)
                        }
                    }
                }
                start += on + off
            }
        case .line(let route, let quality):
            if route.from == .all, route.to == "hub", route.direction == .both {
                defaultQuality = quality
                for name in links.keys { links[name]?.quality = quality }
                return
            }
            for (from, to) in ways(route) { change(link(from, to)) { $0.quality = quality } }
        default: return
        }
    }

    // MARK: - States

    private func performOnStates(_ action: Action) {
        switch action {
        case .backUp("hub"): backUpHub()
        case .backUp(let name):
            if let edge = edge(named: name), edge.isUp { images[name] = image(of: edge) }
        case .restore("hub", .hub(let ago)): restoreHub(backupsAgo: ago)
        case .restore(let name, let how):
            guard let edge = edge(named: name), let image = images[name], !edge.isRelay else {
                return
            }
            restore(edge, from: image, how == .image ? .image : .backup)
        case .clone(let name, let isAlike):
            if let edge = edge(named: name) { clone(edge, isAlike: isAlike) }
        case .wipe(let name): if let edge = edge(named: name) { wipe(edge) }
        default: return
        }
    }

    private func set(_ edge: SimEdge, _ change: ClockChange) {
        let family: FaultFamily
        switch change {
        case .ahead(let span):
            edge.clock.set(offset: span)
            let isFar = span > 300_000
            if isFar { hasFarClocks = true }
            family = isFar ? .clockAhead : span < -300_000 ? .clockReset : .clockSkew
        case .reads(let year):
            let days = Int64(year - 1970) * 365 + Int64((year - 1969) / 4)
            edge.clock.set(reading: days * WorldTime.day)
            if edge.clock.now > now { hasFarClocks = true }
            family = .clockReset
        case .drifts(let parts):
            edge.clock.driftPPM = parts
            family = .clockDrift
        }
        ledger.inject(family)
        edge.unmet.insert(family)
        note(edge.name, .fault, Action.clock(.machine(edge.name), change).text)
    }
}

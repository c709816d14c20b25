import SyncProtocol

enum OneContentPerDot: LogInvariant {
    static let name = "S1"
    static let sentence = "a change has one content, wherever it is"

    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String? {
        guard let known = world.universe[entry.dot, in: entry.scope] else {
            world.universe.add(entry.changeset, entry.body, at: machine.name)
            return nil
        }
        // Copies of a store write alike until they meet; at the end all must be one.
        guard known.body != entry.body, !world.universe.copied.contains(entry.dot.replica) else {
            return nil
        }
        // What a lying disk forgot before anybody else had it is numbered again.
        if world.machine(named: known.seenAt)?.lies ?? false {
            world.universe.add(entry.changeset, entry.body, at: machine.name)
            return nil
        }
        return "\(entry.scope) \(entry.dot) is another one here than at \(known.seenAt)"
    }
}

enum NoGaps: LogInvariant {
    static let name = "S2"
    static let sentence = "of each author a log holds 1 to v, without a gap"

    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String? {
        let last = entry.before[entry.dot.replica]
        guard !entry.isBelowFloor, entry.dot.seq != last + 1 else { return nil }
        return "\(entry.scope) \(entry.dot) came after \(last)"
    }
}

enum DependenciesFirst: LogInvariant {
    static let name = "S8"
    static let sentence = "nothing is applied before what its author had seen"

    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String? {
        guard !entry.before.covers(entry.changeset.context) else { return nil }
        return "\(entry.scope) \(entry.dot) had seen more than is held here"
    }
}

enum OwnScopesOnly: LogInvariant {
    static let name = "S25"
    static let sentence = "a PC holds its own office and the reference data, nothing else"

    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String? {
        guard let edge = machine as? SimEdge, entry.scope != Town.regency else { return nil }
        let isOwn = edge.isRelay ? entry.scope.isWithin(edge.home) : entry.scope == edge.home
        return isOwn ? nil : "\(entry.dot) of \(entry.scope) is at \(edge.name) of \(edge.home)"
    }
}

enum ClockNeverFalls: LogInvariant {
    static let name = "S17"
    static let sentence = "a change is later than all that its author had seen"

    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String? {
        // A ruling takes back a clock that was far ahead, and what followed it.
        // A lying disk may have forgotten what its clock had seen.
        let author = world.universe[entry.dot, in: entry.scope].flatMap {
            world.machine(named: $0.seenAt)
        }
        guard !world.hasFarClocks, !world.universe.copied.contains(entry.dot.replica),
            !(author?.lies ?? false)
        else { return nil }
        let seen = entry.changeset.context.entries.compactMap { seen -> Universe.Known? in
            // Of a copy's number there may be two, of a lying disk's one that is gone.
            guard !world.universe.copied.contains(seen.replica),
                let known = world.universe[Dot(seen.replica, seen.seq), in: entry.scope],
                !(world.machine(named: known.seenAt)?.lies ?? false)
            else { return nil }
            return known
        }
        let later = seen.first { $0.changeset.clock >= entry.changeset.clock }
        guard let later, !isAnew(entry, world) else { return nil }
        return "\(entry.scope) \(entry.dot) bears \(entry.changeset.clock.milliseconds), and "
            + "\(later.changeset.dot), which its author had seen, "
            + "\(later.changeset.clock.milliseconds)"
    }

    /// What is recorded anew keeps the time of the first record.
    private static func isAnew(_ entry: LogEntry, _ world: World) -> Bool {
        world.edges.contains { edge in
            edge.told.contains {
                "op.\($0.serial)" == entry.changeset.intent && $0.dot != entry.dot
            }
        }
    }
}

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

    /// - Returns: what happens, each so many milliseconds after the first.
    func actions(
        of family: FaultFamily, _ edges: [String], _ offices: [String]
    ) -> [(Int64, Action)] {
        let index = place % edges.count
        let edge = edges[index]
        // One in five strikes the centre.
        let machine = choice % 5 == 0 ? "hub" : edge
        switch family {
        case .partition: return [(0, partition(edge))]
        case .flap:
            let beat = max(500, min(60_000, short / 10))
            return [
                (0, .flap(Route(.machine(edge)), on: beat, off: beat, for: 20 * beat)),
                (beat / 2, .sync(.machine(edge), with: "hub")),
                // In case the first was done before the line went.
                (beat * 5 / 4, .sync(.machine(edge), with: "hub")),
            ]
        case .clog:
            // Somebody waits for it.
            return [
                (0, .clog(Route(.machine(edge)), for: short)),
                (short / 2, .sync(.machine(edge), with: "hub")),
            ]
        case .outage:
            let dark: Who =
                choice % 4 == 1
                ? choice % 8 == 1 ? .all : .village(offices[index]) : .machine(machine)
            return [(0, .outage(dark, for: duration / 4))]
        case .kill, .powerCut:
            return [
                (0, .arm(machine, family == .kill ? .kill : .powerCut, atCall: calls)),
                (0, .sync(.machine(edge), with: "hub")),
            ]
        case .pause:
            // Amid an exchange, and somebody asks meanwhile.
            return [
                (0, .sync(.machine(edge), with: "hub")),
                (200, .pause(.machine(machine), for: short)),
                (200 + short / 2, .sync(.machine(edge), with: "hub")),
            ]
        case .restoredBackup, .restoredImage:
            // So that there is something to be put back from.
            let between = max(duration, 6 * WorldTime.hour)
            return [
                (0, .backUp(edge)),
                (between, .restore(edge, family == .restoredBackup ? .backup : .image)),
            ]
        case .clone: return clone(edge, index, offices)
        case .wipe: return edges.count > 1 ? [(0, .wipe(edge))] : []
        case .hubRestored: return [(0, .restore("hub", .hub(backupsAgo: choice % 3)))]
        case .clockAhead: return [(0, .clock(.machine(edge), .ahead(Span.read("10y") ?? 0)))]
        case .clockReset:
            return [(0, .clock(.machine(edge), .reads(year: choice % 2 == 0 ? 1970 : 2000)))]
        case .stick:
            let carrying = Carrying.allCases[choice % Carrying.allCases.count]
            return [(0, .stick(edge, takes: duration / 8 + 1_000, carrying))]
        case .version:
            return [(0, .program(.machine(machine), isNewer: choice % 3 > 0))]
        case .compaction: return compaction(edge)
        case .join: return join(edges, offices, index)
        case .split:
            return [(0, .split(from: offices[index], hamlet: "Mawar", to: "52.02.04.2019"))]
        default: return []
        }
    }

    private func partition(_ edge: String) -> Action {
        // One way, the other, or both.
        let direction: Route.Direction =
            switch choice % 3 {
            case 0: .there
            case 1: .back
            default: .both
            }
        return .cut(
            Route(choice % 4 == 0 ? .all : .machine(edge), direction), for: duration)
    }

    /// What the centre lets go of lies in a backup; a PC follows later.
    private func compaction(_ edge: String) -> [(Int64, Action)] {
        [
            (0, .backUp("hub")), (1_000, .compact("hub")), (2_000, .backUp("hub")),
            (duration, .compact(edge)),
        ]
    }

    /// A PC comes new into somebody's office, and works there.
    private func join(
        _ edges: [String], _ offices: [String], _ index: Int
    ) -> [(Int64, Action)] {
        let name = "edge-\(edges.count + 1)"
        var desk = Desk(offices: offices)
        return [(0, .join(name, village: offices[index]))]
            + (0..<4).flatMap { turn -> [(Int64, Action)] in
                let writes = desk.draw(at: index, calls &+ UInt64(turn), names: "j")
                let time = 60_000 + Int64(turn) * duration / 2
                return [(time, .sync(.machine(name), with: "hub")), (time, .work(name, writes))]
            }
    }

    /// Both go on, and the copy looks for the centre now and then.
    private func clone(
        _ edge: String, _ index: Int, _ offices: [String]
    ) -> [(Int64, Action)] {
        let copy = edge + "b"
        var desk = Desk(offices: offices)
        return [(0, .clone(edge, isAlike: choice % 2 == 0))]
            + (1...3).flatMap { turn -> [(Int64, Action)] in
                let writes = desk.draw(at: index, calls &+ UInt64(turn), names: "c")
                let time = Int64(turn) * duration / 3
                return [(time, .work(copy, writes)), (time, .sync(.machine(copy), with: "hub"))]
            }
    }
}

import SyncProtocol

/// Reads what happens, after the time was read.
struct ActionParser {
    private static let verbs = [
        "cut", "clog", "flap", "line", "power-cut", "disk", "kill", "pause", "back", "restore",
        "clone", "wipe", "clock", "heal", "stick", "program",
    ]
    private static let deeds = [
        "syncs", "adds", "edits", "deletes", "revives", "compacts", "joins",
    ]
    private static let centreDeeds = ["splits", "compacts", "gives"]

    let names: Names

    func action(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        guard let verb = sentence.next, Self.verbs.contains(verb) else {
            return try deed(&sentence)
        }
        _ = try sentence.word("a verb", among: Self.verbs)
        switch verb {
        case "cut": return .cut(try names.route(&sentence), for: try length(&sentence))
        case "clog": return .clog(try names.route(&sentence), for: try length(&sentence))
        case "flap": return try flap(&sentence)
        case "line": return .line(try names.route(&sentence), try quality(&sentence))
        case "power-cut": return try powerCut(&sentence)
        case "kill": return try kill(&sentence)
        case "disk": return try disk(&sentence)
        case "pause":
            return .pause(
                try names.who(&sentence, isHubToo: true), for: try length(&sentence))
        case "back":
            try sentence.expect("up")
            return .backUp(try names.machine(&sentence))
        case "restore": return try restore(&sentence)
        case "clone":
            return .clone(try names.edge(&sentence), isAlike: sentence.take("alike"))
        case "wipe": return .wipe(try names.edge(&sentence))
        case "clock": return try clock(&sentence)
        case "stick":
            try sentence.expect("of")
            let edge = try names.edge(&sentence)
            try sentence.expect("takes")
            let span = try sentence.span()
            let carrying = Carrying.allCases.first { sentence.take($0.rawValue) }
            return .stick(edge, takes: span, carrying ?? .once)
        case "program":
            let who = try names.who(&sentence, isHubToo: true)
            if sentence.take("newer") { return .program(who, isNewer: true) }
            try sentence.expect("as")
            try sentence.expect("before")
            return .program(who, isNewer: false)
        default:
            try sentence.expect("all")
            return .healAll
        }
    }

    private func length(_ sentence: inout Sentence) throws(ScriptError) -> Int64 {
        try sentence.expect("for")
        return try sentence.span()
    }

    // MARK: - People

    private func deed(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        if sentence.take("hub") { return try centre(&sentence) }
        if sentence.follows(1, "joins") {
            let edge = try names.newEdge(&sentence)
            try sentence.expect("joins")
            let village =
                sentence.take("village") ? try names.village(&sentence) : names.firstVillage
            return .join(edge, village: village)
        }
        let who = try names.who(&sentence, among: Self.verbs + ["hub"])
        if sentence.take("syncs") || sentence.take("sync") {
            let peer = sentence.take("with") ? try names.machine(&sentence) : "hub"
            return .sync(who, with: peer)
        }
        guard case .machine(let edge) = who else {
            throw sentence.unexpected("\"sync\"", among: ["sync"])
        }
        if sentence.take("compacts") { return .compact(edge) }
        var writes: [Write] = []
        repeat {
            let verb = try sentence.word(
                "syncs, adds, edits, deletes, revives or compacts", among: Self.deeds)
            let row = try names.row(&sentence)
            switch verb {
            case "adds": writes.append(.add(row, try names.cells(of: row, &sentence)))
            case "edits": writes.append(.edit(row, try names.cells(of: row, &sentence)))
            case "deletes": writes.append(.delete(row))
            case "revives": writes.append(.revive(row))
            default: throw sentence.unexpected("adds, edits, deletes or revives")
            }
        } while sentence.take("also")
        return .work(edge, writes)
    }

    /// What people at the centre do.
    private func centre(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        switch try sentence.word(
            "splits, compacts or gives up", among: Self.centreDeeds)
        {
        case "compacts": return .compact("hub")
        case "gives":
            try sentence.expect("up")
            return .giveUp(try names.edge(&sentence))
        default:
            try sentence.expect("village")
            let from = try names.village(&sentence)
            try sentence.expect("hamlet")
            guard case .text(let hamlet) = try sentence.value(), !hamlet.isEmpty else {
                throw sentence.error("a hamlet's name in quotes was expected", back: 1)
            }
            try sentence.expect("to")
            let to = try names.newVillage(&sentence)
            guard to != from else {
                throw sentence.error("a village cannot be split into itself", back: 1)
            }
            return .split(from: from, hamlet: hamlet, to: to)
        }
    }

    // MARK: - Lines

    private func flap(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let route = try names.route(&sentence)
        let on = try sentence.span()
        try sentence.expect("on")
        let off = try sentence.span()
        try sentence.expect("off")
        guard on > 0, off > 0 else {
            throw sentence.error("both lengths must be more than nothing", back: 1)
        }
        return .flap(route, on: on, off: off, for: try length(&sentence))
    }

    private func quality(_ sentence: inout Sentence) throws(ScriptError) -> Link.Quality {
        var quality = Link.Quality()
        repeat {
            let words = Link.Quality.words
            switch try sentence.word("one of \(words.joined(separator: ", "))", among: words) {
            case "latency": quality.latencyMin = try sentence.span()
            case "jitter": quality.latencyMean = try sentence.span()
            case "speed":
                quality.bitsPerSecond = Int64(
                    try sentence.number("bits a second", 100...1_000_000_000))
            case "loss": quality.lossPerMille = try perMille(&sentence)
            case "doubled": quality.duplicatePerMille = try perMille(&sentence)
            case "replayed": quality.replayPerMille = try perMille(&sentence)
            case "broken": quality.cutPerMille = try perMille(&sentence)
            default: quality.flipPerMille = try perMille(&sentence)
            }
        } while sentence.next.map(Link.Quality.words.contains) ?? false
        return quality
    }

    private func perMille(_ sentence: inout Sentence) throws(ScriptError) -> Int {
        try sentence.number("so many in a thousand messages", 0...1_000)
    }

    // MARK: - Machines

    private func powerCut(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let who = try names.who(&sentence, isHubToo: true)
        guard case .machine(let machine) = who, sentence.take("at") else {
            return .outage(who, for: try length(&sentence))
        }
        return .arm(machine, .powerCut, atCall: try call(&sentence))
    }

    private func kill(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let who = try names.who(&sentence, isHubToo: true)
        guard case .machine(let machine) = who, sentence.take("at") else { return .kill(who) }
        return .arm(machine, .kill, atCall: try call(&sentence))
    }

    private func call(_ sentence: inout Sentence) throws(ScriptError) -> UInt64 {
        try sentence.expect("disk")
        try sentence.expect("call")
        return UInt64(try sentence.number("the how-manieth disk call", 1...1_000_000))
    }

    private func disk(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let who = try names.who(&sentence, isHubToo: true)
        let words = DiskFault.allCases.map(\.word)
        let word = try sentence.word("a fault of disks", among: words)
        let rate = try sentence.number("so many calls", 0...1_000_000)
        try sentence.expect("in")
        try sentence.expect("a")
        try sentence.expect("million")
        return .disk(
            who, DiskFault.named(word) ?? .readError, perMillion: UInt32(rate))
    }

    private func restore(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let machine = try names.machine(&sentence)
        try sentence.expect("from")
        if sentence.take("its") {
            if sentence.take("image") {
                guard machine != "hub" else {
                    throw sentence.error("the hub is restored from its backup", back: 1)
                }
                return .restore(machine, .image)
            }
            try sentence.expect("backup")
            return .restore(machine, machine == "hub" ? .hub(backupsAgo: 0) : .backup)
        }
        guard machine == "hub" else { throw sentence.unexpected("\"its\"", among: ["its"]) }
        let ago = try sentence.number("how many backups", 1...1_000)
        try sentence.expect("backups")
        try sentence.expect("ago")
        return .restore(machine, .hub(backupsAgo: ago))
    }

    private func clock(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        let who = try names.who(&sentence)
        switch try sentence.word(
            "ahead, behind, reads or drifts", among: ["ahead", "behind", "reads", "drifts"])
        {
        case "ahead": return .clock(who, .ahead(try sentence.span()))
        case "behind": return .clock(who, .ahead(-(try sentence.span())))
        case "reads": return .clock(who, .reads(year: try sentence.number("a year", 1970...2200)))
        default:
            let parts = try sentence.number("parts in a million", -100_000...100_000)
            try sentence.expect("ppm")
            return .clock(who, .drifts(Int64(parts)))
        }
    }
}

import Models
import SyncProtocol

/// Reads scenarios: one sentence a line, `#` begins a remark.
public struct ScriptParser {
    private var script = Script()
    private var hasWorld = false
    private var last: Int64 = 0

    static let openings = ["title", "story", "world", "at", "every", "expect"]

    public static func parse(_ text: String) throws(ScriptError) -> Script {
        var parser = ScriptParser()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            try parser.read(line, number: index + 1)
        }
        guard parser.hasWorld else {
            throw ScriptError(
                line: lines.count, column: 1,
                message: "a sentence such as \"world hub, 3 edges in 2 villages\" is missing",
                suggestion: nil)
        }
        return parser.script
    }

    private mutating func read(_ line: Substring, number: Int) throws(ScriptError) {
        // What people write freely is not looked at word by word.
        for (opening, isTitle) in [("title", true), ("story", false)]
        where line.hasPrefix(opening + " ") {
            let text = String(line.dropFirst(opening.count)).trimmed
            if isTitle { script.title = text } else { script.story.append(text) }
            return
        }
        var sentence = try Sentence(line, line: number)
        guard !sentence.isAtEnd else { return }
        let opening = try sentence.word(
            "a sentence that begins with \(Self.openings.joined(separator: ", "))",
            among: Self.openings)
        if opening != "world", !hasWorld {
            throw sentence.error("the sentence \"world …\" comes first", back: 1)
        }
        switch opening {
        case "world": try world(&sentence)
        case "at": try step(&sentence)
        case "every": try repeated(&sentence)
        case "expect": try expectation(&sentence)
        default: throw sentence.error("nothing follows \"\(opening)\"")
        }
        try sentence.finish()
    }

    // MARK: - The world

    private mutating func world(_ sentence: inout Sentence) throws(ScriptError) {
        guard !hasWorld else { throw sentence.error("there is a world already", back: 1) }
        hasWorld = true
        try sentence.expect("hub")
        try sentence.expect(",")
        script.edges = try sentence.number("a number of PCs", 1...WorldPlan.edgesMax)
        guard sentence.take("edges") || sentence.take("edge") else {
            throw sentence.unexpected("\"edges\"", among: ["edges"])
        }
        script.villages = script.edges <= Town.capacity(villages: 1) ? 1 : 2
        if sentence.take("in") {
            script.villages = try sentence.number(
                "a number of villages, each with a PC at least",
                1...min(script.edges, Town.villages.count))
            guard sentence.take("villages") || sentence.take("village") else {
                throw sentence.unexpected("\"villages\"", among: ["villages"])
            }
        }
        guard script.edges <= Town.capacity(villages: script.villages) else {
            throw sentence.error(
                "\(script.villages) villages have \(Town.capacity(villages: script.villages)) PCs",
                back: 1)
        }
        if sentence.take(",") {
            try sentence.expect("relay")
            script.hasRelay = true
        }
        while sentence.take(";") {
            let words = ["seed", "left", "canary"]
            switch try sentence.word("seed, \"left as it is\" or canary", among: words) {
            case "seed": script.seed = UInt64(try sentence.number("a seed", 0...Int.max))
            case "canary": script.hasCanary = true
            default:
                try sentence.expect("as")
                try sentence.expect("it")
                try sentence.expect("is")
                script.heals = false
            }
        }
    }

    // MARK: - Steps

    private mutating func step(_ sentence: inout Sentence) throws(ScriptError) {
        let at = try sentence.moment()
        script.steps.append(Step(at: at, try action(&sentence)))
        last = at
    }

    /// `every 10m  SENTENCE [from 08:00] until 12:00`; from the last moment named, when none is.
    private mutating func repeated(_ sentence: inout Sentence) throws(ScriptError) {
        let every = try sentence.span()
        guard every >= 1_000 else {
            throw sentence.error("a second at least is needed", back: 1)
        }
        let action = try action(&sentence)
        let from = sentence.take("from") ? try sentence.moment() : last
        try sentence.expect("until")
        let until = try sentence.moment()
        guard until >= from, (until - from) / every <= 20_000 else {
            throw sentence.error(
                "it ends before it begins, or comes more than 20000 times", back: 1)
        }
        script.steps.append(Step(at: from, every: every, until: until, action))
        last = from
    }

    private func action(_ sentence: inout Sentence) throws(ScriptError) -> Action {
        try ActionParser(names: Names(script)).action(&sentence)
    }

    // MARK: - What must be so

    private mutating func expectation(_ sentence: inout Sentence) throws(ScriptError) {
        try sentence.expect("by")
        let at = try sentence.moment()
        let names = Names(script)
        repeat {
            script.expectations.append(
                Expectation(at: at, try claim(&sentence, names)))
        } while sentence.take(";")
    }

    private func claim(
        _ sentence: inout Sentence, _ names: Names
    ) throws(ScriptError) -> Expectation.Claim {
        if sentence.take("converged") { return .converged }
        if sentence.take("conflict") {
            try sentence.expect("on")
            let row = try names.row(&sentence)
            var of = "edge-1"
            if sentence.take("of") { of = try names.edge(&sentence) }
            let column = try names.column(of: row, &sentence)
            try sentence.expect("keeps")
            let a = try sentence.value()
            try sentence.expect(",")
            return .conflict(row, of: of, column: column, a, try sentence.value())
        }
        let who = try names.who(
            &sentence, among: ["converged", "conflict"], isHubToo: true)
        let verbs = ["shows", "has", "is"]
        switch try sentence.word("shows, has or is", among: verbs) {
        case "shows":
            let row = try names.row(&sentence)
            let of = sentence.take("of") ? try names.edge(&sentence) : nil
            let column = try names.column(of: row, &sentence)
            try sentence.expect("=")
            return .shows(who, row, of: of, column: column, try sentence.value())
        case "has":
            let some = try sentence.word(
                "nothing or something", among: ["nothing", "something"])
            try sentence.expect("waiting")
            return some == "nothing" ? .nothingWaits(who) : .waits(who)
        default:
            let state = try sentence.word(
                "running, off or out of service", among: ["running", "off", "out"])
            if state == "running" { return .runs(who) }
            if state == "off" { return .isOff(who) }
            try sentence.expect("of")
            try sentence.expect("service")
            return .refuses(who)
        }
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

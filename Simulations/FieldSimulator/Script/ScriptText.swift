import SyncProtocol

/// Scripts as testers read them; ``ScriptParser`` reads the same back.
extension Script {
    public var text: String {
        var lines: [String] = []
        if !title.isEmpty { lines.append("title  \(title)") }
        lines += story.map { "story  \($0)" }
        var world = "world  hub, \(edges) edges in \(villages) villages"
        if hasRelay { world += ", relay" }
        world += "; seed \(seed)"
        if !heals { world += "; left as it is" }
        if hasCanary { world += "; canary" }
        lines.append(world)
        lines += steps.map(\.text)
        lines += expectations.map(\.text)
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Step {
    public var text: String {
        guard let every, let until else { return "at \(Clock.text(at))  \(action.text)" }
        return "every \(Span.text(every))  \(action.text) from \(Clock.text(at)) "
            + "until \(Clock.text(until))"
    }
}

extension Expectation {
    public var text: String { "expect by \(Clock.text(at))  \(claim.text)" }
}

extension Expectation.Claim {
    var text: String {
        func row(_ row: RowName, _ of: String?) -> String {
            "\(row.text)" + (of.map { " of \($0)" } ?? "")
        }
        return switch self {
        case .converged: "converged"
        case .conflict(let name, let of, let column, let a, let b):
            "conflict on \(row(name, of)) \(column) keeps \(a.scriptText), \(b.scriptText)"
        case .shows(let who, let name, let of, let column, let value):
            "\(who.text) shows \(row(name, of)) \(column) = \(value.scriptText)"
        case .nothingWaits(let who): "\(who.text) has nothing waiting"
        case .waits(let who): "\(who.text) has something waiting"
        case .runs(let who): "\(who.text) is running"
        case .isOff(let who): "\(who.text) is off"
        case .refuses(let who): "\(who.text) is out of service"
        }
    }
}

extension Action {
    public var text: String {
        switch self {
        case .work(let edge, let writes):
            "\(edge) " + writes.map(\.text).joined(separator: " also ")
        case .sync(let who, let peer):
            "\(who.text) syncs" + (peer == "hub" ? "" : " with \(peer)")
        case .stick(let edge, let span, let carrying):
            "stick of \(edge) takes \(Span.text(span))"
                + (carrying == .once ? "" : " \(carrying.rawValue)")
        case .cut(let route, let span): "cut \(route.text) for \(Span.text(span))"
        case .clog(let route, let span): "clog \(route.text) for \(Span.text(span))"
        case .flap(let route, let on, let off, let span):
            "flap \(route.text) \(Span.text(on)) on \(Span.text(off)) off for \(Span.text(span))"
        case .line(let route, let quality): "line \(route.text) \(quality.text)"
        case .outage(let who, let span): "power-cut \(who.text) for \(Span.text(span))"
        case .arm(let machine, let fault, let call):
            "\(fault.word) \(machine) at disk call \(call)"
        case .disk(let who, let fault, let rate):
            "disk \(who.text) \(fault.word) \(rate) in a million"
        case .kill(let who): "kill \(who.text)"
        case .pause(let who, let span): "pause \(who.text) for \(Span.text(span))"
        case .backUp(let machine): "back up \(machine)"
        case .restore(let machine, .backup): "restore \(machine) from its backup"
        case .restore(let machine, .image): "restore \(machine) from its image"
        case .restore(let machine, .hub(let ago)):
            "restore \(machine)" + (ago > 0 ? " from \(ago) backups ago" : " from its backup")
        case .clone(let machine, let isAlike): "clone \(machine)" + (isAlike ? " alike" : "")
        case .wipe(let machine): "wipe \(machine)"
        case .clock(let who, .ahead(let span)):
            "clock \(who.text) \(span < 0 ? "behind" : "ahead") \(Span.text(abs(span)))"
        case .clock(let who, .reads(let year)): "clock \(who.text) reads \(year)"
        case .clock(let who, .drifts(let parts)): "clock \(who.text) drifts \(parts) ppm"
        case .program(let who, let isNewer):
            "program \(who.text) \(isNewer ? "newer" : "as before")"
        case .join(let edge, let village): "\(edge) joins village \(village)"
        case .compact(let machine): "\(machine) compacts"
        case .giveUp(let edge): "hub gives up \(edge)"
        case .split(let from, let hamlet, let to):
            "hub splits village \(from) hamlet \(Value.text(hamlet).scriptText) to \(to)"
        case .healAll: "heal all"
        }
    }
}

extension Write {
    var text: String {
        func cells(_ cells: [WrittenCell]) -> String {
            cells.map { " \($0.column) = \($0.value.scriptText)" }.joined(separator: ",")
        }
        return switch self {
        case .add(let row, let values): "adds \(row.text)\(cells(values))"
        case .edit(let row, let values): "edits \(row.text)\(cells(values))"
        case .delete(let row): "deletes \(row.text)"
        case .revive(let row): "revives \(row.text)"
        }
    }
}

extension RowName {
    var text: String { "\(table) \(name)" }
}

extension Who {
    public var text: String {
        switch self {
        case .all: "all"
        case .village(let code): "village \(code)"
        case .machine(let name): name
        }
    }
}

extension Route {
    var text: String { "\(from.text) \(direction.rawValue) \(to)" }
}

extension Value {
    /// Texts in quotes, numbers bare, null as `nothing`.
    var scriptText: String {
        switch self {
        case .null: "nothing"
        case .integer(let number): "\(number)"
        case .real(let number): "\"\(number)\""
        case .text(let text): Self.quoted(text)
        case .blob: "\"?\""
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for character in text {
            switch character {
            case "\"", "\\": out += "\\\(character)"
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
        return out + "\""
    }
}

extension Link.Quality {
    static let words = [
        "latency", "jitter", "loss", "doubled", "replayed", "broken", "flipped", "speed",
    ]

    /// Latencies as spans, chances in a thousand messages, speed in bits a second.
    var text: String {
        "latency \(Span.text(latencyMin)) jitter \(Span.text(latencyMean)) loss \(lossPerMille) "
            + "doubled \(duplicatePerMille) replayed \(replayPerMille) broken \(cutPerMille) "
            + "flipped \(flipPerMille) speed \(bitsPerSecond)"
    }
}

extension DiskFault {
    /// As scenarios call it: `read-error`.
    var word: String {
        "\(self)".reduce(into: "") { word, letter in
            word += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
    }

    static func named(_ word: String) -> DiskFault? { allCases.first { $0.word == word } }
}

/// Lengths of time: `250ms`, `5s`, `10m`, `2h`, `3d`, `10y`.
enum Span {
    static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 365 * WorldTime.day), ("d", WorldTime.day), ("h", WorldTime.hour), ("m", 60_000),
        ("s", 1_000), ("ms", 1),
    ]

    static func text(_ span: Int64) -> String {
        let unit = units.first { span >= $0.milliseconds && span % $0.milliseconds == 0 }
        guard let unit else { return "\(span)ms" }
        return "\(span / unit.milliseconds)\(unit.name)"
    }

    static func read(_ word: String) -> Int64? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number < 1_000_000_000,
            let unit = units.first(where: { $0.name == word.dropFirst(digits.count) })
        else { return nil }
        return number * unit.milliseconds
    }
}

/// Moments of a world: `08:00`, `day 3 08:00:05.250`.
enum Clock {
    static func text(_ time: Int64) -> String {
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let day = time / WorldTime.day
        let (seconds, rest) = (time / 1_000 % 60, time % 1_000)
        var text = day > 0 ? "day \(day + 1) " : ""
        text += "\(two(time / WorldTime.hour % 24)):\(two(time / 60_000 % 60))"
        if seconds > 0 || rest > 0 { text += ":\(two(seconds))" }
        if rest > 0 { text += "." + String("\(1_000 + rest)".dropFirst()) }
        return text
    }

    /// The part after `day N`.
    static func read(_ word: String) -> Int64? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count >= 2 }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), (0...24).contains(hour),
            (0...59).contains(minute)
        else { return nil }
        var time = hour * WorldTime.hour + minute * 60_000
        if parts.count == 3 {
            let fraction = parts[2].split(separator: ".", omittingEmptySubsequences: false)
            guard let seconds = Int64(fraction[0]), (0...59).contains(seconds) else { return nil }
            time += seconds * 1_000
            if fraction.count == 2 {
                guard fraction[1].count == 3, let rest = Int64(fraction[1]), rest >= 0 else {
                    return nil
                }
                time += rest
            } else if fraction.count > 2 {
                return nil
            }
        }
        return time
    }
}

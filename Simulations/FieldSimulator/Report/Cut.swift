/// While the script says that there is no line.
struct Cut {
    /// Milliseconds since the world began.
    let from: Int64
    let until: Int64
    let names: [String]
    let to: String

    var when: String { "\(Clock.text(from)) to \(Clock.text(until))" }

    static func all(in script: Script, _ recorder: Recorder) -> [Cut] {
        script.steps.compactMap { step in
            guard case .cut(let route, let span) = step.action else { return nil }
            let names = recorder.machines.filter { name in
                switch route.from {
                case .all: name != "hub"
                case .machine(let machine): name == machine
                case .village(let code): recorder.homes[name] == code
                }
            }
            return Cut(from: step.at, until: step.at + span, names: names, to: route.to)
        }
    }
}

/// What a meeting wants to know of a flood, in sentences: who was cut off, how much waited, and
/// when all was there.
struct CutWords {
    let recorder: Recorder
    private let cuts: [Cut]

    init(_ script: Script, _ recorder: Recorder) {
        self.recorder = recorder
        cuts = Cut.all(in: script, recorder).filter { $0.to == "hub" && !$0.names.isEmpty }
    }

    var text: String {
        guard !cuts.isEmpty else { return "" }
        let spans = Dictionary(grouping: cuts) { [$0.from, $0.until] }
            .sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }
        let sentences = spans.prefix(4).map { _, cuts in
            let names = recorder.machines.filter { name in
                cuts.contains { $0.names.contains(name) }
            }
            let villages = Set(names.compactMap { recorder.homes[$0] }).count
            return "\(Self.number(names.count, "machine")) in \(Self.number(villages, "village")) "
                + "had no line to the centre from \(cuts[0].when)."
        }
        let more = spans.count > 4 ? ["So it was \(spans.count - 4) more times."] : []
        return (sentences + more + [waited]).joined(separator: " ")
    }

    private var waited: String {
        let most = recorder.samples.map { $0.waiting.values.reduce(0, +) }.max() ?? 0
        guard most > 0 else { return "Nothing waited meanwhile." }
        let held = end { !$0.waiting.values.contains { $0 > 0 } }
        let alike = end {
            !$0.waiting.values.contains { $0 > 0 } && !$0.lacking.values.contains { $0 > 0 }
        }
        let changes = Self.number(most, "change")
        return "At most \(changes) waited at once for the centre. After the cut it "
            + "held everything \(held); every PC, too, \(alike)."
    }

    /// When it was so for the first time after the last cut.
    private func end(_ isDone: (Recorder.Sample) -> Bool) -> String {
        let end = WorldTime.start + (cuts.map(\.until).max() ?? 0)
        let samples = recorder.samples
        // A world that failed before may have ended before the cut did.
        let never = "at no time before the end"
        guard let last = recorder.lines.last?.time, last >= end else { return never }
        let first = samples.lastIndex { $0.time <= end } ?? 0
        guard let done = samples[first...].first(where: isDone) else { return never }
        // To the full minute: a meeting reads it.
        let minutes = (max(done.time, end) - WorldTime.start + 59_999) / 60_000
        return "by \(Clock.text(minutes * 60_000))"
    }

    private static func number(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}

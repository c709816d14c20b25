/// One HTML file about one world, for a meeting: no script, nothing from the network.
public struct Report {
    private let outcome: WorldOutcome
    private let recorder: Recorder
    private let again: String
    private let axis: TimeAxis

    /// - Parameter again: the command that shows the same once more.
    public init(_ outcome: WorldOutcome, _ recorder: Recorder, again: String) {
        self.outcome = outcome
        self.recorder = recorder
        self.again = again
        let arrivals = recorder.lines.compactMap { $0.message?.arrival }
        axis = TimeAxis(
            [WorldTime.start] + recorder.lines.map(\.time) + arrivals, width: 1_000)
    }

    public var html: String {
        let script = outcome.script
        let title = script.title.isEmpty ? "World of seed \(script.seed)" : script.title
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <title>\(title.escaped)</title><style>\(Self.style)</style></head><body>
            <h1>\(title.escaped)</h1>
            <p class="story">\(script.story.map(\.escaped).joined(separator: " "))</p>
            \(verdict)
            <h2>What happened</h2>
            <p class="legend"><span class="dot"></span>work is recorded <span class="msg"></span>a \
            message <b class="x">×</b> a message is lost <span class="tri"></span>a fault <span \
            class="off"></span>switched off <span class="hatched"></span>the line is cut</p>
            \(SpaceTime(recorder: recorder, script: script, axis: axis).svg())
            <h2>Who was how far behind</h2>
            <p class="legend"><span class="line own"></span>changes the centre does not hold yet \
            <span class="line theirs"></span>changes of the centre that the PC does not hold yet; at the \
            right the most at once</p>
            \(Queues(recorder: recorder, axis: axis).svg())
            \(expectations)
            \(failure)
            <div class="columns"><section><h2>Faults</h2>\(faults)</section>
            <section><h2>Machines</h2>\(machines)</section></div>
            <h2>Again</h2><pre>\(again.escaped)</pre>
            <details><summary>The scenario</summary><pre>\(script.text.escaped)</pre></details>
            <p class="small">Under the faults that are modelled here; a world that holds is evidence, \
            no proof.</p></body></html>

            """
    }

    private var verdict: String {
        let tally = outcome.tally
        let cuts = CutWords(outcome.script, recorder).text
        let sum =
            (cuts.isEmpty ? "" : cuts + " ") + "\(tally.recorded) transactions, and "
            + "\(tally.syncs - tally.failedSyncs) exchanges that got through, in \(Self.span(outcome.span)) of the offices' time; \(tally.failedSyncs) tries found no "
            + "line or were broken off"
            + (tally.stops == 0 ? "." : "; a program or its power was gone \(times(tally.stops)).")
        guard let breach = outcome.breaches.first else {
            return """
                <div class="verdict good"><b>Nothing was lost, and all came to show the same.</b> \
                \(sum)\(expected)</div>
                """
        }
        let kind =
            breach.invariant == "expect"
            ? "It was not as the scenario expects" : "A promise was broken"
        return """
            <div class="verdict bad"><b>\(kind): \(breach.sentence.escaped).</b> \
            \(breach.found.escaped) (\(breach.invariant), at \(breach.machine), day \
            \(WorldTime.text(breach.time)), event \(breach.event)). \(sum)</div>
            """
    }

    private func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private var expected: String {
        let count = outcome.script.expectations.count
        return count == 0 ? "" : " All \(count) expectations of the scenario were met."
    }

    /// What the scenario said must be so, and when it was looked at.
    private var expectations: String {
        let met = Set(recorder.lines.filter { $0.kind == .heal }.map(\.text))
        let failed = outcome.breaches.first.map { $0.invariant == "expect" ? $0.sentence : "" }
        let rows = outcome.script.expectations.map { one in
            let mark =
                met.contains("as expected: \(one.claim.text)")
                ? "✓" : failed == "\"\(one.claim.text)\"" ? "✗" : "not looked at"
            return "<tr><td>\(Clock.text(one.at))</td><td>\(mark)</td>"
                + "<td>\(one.claim.text.escaped)</td></tr>"
        }
        guard !rows.isEmpty else { return "" }
        return """
            <h2>What had to be so</h2><table><tr><th>when</th><th>met</th><th></th></tr>\
            \(rows.joined())</table>
            """
    }

    private static func span(_ milliseconds: Int64) -> String {
        let days = Double(milliseconds) / Double(WorldTime.day)
        return days >= 2 ? "\(Int(days)) days" : "\(Int(days * 24)) hours"
    }

    /// The events before the failure at its machine, and what is shown otherwise than it should be.
    private var failure: String {
        guard let breach = outcome.breaches.first else { return "" }
        let before = recorder.lines.filter { line in
            breach.machine == "world" || line.machine == breach.machine
                || line.message?.to == breach.machine || line.kind == .fault
        }.suffix(30)
        let rows = before.map {
            "<tr><td>\($0.event)</td><td>\(Clock.text($0.time - WorldTime.start))</td>"
                + "<td>\($0.machine)</td><td>\($0.text.escaped)</td></tr>"
        }
        let unsaved = recorder.lines.filter(\.isUnsaved).prefix(12).map {
            "<li>\(Clock.text($0.time - WorldTime.start)) \($0.machine): \($0.text.escaped)</li>"
        }
        let differences = recorder.differences.map { "<li>\($0.escaped)</li>" }
        return """
            <h2>What led to it</h2><table><tr><th>event</th><th>when</th><th>where</th><th></th></tr>\
            \(rows.joined())</table>
            \(unsaved.isEmpty ? "" : "<h2>What could not be saved</h2><ul>\(unsaved.joined())</ul>")
            <h2>Rows that are shown otherwise than they should be</h2>
            \(differences.isEmpty ? "<p>None.</p>" : "<ul>\(differences.joined())</ul>")
            """
    }

    private var faults: String {
        let rows = FaultFamily.allCases.compactMap { family -> String? in
            let count = outcome.ledger[family]
            guard count.injected > 0 else { return nil }
            return "<tr><td>\(family.words)</td><td class=\"n\">\(count.injected)</td>"
                + "<td class=\"n\">\(count.tookEffect)</td></tr>"
        }
        guard !rows.isEmpty else { return "<p>None.</p>" }
        return "<table><tr><th>fault</th><th>done</th><th>made a difference</th></tr>"
            + rows.joined() + "</table>"
    }

    private var machines: String {
        let rows = recorder.machines.map { name in
            let lines = recorder.lines.filter { $0.machine == name }
            return "<tr><td>\(name)</td><td class=\"n\">\(lines.count { $0.kind == .work })</td>"
                + "<td class=\"n\">\(recorder.bytes[name] ?? 0)</td>"
                + "<td class=\"n\">\(lines.count { $0.kind == .stop })</td></tr>"
        }
        return "<table><tr><th>machine</th><th>recorded</th><th>bytes sent</th><th>stops</th></tr>"
            + rows.joined() + "</table>"
    }

    // Colours that differ in lightness, too: for colour-blind readers and printers.
    private static let style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:1140px;margin:24px auto;padding:0 16px;\
        color:#1c2733}h1{font-size:26px;margin:0}h2{font-size:17px;margin:28px 0 6px}\
        .story{color:#46525f;max-width:75ch;margin:4px 0 14px}.verdict{padding:12px 16px;\
        border-left:6px solid;border-radius:3px}.good{background:#e6f3ec;border-color:#1a7f4b}\
        .bad{background:#fbe9e7;border-color:#b3261e}svg{width:100%;height:auto;display:block}\
        .tick{stroke:#dfe4ea}.when{font-size:11px;fill:#6b7785}.who{font-size:13px;font-weight:600}\
        .lane{stroke:#9aa7b4}.sent{stroke:#2b6cb0;stroke-width:1;opacity:.55}.lost line{stroke:#b3261e;\
        opacity:.6}.lost text{fill:#b3261e;font-size:13px}.work{fill:#1c2733}.fault{fill:#d9822b}\
        .breach{stroke:#b3261e;stroke-width:4}.down{fill:#5b6773;opacity:.75}.hatch{fill:#e8b04b;\
        opacity:.55}.legend{font-size:13px;color:#46525f;margin:0 0 6px}.legend span{display:inline-block;\
        margin:0 5px 0 16px;vertical-align:middle}.dot{width:9px;height:9px;border-radius:9px;\
        background:#1c2733}.msg{width:18px;height:2px;background:#2b6cb0}.x{color:#b3261e;margin-left:16px}\
        .tri{border:5px solid transparent;border-top:9px solid #d9822b;border-bottom:0}.off{width:16px;\
        height:11px;background:#5b6773}.hatched{width:16px;height:11px;background:\
        repeating-linear-gradient(45deg,#e8b04b 0 3px,#fff 3px 6px)}.line{width:18px;height:3px}\
        .own{background:#1c2733}.theirs{background:#e08a1e}.columns{display:flex;gap:48px;flex-wrap:wrap}\
        table{border-collapse:collapse;font-size:14px}td,th{padding:3px 12px 3px 0;text-align:left;\
        border-bottom:1px solid #e4e9ee}.n{text-align:right}pre{background:#f4f6f8;padding:10px;\
        overflow:auto;font-size:13px}.small{color:#6b7785;font-size:13px}@media print{details{display:none}}
        """
}

/// Waiting changes of each PC over the same time as the picture above.
struct Queues {
    let recorder: Recorder
    let axis: TimeAxis
    private static let row = 44.0
    private static let left = 92.0

    func svg() -> String {
        let names = recorder.machines.filter { $0 != "hub" }
        let height = Double(names.count) * Self.row + 8
        var out =
            "<svg viewBox=\"0 0 \(axis.width + Self.left + 20) \(height)\" role=\"img\" aria-label=\"Waiting changes\">\n"
        for (index, name) in names.enumerated() {
            let bottom = Double(index + 1) * Self.row
            let most =
                recorder.samples.map { max($0.waiting[name] ?? 0, $0.lacking[name] ?? 0) }
                .max() ?? 0
            out += "<text x=\"0\" y=\"\((bottom - 4).short)\" class=\"who\">\(name)</text>"
            out +=
                "<text x=\"\((axis.width + Self.left + 4).short)\" y=\"\((bottom - 26).short)\" class=\"when\">\(most)</text>"
            out +=
                "<line x1=\"\(Self.left)\" x2=\"\((Self.left + axis.width).short)\" y1=\"\(bottom.short)\" y2=\"\(bottom.short)\" class=\"tick\"/>"
            for (path, colour) in [(\Recorder.Sample.waiting, "#1c2733"), (\.lacking, "#e08a1e")] {
                out += steps(name, path, most, bottom, colour)
            }
        }
        return out + "</svg>\n"
    }

    private func steps(
        _ name: String, _ path: KeyPath<Recorder.Sample, [String: Int]>, _ most: Int,
        _ bottom: Double, _ colour: String
    ) -> String {
        var line = ""
        var last = bottom
        for sample in recorder.samples {
            let x = axis.x(sample.time) + Self.left
            let share = Double(sample[keyPath: path][name] ?? 0) / Double(max(most, 1))
            let y = bottom - share * (Self.row - 12)
            line +=
                line.isEmpty
                ? "M\(x.short) \(y.short)" : "L\(x.short) \(last.short)L\(x.short) \(y.short)"
            last = y
        }
        line += "L\((axis.width + Self.left).short) \(last.short)"
        return "<path d=\"\(line)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\"/>\n"
    }
}

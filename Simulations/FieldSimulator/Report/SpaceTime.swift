/// The picture of a world: a lane for each machine, time to the right.
struct SpaceTime {
    let recorder: Recorder
    let script: Script
    let axis: TimeAxis
    private static let lane = 46.0
    private static let left = 92.0

    private func y(_ machine: String) -> Double? {
        recorder.machines.firstIndex(of: machine).map { Double($0) * Self.lane + 34 }
    }

    func svg() -> String {
        let height = Double(recorder.machines.count) * Self.lane + 40
        var out = """
            <svg viewBox="0 0 \(axis.width + Self.left + 20) \(height)" role="img" \
            aria-label="Space and time">
            <defs><pattern id="cut" width="7" height="7" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><rect width="3" height="7" class="hatch"/></pattern></defs>

            """
        for tick in axis.ticks {
            let x = tick.x + Self.left
            out +=
                "<line x1=\"\(x.short)\" x2=\"\(x.short)\" y1=\"16\" y2=\"\(height - 8)\" class=\"tick\"/>"
            out += "<text x=\"\((x + 3).short)\" y=\"12\" class=\"when\">\(tick.text)</text>\n"
        }
        for name in recorder.machines {
            guard let y = y(name) else { continue }
            out += "<text x=\"0\" y=\"\((y + 2).short)\" class=\"who\">\(name)</text>"
            if let place = recorder.places[name] {
                out +=
                    "<text x=\"0\" y=\"\((y + 15).short)\" class=\"when\">\(place.escaped)</text>"
            }
            out +=
                "<line x1=\"\(Self.left)\" x2=\"\((Self.left + axis.width).short)\" y1=\"\(y.short)\" y2=\"\(y.short)\" class=\"lane\"/>\n"
        }
        out += cuts() + downs()
        for line in recorder.lines { out += mark(line) }
        return out + "</svg>\n"
    }

    /// While a line was cut by the script.
    private func cuts() -> String {
        var out = ""
        for cut in Cut.all(in: script, recorder) {
            let (from, to) = (
                axis.x(WorldTime.start + cut.from), axis.x(WorldTime.start + cut.until)
            )
            for name in cut.names {
                guard let y = y(name) else { continue }
                out +=
                    "<rect x=\"\((from + Self.left).short)\" y=\"\((y - 11).short)\" width=\"\(max(to - from, 1).short)\" height=\"22\" fill=\"url(#cut)\"><title>\(name): no line to \(cut.to), \(cut.when)</title></rect>\n"
            }
        }
        return out
    }

    /// From when a program stopped until it ran again.
    private func downs() -> String {
        var out = ""
        var since: [String: Int64] = [:]
        func close(_ name: String, _ end: Int64) {
            guard let begin = since.removeValue(forKey: name), let y = y(name) else { return }
            let (from, to) = (axis.x(begin), axis.x(end))
            out +=
                "<rect x=\"\((from + Self.left).short)\" y=\"\((y - 9).short)\" width=\"\(max(to - from, 1.5).short)\" height=\"18\" class=\"down\"><title>\(name) is off</title></rect>\n"
        }
        for line in recorder.lines {
            if line.kind == .stop, since[line.machine] == nil { since[line.machine] = line.time }
            if line.kind == .start { close(line.machine, line.time) }
        }
        for name in recorder.machines { close(name, .max) }
        return out
    }

    private func mark(_ line: TraceLine) -> String {
        guard let y = y(line.machine) ?? (line.kind == .breach ? 34 : nil) else { return "" }
        let x = axis.x(line.time) + Self.left
        let title =
            "<title>\(Clock.text(line.time - WorldTime.start)) \(line.machine): \(line.text.escaped)</title>"
        if let message = line.message {
            guard let other = self.y(message.to) else { return "" }
            guard let arrival = message.arrival else {
                // In its own lane, so that nobody takes it for another machine's.
                let end = y + (other < y ? -13 : 13)
                return
                    "<g class=\"lost\"><line x1=\"\(x.short)\" y1=\"\(y.short)\" x2=\"\((x + 3).short)\" y2=\"\(end.short)\"/><text x=\"\((x - 1).short)\" y=\"\((end + 4).short)\">×</text>\(title)</g>\n"
            }
            return
                "<line class=\"sent\" x1=\"\(x.short)\" y1=\"\(y.short)\" x2=\"\((axis.x(arrival) + Self.left + 2).short)\" y2=\"\(other.short)\">\(title)</line>\n"
        }
        switch line.kind {
        case .work:
            return
                "<circle class=\"work\" cx=\"\(x.short)\" cy=\"\(y.short)\" r=\"4\">\(title)</circle>\n"
        case .fault:
            return
                "<path class=\"fault\" d=\"M\(x.short) \((y - 9).short)l5 -8h-10z\">\(title)</path>\n"
        case .breach:
            return "<path class=\"breach\" d=\"M\(x.short) \((y - 8).short)v16\">\(title)</path>\n"
        default: return ""
        }
    }
}

extension Double {
    /// A tenth of a unit is more than a screen shows.
    var short: String { "\((self * 10).rounded() / 10)" }
}

extension String {
    var escaped: String {
        reduce(into: "") { out, letter in
            switch letter {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\"": out += "&quot;"
            default: out.append(letter)
            }
        }
    }
}

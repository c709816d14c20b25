import Foundation

/// Takes away from a script whatever its failure does not need.
///
/// Idea: delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing
/// input", 2002) over the steps, after coarser cuts: whole kinds of steps, what comes late, whole
/// machines. Chance is a function of its place, so what is taken away shifts nothing else.
///
/// Invariant: every script that is kept breaks the same promise as the first.
public struct Shrinker {
    public static let replaysMax = 2_000
    public static let secondsMax = 120.0

    public private(set) var script: Script
    /// The promise that must stay broken.
    public let invariant: String
    public private(set) var replays = 0
    /// The last failure seen.
    public private(set) var breach: Breach
    private let began = Date()
    private let progress: (Shrinker) -> Void

    public init(
        _ script: Script, breach: Breach, progress: @escaping (Shrinker) -> Void = { _ in }
    ) {
        self.script = script
        self.breach = breach
        invariant = breach.invariant
        self.progress = progress
    }

    private var isSpent: Bool {
        replays >= Self.replaysMax || Date().timeIntervalSince(began) > Self.secondsMax
    }

    /// - Returns: the smallest script that was found.
    public mutating func shrink() -> Script {
        var before: Script
        repeat {
            before = script
            dropLate()
            dropKinds()
            dropMachines()
            dropSteps()
            simplify()
        } while script != before && !isSpent
        return script
    }

    /// Keeps the candidate when it breaks the same promise.
    @discardableResult
    private mutating func keep(_ change: (inout Script) -> Void) -> Bool {
        var candidate = script
        change(&candidate)
        // What names a PC or a village that came later needs the sentence by which it came.
        guard candidate != script, !isSpent, (try? ScriptParser.parse(candidate.text)) != nil else {
            return false
        }
        replays += 1
        SimulatedDisk.seedSQLite(candidate.seed)
        guard let outcome = try? World.run(candidate), let found = outcome.breaches.first,
            found.invariant == invariant
        else { return false }
        script = candidate
        breach = found
        progress(self)
        return true
    }

    /// Nothing after the failure can have led to it.
    private mutating func dropLate() {
        let end = breach.time - WorldTime.start
        keep { script in script.steps.removeAll { $0.at > end } }
        keep { script in script.expectations.removeAll { $0.at > end } }
    }

    private mutating func dropKinds() {
        let kinds = script.steps.reduce(into: [String]()) { kinds, step in
            if !kinds.contains(step.action.kind) { kinds.append(step.action.kind) }
        }
        for kind in kinds {
            keep { script in script.steps.removeAll { $0.action.kind == kind } }
        }
    }

    private mutating func dropMachines() {
        keep { $0.hasRelay = false }
        for number in stride(from: script.edges, through: 1, by: -1) {
            keep { script in
                script.steps.removeAll { $0.action.isOf("edge-\(number)") }
                if script.edges == number, number > 1 {
                    script.edges -= 1
                    script.villages = Set(Town.offices.prefix(script.edges)).count
                }
            }
        }
    }

    private mutating func dropSteps() {
        var size = max(1, script.steps.count / 2)
        while !isSpent {
            var start = 0
            var didKeep = false
            while start < script.steps.count, !isSpent {
                let range = start..<min(start + size, script.steps.count)
                if keep({ $0.steps.removeSubrange(range) }) {
                    didKeep = true
                } else {
                    start += size
                }
            }
            if size == 1, !didKeep { return }
            size = max(1, size / 2)
        }
    }

    /// Shorter sentences: fewer operations, plain lines, full minutes.
    private mutating func simplify() {
        for index in script.steps.indices {
            switch script.steps[index].action {
            case .work(let edge, let writes) where writes.count > 1:
                for write in writes {
                    keep { $0.steps[index].action = .work(edge, [write]) }
                }
            case .line(let route, let quality):
                let plain = Link.Quality()
                for path: WritableKeyPath<Link.Quality, Int> in [
                    \.lossPerMille, \.duplicatePerMille, \.replayPerMille, \.cutPerMille,
                    \.flipPerMille,
                ] where quality[keyPath: path] != 0 {
                    keep { script in
                        guard case .line(_, var less) = script.steps[index].action else { return }
                        less[keyPath: path] = plain[keyPath: path]
                        script.steps[index].action = .line(route, less)
                    }
                }
            default: break
            }
            if let cells = script.steps[index].action.oneCell {
                keep { $0.steps[index].action = cells }
            }
            let at = script.steps[index].at
            for unit in [WorldTime.hour, 60_000, 1_000] where at % unit != 0 {
                if keep({ $0.steps[index].at = at / unit * unit }) { break }
            }
        }
    }
}

extension Action {
    /// The first word of its enumeration case: what goes together.
    var kind: String { String("\(self)".prefix { $0 != "(" }) }

    /// Whether it is only about this machine, or its copy.
    func isOf(_ name: String) -> Bool {
        let words = text.split(separator: " ").map(String.init)
        return words.contains(name) || words.contains(name + "b")
    }

    /// The same edit with one column only; nil when it has no more.
    fileprivate var oneCell: Action? {
        guard case .work(let edge, let writes) = self, writes.count == 1,
            case .edit(let row, let cells) = writes[0], cells.count > 1
        else { return nil }
        return .work(edge, [.edit(row, [cells[0]])])
    }
}

import ArgumentParser
import Foundation

/// Plays scenarios that testers wrote.
struct PlayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Plays scenarios, and says whether all is as expected.")

    @Argument(help: "Files with scenarios (.sim).")
    var files: [String]
    @Flag(help: "Only the verdicts.")
    var quiet = false
    @Option(help: "Writes a report of the (last) scenario: an HTML file.")
    var report: String?
    @Option(help: "Another seed than the scenario's own.")
    var seed: UInt64?

    func run() throws {
        var worst: Int32 = 0
        for file in files {
            var script = try ScriptFile.read(file)
            if let seed { script.seed = seed }
            if !quiet, !script.title.isEmpty { print(script.title) }
            if !quiet { for line in script.story { print("  \(line)") } }
            SimulatedDisk.seedSQLite(script.seed)
            let recorder = report == nil ? nil : Recorder()
            var unsaved: [TraceLine] = []
            let outcome = try World.run(script, recorder: recorder) { line in
                if line.isUnsaved { unsaved.append(line) }
                if !quiet { show(line) }
            }
            if let report, let recorder {
                let page = Report(outcome, recorder, again: "fieldsim play \(file)")
                try Data(page.html.utf8).write(to: URL(fileURLWithPath: report))
            }
            if files.count > 1 { print("\(file): ", terminator: "") }
            let code = conclude(
                outcome, again: "fieldsim play \(file)" + (seed.map { " --seed \($0)" } ?? ""))
            // Mostly the reason why it was not as expected.
            if code != 0 { for line in unsaved.prefix(5) { show(line) } }
            worst = worst == 0 ? code : worst
        }
        if worst != 0 { throw ExitCode(worst) }
    }
}

struct ShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink",
        abstract: "Takes away from a failing world whatever the failure does not need.")

    @Argument(help: "A scenario that fails (.sim); without one, the world of --seed.")
    var file: String?
    @OptionGroup var world: WorldOptions
    @Option(help: "Where the small scenario goes (default: it is printed).")
    var out: String?

    func run() throws {
        let script = try file.map(ScriptFile.read) ?? ScriptWriter.script(of: try world.plan())
        SimulatedDisk.seedSQLite(script.seed)
        let outcome = try World.run(script)
        guard let breach = outcome.breaches.first else {
            print("nothing fails here: there is nothing to shrink")
            throw ExitCode(SimExit.nothing)
        }
        var shrinker = Shrinker(script, breach: breach) { state in
            guard isatty(STDERR_FILENO) != 0 else { return }
            let line = "\(state.script.steps.count) steps left after \(state.replays) replays"
            FileHandle.standardError.write(Data("\r\(line)\u{1b}[K".utf8))
        }
        var small = shrinker.shrink()
        if isatty(STDERR_FILENO) != 0 { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
        small.title = "\(shrinker.breach.invariant): \(shrinker.breach.sentence)"
        if let out {
            try Data(small.text.utf8).write(to: URL(fileURLWithPath: out))
            print("\(script.steps.count) steps became \(small.steps.count): \(out)")
        } else {
            print(small.text, terminator: "")
        }
        print("# \(shrinker.breach)")
        print(
            "# \(script.steps.count) steps became \(small.steps.count) in \(shrinker.replays) replays"
        )
        throw ExitCode(SimExit.code(of: [shrinker.breach]))
    }
}

enum ScriptFile {
    static func read(_ path: String) throws -> Script {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read: name a file with a scenario")
        }
        do {
            return try ScriptParser.parse(String(decoding: data, as: UTF8.self))
        } catch {
            FileHandle.standardError.write(Data("Error: \(path): \(error)\n".utf8))
            throw ExitCode(SimExit.usage)
        }
    }
}

import ArgumentParser
import Foundation

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs one world, with a line for each thing that happens.")

    @OptionGroup var world: WorldOptions
    @Option(help: Rung.help)
    var rung = Rung.disk
    @Flag(help: "Only the verdict.")
    var quiet = false
    @Option(help: "Writes a report: an HTML file.")
    var report: String?
    @OptionGroup var programs: ProgramOptions

    func run() throws {
        if rung == .processes { return try runProcesses() }
        if rung == .memory {
            let swarm = MemorySwarm(jobs: 1, first: world.seed, seconds: nil, count: 1)
            return try swarm.report()
        }
        let plan = try world.plan()
        SimulatedDisk.seedSQLite(plan.seed)
        let names = plan.families.map(\.rawValue).sorted().joined(separator: ",")
        if !quiet {
            print(
                "\(plan.edges) PCs\(plan.hasRelay ? " and a relay" : ""), \(plan.days) days, "
                    + "\(plan.transactions) transactions; faults: \(names.isEmpty ? "none" : names)"
            )
        }
        let recorder = report == nil ? nil : Recorder()
        let outcome = try World.run(
            ScriptWriter.script(of: plan), recorder: recorder,
            listener: quiet ? nil : { show($0) })
        let again =
            "fieldsim run --seed \(plan.seed) --edges \(plan.edges) --days \(plan.days) "
            + "--faults \(names.isEmpty ? "none" : names)"
        if let report, let recorder {
            try Data(Report(outcome, recorder, again: again).html.utf8)
                .write(to: URL(fileURLWithPath: report))
        }
        let code = conclude(outcome, again: again)
        if code != 0 { throw ExitCode(code) }
    }
}

extension RunCommand {
    /// The real programs: what happens is printed as it happens, and is another time another.
    private func runProcesses() throws {
        let plan = ProcessPlan.drawn(world.seed)
        let names = plan.faults.map(\.rawValue).sorted().joined(separator: ",")
        print(
            "\(plan.pcs.count) PCs of real programs; faults: \(names.isEmpty ? "none" : names)")
        let isQuiet = quiet
        let outcome = try ProcessWorld.run(plan, programs: programs.folder) { line in
            if !isQuiet { print(line) }
        }
        print(
            "seed \(outcome.seed): \(outcome.recorded) transactions, \(outcome.commands) commands, "
                + "\(outcome.rounds) rounds to heal, \(String(format: "%.1f", outcome.seconds)) s")
        if outcome.isFailure {
            print(outcome.failure)
        } else {
            print(outcome.recorded == 0 ? "nothing was exercised" : "all promises held")
        }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Runs a world twice and says whether both were the same, event by event.")

    @Argument(help: "A scenario (.sim); without one, the world of --seed.")
    var file: String?
    @OptionGroup var world: WorldOptions
    @Option(help: "The last event to show.")
    var until = Int.max
    @Flag(help: "Show each line.")
    var trace = false

    func run() throws {
        let script = try file.map(ScriptFile.read) ?? ScriptWriter.script(of: try world.plan())
        var first: [TraceLine] = []
        let outcome = try World.run(script) { first.append($0) }
        if trace { for line in first where line.event <= until { show(line) } }
        var second: [TraceLine] = []
        let again = try World.run(script) { second.append($0) }
        if let index = zip(first, second).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            print("the runs part:\n  \(first[index])\n  \(second[index])")
            throw ExitCode(SimExit.nondeterminism)
        }
        guard outcome.traceHash == again.traceHash else {
            print("the runs part in what the disks were asked, after \(first.count) equal lines")
            throw ExitCode(SimExit.nondeterminism)
        }
        let code = conclude(
            outcome,
            again: file.map { "fieldsim play \($0)" } ?? "fieldsim run --seed \(script.seed)")
        if code != 0 { throw ExitCode(code) }
    }
}

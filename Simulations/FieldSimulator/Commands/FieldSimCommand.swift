public import ArgumentParser
@preconcurrency import Foundation

/// `fieldsim`: whole regencies in virtual time, under faults of line, power, disk, clock and people.
public struct FieldSimCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "fieldsim",
        abstract: "Runs the offices' and the centre's own programs in simulated worlds.",
        discussion: """
            Exit: 0 all promises held; 1 one about data was broken; 2 nothing was exercised; 3 \
            something never came to an end; 4 a seed did not repeat; 5 a fault never took effect; 6 a planted bug was not \
            found; \
            64 wrong usage; 70 the simulator itself failed.
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, PlayCommand.self, ShrinkCommand.self, SwarmCommand.self,
            ReplayCommand.self, CoverageCommand.self, MutantsCommand.self,
            ExhaustCommand.self, DoctorCommand.self, WorkerCommand.self,
        ])

    public init() {}

    /// As `main()`, but a fault of the simulator itself never looks like a broken promise.
    public static func runAndExit() -> Never {
        do {
            var command = try parseAsRoot()
            try command.run()
            exit()
        } catch {
            guard exitCode(for: error) == .failure, !(error is ExitCode) else {
                exit(withError: error)
            }
            let words = "Error: \(message(for: error))\n"
            FileHandle.standardError.write(Data(words.utf8))
            exit(withError: ExitCode(SimExit.crash))
        }
    }

    /// Into a file or a pipe, too, each line goes when it is there.
    public static func printsLineByLine() { setlinebuf(stdout) }
}

/// What a run of this program came to.
enum SimExit {
    static let safety: Int32 = 1
    static let nothing: Int32 = 2
    static let liveness: Int32 = 3
    static let nondeterminism: Int32 = 4
    static let coverage: Int32 = 5
    static let mutant: Int32 = 6
    static let usage: Int32 = 64
    static let crash: Int32 = 70

    static func code(of breaches: [Breach]) -> Int32 {
        guard let first = breaches.first else { return 0 }
        return first.isSafety ? safety : liveness
    }
}

/// On what the programs' code runs.
enum Rung: String, ExpressibleByArgument, CaseIterable {
    /// The core alone, on stores in memory: merging, and nothing else.
    case memory = "A"
    /// The programs' own parts on SQLite, simulated disks, lines and clocks.
    case disk = "B"
    /// The real binaries over loopback, with a proxy between them and `kill -9`.
    case processes = "C"

    static let help = ArgumentHelp(
        "A: merging alone, on stores in memory; B: whole regencies on simulated disks; C: the real "
            + "programs over loopback, not repeatable event by event.")
}

/// Where the real programs are.
struct ProgramOptions: ParsableArguments {
    @Option(help: "With --rung C: the folder of edgenode and synchub (default: fieldsim's own).")
    var programs: String?

    var folder: String { programs ?? Programs.ownFolder }
}

/// Which world.
struct WorldOptions: ParsableArguments {
    @Option(help: "The number that everything in the world follows from.")
    var seed: UInt64 = 1
    @Option(help: "How many office PCs (default: as the seed draws).")
    var edges: Int?
    @Option(help: "How many days (default: as the seed draws).")
    var days: Int?
    @Option(help: "Fault families, separated by commas; 'none' for none (default: as drawn).")
    var faults: String?

    func plan() throws -> WorldPlan {
        var plan = WorldPlan.drawn(seed)
        if let edges {
            guard (1...WorldPlan.edgesMax).contains(edges) else {
                throw ValidationError("--edges is 1 to \(WorldPlan.edgesMax)")
            }
            plan.edges = edges
        }
        if let days {
            guard (1...400).contains(days) else { throw ValidationError("--days is 1 to 400") }
            plan.days = days
        }
        if let faults {
            plan.families = try Set(
                faults.split(separator: ",").filter { $0 != "none" }.map { name in
                    guard let family = FaultFamily(rawValue: String(name)) else {
                        let all = FaultFamily.allCases.map(\.rawValue).joined(separator: ", ")
                        throw ValidationError("\(name) is not a fault; there are: \(all)")
                    }
                    return family
                })
        }
        return plan
    }
}

/// Lines as somebody watches them come.
func show(_ line: TraceLine) {
    let mark =
        switch line.kind {
        case .fault, .stop: "!"
        case .breach: "✗"
        case .start, .heal: "+"
        default: " "
        }
    print("\(mark) \(line)")
}

/// The verdict, and how to see it again.
func conclude(_ outcome: WorldOutcome, again arguments: String) -> Int32 {
    let tally = outcome.tally
    print(
        "seed \(outcome.script.seed): \(outcome.events) events, \(tally.recorded) transactions, "
            + "\(tally.syncs) syncs (\(tally.failedSyncs) failed), \(tally.stops) stops, "
            + "\(tally.newNumbers) new numbers, \(tally.healRounds) rounds to heal; "
            + "trace \(String(outcome.traceHash, radix: 16))")
    guard let breach = outcome.breaches.first else {
        guard tally.recorded > 0 else {
            print("nothing was exercised: no transaction was recorded")
            return SimExit.nothing
        }
        print("all promises held")
        return 0
    }
    print("\(breach)\nagain: \(arguments)")
    return SimExit.code(of: outcome.breaches)
}

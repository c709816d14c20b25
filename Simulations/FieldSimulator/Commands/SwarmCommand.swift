import ArgumentParser
import Foundation
import Synchronization

struct SwarmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm", abstract: "Runs many worlds, each with faults of its own choice.")

    @Option(name: .customLong("for"), help: "How long: 90s, 10m, 2h.")
    var duration: String?
    @Option(help: "How many worlds, instead of a time.")
    var worlds: Int?
    @Option(help: "The first seed: a number, or any text such as a commit's hash.")
    var seed = "1"
    @Option(help: "Processes.")
    var jobs = 2
    @Option(help: "A file that gets a line for each world.")
    var ledger: String?
    @Option(help: Rung.help)
    var rung = Rung.disk
    @Flag(help: "Go on after a world failed.")
    var keepGoing = false
    @Flag(help: "Fail when a fault family, or a pair of them, never took effect.")
    var coverage = false
    @OptionGroup var programs: ProgramOptions

    func run() throws {
        guard (1...64).contains(jobs) else { throw ValidationError("--jobs is 1 to 64") }
        let seconds = try duration.map(Self.seconds)
        let count = worlds ?? (duration == nil ? 100 : nil)
        if rung == .memory {
            let swarm = MemorySwarm(
                jobs: jobs, first: Self.number(of: seed), seconds: seconds, count: count)
            return try swarm.report()
        }
        if rung == .processes { return try runProcesses(seconds, count) }
        let swarm = Swarm(
            program: try Self.program(), jobs: jobs, first: Self.number(of: seed),
            seconds: seconds, count: count, stopsAtFirst: !keepGoing)
        let file = try ledger.map(Self.open)
        let sum = Mutex(SwarmSum())
        let began = Date()
        swarm.run { report in
            sum.withLock { sum in
                sum.add(report)
                if let file, let line = try? JSONEncoder().encode(report) {
                    file.write(line + Data("\n".utf8))
                }
                if let breach = report.breach {
                    print(
                        "seed \(report.seed): \(breach)\nagain: fieldsim run --seed \(report.seed)")
                }
                if isatty(STDERR_FILENO) != 0, sum.worlds % 5 == 0 {
                    let line = Self.progress(sum, Date().timeIntervalSince(began))
                    FileHandle.standardError.write(Data("\r\(line)\u{1b}[K".utf8))
                }
            }
            return true
        }
        let found = sum.withLock { $0 }
        if isatty(STDERR_FILENO) != 0 { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
        print(Self.summary(found, Date().timeIntervalSince(began)))
        let code = exitCode(found)
        if code != 0 { throw ExitCode(code) }
    }

    private func runProcesses(_ seconds: Double?, _ count: Int?) throws {
        // Without the programs there is nothing to begin with.
        _ = try Programs(folder: programs.folder)
        let swarm = ProcessSwarm(
            programs: programs.folder, jobs: jobs, first: Self.number(of: seed),
            seconds: seconds, count: count, stopsAtFirst: !keepGoing)
        let began = Date()
        let isWatched = isatty(STDERR_FILENO) != 0
        let sum = swarm.run { outcome, sum in
            if outcome.isFailure { print(outcome.failure) }
            guard isWatched else { return }
            let line = "\(sum.worlds) worlds, \(sum.failures.count) failed"
            FileHandle.standardError.write(Data("\r\(line)\u{1b}[K".utf8))
        }
        if isWatched { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
        print(sum.summary(Date().timeIntervalSince(began)))
        let code = sum.exitCode(mustCover: coverage)
        if code != 0 { throw ExitCode(code) }
    }

    private func exitCode(_ sum: SwarmSum) -> Int32 {
        if !sum.failures.isEmpty { return sum.exitCode }
        if sum.tally.recorded == 0 { return SimExit.nothing }
        if coverage, !sum.idle.isEmpty || !sum.idlePairs.isEmpty { return SimExit.coverage }
        return 0
    }

    /// Ourselves.
    static func program() throws -> String {
        #if os(Linux)
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        #else
            return CommandLine.arguments[0]
        #endif
    }

    static func seconds(_ text: String) throws -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
            number > 0
        else { throw ValidationError("\"\(text)\" is not a time like 90s, 10m or 2h") }
        return number * unit
    }

    /// A number stays what it is; other texts give one that is theirs.
    static func number(of text: String) -> UInt64 {
        if let number = UInt64(text) { return number }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash >> 16
    }

    private static func open(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw ValidationError("\(path) cannot be written: choose another --ledger")
        }
        try file.seekToEnd()
        return file
    }

    private static func progress(_ sum: SwarmSum, _ seconds: Double) -> String {
        "\(sum.worlds) worlds (\(sum.span / (365 * WorldTime.day)) years), \(Int(Double(sum.worlds) / max(seconds, 0.1) * 3_600))/h, "
            + "\(sum.failures.count) failed, \(sum.tally.recorded) transactions, "
            + "\(sum.tally.stops) stops"
    }

    static func summary(_ sum: SwarmSum, _ seconds: Double) -> String {
        let faults = FaultFamily.allCases.compactMap { family -> String? in
            let count = sum.ledger[family]
            guard count.injected > 0 else { return nil }
            return
                "  \(family.rawValue): \(count.injected) injected, \(count.tookEffect) took effect"
        }
        var lines = [progress(sum, seconds)]
        lines += faults
        if sum.refusals > 0 {
            lines.append("  \(sum.refusals) stores on lying disks said that they are damaged")
        }
        if !sum.idle.isEmpty {
            lines.append(
                "never took effect: " + sum.idle.map(\.rawValue).joined(separator: ", "))
        }
        let missing = sum.idlePairs
        lines.append(
            "\(sum.pairs.count) of \(FaultPair.all.count) pairs of faults took effect in one world"
                + (missing.isEmpty
                    ? ""
                    : ", not: " + missing.prefix(12).map(\.description).joined(separator: ", ")
                        + (missing.count > 12 ? " …" : "")))
        if sum.failures.isEmpty, sum.worlds > 0 {
            let percent = String(format: "%.3f", sum.bound * 100)
            lines.append(
                "0 failures in \(sum.worlds) worlds: with 95 % confidence fewer than \(percent) % "
                    + "fail under the modelled faults")
        } else {
            lines.append("\(sum.failures.count) of \(sum.worlds) worlds failed")
        }
        return lines.joined(separator: "\n")
    }
}

/// Runs the worlds whose seeds come on the standard input.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

    func run() throws {
        while let line = readLine(), let seed = UInt64(line) {
            let began = Date()
            SimulatedDisk.seedSQLite(seed)
            let report: WorldReport
            do {
                let outcome = try World.run(WorldPlan.drawn(seed))
                report = WorldReport(
                    outcome, milliseconds: Int(Date().timeIntervalSince(began) * 1_000))
            } catch {
                report = WorldReport(seed: seed, crash: "\(error)")
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            FileHandle.standardOutput.write(try encoder.encode(report) + Data("\n".utf8))
        }
    }
}

import ArgumentParser
import Foundation

/// Puts the simulator to the test: bugs are planted one by one, and each must be found.
struct MutantsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutants",
        abstract: "Plants bugs into a copy of the sources and says which are found.")

    @Option(help: "The package's folder.")
    var package = "."
    @Option(help: "Names of mutants, separated by commas (default: all).")
    var only: String?
    @Option(help: "So many drawn worlds look for each; then the shipped scenarios do.")
    var worlds = 400
    @Option(help: "The first seed.")
    var seed: UInt64 = 1
    @Option(help: "Processes.")
    var jobs = 2
    @Flag(help: "Only list them.")
    var list = false

    func run() throws {
        let all = try Mutant.all(in: package)
        if list {
            for mutant in all { print("\(mutant.name): \(mutant.story)") }
            return
        }
        let names = only.map { $0.split(separator: ",").map(String.init) }
        let chosen = all.filter { names?.contains($0.name) ?? true }
        if let unknown = names?.first(where: { name in !all.contains { $0.name == name } }) {
            throw ValidationError("there is no mutant \(unknown): see 'fieldsim mutants --list'")
        }
        print("building \(all.count) planted bugs into a copy (some minutes the first time)")
        let folder = URL(fileURLWithPath: package).standardizedFileURL.path + "/.build-mutants"
        let program = try MutantBuild(package: package, folder: folder).make(all)
        var survivors: [String] = []
        for mutant in chosen {
            var result = search(program, mutant.name, from: seed, worlds: worlds)
            // What fails without the bug, too, was not found because of it.
            while let report = result.found, result.worlds < worlds,
                let other = search(program, nil, from: report.seed, worlds: 1).found
            {
                print("seed \(report.seed) fails without a planted bug: \(other.breach ?? "")")
                let next = search(
                    program, mutant.name, from: report.seed + 1, worlds: worlds - result.worlds)
                result = (result.worlds + next.worlds, next.found)
            }
            if let breach = result.found?.breach {
                print("\(mutant.name): found in world \(result.worlds): \(breach.prefix(110))")
            } else if let file = try scenario(program, mutant.name) {
                print("\(mutant.name): found by \(file), not in \(result.worlds) drawn worlds")
            } else {
                survivors.append(mutant.name)
                print("\(mutant.name): SURVIVED \(result.worlds) worlds: \(mutant.story)")
            }
        }
        print("\(chosen.count - survivors.count) of \(chosen.count) planted bugs found")
        if !survivors.isEmpty { throw ExitCode(SimExit.mutant) }
    }

    /// The first of `Simulations/Corpus` and `Simulations/Scenarios` that holds without the planted
    /// bug and breaks with it.
    private func scenario(_ program: String, _ name: String) throws -> String? {
        for folder in ["Corpus", "Scenarios"] {
            let path = package + "/Simulations/" + folder
            let files = try FileManager.default.contentsOfDirectory(atPath: path)
            for file in files.filter({ $0.hasSuffix(".sim") }).sorted() {
                guard try !holds(path + "/" + file, program, name),
                    try holds(path + "/" + file, program, nil)
                else { continue }
                return folder + "/" + file
            }
        }
        return nil
    }

    private func holds(_ file: String, _ program: String, _ name: String?) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["play", "--quiet", file]
        process.environment = ProcessInfo.processInfo.environment
            .merging(name.map { ["FIELDSIM_MUTANT": $0] } ?? [:]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return ![SimExit.safety, SimExit.liveness].contains(process.terminationStatus)
    }

    private func search(
        _ program: String, _ name: String?, from seed: UInt64, worlds: Int
    ) -> (worlds: Int, found: WorldReport?) {
        if let name { setenv("FIELDSIM_MUTANT", name, 1) } else { unsetenv("FIELDSIM_MUTANT") }
        defer { unsetenv("FIELDSIM_MUTANT") }
        let swarm = Swarm(
            program: program, jobs: jobs, first: seed, seconds: nil, count: worlds,
            stopsAtFirst: true)
        let result = Findings()
        swarm.run { report in
            result.add(report)
            return true
        }
        return result.sum
    }

    private final class Findings: @unchecked Sendable {
        // The swarm calls one at a time.
        private(set) var sum: (worlds: Int, found: WorldReport?) = (0, nil)

        func add(_ report: WorldReport) {
            sum.worlds += 1
            if report.breach != nil { sum.found = report }
        }
    }
}

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
    @Option(help: "In so many worlds each must be found.")
    var worlds = 2_000
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
        let sound = search(program, nil, worlds: 40)
        guard sound.found == nil else {
            print("without a planted bug, too, something fails: \(sound.found ?? "")")
            throw ExitCode(SimExit.safety)
        }
        var survivors: [String] = []
        for mutant in chosen {
            let result = search(program, mutant.name, worlds: worlds)
            if let found = result.found {
                print("\(mutant.name): found in world \(result.worlds): \(found.prefix(110))")
            } else {
                survivors.append(mutant.name)
                print("\(mutant.name): SURVIVED \(result.worlds) worlds: \(mutant.story)")
            }
        }
        print("\(chosen.count - survivors.count) of \(chosen.count) planted bugs found")
        if !survivors.isEmpty { throw ExitCode(SimExit.mutant) }
    }

    private func search(
        _ program: String, _ name: String?, worlds: Int
    ) -> (worlds: Int, found: String?) {
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
        private(set) var sum: (worlds: Int, found: String?) = (0, nil)

        func add(_ report: WorldReport) {
            sum.worlds += 1
            if let breach = report.breach { sum.found = breach }
        }
    }
}

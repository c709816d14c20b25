import ArgumentParser
import Foundation

/// All small histories there are, not only drawn ones.
struct ExhaustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exhaust",
        abstract: "Merges every history of a few nodes and steps in every order of arrival.")

    @Option(help: "How many nodes.")
    var nodes = 3
    @Option(help: "How many steps: writes, deletions, revivals and exchanges.")
    var ops = 4

    func validate() throws {
        guard (2...4).contains(nodes) else { throw ValidationError("--nodes is 2 to 4") }
        guard (1...6).contains(ops) else {
            throw ValidationError("--ops is 1 to 6: each more takes about ten times as long")
        }
    }

    func run() throws {
        var histories = SmallHistories(nodes: nodes, steps: ops)
        let isWatched = isatty(STDERR_FILENO) != 0
        do {
            try histories.checkAll { count in
                guard isWatched, count.isMultiple(of: 500) else { return }
                FileHandle.standardError.write(Data("\r\(count) histories".utf8))
            }
        } catch let fault as HistoryCheck.Fault {
            print("\(fault)\nagain: fieldsim exhaust --nodes \(nodes) --ops \(ops)")
            throw ExitCode(SimExit.safety)
        }
        if isWatched { FileHandle.standardError.write(Data("\r".utf8)) }
        print(
            "all \(histories.count) histories of \(nodes) nodes and \(ops) steps come to the same "
                + "in every order of arrival")
    }
}

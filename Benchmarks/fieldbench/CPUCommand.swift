import ArgumentParser
import EdgeNode
import Foundation
import SyncProtocol

struct CPUCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cpu",
        abstract: "Processor time of commits, merges and reads, beside plain SQLite in turn.")

    @Option(help: "Folder of a PC that holds a register and two PCs' months.")
    var node: String
    @Option(help: "Folder on a disk.")
    var disk: String
    @Option(help: "Folder in memory (tmpfs).")
    var memory: String
    @Option(help: "Repetitions of each figure.")
    var rounds = 5
    @Option(help: "Which figures.")
    var parts = "commit,merge,read"

    private struct Report: Encodable {
        var commitDisk: CommitCost.Report?
        var commitMemory: CommitCost.Report?
        var merge: [String: MergeCost.Report]?
        var read: ReadCost.Report?

        enum CodingKeys: String, CodingKey {
            case merge, read
            case commitDisk = "commit_disk"
            case commitMemory = "commit_memory"
        }
    }

    func run() throws {
        let node = try EdgeNode.open(node)
        let all = try Workload(of: node.store)
        let disk = URL(fileURLWithPath: disk)
        let memory = URL(fileURLWithPath: memory)
        let parts = parts.split(separator: ",")
        var report = Report()
        if parts.contains("commit"), let first = all.changesets.first {
            let work = all.written(by: first.dot.replica)
            report.commitDisk = try CommitCost(work: work, folder: disk).measure(rounds: rounds)
            report.commitMemory = try CommitCost(work: work, folder: memory)
                .measure(rounds: rounds)
        }
        if parts.contains("merge") {
            report.merge = try MergeCost(all: all, folder: disk).measure(rounds: rounds)
        }
        if parts.contains("read") {
            report.read = try ReadCost(node: node, all: all, folder: disk)
                .measure(rounds: rounds)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}

/// One kind of work without any measuring, to count its instructions or to profile it.
struct OnceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "once",
        abstract: "Does one kind of work once, for callgrind and perf.")

    enum Work: String, ExpressibleByArgument, CaseIterable { case nothing, commit, merge }

    @Argument(help: "nothing, commit or merge.")
    var work: Work
    @Option(help: "Folder of a PC that holds a register and two PCs' months.")
    var node: String
    @Option(help: "Folder to work in.")
    var folder: String
    @Option(help: "How often.")
    var times = 1

    func run() throws {
        let node = try EdgeNode.open(node)
        let all = try Workload(of: node.store)
        let folder = URL(fileURLWithPath: folder)
        for _ in 0..<times {
            switch work {
            case .nothing: break
            case .commit:
                try CommitCost(
                    work: all.written(by: all.changesets[0].dot.replica), folder: folder
                ).once()
            case .merge: try MergeCost(all: all, folder: folder).once()
            }
        }
    }
}

struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub",
        abstract: "Thousands of office PCs against one hub on this machine.")

    @Option(help: "Folder of a PC whose register is written down.")
    var node: String
    @Option(help: "Folder for all stores.")
    var folder: String
    @Option(help: "The hub program.")
    var synchub: String
    @Option(help: "A free port.")
    var port: Int
    @Option(help: "How many PCs.")
    var edges = 2_000
    @Option(help: "Transactions of each PC.")
    var transactions = 40
    @Option(help: "How many sync at a time.")
    var atOnce = 32

    func run() async throws {
        let node = try EdgeNode.open(node)
        let all = try Workload(of: node.store)
        let load = HubLoad(
            folder: URL(fileURLWithPath: folder), edges: edges, transactionsEach: transactions,
            atOnce: atOnce, work: all.base)
        let report = try await load.run(port: port, synchub: synchub)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}

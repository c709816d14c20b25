public import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

/// `edgenode`: the program of an office PC.
public struct EdgeNodeCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "edgenode",
        abstract: "Records a village office's work locally and exchanges it with the hub.",
        version: "0.1.0",
        subcommands: [
            InitCommand.self, ReplayCommand.self, SyncCommand.self, StatusCommand.self,
            DigestCommand<StoreOptions>.self, ConflictsCommand.self, ImportCommand.self,
            CorrectCommand.self,
            TransfersCommand.self, ProposalsCommand.self, AidCommand.self, AttachCommand.self,
            AttachmentsCommand.self, QueryCommand<StoreOptions>.self, ExportBundleCommand.self,
            ImportBundleCommand.self, PeersCommand.self,
            ServeCommand.self, UserCommand.self, ConfigCommand.self,
            VerifyCommand<StoreOptions>.self,
            BackupCommand.self,
            RestoreCommand.self, CompactCommand.self,
        ])

    public init() {}
}

/// Where every command finds the store.
struct StoreOptions: ParsableArguments {
    @Option(name: .long, help: "The folder of this PC's store.")
    var store: String

    func open() throws -> EdgeNode { try EdgeNode.open(store) }
}

extension StoreOptions: StoreFolder {
    func openStore() throws -> ChangeStore { try open().store }

    func openContent() throws -> (ChangeStore, ContentStore) {
        let node = try open()
        return (node.store, node.content)
    }

    func cannotWrite(_ path: String) -> any Error {
        EdgeFault.cannotWrite(path: path, detail: "the file was not written")
    }

    func now() -> Int64 { EdgeNode.now() }
}

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the store of this PC from an enrolment file.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The file that 'synchub enrol' wrote for this PC.")
    var enrolment: String

    func run() throws {
        let file = try EnrolmentFile.read(enrolment)
        let node = try EdgeNode.create(in: options.store, enrolment: file)
        print(
            "made \(node.store.path): office \(file.office) \(file.officeName), "
                + "device \(file.device), replica \(file.replica)")
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Records the transactions of a workload trace.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "A trace: one transaction a line, as JSON.")
    var trace: String
    @Option(name: .long, help: "Only the lines of this device.")
    var device: Int?
    @Flag(name: .long, help: "Print the counts as JSON.")
    var json = false

    func run() throws {
        let node = try options.open()
        var bar = ProgressBar(label: "replay")
        let report = try TraceReplay(node: node, path: trace, device: device).run { done, all in
            bar.show(done, of: all)
        }
        bar.finish()
        if json { return print(try JSONText.of(report)) }
        print(
            "recorded \(report.transactions) transactions, \(report.operations) operations"
                + (report.alreadyRecorded > 0 ? "; \(report.alreadyRecorded) were there" : "")
                + (report.otherDevices > 0 ? "; \(report.otherDevices) of other devices" : ""))
    }
}

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Exchanges with the hub until neither side lacks anything, then exits.")

    @OptionGroup var options: StoreOptions
    @Option(
        name: .long,
        help: "With a neighbour instead: another PC of the office, or the district's relay.")
    var peer: String?
    @Option(name: .long, help: "What this exchange may cost both ways. What is urgent always goes.")
    var maxBytes: Int?
    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    func validate() throws { try ConfigCommand.check(maxBytes, "--max-bytes") }

    func run() async throws {
        let node = try options.open()
        let bar = FetchBar(isSilent: json)
        let report = try await HubLine.open { http in
            if let peer {
                return try await PeerClient(node: node, http: http, url: peer).sync()
            }
            var client = SyncClient(node: node, http: http, showFetch: bar.show)
            client.bytesMax = maxBytes
            return try await client.sync()
        }
        bar.finish()
        try EdgeCompaction(node: node).tidy(now: EdgeNode.now())
        if json { return print(try JSONText.of(report)) }
        print(
            "sent \(report.sentChanges) changes in \(report.sentBytes) bytes, "
                + "received \(report.receivedChanges) changes in \(report.receivedBytes) bytes, "
                + "\(report.rounds) round trip\(report.rounds == 1 ? "" : "s")")
        if report.isOverBudget {
            print("the rest waits: the line has cost as many bytes as it may for now")
        }
        if report.heldChanges > 0 { print("\(report.heldChanges) changes wait for others") }
        for notice in report.notices { print("notice: \(notice)") }
    }
}

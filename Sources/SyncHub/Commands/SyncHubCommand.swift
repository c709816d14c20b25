public import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

/// `synchub`: the program of the centre.
public struct SyncHubCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "synchub",
        abstract: "Holds the regency's data, exchanges with its offices, shows how they are.",
        version: "0.1.0",
        subcommands: [
            InitCommand.self, EnrolCommand.self, ServeCommand.self, StatusCommand.self,
            AttachmentsCommand.self,
            DigestCommand.self, ConflictsCommand.self, ReplicasCommand.self,
            RetireCommand.self, QueryCommand.self, VerifyCommand.self, RegistryCommand.self,
            TransfersCommand.self, SplitCommand.self, QuarantineCommand.self,
            DictionaryCommand.self, BackupCommand.self, RestoreCommand.self,
            ExportBundleCommand.self, ImportBundleCommand.self, CompactCommand.self,
            ExpireCommand.self,
        ])

    public init() {}
}

struct StoreOptions: ParsableArguments {
    @Option(name: .long, help: "The folder of the hub's store.")
    var store: String

    func open() throws -> Hub { try Hub.open(store) }
}

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the hub's store with the reference data.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The regency's code.")
    var regency = "52.02"
    @Option(name: .long, help: "The address that enrolment files carry.")
    var url = "http://127.0.0.1:8800"

    func run() throws {
        let hub = try Hub.create(in: options.store, regency: regency, url: url)
        let offices = try hub.store.query(
            "SELECT count(*) FROM region WHERE kind IN ('village', 'urban_village')")
        print(
            "made \(hub.store.path): regency \(regency), "
                + "\(offices.rows.first?.first?.description ?? "0") offices")
    }
}

struct EnrolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Writes the file that one PC of an office is set up from.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The office's code, e.g. 52.02.04.2009.")
    var office: String
    @Option(name: .long, help: "The number of the PC in its office, from 1.")
    var device = 1
    @Option(name: .long, help: "Where to write the file. It holds a secret.")
    var out: String

    func run() throws {
        guard device > 0 else { throw ValidationError("--device starts at 1") }
        let hub = try options.open()
        guard !FileManager.default.fileExists(atPath: out) else {
            throw HubFault.fileExists(path: out)
        }
        // The place is proven before a number is given out.
        try PrivateFile.write(Data(), to: out)
        do {
            let file = try hub.enrol(office: office, device: device)
            try PrivateFile.write(Data((try JSONText.of(file) + "\n").utf8), to: out)
            print(
                "wrote \(out): office \(office) \(file.officeName), device \(device), "
                    + "replica \(file.replica)")
        } catch {
            try FileManager.default.removeItem(atPath: out)
            throw error
        }
    }
}

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest", abstract: "One line a scope: its code and what it holds, hashed.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "Only this scope.")
    var scope: String?
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func run() throws {
        let digests = try options.open().store.digests(only: scope.map { Scope($0) })
        try DigestLines.print(digests, asJSON: json)
    }
}

struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: "Every pair of changes that did not know of each other, with both values.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "Only this scope.")
    var scope: String?
    @Flag(name: .long, help: "Only what still has to be looked at.")
    var open = false
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func run() throws {
        try ConflictListing.print(
            try options.open().store, scope: scope.map { Scope($0) }, onlyOpen: open,
            asJSON: json)
    }
}

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Runs one reading SQL statement on the store.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "For example: SELECT count(*) FROM resident")
    var sql: String
    @Flag(name: .long, help: "Print rows as JSON.")
    var json = false

    func run() throws {
        print(try options.open().store.query(sql).text(asJSON: json))
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks the file, the rows against what was recorded, and the log.")

    @OptionGroup var options: StoreOptions

    func run() throws {
        let store = try options.open().store
        let problems = try store.integrityProblems() + store.soundnessProblems()
        guard problems.isEmpty else {
            for problem in problems { print(problem) }
            throw ExitCode.failure
        }
        print("ok")
    }
}

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
            DigestCommand<StoreOptions>.self, ConflictsCommand.self, ReplicasCommand.self,
            RetireCommand.self, QueryCommand<StoreOptions>.self, VerifyCommand<StoreOptions>.self,
            RegistryCommand.self,
            TransfersCommand.self, SplitCommand.self, AidCommand.self, QuarantineCommand.self,
            DictionaryCommand.self, BackupCommand.self, RestoreCommand.self,
            ExportBundleCommand.self, ImportBundleCommand.self, CompactCommand.self,
            ExpireCommand.self, UrgentCommand.self, PauseCommand.self,
        ])

    public init() {}
}

struct StoreOptions: ParsableArguments {
    @Option(name: .long, help: "The folder of the hub's store.")
    var store: String

    func open() throws -> Hub { try Hub.open(store) }
}

extension StoreOptions: StoreFolder {
    func openStore() throws -> ChangeStore { try open().store }

    func openContent() throws -> (ChangeStore, ContentStore) {
        let hub = try open()
        return (hub.store, hub.content)
    }

    func cannotWrite(_ path: String) -> any Error {
        HubFault.cannotWrite(path: path, detail: "the file was not written")
    }

    func now() -> Int64 { Hub.now() }
}

struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "Lists beda data of every office.",
        subcommands: [ConflictList<StoreOptions>.self],
        defaultSubcommand: ConflictList<StoreOptions>.self)
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
        commandName: "enrol",
        abstract: "Writes the file that one PC of an office, or a district's relay, is set up from."
    )

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The office's code, e.g. 52.02.04.2009.")
    var office: String?
    @Flag(name: .long, help: "For a relay, which carries the villages of --district.")
    var relay = false
    @Option(name: .long, help: "With --relay: the district's code, e.g. 52.02.04.")
    var district: String?
    @Option(name: .long, help: "The number of the PC in its office, from 1.")
    var device = 1
    @Option(name: .long, help: "Where to write the file. It holds a secret.")
    var out: String

    func run() throws {
        guard device > 0 else { throw ValidationError("--device starts at 1") }
        let place = relay ? nil : office
        guard relay ? office == nil && district != nil : office != nil && district == nil else {
            throw ValidationError("say either --office CODE or --relay --district CODE")
        }
        let hub = try options.open()
        guard !FileManager.default.fileExists(atPath: out) else {
            throw HubFault.fileExists(path: out)
        }
        // The place is proven before a number is given out.
        try PrivateFile.write(Data(), to: out)
        do {
            let file =
                try place.map { try hub.enrol(office: $0, device: device) }
                ?? hub.enrol(relayOf: district ?? "", device: device)
            try PrivateFile.write(Data((try JSONText.of(file) + "\n").utf8), to: out)
            print(
                "wrote \(out): \(relay ? "relay of" : "office") \(file.office) "
                    + "\(file.officeName), device \(device), "
                    + "replica \(file.replica)")
        } catch {
            try FileManager.default.removeItem(atPath: out)
            throw error
        }
    }
}

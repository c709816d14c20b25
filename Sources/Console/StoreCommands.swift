public import ArgumentParser
public import ChangeStore
import SyncProtocol

// Commands that both programs have and that need no more than the store: declared once, so that
// `edgenode digest` and `synchub digest` cannot come to differ.

/// The folder of a store as one program names it on its command line.
public protocol StoreFolder: ParsableArguments {
    /// - Throws: what that program says of a folder that it cannot open.
    func openStore() throws -> ChangeStore
    /// Where this store keeps photos and scans.
    func openContent() throws -> (ChangeStore, ContentStore)
    /// The fault of a file that could not be written.
    func cannotWrite(_ path: String) -> any Error
    /// Milliseconds since 1970.
    func now() -> Int64
}

public struct DigestCommand<Folder: StoreFolder>: ParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "digest",
            abstract: "One line a scope: its code and what it holds, hashed.")
    }

    @OptionGroup var folder: Folder
    @Option(name: .long, help: "Only this scope.")
    var scope: String?
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    public init() {}

    public func run() throws {
        let digests = try folder.openStore().digests(only: scope.map { Scope($0) })
        try DigestLines.print(digests, asJSON: json)
    }
}

/// Every pair of changes that did not know of each other.
public struct ConflictList<Folder: StoreFolder>: ParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: "Every pair of changes that did not know of each other, with both values.")
    }

    @OptionGroup var folder: Folder
    @Option(name: .long, help: "Only this scope.")
    var scope: String?
    @Flag(name: .long, help: "Only what still has to be looked at.")
    var open = false
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    public init() {}

    public func run() throws {
        try ConflictListing.print(
            folder.openStore(), scope: scope.map { Scope($0) }, onlyOpen: open, asJSON: json)
    }
}

public struct QueryCommand<Folder: StoreFolder>: ParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "query", abstract: "Runs one reading SQL statement on the store.")
    }

    @OptionGroup var folder: Folder
    @Argument(help: "For example: SELECT count(*) FROM resident")
    var sql: String
    @Flag(name: .long, help: "Print rows as JSON.")
    var json = false

    public init() {}

    public func run() throws {
        print(try folder.openStore().query(sql).text(asJSON: json))
    }
}

public struct VerifyCommand<Folder: StoreFolder>: ParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: "Checks the file, the rows against what was recorded, and the log.")
    }

    @OptionGroup var folder: Folder

    public init() {}

    public func run() throws {
        let store = try folder.openStore()
        var problems = try store.integrityProblems()
        do {
            problems += try store.soundnessProblems()
        } catch let fault where !problems.isEmpty {
            problems.append(String(describing: fault))
        }
        guard problems.isEmpty else {
            for problem in problems { print(problem) }
            throw ExitCode.failure
        }
        print("ok")
    }
}

import ArgumentParser
import Bundles
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct ExportBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-bundle",
        abstract: "Writes what one device lacks into a file for a USB stick.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The device's replica number, from 'synchub replicas'.")
    var replica: UInt32
    @Option(name: .long, help: "The file to write, e.g. /media/stick/pusat.trasne.")
    var out: String
    @Option(name: .long, help: "Split into files of at most this size, e.g. 1M.")
    var split: String?

    func run() throws {
        let size = try split.map(BundleFiles.size)
        let bundle = try options.open().bundle(for: ReplicaID(replica))
        let files = try BundleFiles.write(bundle, to: out, partBytesMax: size)
        print(
            "wrote \(bundle.head.changes) changes for device \(bundle.head.device) of "
                + "\(bundle.head.office): \(files.joined(separator: ", "))")
    }
}

struct ImportBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-bundle",
        abstract: "Takes in what devices wrote with 'edgenode export-bundle'.",
        discussion: """
            Names of files, in any order, or of a folder whose .trasne files are all taken. The \
            same bundle again changes nothing.
            """)

    @Option(name: .long, help: "The folder of the hub's store.")
    var store: String?
    @Flag(name: .long, help: "Only say what the bundles are; needs no store and no key.")
    var inspect = false
    @Option(
        name: .long,
        help: "Write the return bundle here: a file, or a folder when several devices sent.")
    var `return`: String?
    @Option(name: .long, help: "Split the return bundle into files of at most this size.")
    var split: String?
    @Flag(name: .long, help: "Print as JSON.")
    var json = false
    @Argument(help: "The bundle's files, or a folder.")
    var files: [String]

    struct Taken: Codable {
        var office: String
        var device: UInt32
        var replica: UInt32
        var enrolled: Bool
        var applied: Int
        var duplicates: Int
        var held: Int
        var rejected: Int
        var notices: [String]
        var returned: [String]
    }

    func validate() throws {
        guard inspect || store != nil else {
            throw ValidationError("name the store with --store, or use --inspect")
        }
    }

    func run() throws {
        let size = try split.map(BundleFiles.size)
        let found = try BundleFiles.read(files)
        if inspect { return try Self.show(found, asJSON: json) }
        let hub = try Hub.open(store ?? "")
        if let target = `return`, found.count > 1, !BundleFiles.isFolder(target) {
            try BundleFiles.makeFolder(target)
        }
        var taken: [Taken] = []
        for bundle in found {
            let result = try hub.take(bundle)
            var written: [String] = []
            if let target = `return` {
                written = try BundleFiles.write(
                    result.answer, to: Self.place(target, for: result.head, of: found.count),
                    partBytesMax: size)
            }
            let entry = Taken(
                office: result.head.office.code, device: result.head.device,
                replica: result.head.sender.rawValue, enrolled: result.isFirst,
                applied: result.receipt.applied, duplicates: result.receipt.duplicates,
                held: result.receipt.held, rejected: result.receipt.rejected.count,
                notices: result.notices.map(\.detail), returned: written)
            taken.append(entry)
            if !json { Self.show(entry) }
        }
        if json { print(try JSONText.of(taken)) }
    }

    static func show(_ found: [FoundBundle], asJSON: Bool) throws {
        let summaries = found.map { BundleSummary($0, instant: Instant.text) }
        if asJSON { return print(try JSONText.of(summaries)) }
        print(summaries.map(\.text).joined(separator: "\n\n"))
    }

    private static func show(_ entry: Taken) {
        print(
            "device \(entry.device) of \(entry.office) (replica \(entry.replica))"
                + (entry.enrolled ? ", enrolled now" : "")
                + ": \(entry.applied) changes taken in, \(entry.duplicates) were there"
                + (entry.held > 0 ? ", \(entry.held) wait for others" : "")
                + (entry.rejected > 0 ? ", \(entry.rejected) rejected" : ""))
        for notice in entry.notices { print("notice: \(notice)") }
        for file in entry.returned { print("return bundle: \(file)") }
    }

    /// Each device has its own answer: several go into a folder.
    private static func place(_ target: String, for head: BundleHead, of count: Int) -> String {
        guard count > 1 || BundleFiles.isFolder(target) else { return target }
        return target + "/pusat-\(head.office)-\(head.device)-\(head.nonce)\(BundleFiles.suffix)"
    }
}

import ArgumentParser
import Bundles
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct ExportBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-bundle",
        abstract: "Writes what the hub has not confirmed into a file for a USB stick.",
        discussion: """
            Only the hub can read it. It stays complete until the hub's return bundle is taken in, \
            so a stick may be lost or late.
            """)

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The file to write, e.g. /media/stick/desa.trasne.")
    var out: String
    @Option(name: .long, help: "Split into files of at most this size, e.g. 1M.")
    var split: String?
    @Flag(name: .long, help: "Print the summary as JSON.")
    var json = false

    func run() throws {
        let size = try split.map(BundleFiles.size)
        let node = try options.open()
        let bundle = try NodeBundles(node: node).export()
        let files = try BundleFiles.write(bundle, to: out, partBytesMax: size)
        let found = FoundBundle(paths: files, bundle: bundle)
        let summary = BundleSummary(found, instant: Instant.text)
        if json { return print(try JSONText.of(summary)) }
        print(
            "wrote \(summary.changes) changes, \(summary.bytes) bytes: "
                + files.joined(separator: ", "))
    }
}

struct ImportBundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-bundle",
        abstract: "Takes in the return bundle that 'synchub import-bundle --return' wrote.",
        discussion: "The same bundle again changes nothing; an older one never undoes a newer.")

    @Option(name: .long, help: "The folder of this PC's store.")
    var store: String?
    @Flag(name: .long, help: "Only say what the bundles are; needs no store and no key.")
    var inspect = false
    @Flag(name: .long, help: "Print as JSON.")
    var json = false
    @Argument(help: "The bundle's files, in any order, or a folder.")
    var files: [String]

    func validate() throws {
        guard inspect || store != nil else {
            throw ValidationError("name the store with --store, or use --inspect")
        }
    }

    func run() throws {
        let found = try BundleFiles.read(files)
        if inspect {
            let summaries = found.map { BundleSummary($0, instant: Instant.text) }
            if json { return print(try JSONText.of(summaries)) }
            return print(summaries.map(\.text).joined(separator: "\n\n"))
        }
        let bundles = NodeBundles(node: try EdgeNode.open(store ?? ""))
        var reports: [BundleReport] = []
        for bundle in found {
            let report = try bundles.take(bundle)
            reports.append(report)
            if !json { Self.show(report) }
        }
        if json { print(try JSONText.of(reports)) }
        if let fault = reports.lazy.compactMap(\.fault).first { throw fault }
    }

    private static func show(_ report: BundleReport) {
        print(
            "received \(report.receivedChanges) changes; "
                + (report.pendingChanges == 0
                    ? "the hub holds all of ours"
                    : "\(report.pendingChanges) of ours are not confirmed by the hub")
                + (report.heldChanges > 0 ? "; \(report.heldChanges) wait for others" : ""))
        for notice in report.notices { print("notice: \(notice)") }
    }
}

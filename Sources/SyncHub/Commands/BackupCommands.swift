import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes the whole store and its keys into one file, also while 'serve' runs.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "A new file, or a folder. It will hold keys and residents' data.")
    var to: String
    @Option(name: .long, help: "Of a folder: how many files stay. All, when not given.")
    var keep: Int?
    @Flag(name: .long, help: "Photos and scans, too, in a file beside it.")
    var withAttachments = false

    func run() throws {
        if let keep, keep < 1 { throw ValidationError("--keep starts at 1") }
        let hub = try options.open()
        let began = Hub.now()
        let report = try HubBackup(hub: hub).make(
            to: to, keeping: keep, hasContents: withAttachments, now: began)
        let changes = report.vectors.reduce(UInt64(0)) { $0 + $1.vector.excess(over: .init()) }
        let seconds = Double(Hub.now() - began) / 1_000
        print(
            "wrote \(report.path): \(report.bytes / 1_024) kB"
                + (withAttachments ? " and \(report.contentBytes / 1_024) kB of attachments" : "")
                + " in "
                + "\(String(format: "%.1f", seconds)) s, opened and compared; "
                + "\(changes) changes of \(report.vectors.count) places are now durable")
        if BackupFolder.sharesDisk(report.path, with: hub.store.path) {
            print("it lies on the same disk as the store: copy it to another one")
        }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts the hub back from a backup.")

    @Option(name: .long, help: "A file that 'backup' wrote, or a folder: its latest.")
    var from: String
    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Keep a store that is there aside, and take its place.")
    var replace = false

    func run() throws {
        let report = try HubRestore.run(
            from: from, to: options.store, replacing: replace, now: Hub.now())
        print("put back \(report.backup), made \(Instant.text(report.madeAt)), and checked it")
        if let aside = report.aside { print("the store that was there is kept at \(aside)") }
        print(
            """
            What happens next:
            - Start 'synchub serve'. Each of \(report.devices) devices of \(report.offices) \
            offices brings back with its next sync what is missing here; nobody has to do anything.
            - An office is given new letter numbers once all its devices have called. A device \
            that will never call again: 'synchub retire'.
            - Devices enrolled since the backup are taken in by themselves, with their file.
            - Villages split since the backup: run the same 'synchub split' again once all devices \
            have called. It brings whoever went over and is not there.
            - Devices retired since the backup may exchange again: retire them once more.
            - Keep an eye on the IT page: it names who has not called yet.
            """)
    }
}

import ArgumentParser
import ChangeStore
import Console
import Foundation

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes the store, its keys, photos and scans to another disk, also while "
            + "'serve' runs.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "A new file, or a folder. It will hold keys and residents' data.")
    var to: String
    @Option(name: .long, help: "Of a folder: how many backups stay. All, when not given.")
    var keep: Int?

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep starts at 1") }
    }

    func run() throws {
        let node = try options.open()
        let report = try EdgeBackup.make(of: node, to: to, keeping: keep, now: EdgeNode.now())
        print(
            "wrote \(report.path): \(report.bytes / 1_024) kB and "
                + "\(report.contentBytes / 1_024) kB of attachments, opened and compared")
        if BackupFolder.sharesDisk(report.path, with: node.store.path) {
            print("it lies on the same disk as the store: copy it to another one")
        }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts this PC back from a backup.")

    @Option(name: .long, help: "A file that 'backup' wrote, or a folder: its latest.")
    var from: String
    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Keep a store that is there aside, and take its place.")
    var replace = false

    func run() throws {
        let done = try EdgeBackup.restore(
            from: from, to: options.store, replacing: replace, now: EdgeNode.now())
        print("put back \(done.backup), made \(Instant.text(done.madeAt)), and checked it")
        if let aside = done.aside { print("the store that was there is kept at \(aside)") }
        print(
            """
            What happens next:
            - Start 'edgenode serve'. The PC takes a number of its own, so that nothing it wrote \
            after the backup is written over.
            - What it had sent since comes back with the next sync, and its letter numbers with it.
            - What it had not sent since then is only in the store that was replaced: keep it.
            """)
    }
}

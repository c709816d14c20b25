import ArgumentParser
import ChangeStore
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answers the offices and shows the IT page.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "HOST:PORT to listen on.")
    var listen = "127.0.0.1:8800"

    @Option(name: .long, help: "Write backups into this folder while serving.")
    var backupTo: String?
    @Option(name: .long, help: "How often: 6h, 30m, 1d.")
    var backupEvery = "6h"
    @Option(name: .long, help: "How many backups stay in the folder.")
    var backupKeep = 28

    func run() async throws {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]) else {
            throw HubFault.badListen(listen)
        }
        guard let every = BackupSchedule.interval(backupEvery) else {
            throw HubFault.badInterval(backupEvery)
        }
        guard backupKeep > 0 else { throw ValidationError("--backup-keep starts at 1") }
        var isFolder: ObjCBool = false
        if let backupTo,
            !FileManager.default.fileExists(atPath: backupTo, isDirectory: &isFolder)
                || !isFolder.boolValue
        {
            throw HubFault.cannotWrite(path: backupTo, detail: "there is no such folder")
        }
        let hub = try options.open()
        let backups = backupTo.map { folder in
            let schedule = BackupSchedule(
                hub: hub, folder: folder, every: every, keeping: backupKeep)
            return Task { await schedule.run() }
        }
        defer { backups?.cancel() }
        try await HubServer(hub: hub).run(host: String(parts[0]), port: Int(port)) { port in
            print("synchub: ready on http://\(parts[0]):\(port)")
            fflush(nil)
        }
    }
}

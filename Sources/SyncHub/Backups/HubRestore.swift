import ChangeStore
import Console
import Foundation
import GRDB
import Models
import SyncProtocol

/// Puts a hub back from a backup, whole or not at all.
///
/// The store is made ready in a folder beside its place and then moved there; one that lay there
/// is kept aside. What the hub took in after the backup comes back from its edges.
enum HubRestore {
    struct Report: Sendable {
        let backup: String
        /// UTC milliseconds.
        let madeAt: Int64
        let epoch: UInt32
        let replica: ReplicaID
        /// Where the store that was replaced lies now.
        let aside: String?
        let devices: Int
        let offices: Int
    }

    static func run(
        from source: String, to folder: String, replacing: Bool, now: Int64
    ) throws -> Report {
        let file = try HubBackup.find(source)
        let place = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let isThere = try look(at: place, replacing)
        let draft = place + ".restoring"
        var generator = SystemRandomNumberGenerator()
        let epoch = UInt32.random(in: 1 ... .max, using: &generator)
        let replica = ReplicaID(UInt32.random(in: ReplicaID.restoredHubs, using: &generator))
        var counts = (devices: 0, offices: 0)
        let sheet = try StoreBackup.unpack(file, into: draft, as: "hub.sqlite") { sheet in
            guard sheet.kind == HubBackup.kind, let keys = sheet.files["hub.json"] else {
                throw HubFault.notAHubBackup(path: file)
            }
            try PrivateFile.write(Data(keys.utf8), to: HubKeys.path(in: draft))
            let hub = try Hub.open(unpublished: draft)
            try hub.store.begin(incarnation: replica, because: "restored", now: now)
            try hub.store.bookkeeping { db in
                try RestoreLog.begin(epoch: epoch, now: now, db)
                // The file itself is a backup of all that is here.
                try BackupLog.note(
                    ChangeLog.vectors(db), path: file, madeAt: sheet.madeAt, db)
                try HubEvents.note(
                    "hub_restored", subject: String(epoch),
                    "Pusat dipulihkan dari cadangan \(Instant.text(sheet.madeAt)). Penonaktifan "
                        + "komputer sesudahnya terlupa; ulangi bila perlu.", now: now, db)
                let awaited = try RestoreLog.awaited(db)
                counts = (awaited.count, Set(awaited.map(\.office)).count)
            }
            try hub.store.close()
        }
        let aside = try settle(draft, at: place, isThere: isThere, now: now)
        return Report(
            backup: file, madeAt: sheet.madeAt, epoch: epoch, replica: replica, aside: aside,
            devices: counts.devices, offices: counts.offices)
    }

    /// - Returns: whether something lies there that has to make room.
    private static func look(at place: String, _ replacing: Bool) throws -> Bool {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: place)
        } catch {
            guard !FileManager.default.fileExists(atPath: place) else {
                throw HubFault.cannotWrite(path: place, detail: "it is not a folder")
            }
            return false
        }
        guard !names.isEmpty else { return true }
        let store = Hub.storePath(in: place)
        guard FileManager.default.fileExists(atPath: store) else {
            throw HubFault.folderInUse(path: place)
        }
        guard replacing else { throw HubFault.storeExists(path: store) }
        // A damaged store is what backups are for: only an open one is left alone.
        if let isUnused = try? StoreBackup.isUnused(store), !isUnused {
            throw StoreError.inUse(path: store)
        }
        return true
    }

    private static func settle(
        _ draft: String, at place: String, isThere: Bool, now: Int64
    ) throws -> String? {
        var aside: String?
        do {
            if isThere {
                let name = freeName(place + ".replaced-" + Instant.text(now).filter(\.isNumber))
                try FileManager.default.moveItem(atPath: place, toPath: name)
                aside = name
            }
            try FileManager.default.moveItem(atPath: draft, toPath: place)
        } catch {
            // The old store stays where it was; when even that fails, it lies aside, whole.
            if let aside { try? FileManager.default.moveItem(atPath: aside, toPath: place) }
            throw HubFault.cannotWrite(
                path: place, detail: "the store that was put back lies at \(draft)")
        }
        if let aside { try keepContents(of: aside, in: place) }
        return aside
    }

    /// Two restores within one second keep both old stores.
    private static func freeName(_ name: String) -> String {
        var free = name
        var number = 2
        while FileManager.default.fileExists(atPath: free) {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    /// Files of letters and photographs are not in a backup; those that are left go on.
    private static func keepContents(of aside: String, in place: String) throws {
        let files = FileManager.default
        let name = "/attachments.sqlite"
        guard files.fileExists(atPath: aside + name) else { return }
        for suffix in ["", "-wal", "-shm"] {
            // The one that was made with the store is empty.
            if files.fileExists(atPath: place + name + suffix) {
                try files.removeItem(atPath: place + name + suffix)
            }
            if files.fileExists(atPath: aside + name + suffix) {
                try files.copyItem(atPath: aside + name + suffix, toPath: place + name + suffix)
            }
        }
    }
}

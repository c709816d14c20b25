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
        let file = try HubBackup.folder.find(source)
        let place = try RestorePlace(folder, store: "hub.sqlite", replacing: replacing)
        let draft = place.draft
        var counts = (devices: 0, offices: 0)
        var (epoch, replica) = (UInt32(0), ReplicaID.hub)
        let sheet = try StoreBackup.unpack(
            file, of: HubBackup.kind, into: draft, as: "hub.sqlite"
        ) { sheet in
            guard let keys = sheet.files["hub.json"] else {
                throw StoreError.notABackup(path: file)
            }
            try PrivateFile.write(Data(keys.utf8), to: HubKeys.path(in: draft))
            let hub = try Hub.open(unpublished: draft)
            (epoch, counts.devices, counts.offices) = try hub.beginAnew(
                from: file, madeAt: sheet.madeAt, now: now)
            replica = hub.store.identity.replica
            try hub.store.close()
        }
        let aside = try place.settle(now: now)
        return Report(
            backup: file, madeAt: sheet.madeAt, epoch: epoch, replica: replica, aside: aside,
            devices: counts.devices, offices: counts.offices)
    }
}

extension Hub {
    /// A hub that has just been put back: everything that it gives out from now on is new, and it
    /// waits for its devices.
    /// - Returns: the new epoch; how many devices of how many offices it waits for.
    @discardableResult
    package func beginAnew(
        from file: String, madeAt: Int64, now: Int64
    ) throws -> (epoch: UInt32, devices: Int, offices: Int) {
        let epoch = surroundings.random(in: 1 ... .max)
        let replica = ReplicaID(surroundings.random(in: ReplicaID.restoredHubs))
        try store.begin(incarnation: replica, because: "restored", now: now)
        return try store.bookkeeping { db in
            try RestoreLog.begin(epoch: epoch, now: now, db)
            // The file itself is a backup of all that is here.
            try BackupLog.note(ChangeLog.vectors(db), path: file, madeAt: madeAt, db)
            try HubEvents.note(
                "hub_restored", subject: String(epoch),
                "Pusat dipulihkan dari cadangan \(Instant.text(madeAt)). Penonaktifan "
                    + "komputer sesudahnya terlupa; ulangi bila perlu.", now: now, db)
            let awaited = try RestoreLog.awaited(db)
            return (epoch, awaited.count, Set(awaited.map(\.office)).count)
        }
    }
}

import ChangeStore
import Foundation
import SyncProtocol

/// Backups of an office PC, and what becomes of one that is put back.
///
/// A store that was put back takes a number of its own before its first write, at its first
/// opening (``Incarnation``): the PC may have gone on after the backup, and what it gave out since
/// must not be given out again. What it lost comes back from the hub with the first sync.
enum EdgeBackup {
    static let kind = "edge"
    static let folder = BackupFolder(kind: kind)
    private static let deviceFile = "device.json"
    private static let storeFile = "edge.sqlite"

    /// - Parameters:
    ///   - target: a file that does not exist, or a folder, where the file is named by the time.
    ///   - keeping: how many files of a folder stay; nil for all.
    /// - Throws: ``EdgeFault`` or ``StoreError``; then there is no file of that name.
    static func make(
        of node: EdgeNode, to target: String, keeping: Int? = nil, now: Int64
    ) throws -> StoreBackup.Report {
        let path = try folder.path(for: target, now: now)
        let devicePath = DeviceFile.path(in: node.directory)
        guard let device = try? String(contentsOfFile: devicePath, encoding: .utf8) else {
            throw EdgeFault.deviceFileUnreadable(path: devicePath)
        }
        let report = try StoreBackup.make(
            of: node.store, with: node.content, to: path, kind: kind,
            files: [deviceFile: device], now: now)
        try node.store.bookkeeping { try StoreInfo.set(lastKey, now, $0) }
        try folder.trim(target, keeping: keeping)
        return report
    }

    /// In `store_info`: when the last backup was made, UTC milliseconds.
    static let lastKey = "last_backup"

    struct Restored {
        let backup: String
        /// UTC milliseconds.
        let madeAt: Int64
        /// Where the store that was replaced lies now.
        let aside: String?
    }

    /// Puts a PC back, whole or not at all.
    static func restore(
        from source: String, to directory: String, replacing: Bool, now: Int64
    ) throws -> Restored {
        let file = try folder.find(source)
        let place = try RestorePlace(directory, store: storeFile, replacing: replacing)
        let draft = place.draft
        let sheet = try StoreBackup.unpack(file, of: kind, into: draft, as: storeFile) { sheet in
            guard let text = sheet.files[deviceFile],
                let device = try? JSONDecoder().decode(DeviceFile.self, from: Data(text.utf8))
            else { throw StoreError.notABackup(path: file) }
            try device.save(to: NodeFolder(draft))
        }
        return Restored(
            backup: file, madeAt: sheet.madeAt, aside: try place.settle(now: now))
    }
}

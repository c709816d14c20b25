import Foundation
import GRDB

/// Photos and scans beside a backup, in a file named like it.
extension ContentStore {
    /// Copies the file while it is in use. Call it before the backup it belongs to gets its name:
    /// then whoever finds the backup finds this, too.
    /// - Parameter backup: the path of that backup.
    /// - Returns: bytes.
    /// - Throws: ``StoreError``; then there is no such file.
    public func backUp(beside backup: String) throws -> Int64 {
        let target = backup + BackupFolder.contentSuffix
        let draft = target + StoreBackup.draftSuffix
        return try StoreError.translating(target) {
            // Without its backup, which was cut, the file belongs to nobody.
            for path in [target, draft] where FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: path)
            }
            guard
                FileManager.default.createFile(
                    atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw StoreError.noPermission(path: target) }
            do {
                let copy = try DatabaseQueue(path: draft)
                try pool.read { db in
                    try copy.writeWithoutTransaction { try db.backup(to: $0) }
                }
                try copy.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA journal_mode = DELETE")
                    let found = try String.fetchAll(db, sql: "PRAGMA integrity_check")
                    guard found == ["ok"] else {
                        throw StoreError.damaged(path: path, detail: found.first ?? "unreadable")
                    }
                }
                try copy.close()
                try StoreBackup.sync(draft)
                guard rename(draft, target) == 0 else {
                    throw StoreError.noPermission(path: target)
                }
            } catch {
                try? FileManager.default.removeItem(atPath: draft)
                throw error
            }
            let size = try FileManager.default.attributesOfItem(atPath: target)[.size] as? Int64
            return size ?? 0
        }
    }

    /// Puts the file beside a backup into the folder of a store that is made ready.
    /// - Returns: whether there was one.
    static func restore(from backup: String, into folder: String) throws -> Bool {
        let source = backup + BackupFolder.contentSuffix
        guard FileManager.default.fileExists(atPath: source) else { return false }
        let target = path(in: folder)
        // The one that was made with the store is empty.
        for suffix in ["", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: target + suffix) {
            try FileManager.default.removeItem(atPath: target + suffix)
        }
        try FileManager.default.copyItem(atPath: source, toPath: target)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
        guard isSound(in: folder) else {
            throw StoreError.damaged(path: source, detail: "its photos and scans cannot be read")
        }
        try StoreBackup.sync(target)
        return true
    }

    /// Whether the file of a folder can be read from end to end.
    static func isSound(in folder: String) -> Bool {
        guard let queue = try? DatabaseQueue(path: path(in: folder)) else { return false }
        let found = try? queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        // Closed when it goes out of scope, too.
        try? queue.close()
        return found == ["ok"]
    }
}

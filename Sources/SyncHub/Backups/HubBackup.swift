import ChangeStore
import Console
import Foundation
import Models
import SyncProtocol

/// Backups of the hub: whole files, each opened and compared before it counts.
struct HubBackup {
    let hub: Hub

    static let kind = "hub"
    private static let prefix = "trasne-hub-"
    private static let suffix = ".backup"

    /// - Parameters:
    ///   - target: a file that does not exist, or a folder, where the file is named by the time.
    ///   - keeping: how many files of a folder stay; nil for all.
    /// - Throws: ``HubFault`` or ``StoreError``; then nothing is durable that was not before.
    func make(to target: String, keeping: Int? = nil, now: Int64) throws -> StoreBackup.Report {
        let folder = Self.folder(target)
        let path = folder.map { $0 + "/" + Self.name(now) } ?? target
        if let folder { Self.sweep(folder, now: now) }
        let parent = (path as NSString).deletingLastPathComponent
        guard parent.isEmpty || Self.folder(parent) != nil else {
            throw HubFault.cannotWrite(path: path, detail: "there is no folder \(parent)")
        }
        let keyPath = HubKeys.path(in: hub.directory)
        guard let keys = try? String(contentsOfFile: keyPath, encoding: .utf8) else {
            throw HubFault.keyFileUnreadable(path: keyPath)
        }
        let floors = try hub.store.read { db in
            try ChangeLog.vectors(db).map {
                (scope: $0.scope, floor: try LogFloor.of($0.scope, db))
            }
        }
        let report = try StoreBackup.make(
            of: hub.store, to: path, kind: Self.kind, files: ["hub.json": keys], now: now)
        try hub.store.bookkeeping { db in
            try BackupLog.note(report.vectors, path: path, madeAt: now, db)
            try Stability.noteDurable(floors, db)
        }
        if let folder, let keeping {
            for old in Self.files(in: folder).dropLast(max(1, keeping)) {
                try FileManager.default.removeItem(atPath: folder + "/" + old)
            }
        }
        return report
    }

    /// Whether the file lies on the disk that it should outlive.
    func sharesDisk(with path: String) -> Bool {
        func disk(_ path: String) -> UInt64? {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.systemNumber] as? NSNumber)?.uint64Value
        }
        return disk(path) == disk(hub.store.path)
    }

    /// The file to put back: the one named, or the latest of the folder.
    static func find(_ source: String) throws -> String {
        guard let folder = folder(source) else { return source }
        guard let latest = files(in: folder).last else { throw HubFault.noBackup(folder: folder) }
        return folder + "/" + latest
    }

    /// Without the last stroke; nil when it is no folder.
    private static func folder(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return nil }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The oldest first.
    private static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
    }

    /// Rises with time, to the millisecond.
    private static func name(_ now: Int64) -> String {
        let digits = Instant.text(now).filter { $0.isNumber }
        let milliseconds = String(now % 1_000 + 1_000).dropFirst()
        return
            "\(prefix)\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))\(milliseconds)\(suffix)"
    }

    /// Takes away what a backup left that was cut a day ago or longer.
    private static func sweep(_ folder: String, now: Int64) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names
        where name.hasPrefix(prefix) && name.contains(suffix + StoreBackup.draftSuffix) {
            let path = folder + "/" + name
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let changed = attributes?[.modificationDate] as? Date
            let age = Double(now) / 1_000 - (changed?.timeIntervalSince1970 ?? 0)
            // When it stays, the next backup tries again.
            if age > 86_400 { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}

import Foundation

/// Backups of one kind, where whoever runs the program wants them: a file of a given name, or a
/// folder, in which each is named by its time and the oldest give way.
public struct BackupFolder: Sendable {
    private let prefix: String
    private static let suffix = ".backup"
    /// What a backup's photos and scans are called, after its own name.
    static let contentSuffix = ".attachments"

    /// - Parameter kind: of the store: `hub` or `edge`.
    public init(kind: String) { prefix = "trasne-\(kind)-" }

    /// Where a new backup goes.
    /// - Parameter target: a file that does not exist, or a folder.
    /// - Throws: ``StoreError``.
    public func path(for target: String, now: Int64) throws -> String {
        if let folder = Self.folder(target) {
            sweep(folder, now: now)
            return folder + "/" + name(now)
        }
        let parent = (target as NSString).deletingLastPathComponent
        guard parent.isEmpty || Self.folder(parent) != nil else {
            throw StoreError.cannotWrite(path: target, detail: "there is no folder \(parent)")
        }
        return target
    }

    /// Takes away all but the newest files of a folder; of a target that is a file, nothing.
    public func trim(_ target: String, keeping count: Int?) throws {
        guard let count, let folder = Self.folder(target) else { return }
        for old in files(in: folder).dropLast(max(1, count)) {
            for suffix in ["", Self.contentSuffix] {
                let path = folder + "/" + old + suffix
                guard FileManager.default.fileExists(atPath: path) else { continue }
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    /// The file to put back: the one named, or the latest of the folder.
    /// - Throws: ``StoreError/noBackup(folder:)``.
    public func find(_ source: String) throws -> String {
        guard let folder = Self.folder(source) else { return source }
        guard let latest = files(in: folder).last else {
            throw StoreError.noBackup(folder: folder)
        }
        return folder + "/" + latest
    }

    /// Whether a backup lies on the disk that it should outlive.
    public static func sharesDisk(_ backup: String, with store: String) -> Bool {
        func disk(_ path: String) -> UInt64? {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.systemNumber] as? NSNumber)?.uint64Value
        }
        return disk(backup) == disk(store)
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
    private func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(Self.suffix) }.sorted()
    }

    /// Rises with time, to the millisecond: `trasne-hub-20261124-030405123.backup`.
    private func name(_ now: Int64) -> String {
        let seconds = Date(timeIntervalSince1970: Double(now / 1_000))
        let digits = seconds.formatted(.iso8601).filter(\.isNumber)
        let milliseconds = String(now % 1_000 + 1_000).dropFirst()
        return prefix + digits.prefix(8) + "-" + digits.dropFirst(8).prefix(6) + milliseconds
            + Self.suffix
    }

    /// Takes away what a backup left that was cut a day ago or longer.
    private func sweep(_ folder: String, now: Int64) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names
        where name.hasPrefix(prefix) && name.contains(StoreBackup.draftSuffix) {
            let path = folder + "/" + name
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let changed = attributes?[.modificationDate] as? Date
            let age = Double(now) / 1_000 - (changed?.timeIntervalSince1970 ?? 0)
            // When it stays, the next backup tries again.
            if age > 86_400 { try? FileManager.default.removeItem(atPath: path) }
        }
    }
}

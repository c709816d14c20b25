import Foundation
import GRDB
public import Models
public import SyncProtocol

/// A store in one file, as it was at one moment, with what is needed to put it back.
///
/// Problem: a backup that was never opened is a hope. Idea: the copy is made within one reading
/// transaction while work goes on (SQLite's backup interface, so a commit in between does not
/// disturb it), then opened: its pages must be sound and it must show what the original showed.
/// Only then does it get its name. One whole file, no pieces: what restores it is a copy.
///
/// The file holds keys and residents' data: mode 0600.
public enum StoreBackup {
    /// What a backup says about itself, in a table of its own.
    public struct Sheet: Sendable {
        /// The program it is of: `hub` or `edge`.
        public let kind: String
        /// UTC milliseconds.
        public let madeAt: Int64
        /// Files that belong beside the store, by name: keys.
        public let files: [String: String]
        /// What each scope shows, by code.
        public let digests: [String: String]
    }

    public struct Report: Sendable {
        public let path: String
        public let bytes: Int64
        /// Of photos and scans, in the file beside it.
        public let contentBytes: Int64
        /// What it holds of each scope.
        public let vectors: [(scope: Scope, vector: VersionVector)]
    }

    /// Makes a backup of a store that may be in use.
    /// - Parameters:
    ///   - content: photos and scans to copy into a file beside it.
    ///   - kind: `hub` or `edge`.
    /// - Throws: ``StoreError``; then there is no file of that name.
    public static func make(
        of store: ChangeStore, with content: ContentStore?, to path: String, kind: String,
        files: [String: String], now: Int64
    ) throws -> Report {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError.backupExists(path: path)
        }
        let draft = path + draftSuffix
        return try StoreError.translating(path) {
            try remove(draft)
            guard
                FileManager.default.createFile(
                    atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw StoreError.noPermission(path: path) }
            do {
                let vectors = try copy(store, to: draft, kind: kind, files: files, now: now)
                do { try verify(draft, schema: store.schema) } catch StoreError.damaged {
                    // A copy of what is damaged is no backup: it is the store that matters.
                    try store.refuseIfDamaged()
                    throw StoreError.diskFails(path: path)
                }
                try sync(draft)
                // After the store: whatever a row of the copy names is in there.
                let contentBytes = try content?.backUp(beside: path) ?? 0
                guard rename(draft, path) == 0 else { throw StoreError.noPermission(path: path) }
                try sync((path as NSString).deletingLastPathComponent)
                let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
                return Report(
                    path: path, bytes: size ?? 0, contentBytes: contentBytes, vectors: vectors)
            } catch {
                try? remove(draft)
                throw error
            }
        }
    }

    public static let draftSuffix = ".part"

    private static func copy(
        _ store: ChangeStore, to draft: String, kind: String, files: [String: String], now: Int64
    ) throws -> [(scope: Scope, vector: VersionVector)] {
        let target = try DatabaseQueue(path: draft)
        let (vectors, digests) = try store.pool.read { db in
            let (vectors, digests) = try StoreError.translating(store.path) {
                do {
                    let vectors = try ChangeLog.vectors(db)
                    let digests = try vectors.map { scope, _ in
                        (scope.code, try Digest.of(scope, schema: store.schema, db))
                    }
                    return (vectors, digests)
                } catch let error as DecodeError {
                    throw StoreError.damaged(path: store.path, detail: String(describing: error))
                }
            }
            try target.writeWithoutTransaction { try db.backup(to: $0) }
            return (vectors, digests)
        }
        try target.writeWithoutTransaction { db in
            // One file, without a journal beside it.
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
            try db.execute(
                sql: """
                    CREATE TABLE backup_sheet
                    (key TEXT NOT NULL, name TEXT NOT NULL, value, PRIMARY KEY (key, name))
                    """)
            func note(_ key: String, _ name: String, _ value: any DatabaseValueConvertible) throws {
                try db.execute(
                    sql: "INSERT INTO backup_sheet (key, name, value) VALUES (?, ?, ?)",
                    arguments: [key, name, value])
            }
            try db.inTransaction {
                try note("kind", "", kind)
                try note("made_at", "", now)
                for (name, text) in files { try note("file", name, text) }
                for (scope, digest) in digests { try note("digest", scope, digest) }
                return .commit
            }
        }
        try target.close()
        return vectors
    }

    /// Opens the file and looks whether it is sound and shows what it says.
    /// - Throws: ``StoreError``.
    @discardableResult
    public static func verify(_ path: String, schema: Schema = Domain.schema) throws -> Sheet {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.backupMissing(path: path)
        }
        return try translating(path) {
            var configuration = Configuration()
            configuration.readonly = true
            let file = try DatabaseQueue(path: path, configuration: configuration)
            return try file.read { db in
                let sheet = try sheet(db, path)
                let found = try String.fetchAll(db, sql: "PRAGMA integrity_check")
                guard found == ["ok"] else {
                    throw StoreError.damaged(path: path, detail: found.first ?? "unreadable")
                }
                // A file of an older program shows less; then only its pages are compared.
                guard try StoreInfo.schemaVersion(db) == schema.version else { return sheet }
                for (scope, digest) in sheet.digests {
                    guard try Digest.of(Scope(scope), schema: schema, db) == digest else {
                        throw StoreError.damaged(
                            path: path, detail: "\(scope) does not show what it showed")
                    }
                }
                return sheet
            }
        }
    }

    private static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try StoreError.translating(path, body)
        } catch StoreError.notAStore(let path) {
            throw StoreError.notABackup(path: path)
        }
    }

    private static func sheet(_ db: Database, _ path: String) throws -> Sheet {
        guard
            try Int64.fetchOne(db, sql: "PRAGMA application_id")
                == Int64(SystemTables.applicationID), try db.tableExists("backup_sheet")
        else { throw StoreError.notABackup(path: path) }
        var entries: [String: [String: DatabaseValue]] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT key, name, value FROM backup_sheet") {
            entries[row["key"], default: [:]][row["name"]] = row["value"]
        }
        func texts(_ key: String) -> [String: String] {
            (entries[key] ?? [:]).compactMapValues { String.fromDatabaseValue($0) }
        }
        guard let kind = texts("kind")[""],
            let madeAt = entries["made_at"]?[""].flatMap(Int64.fromDatabaseValue)
        else { throw StoreError.notABackup(path: path) }
        return Sheet(kind: kind, madeAt: madeAt, files: texts("file"), digests: texts("digest"))
    }

    // MARK: - Putting back

    /// Puts a backup back as a store of its own, in a folder beside the place where it will lie.
    ///
    /// Its photos and scans come along when they lie beside it.
    ///
    /// - Parameters:
    ///   - kind: what it has to be a backup of: `hub` or `edge`.
    ///   - finish: makes of it what a store that was put back has to be, and the files
    ///     beside it. It leaves the store closed.
    /// - Throws: ``StoreError``; then the folder does not exist.
    public static func unpack(
        _ path: String, of kind: String, into folder: String, as name: String,
        finish: (Sheet) throws -> Void
    ) throws -> Sheet {
        // What is wrong with the backup is said of the backup, before anything is made.
        let found = try verify(path).kind
        guard found == kind else { throw StoreError.backupOfOther(path: path, kind: found) }
        return try StoreError.translating(folder) {
            try remove(folder)
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                let store = folder + "/" + name
                try FileManager.default.copyItem(atPath: path, toPath: store)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: store)
                let sheet = try verify(store)
                let queue = try DatabaseQueue(path: store)
                try queue.write { db in
                    try db.execute(sql: "DROP TABLE backup_sheet")
                    try StoreInfo.set(restoredFromKey, sheet.madeAt, db)
                }
                try queue.close()
                try finish(sheet)
                _ = try ContentStore.restore(from: path, into: folder)
                try sync(store)
                try sync(folder)
                return sheet
            } catch {
                try? remove(folder)
                throw error
            }
        }
    }

    /// In `store_info` of a store that was put back: when its backup was made, UTC milliseconds.
    public static let restoredFromKey = "restored_from"

    /// Whether no other program has the store open. Folds its journal into it.
    public static func isUnused(_ path: String) throws -> Bool {
        do {
            let queue = try DatabaseQueue(path: path)
            let mode = try queue.writeWithoutTransaction { db in
                try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
            return mode == "delete"
        } catch let error as DatabaseError
            where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
        {
            return false
        }
    }

    private static func remove(_ path: String) throws {
        for suffix in ["", "-wal", "-shm", "-journal"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Waits until the disk has it.
    package static func sync(_ path: String) throws {
        let file = open(path.isEmpty ? "." : path, O_RDONLY)
        guard file >= 0 else { throw StoreError.noPermission(path: path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw StoreError.diskFull(path: path) }
    }
}

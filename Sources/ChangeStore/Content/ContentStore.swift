import Foundation
import GRDB
public import SyncProtocol

/// Photos and scans: chunks named by their hash, and the manifests that put them together.
///
/// Problem: a day of scans is larger than a year of the register, and must neither slow its
/// backups nor be half there after a power cut.
/// Idea: a second SQLite file beside the store, with the same settings. It grows, is copied and is
/// lost apart from the register; a chunk is committed with full fsync before anybody is told.
///
/// Invariants: a chunk's bytes hash to its name, checked when they come in and when they go out;
/// `is_whole` says that every chunk of the manifest is here; what is evicted leaves its manifest.
///
/// `Sendable`: GRDB's pool serializes writers.
public final class ContentStore: Sendable {
    public let path: String
    let pool: DatabasePool

    /// "TraA": attachments.
    private static let applicationID: Int32 = 0x5472_6141
    private static let formatVersion = 1

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    public static func path(in directory: String) -> String { directory + "/attachments.sqlite" }

    /// Opens the attachments beside a store, or makes their file when there is none.
    /// - Throws: ``StoreError``.
    public static func open(in directory: String) throws -> ContentStore {
        try open(in: directory, on: LocalVolume())
    }

    package static func open(
        in directory: String, on volume: some StoreVolume
    ) throws -> ContentStore {
        let path = path(in: directory)
        return try StoreError.translating(path) {
            // Scans of identity cards: for the owner alone. SQLite's side files follow.
            if !volume.exists(path) { try volume.make(path) }
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            configuration.maximumReaderCount = 2
            let pool = try DatabasePool(
                path: volume.address(of: path), configuration: configuration)
            try ChangeStore.assertDurable(pool)
            try pool.write { try prepare($0, path) }
            return ContentStore(path: path, pool: pool)
        }
    }

    private static func prepare(_ db: Database, _ path: String) throws {
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= formatVersion else {
            throw StoreError.newerVersion(path: path, found: version, known: formatVersion)
        }
        guard id != applicationID else { return }
        guard id == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
            throw StoreError.notAStore(path: path)
        }
        try db.execute(
            sql: """
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                CREATE TABLE chunk (
                    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
                    bytes BLOB NOT NULL);
                CREATE INDEX chunk_size ON chunk (size);
                CREATE TABLE attachment (
                    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, manifest BLOB NOT NULL,
                    media_type TEXT NOT NULL, size INTEGER NOT NULL,
                    is_whole INTEGER NOT NULL, is_pinned INTEGER NOT NULL DEFAULT 0,
                    is_told INTEGER NOT NULL DEFAULT 0, is_at_hub INTEGER NOT NULL DEFAULT 0,
                    used_at INTEGER NOT NULL);
                CREATE INDEX attachment_untold ON attachment (is_told, is_whole);
                CREATE TABLE attachment_chunk (
                    attachment INTEGER NOT NULL REFERENCES attachment(id),
                    position INTEGER NOT NULL, chunk BLOB NOT NULL,
                    PRIMARY KEY (attachment, position)) WITHOUT ROWID;
                CREATE INDEX attachment_chunk_chunk ON attachment_chunk (chunk);
                CREATE TABLE wanted (
                    scope TEXT NOT NULL, hash BLOB NOT NULL, since INTEGER NOT NULL,
                    PRIMARY KEY (scope, hash)) WITHOUT ROWID;
                CREATE INDEX wanted_hash ON wanted (hash);
                CREATE TABLE holder (
                    hash BLOB NOT NULL, replica INTEGER NOT NULL, has_it INTEGER NOT NULL,
                    PRIMARY KEY (hash, replica)) WITHOUT ROWID;
                CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                """)
    }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreError.translating(path) { try pool.read(body) }
    }

    func write<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreError.translating(path) { try pool.write(body) }
    }

    public func close() throws { try pool.close() }

    // MARK: - Adding and reading

    public struct Added: Sendable {
        public let hash: ContentHash
        /// Whether it was not here before.
        public let isNew: Bool
    }

    /// Keeps content. When this returns it is on the disk.
    /// - Parameter now: UTC milliseconds.
    /// - Throws: ``ContentError``, ``StoreError``.
    public func add(
        _ content: [UInt8], mediaType: String, now: Int64
    ) throws -> Added {
        guard let manifest = AttachmentManifest(mediaType: mediaType, content: content) else {
            throw content.isEmpty
                ? ContentError.empty
                : ContentError.tooLarge(
                    bytes: content.count, limit: SyncLimits.attachmentBytesMax)
        }
        let hash = manifest.hash
        return try write { db in
            if let known = try Entry.find(hash, db), known.isWhole {
                return Added(hash: hash, isNew: false)
            }
            try makeRoom(for: manifest, db)
            let id = try insert(manifest, hash, now: now, db)
            for (name, bytes) in zip(manifest.chunks, AttachmentManifest.pieces(of: content)) {
                try insert(bytes, name, db)
            }
            try db.execute(
                sql: "UPDATE attachment SET is_whole = 1, is_told = 0, used_at = ? WHERE id = ?",
                arguments: [now, id])
            try db.execute(sql: "DELETE FROM wanted WHERE hash = ?", arguments: [hash.data])
            return Added(hash: hash, isNew: true)
        }
    }

    /// The whole content, every chunk checked.
    /// - Throws: ``ContentError``: not here, or a damaged chunk, which is then let go of.
    public func content(
        of hash: ContentHash, now: Int64
    ) throws -> (mediaType: String, bytes: [UInt8]) {
        guard let manifest = try manifest(of: hash) else { throw ContentError.notHere(hash) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(manifest.size)
        for position in manifest.chunks.indices {
            bytes += try chunk(position, of: manifest, hash)
        }
        do {
            try write { db in
                try db.execute(
                    sql: "UPDATE attachment SET used_at = ? WHERE hash = ?",
                    arguments: [now, hash.data])
            }
        } catch StoreError.diskFull {
            // One may look, though nothing can be written.
        }
        return (manifest.mediaType, bytes)
    }

    public func manifest(of hash: ContentHash) throws -> AttachmentManifest? {
        try read { db in
            try Data.fetchOne(
                db, sql: "SELECT manifest FROM attachment WHERE hash = ?", arguments: [hash.data])
        }.map { try AttachmentManifest(decoding: [UInt8]($0)) }
    }

    /// One chunk, checked against its name.
    /// - Throws: ``ContentError``.
    func chunk(
        _ position: Int, of manifest: AttachmentManifest, _ hash: ContentHash
    ) throws -> [UInt8] {
        let name = manifest.chunks[position]
        let found = try read { db in
            try Data.fetchOne(
                db, sql: "SELECT bytes FROM chunk WHERE hash = ?", arguments: [name.data])
        }
        guard let found else { throw ContentError.notHere(hash) }
        let bytes = [UInt8](found)
        guard ContentHash(of: bytes) == name else {
            try drop(chunk: name)
            throw ContentError.damaged(hash, position: position)
        }
        return bytes
    }

    /// What the disk has spoiled is no chunk any more: it will be asked for again.
    private func drop(chunk name: ContentHash) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM chunk WHERE hash = ?", arguments: [name.data])
            try db.execute(
                sql: """
                    UPDATE attachment SET is_whole = 0 WHERE id IN
                    (SELECT attachment FROM attachment_chunk WHERE chunk = ?)
                    """, arguments: [name.data])
        }
    }

    func insert(
        _ manifest: AttachmentManifest, _ hash: ContentHash, now: Int64, _ db: Database
    ) throws -> Int64 {
        if let known = try Int64.fetchOne(
            db, sql: "SELECT id FROM attachment WHERE hash = ?", arguments: [hash.data])
        {
            return known
        }
        try db.execute(
            sql: """
                INSERT INTO attachment (hash, manifest, media_type, size, is_whole, used_at)
                VALUES (?, ?, ?, ?, 0, ?)
                """,
            arguments: [
                hash.data, Data(manifest.encoded()), manifest.mediaType, manifest.size, now,
            ])
        let id = db.lastInsertedRowID
        for (position, chunk) in manifest.chunks.enumerated() {
            try db.execute(
                sql: "INSERT INTO attachment_chunk (attachment, position, chunk) VALUES (?, ?, ?)",
                arguments: [id, position, chunk.data])
        }
        return id
    }

    func insert(_ bytes: [UInt8], _ name: ContentHash, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO chunk (hash, size, bytes) VALUES (?, ?, ?)",
            arguments: [name.data, bytes.count, Data(bytes)])
    }
}

extension ContentHash {
    var data: Data { Data(bytes) }
}

/// Why an attachment cannot be kept or shown, in one sentence that says what to do.
public enum ContentError: Error, Hashable, Sendable {
    case empty
    case tooLarge(bytes: Int, limit: Int)
    case full(usedBytes: Int64, quotaBytes: Int64)
    case notHere(ContentHash)
    case damaged(ContentHash, position: Int)
    case badQuota(Int64)
}

extension ContentError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "the file is empty: nothing was attached"
        case .tooLarge(let bytes, let limit):
            "the file has \(bytes) bytes, an attachment at most \(limit): scan it with a lower "
                + "resolution or in parts; nothing was attached"
        case .full(let used, let quota):
            "the attachments take \(used) of \(quota) bytes, and the rest is not at the hub or is "
                + "pinned: raise the quota ('attachments quota'), or let the hub fetch them; "
                + "nothing was attached"
        case .notHere(let hash):
            "attachment \(hash) is not here: ask for it ('attachments fetch') and sync"
        case .damaged(let hash, let position):
            "chunk \(position) of attachment \(hash) is damaged on this disk: attach the file "
                + "again, or fetch it ('attachments fetch') and sync"
        case .badQuota(let megabytes):
            "a quota of \(megabytes) MB is not possible: choose 1 to 1000000"
        }
    }
}

import Foundation
import GRDB
public import SyncProtocol

extension ContentStore {
    /// What the store knows of one attachment.
    public struct Entry: Sendable {
        public let hash: ContentHash
        public let mediaType: String
        /// Bytes of the whole.
        public let size: Int
        public let chunks: Int
        public let chunksHere: Int
        public let isWhole: Bool
        public let isPinned: Bool
        public let isAtHub: Bool
        /// UTC milliseconds.
        public let usedAt: Int64

        static func find(_ hash: ContentHash, _ db: Database) throws -> Entry? {
            try Row.fetchOne(db, sql: select + " WHERE a.hash = ?", arguments: [hash.data])
                .flatMap(Entry.init)
        }

        static func all(_ db: Database) throws -> [Entry] {
            try Row.fetchAll(db, sql: select + " ORDER BY a.id").compactMap(Entry.init)
        }

        private static let select = """
            SELECT a.*,
                (SELECT count(*) FROM attachment_chunk c WHERE c.attachment = a.id) AS chunks,
                (SELECT count(*) FROM attachment_chunk c JOIN chunk k ON k.hash = c.chunk
                    WHERE c.attachment = a.id) AS chunks_here
            FROM attachment a
            """

        private init?(_ row: Row) {
            guard let hash = ContentHash(bytes: [UInt8](row["hash"] as Data)) else { return nil }
            self.hash = hash
            mediaType = row["media_type"]
            size = row["size"]
            chunks = row["chunks"]
            chunksHere = row["chunks_here"]
            isWhole = row["is_whole"]
            isPinned = row["is_pinned"]
            isAtHub = row["is_at_hub"]
            usedAt = row["used_at"]
        }
    }

    public func entries() throws -> [Entry] { try read { try Entry.all($0) } }

    public func entry(of hash: ContentHash) throws -> Entry? {
        try read { try Entry.find(hash, $0) }
    }

    // MARK: - Quota and policy

    /// Whether whatever is offered is asked for, or only what somebody wants to see.
    public func collectsAll() throws -> Bool { try setting("collects_all") == 1 }

    public func setCollectsAll(_ all: Bool) throws { try set("collects_all", all ? 1 : 0) }

    /// Bytes of all chunks.
    public func usedBytes() throws -> Int64 { try read { try Self.used($0) } }

    /// Bytes that chunks may take; 2 GB until an administrator says otherwise.
    public func quotaBytes() throws -> Int64 { try read { try Self.quota($0) } }

    public func setQuota(megabytes: Int64) throws {
        guard (1...1_000_000).contains(megabytes) else { throw ContentError.badQuota(megabytes) }
        try write { try Self.set("quota_bytes", megabytes * 1_000_000, $0) }
    }

    /// An administrator's number, like the size that photos are reduced to.
    public func setting(_ name: String) throws -> Int64? {
        try read { try Self.setting(name, $0) }
    }

    public func set(_ name: String, _ value: Int64) throws {
        try write { try Self.set(name, value, $0) }
    }

    /// A pinned attachment stays, whatever the quota.
    public func pin(_ hash: ContentHash, _ isPinned: Bool) throws {
        try write { db in
            try db.execute(
                sql: "UPDATE attachment SET is_pinned = ? WHERE hash = ?",
                arguments: [isPinned, hash.data])
            guard db.changesCount == 1 else { throw ContentError.notHere(hash) }
        }
    }

    private static func setting(_ name: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
    }

    private static func set(_ name: String, _ value: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
            arguments: [name, value])
    }

    private static func quota(_ db: Database) throws -> Int64 {
        try setting("quota_bytes", db) ?? 2_000_000_000
    }

    private static func used(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT coalesce(sum(size), 0) FROM chunk") ?? 0
    }

    /// Lets go of what the hub holds, least recently used first, until the manifest's chunks fit.
    /// - Throws: ``ContentError/full(usedBytes:quotaBytes:)``; then nothing was let go of.
    func makeRoom(for manifest: AttachmentManifest, _ db: Database) throws {
        var lacking: Int64 = 0
        for (position, chunk) in manifest.chunks.enumerated()
        where try !Self.isHere(chunk, db) {
            lacking += Int64(manifest.size(of: position))
        }
        let quota = try Self.quota(db)
        while lacking > 0, try Self.used(db) + lacking > quota {
            let oldest = try Row.fetchOne(
                db,
                sql: """
                    SELECT id, hash FROM attachment WHERE is_whole AND is_at_hub AND NOT is_pinned
                    AND hash != ? ORDER BY used_at, id LIMIT 1
                    """, arguments: [manifest.hash.data])
            guard let oldest else {
                throw ContentError.full(usedBytes: try Self.used(db), quotaBytes: quota)
            }
            try evict(oldest["id"], db)
        }
    }

    /// The manifest stays, so that the attachment can be asked for again.
    private func evict(_ id: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE attachment SET is_whole = 0 WHERE id = ?", arguments: [id])
        // A chunk that another attachment shows stays.
        try db.execute(
            sql: """
                DELETE FROM chunk WHERE hash IN
                    (SELECT chunk FROM attachment_chunk WHERE attachment = :id)
                AND hash NOT IN
                    (SELECT c.chunk FROM attachment_chunk c JOIN attachment a ON a.id = c.attachment
                    WHERE a.is_whole OR a.hash IN (SELECT hash FROM wanted))
                """, arguments: ["id": id])
    }

    static func isHere(_ chunk: ContentHash, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM chunk WHERE hash = ?)",
            arguments: [chunk.data]) ?? false
    }
}

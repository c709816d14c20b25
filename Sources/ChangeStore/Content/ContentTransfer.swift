import Foundation
import GRDB
public import SyncProtocol

/// What is asked for and what has come of it. Kept in the file, so that it survives restarts, and
/// chunk by chunk, so that a cut line costs at most the chunk in flight.
extension ContentStore {
    // MARK: - Asking

    /// Asks for an attachment until it is here. Asking twice is asking once.
    /// - Parameter scope: whose nodes can have it.
    public func want(_ hash: ContentHash, from scope: Scope, now: Int64) throws {
        try write { db in
            guard try Entry.find(hash, db)?.isWhole != true else { return }
            try db.execute(
                sql: "INSERT OR IGNORE INTO wanted (scope, hash, since) VALUES (?, ?, ?)",
                arguments: [scope.code, hash.data, now])
        }
    }

    public func unwant(_ hash: ContentHash) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM wanted WHERE hash = ?", arguments: [hash.data])
        }
    }

    /// Every attachment that is asked for, in the order of asking.
    public func wanted() throws -> [ContentHash] {
        try read { db in
            try Data.fetchAll(
                db, sql: "SELECT hash FROM wanted GROUP BY hash ORDER BY min(since), hash")
        }.compactMap { ContentHash(bytes: [UInt8]($0)) }
    }

    /// What to ask a peer for, with the chunks that need not come.
    /// - Parameter replica: who is asked; left out is what it said it has not.
    package func wants(
        from scope: Scope, of replica: ReplicaID?, limit: Int
    ) throws -> [AttachmentNotes.Want] {
        try read { db in
            try Data.fetchAll(
                db,
                .kept(
                    """
                    SELECT w.hash FROM wanted w LEFT JOIN holder h
                        ON h.hash = w.hash AND h.replica = ?
                    WHERE w.scope = ? AND coalesce(h.has_it, 1) ORDER BY w.since, w.hash LIMIT ?
                    """, [replica.map { Int64($0.rawValue) }, scope.code, limit])
            ).compactMap { data in
                guard let hash = ContentHash(bytes: [UInt8](data)) else { return nil }
                return AttachmentNotes.Want(hash, present: try Self.present(hash, db))
            }
        }
    }

    private static func present(_ hash: ContentHash, _ db: Database) throws -> [UInt8] {
        AttachmentNotes.Want.bits(
            try Bool.fetchAll(
                db,
                sql: """
                    SELECT k.id IS NOT NULL FROM attachment a
                    JOIN attachment_chunk c ON c.attachment = a.id
                    LEFT JOIN chunk k ON k.hash = c.chunk
                    WHERE a.hash = ? ORDER BY c.position
                    """, arguments: [hash.data]))
    }

    // MARK: - Taking in

    package enum Taken: Hashable, Sendable {
        /// Committed; whether the attachment is whole now.
        case kept(isWhole: Bool)
        /// Nobody here asked for it, or no longer.
        case notWanted
        /// The bytes are not what their name says. Nothing was kept; they are asked for again.
        case damaged
    }

    /// Commits one record, if it was asked for and is what it says.
    /// - Throws: ``ContentError/full(usedBytes:quotaBytes:)``, ``StoreError``.
    package func take(_ record: AttachmentRecord, now: Int64) throws -> Taken {
        try write { db in
            switch record {
            case .manifest(let manifest):
                let hash = manifest.hash
                guard try Self.isWanted(hash, db) else { return .notWanted }
                try makeRoom(for: manifest, db)
                let id = try insert(manifest, hash, now: now, db)
                return .kept(isWhole: try finish(id, hash, now: now, db))
            case .chunk(let hash, let position, let bytes):
                guard try Self.isWanted(hash, db) else { return .notWanted }
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT a.id, c.chunk FROM attachment a
                        JOIN attachment_chunk c ON c.attachment = a.id
                        WHERE a.hash = ? AND c.position = ?
                        """, arguments: [hash.data, position])
                guard let row else { return .notWanted }
                let name = ContentHash(of: bytes)
                guard name.data == row["chunk"] as Data else { return .damaged }
                try insert(bytes, name, db)
                return .kept(isWhole: try finish(row["id"], hash, now: now, db))
            }
        }
    }

    private static func isWanted(_ hash: ContentHash, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM wanted WHERE hash = ?)",
            arguments: [hash.data]) ?? false
    }

    /// Marks the attachment whole when nothing of it is lacking any more.
    private func finish(
        _ id: Int64, _ hash: ContentHash, now: Int64, _ db: Database
    ) throws -> Bool {
        guard let entry = try Entry.find(hash, db), entry.chunks == entry.chunksHere else {
            return false
        }
        try db.execute(
            sql: "UPDATE attachment SET is_whole = 1, used_at = ? WHERE id = ?",
            arguments: [now, id])
        try db.execute(sql: "DELETE FROM wanted WHERE hash = ?", arguments: [hash.data])
        return true
    }

    // MARK: - Sending

    /// The records that answer a want, one at a time until the caller stops.
    /// - Parameter send: returns whether to go on.
    /// - Throws: ``ContentError``: not here, or a damaged chunk.
    package func records(
        for want: AttachmentNotes.Want, _ send: (AttachmentRecord) -> Bool
    ) throws {
        let hash = want.attachment
        guard let manifest = try manifest(of: hash),
            try entry(of: hash)?.isWhole == true
        else { throw ContentError.notHere(hash) }
        if want.present.isEmpty, !send(.manifest(manifest)) { return }
        for position in manifest.chunks.indices where !want.has(position) {
            let bytes = try chunk(position, of: manifest, hash)
            guard send(.chunk(of: hash, position: position, bytes: bytes)) else { return }
        }
    }

    // MARK: - What the other side knows

    /// Whole attachments of which the hub was not told, or of which it is in doubt what arrived.
    package func untold(limit: Int) throws -> [ContentHash] {
        try read { db in
            try Data.fetchAll(
                db,
                .kept(
                    """
                    SELECT hash FROM attachment WHERE NOT is_told AND is_whole ORDER BY id LIMIT ?
                    """, [limit]))
        }.compactMap { ContentHash(bytes: [UInt8]($0)) }
    }

    /// - Parameter isTold: false while it is in doubt what the hub holds.
    package func note(told hashes: [ContentHash], _ isTold: Bool = true) throws {
        try note("is_told = \(isTold ? 1 : 0)", hashes)
    }

    /// The hub has committed these.
    package func note(atHub hashes: [ContentHash]) throws {
        try note("is_at_hub = 1, is_told = 1", hashes)
    }

    private func note(_ what: String, _ hashes: [ContentHash]) throws {
        guard !hashes.isEmpty else { return }
        try write { db in
            for hash in hashes {
                try db.execute(
                    sql: "UPDATE attachment SET \(what) WHERE hash = ?", arguments: [hash.data])
            }
        }
    }

    /// What a node said it has or has not.
    package func note(
        _ replica: ReplicaID, has hashes: [ContentHash], _ hasIt: Bool
    ) throws {
        guard !hashes.isEmpty else { return }
        try write { db in
            for hash in hashes {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO holder (hash, replica, has_it) VALUES (?, ?, ?)",
                    arguments: [hash.data, Int64(replica.rawValue), hasIt])
            }
        }
    }

    /// The nodes that said they have it.
    public func holders(of hash: ContentHash) throws -> [ReplicaID] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: "SELECT replica FROM holder WHERE hash = ? AND has_it ORDER BY replica",
                arguments: [hash.data])
        }.map { ReplicaID(UInt32(truncatingIfNeeded: $0)) }
    }
}

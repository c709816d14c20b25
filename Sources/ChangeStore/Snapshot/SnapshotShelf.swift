private import Compression
import Foundation
public import GRDB
public import SyncProtocol

/// Snapshots on disk: the bases of this store's scopes, which others are given as well, and those
/// that are being fetched.
///
/// Chunks are kept by name, so one that both a finished and a newer snapshot hold is there once,
/// and a fetch that was cut goes on where it stopped, after a restart too.
public enum SnapshotShelf {
    public enum Side: Int, Sendable {
        case fetched = 0
        /// How a scope stood at the floor of its log (``LogReplay``).
        case base = 1
    }

    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS snapshot (
                    scope TEXT NOT NULL,
                    side INTEGER NOT NULL,
                    manifest BLOB NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (scope, side)) WITHOUT ROWID;

                CREATE TABLE IF NOT EXISTS snapshot_chunk (
                    name BLOB PRIMARY KEY NOT NULL,
                    body BLOB NOT NULL) WITHOUT ROWID;
                """)
    }

    public static func manifest(
        of scope: Scope, _ side: Side, _ db: Database
    ) throws -> SnapshotManifest? {
        try Data.fetchOne(
            db, sql: "SELECT manifest FROM snapshot WHERE scope = ? AND side = ?",
            arguments: [scope.code, side.rawValue]
        ).map { try SnapshotManifest(decoding: [UInt8]($0)) }
    }

    /// Everything on one side; rises by scope.
    public static func manifests(
        _ side: Side, _ db: Database
    ) throws -> [(manifest: SnapshotManifest, at: Int64)] {
        try Row.fetchAll(
            db, sql: "SELECT manifest, at FROM snapshot WHERE side = ? ORDER BY scope",
            arguments: [side.rawValue]
        ).map { (try SnapshotManifest(decoding: [UInt8]($0[0] as Data)), $0[1]) }
    }

    /// Puts a manifest in the place of the scope's earlier one.
    /// - Parameter now: UTC milliseconds.
    public static func keep(
        _ manifest: SnapshotManifest, _ side: Side, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO snapshot (scope, side, manifest, at) VALUES (?, ?, ?, ?)
                """,
            arguments: [manifest.scope.code, side.rawValue, Data(manifest.encoded()), now])
        try sweep(db)
    }

    public static func drop(_ scope: Scope, _ side: Side, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM snapshot WHERE scope = ? AND side = ?",
            arguments: [scope.code, side.rawValue])
        try sweep(db)
    }

    /// Chunks that no manifest names any more.
    private static func sweep(_ db: Database) throws {
        var named = Set<[UInt8]>()
        for side in [Side.fetched, .base] {
            for (manifest, _) in try manifests(side, db) {
                named.formUnion(manifest.chunks.map(\.name.bytes))
            }
        }
        for name in try Data.fetchAll(db, sql: "SELECT name FROM snapshot_chunk")
        where !named.contains([UInt8](name)) {
            try db.execute(sql: "DELETE FROM snapshot_chunk WHERE name = ?", arguments: [name])
        }
    }

    // MARK: - Chunks

    /// Keeps a chunk under the hash of its bytes.
    public static func put(_ chunk: [UInt8], _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO snapshot_chunk (name, body) VALUES (?, ?)",
            arguments: [Data(ChunkName(of: chunk).bytes), Data(chunk)])
    }

    public static func chunk(_ name: ChunkName, _ db: Database) throws -> [UInt8]? {
        try Data.fetchOne(
            db, sql: "SELECT body FROM snapshot_chunk WHERE name = ?",
            arguments: [Data(name.bytes)]
        ).map { [UInt8]($0) }
    }

    /// Which chunks of the manifest are here, in its order.
    public static func present(
        of manifest: SnapshotManifest, _ db: Database
    ) throws -> [Bool] {
        let statement = try db.makeStatement(
            sql: "SELECT 1 FROM snapshot_chunk WHERE name = ?")
        return try manifest.chunks.map {
            try Int.fetchOne(statement, arguments: [Data($0.name.bytes)]) != nil
        }
    }

    /// What was fetched is from now on the scope's base.
    static func settle(_ scope: Scope, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE OR REPLACE snapshot SET side = ? WHERE scope = ? AND side = ?",
            arguments: [Side.base.rawValue, scope.code, Side.fetched.rawValue])
        try sweep(db)
    }

    /// Whether what is kept of the scope is as it was written down; true when nothing is.
    static func isReadable(_ scope: Scope, _ side: Side, _ db: Database) throws -> Bool {
        guard let manifest = try manifest(of: scope, side, db) else { return true }
        return try manifest.chunks.allSatisfy { entry in
            try chunk(entry.name, db).map { ChunkName(of: $0) == entry.name } ?? false
        }
    }

    static func piece(
        _ name: ChunkName, of scope: Scope, _ db: Database
    ) throws -> SnapshotPiece {
        guard let frame = try chunk(name, db) else { throw SnapshotFault.incomplete(scope) }
        guard ChunkName(of: frame) == name else {
            throw SnapshotFault.unreadable(scope, "a chunk is not what its name says")
        }
        do {
            let bytes = try Frame.decompress(frame, limit: SyncLimits.segmentBytesMax)
            return try SnapshotPiece(decoding: bytes, of: scope)
        } catch let error where error is FrameError || error is DecodeError {
            throw SnapshotFault.unreadable(scope, String(describing: error))
        }
    }
}

/// Why a snapshot was not loaded. Nothing of it was written.
public enum SnapshotFault: Error, Hashable, Sendable {
    /// A chunk is missing.
    case incomplete(Scope)
    case unreadable(Scope, String)
    /// The snapshot lacks changesets that this store no longer holds one by one.
    case tooOld(Scope)
    /// The log of this store begins later than its base ends. By the store's number of the scope.
    case noBase(Int64)
}

extension SnapshotFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .incomplete(let scope):
            "the snapshot of \(scope) is not here completely: sync again"
        case .unreadable(let scope, let detail):
            "the snapshot of \(scope) cannot be read (\(detail)): sync again; if it happens "
                + "again, call central IT; nothing was changed"
        case .tooOld(let scope):
            "the snapshot of \(scope) is older than this store: sync again; nothing was changed"
        case .noBase(let scope):
            "the beginning of the change-log of scope \(scope) is missing in this store: restore "
                + "its backup, or call central IT"
        }
    }
}

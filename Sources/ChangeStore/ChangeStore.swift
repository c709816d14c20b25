import Foundation
public import GRDB
public import Models
public import SyncProtocol
import Synchronization

/// A replica on disk: domain tables, change-log, versions, vectors, conflicts and holds, each
/// transaction all-or-nothing.
///
/// Problem: what staff record must survive a power cut the moment the screen says so.
/// Idea: SQLite in WAL mode with `synchronous=FULL`; one serialized writer connection that also
/// runs the checkpoints (before 3.51.3 a checkpointer elsewhere can race a WAL reset); readers
/// that cannot write.
///
/// `@unchecked Sendable`: `writer` is touched only inside `pool`'s serialized write blocks.
public final class ChangeStore: @unchecked Sendable {
    public let path: String
    public let schema: Schema
    /// Changes when the store takes a new number (``begin(incarnation:because:keeping:now:)``).
    public var identity: StoreIdentity { currentIdentity.withLock { $0 } }
    private let currentIdentity: Mutex<StoreIdentity>
    let pool: DatabasePool
    let writer: WriterState
    let watch = SoundnessWatch()

    private init(
        path: String, schema: Schema, identity: StoreIdentity, pool: DatabasePool,
        writer: WriterState
    ) {
        self.path = path
        self.schema = schema
        currentIdentity = Mutex(identity)
        self.pool = pool
        self.writer = writer
    }

    /// Makes a new store.
    /// - Throws: ``StoreError``.
    public static func create(
        at path: String, identity: StoreIdentity, schema: Schema = Domain.schema
    ) throws -> ChangeStore {
        try create(at: path, identity: identity, schema: schema, on: LocalVolume())
    }

    package static func create(
        at path: String, identity: StoreIdentity, schema: Schema, on volume: some StoreVolume
    ) throws -> ChangeStore {
        // A journal without its store: SQLite would replay it into the new one.
        for found in [path, path + "-wal"] where volume.exists(found) {
            throw StoreError.alreadyExists(path: found)
        }
        return try StoreError.translating(path) {
            // Whole or not at all: a half-made store would pass for one.
            let draft = path + ".new"
            for suffix in ["", "-wal", "-shm"] { try? volume.remove(draft + suffix) }
            do {
                let queue = try DatabaseQueue(path: volume.address(of: draft))
                try queue.write { db in
                    try db.execute(sql: "PRAGMA application_id = \(SystemTables.applicationID)")
                    try db.execute(sql: "PRAGMA user_version = \(SystemTables.formatVersion)")
                    try SystemTables.create(db)
                    try DomainTables.bring(db, to: schema)
                    try StoreInfo.write(identity, schema: schema, db)
                }
                try queue.close()
            }
            try volume.rename(draft, to: path)
            return try open(at: path, schema: schema, on: volume)
        }
    }

    /// Opens a store, bringing it to this program's schema.
    /// - Throws: ``StoreError``.
    public static func open(
        at path: String, schema: Schema = Domain.schema
    ) throws -> ChangeStore {
        try open(at: path, schema: schema, on: LocalVolume())
    }

    package static func open(
        at path: String, schema: Schema, on volume: some StoreVolume
    ) throws -> ChangeStore {
        guard volume.exists(path) else { throw StoreError.missing(path: path) }
        return try StoreError.translating(path) {
            try checkHead(of: path, on: volume)
            let hasJournal = volume.exists(path + "-wal")
            if hasJournal { try volume.sync(path + "-wal") }
            let writer = WriterState()
            let pool = try DatabasePool(
                path: volume.address(of: path), configuration: configuration(writer))
            try assertDurable(pool)
            if hasJournal { try secureJournal(pool) }
            let identity = try pool.write { db in
                try SystemTables.complete(db)
                try upgrade(db, to: schema, writer, path)
                try ScopeSums.bring(db, to: schema)
                let identity = try StoreInfo.identity(db, path)
                try writer.load(db)
                return identity
            }
            return ChangeStore(
                path: path, schema: schema, identity: identity, pool: pool, writer: writer)
        }
    }

    private static func configuration(_ writer: WriterState) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            LogBlocks.addFunction(to: db)
            try DomainTables.addGuard(asking: writer, to: db)
            if !db.configuration.readonly {
                // Half a page a statement is enough; old PCs have little memory.
                try db.execute(sql: "PRAGMA cache_size = -8000")
            }
        }
        return configuration
    }

    /// GRDB sets `synchronous=NORMAL` itself when it switches to WAL, after `prepareDatabase`.
    /// With NORMAL a power cut after sending lets a dot be issued twice (SYNC §8).
    static func assertDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard level == 2, mode == "wal" else {
                throw StoreError.unsafeSettings(
                    "synchronous \(level.map(String.init) ?? "?"), journal \(mode ?? "?")")
            }
        }
    }

    /// Copies what the WAL holds into the store's file.
    ///
    /// A program that was killed may have left a transaction there that was never synced, or whose
    /// sync failed: SQLite shows it from now on, so it must not go with the next power cut. A later
    /// sync of the WAL is not enough: after a failed one the system takes its pages for written
    /// (Rebello et al., *Can Applications Recover from fsync Failures?*, 2020).
    private static func secureJournal(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { db in
            do {
                try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
                // It stays in the WAL, which was synced. A full disk can still be read.
            }
        }
    }

    /// Looks at the file before SQLite writes anything beside it.
    private static func checkHead(of path: String, on volume: some StoreVolume) throws {
        let found = try head(of: path, on: volume)
        guard found.applicationID == Int(SystemTables.applicationID) else {
            throw StoreError.notAStore(path: path)
        }
        guard found.format <= SystemTables.formatVersion else {
            throw StoreError.newerVersion(
                path: path, found: found.format, known: SystemTables.formatVersion)
        }
        guard volume.mayWrite(path) else { throw StoreError.noPermission(path: path) }
    }

    /// A power cut during a checkpoint may leave anything at the file's beginning: what it should
    /// be is in the WAL then, and SQLite knows how to read that.
    private static func head(
        of path: String, on volume: some StoreVolume
    ) throws -> (applicationID: Int, format: Int) {
        let head = try volume.head(of: path, count: 100)
        func word(_ at: Int) -> Int { head[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        if head.count == 100, head.starts(with: Array("SQLite format 3\0".utf8)) {
            return (word(68), word(60))
        }
        guard try volume.exists(path + "-wal") && !volume.head(of: path + "-wal", count: 1).isEmpty
        else { throw StoreError.notAStore(path: path) }
        var reading = Configuration()
        reading.readonly = true
        let queue = try DatabaseQueue(path: volume.address(of: path), configuration: reading)
        return try queue.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
                try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            )
        }
    }

    private static func upgrade(
        _ db: Database, to schema: Schema, _ writer: WriterState, _ path: String
    ) throws {
        let found = try StoreInfo.schemaVersion(db)
        guard found <= schema.version else {
            throw StoreError.newerVersion(
                path: path, found: Int(found), known: Int(schema.version))
        }
        guard found < schema.version else { return }
        try SchemaUpgrade(db: db, schema: schema, writer: writer).run()
        try StoreInfo.setSchemaVersion(schema.version, db)
    }

    /// Before the connection goes that its statements speak of: nobody may have closed the store.
    deinit { writer.dropStatements() }

    public func close() throws {
        // A statement that is left would keep the connection open.
        pool.writeWithoutTransaction { _ in writer.dropStatements() }
        try pool.close()
    }

    func setIdentity(_ identity: StoreIdentity) { currentIdentity.withLock { $0 = identity } }

    /// Reads from a snapshot of the last commit. Cannot write.
    public func read<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreError.translating(path) { try pool.read(body) }
    }

    /// Local bookkeeping beside the change-log: settings, sessions, peers. Domain tables refuse.
    public func bookkeeping<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreError.translating(path) { try pool.write(body) }
    }

    /// On the writer's connection, outside a transaction: settings and checkpoints.
    package func onWriter<T>(_ body: (Database) throws -> T) throws -> T {
        try StoreError.translating(path) { try pool.writeWithoutTransaction(body) }
    }

    /// - Returns: what SQLite finds wrong; empty when all is well.
    public func integrityProblems() throws -> [String] {
        try read { db in
            let damage = try Self.damage(db)
            let foreign = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
            return damage
                + (foreign.isEmpty ? [] : ["\(foreign.count) broken references"])
        }
    }

    /// - Throws: ``StoreError/damaged(path:detail:)`` when tables and indexes do not agree. Broken
    ///   references alone are no reason: rows can be put right.
    public func refuseIfDamaged() throws {
        guard let problem = try read({ try Self.damage($0).first }) else { return }
        throw StoreError.damaged(path: path, detail: problem)
    }

    private static func damage(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
}

extension StoreError {
    /// Turns SQLite's result codes into what a person can act on.
    static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_FULL: throw StoreError.diskFull(path: path)
            case .SQLITE_IOERR where errno == ENOSPC: throw StoreError.diskFull(path: path)
            case .SQLITE_IOERR: throw StoreError.diskFails(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw StoreError.inUse(path: path)
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                throw StoreError.noPermission(path: path)
            case .SQLITE_NOTADB: throw StoreError.notAStore(path: path)
            case .SQLITE_CORRUPT:
                throw StoreError.damaged(path: path, detail: error.message ?? "corrupt")
            default: throw error
            }
        } catch let error as CocoaError
            where error.code == .fileWriteNoPermission || error.code == .fileReadNoPermission
        {
            throw StoreError.noPermission(path: path)
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw StoreError.diskFull(path: path)
        }
    }
}

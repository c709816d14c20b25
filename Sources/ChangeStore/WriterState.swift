import GRDB
import SyncProtocol

/// Whether rows may be written now: asked by a function of the writer's connection.
///
/// An object of its own, since the connection keeps it: the writer's state holds statements, and they
/// would keep the connection. `@unchecked Sendable`: as ``WriterState``.
final class WriteGate: @unchecked Sendable {
    var isOpen = false
}

/// What the one writer remembers between transactions, so that commits need not read it back.
///
/// Rule: every field mirrors committed rows. Why: a rollback must not leave a vector ahead of
/// the log. What if not: a dot would be issued twice. So ``forget`` follows each failure.
///
/// `@unchecked Sendable`: touched only inside the pool's serialized write blocks.
final class WriterState: @unchecked Sendable {
    let gate = WriteGate()
    /// One clock a scope: only changes of one scope are ever compared, and an office's clock must
    /// not be dragged along by the hub's.
    private var clocks: [Scope: HLC] = [:]
    var scopeIDs: [Scope: Int64] = [:]
    var scopes: [Int64: Scope] = [:]
    var vectors: [Scope: VersionVector] = [:]
    var rulings: [Scope: Rulings] = [:]
    var statements = HotStatements()
    var tail = LogTail()
    /// Canonical bytes of the log that lie in no block; nil when that is not known.
    var looseBytes: Int?
    /// Tables whose indexes are there, and how many rows the others have.
    private var indexed: Set<TableID> = []
    private var rowCounts: [TableID: Int] = [:]
    private var nextCounter: UInt32 = 0
    private var reservedCounter: UInt32 = 0

    /// Row numbers are taken in blocks: one write of bookkeeping for so many rows.
    private static let counterBlock: UInt32 = 1_024
    private static let counterKey = "row_counter"

    /// Changes when another program commits to this store, `edgenode sync` beside `serve`, say.
    private var dataVersion: Int64?

    /// Within an open write transaction: nobody else can commit from here to its end.
    /// - Returns: whether there were any.
    func noticeOthers(_ db: Database) throws -> Bool {
        let now = try statements.fixed(.dataVersion, db).first { $0.integer(0) }
        guard now != dataVersion else { return false }
        try load(db)
        dataVersion = now
        return true
    }

    func load(_ db: Database) throws {
        forget()
        nextCounter = UInt32(try StoreInfo.integer(Self.counterKey, db) ?? 1)
        reservedCounter = nextCounter
    }

    /// Before the connection is closed.
    func dropStatements() { statements = HotStatements() }

    func forget() {
        scopeIDs = [:]
        scopes = [:]
        vectors = [:]
        rulings = [:]
        tail = LogTail()
        clocks = [:]
        looseBytes = nil
        indexed = []
        rowCounts = [:]
    }

    /// After each new row: a table that grows gets its indexes.
    func noteRow(in table: Table, _ db: Database) throws {
        guard !indexed.contains(table.id) else { return }
        let known = rowCounts[table.id]
        if try known == nil && DomainTables.isIndexed(table, db) {
            indexed.insert(table.id)
            return
        }
        let count = try known.map { $0 + 1 } ?? DomainTables.rowCount(of: table, db)
        rowCounts[table.id] = count
        guard count >= DomainTables.indexedRows else { return }
        try DomainTables.createIndexes(of: table, db)
        indexed.insert(table.id)
    }

    /// The stored readings of the scope have changed.
    func forgetClock(of scope: Scope) { clocks[scope] = nil }

    /// Opens the guard for the body.
    func recording<T>(_ body: () throws -> T) rethrows -> T {
        gate.isOpen = true
        defer { gate.isOpen = false }
        return try body()
    }

    /// The scope's next reading. Never falls (S17): it is later than every change held.
    func tick(_ scope: Scope, id: Int64, wallMilliseconds: Int64, _ db: Database) throws -> HLC {
        let last = try clocks[scope] ?? storedClock(id, db)
        let next = last.next(wallMilliseconds: wallMilliseconds)
        clocks[scope] = next
        return next
    }

    func observe(_ clock: HLC, in scope: Scope, id: Int64, _ db: Database) throws {
        clocks[scope] = try max(clocks[scope] ?? storedClock(id, db), clock)
    }

    private func storedClock(_ scope: Int64, _ db: Database) throws -> HLC {
        let clock = try Int64.fetchOne(
            db, sql: "SELECT max(clock) FROM scope_vector WHERE scope = ?", arguments: [scope])
        return HLC(rawValue: UInt64(bitPattern: clock ?? 0))
    }

    func takeRowCounter(_ db: Database) throws -> UInt32 {
        if nextCounter >= reservedCounter {
            guard nextCounter < RowID.namedFloor - Self.counterBlock else {
                throw RecordingError.outOfRowNumbers
            }
            try StoreInfo.set(Self.counterKey, Int64(nextCounter + Self.counterBlock), db)
            reservedCounter = nextCounter + Self.counterBlock
        }
        defer { nextCounter += 1 }
        return nextCounter
    }

    /// A new incarnation numbers its rows from 1.
    func beginRowNumbers(_ db: Database) throws {
        try StoreInfo.set(Self.counterKey, Int64(1), db)
        nextCounter = 1
        reservedCounter = 1
    }

    /// After a rollback the reservation may be gone, so the next taking reserves anew.
    func dropReservation() { reservedCounter = nextCounter }
}

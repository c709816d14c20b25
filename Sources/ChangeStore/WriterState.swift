import GRDB
import SyncProtocol

/// What the one writer remembers between transactions, so that commits need not read it back.
///
/// Rule: every field mirrors committed rows. Why: a rollback must not leave a vector ahead of
/// the log. What if not: a dot would be issued twice. So ``forget`` follows each failure.
///
/// `@unchecked Sendable`: touched only inside the pool's serialized write blocks. The guard
/// function reads `isRecording` there too, on the connection that runs the statement.
final class WriterState: @unchecked Sendable {
    private(set) var isRecording = false
    private(set) var clock = HLC.zero
    var scopeIDs: [Scope: Int64] = [:]
    var scopes: [Int64: Scope] = [:]
    var vectors: [Scope: VersionVector] = [:]
    var statements: [StatementKey: String] = [:]
    private var nextCounter: UInt32 = 0
    private var reservedCounter: UInt32 = 0

    struct StatementKey: Hashable {
        let table: TableID
        let columns: [ColumnID]
        let verb: Verb
    }

    enum Verb { case insert, update, select }

    /// Row numbers are taken in blocks: one write of bookkeeping for so many rows.
    private static let counterBlock: UInt32 = 1_024
    private static let counterKey = "row_counter"

    /// Changes when another program commits to this store, `edgenode sync` beside `serve`, say.
    private var dataVersion: Int64?

    /// Within an open write transaction: nobody else can commit from here to its end.
    func noticeOthers(_ db: Database, _ identity: StoreIdentity) throws {
        let now = try Int64.fetchOne(db, sql: "PRAGMA data_version")
        guard now != dataVersion else { return }
        try load(db, identity)
        dataVersion = now
    }

    func load(_ db: Database, _ identity: StoreIdentity) throws {
        forget()
        let clock = try Int64.fetchOne(db, sql: "SELECT max(clock) FROM scope_vector") ?? 0
        observe(HLC(rawValue: UInt64(bitPattern: clock)))
        nextCounter = UInt32(try StoreInfo.integer(Self.counterKey, db) ?? 1)
        reservedCounter = nextCounter
    }

    func forget() {
        scopeIDs = [:]
        scopes = [:]
        vectors = [:]
    }

    /// Opens the guard for the body.
    func recording<T>(_ body: () throws -> T) rethrows -> T {
        isRecording = true
        defer { isRecording = false }
        return try body()
    }

    /// Never falls (S17).
    func tick(wallMilliseconds: Int64) -> HLC {
        clock = clock.next(wallMilliseconds: wallMilliseconds)
        return clock
    }

    func observe(_ other: HLC) { clock = max(clock, other) }

    /// Nobody saw the readings of a transaction that was rolled back.
    func restore(_ clock: HLC) { self.clock = clock }

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

    /// After a rollback the reservation may be gone, so the next taking reserves anew.
    func dropReservation() { reservedCounter = nextCounter }
}

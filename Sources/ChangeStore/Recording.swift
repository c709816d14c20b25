public import GRDB
public import SyncProtocol

/// What one transaction wants to do. Nothing is written until the whole is known to be sound.
public struct Recording {
    let db: Database
    let replica: SQLiteReplica
    let scope: Scope
    let identity: StoreIdentity
    var draft = ChangesetDraft()
    /// Rows this transaction made, which the store does not know yet.
    private var made: Set<RowKey> = []
    /// Rows this transaction deleted, and did not revive.
    private var removed: Set<RowKey> = []

    /// The replicas whose changes of this scope are held here.
    public let authors: [ReplicaID]

    init(
        db: Database, replica: SQLiteReplica, scope: Scope, identity: StoreIdentity
    ) throws {
        authors = try replica.vector(of: scope).entries.map(\.replica)
        self.db = db
        self.replica = replica
        self.scope = scope
        self.identity = identity
    }

    /// Reads what was committed before this transaction.
    public func read<T>(_ body: (Database) throws -> T) rethrows -> T { try body(db) }

    /// - Parameter id: the row's name when a trace or an import gives one.
    /// - Throws: ``RecordingError``.
    @discardableResult
    public mutating func insert(
        _ table: String, _ values: [(String, Value)], id: RowID? = nil
    ) throws -> RowID {
        let declared = try self.table(table)
        let row =
            try id
            ?? RowID(replica: identity.replica, counter: replica.writer.takeRowCounter(db))
        if id != nil, try exists(row, declared) {
            throw RecordingError.alreadyExists(table: table, row: row)
        }
        draft.add(.insert, declared.id, row, try cells(values, of: declared))
        made.insert(key(declared, row))
        return row
    }

    /// Changes only the named columns.
    /// - Throws: ``RecordingError``.
    public mutating func update(
        _ table: String, _ row: RowID, _ values: [(String, Value)]
    ) throws {
        let declared = try self.table(table)
        try requireNotRemoved(row, declared)
        if !made.contains(key(declared, row)) {
            try requireAlive(row, declared)
            if declared.kind == .ledger { try requireStateOnly(values, declared) }
        }
        draft.add(.update, declared.id, row, try cells(values, of: declared))
    }

    /// Decides a contested column, even in a ledger, whose rows are otherwise final.
    public mutating func settleColumn(
        _ table: String, _ row: RowID, _ column: String, _ value: Value
    ) throws {
        let declared = try self.table(table)
        try requireAlive(row, declared)
        draft.add(.update, declared.id, row, try cells([(column, value)], of: declared))
    }

    /// Leaves a tombstone.
    public mutating func delete(_ table: String, _ row: RowID) throws {
        let declared = try self.table(table)
        try requireNotRemoved(row, declared)
        if !made.contains(key(declared, row)) { try requireAlive(row, declared) }
        draft.add(.delete, declared.id, row, [])
        removed.insert(key(declared, row))
    }

    /// Says that the row lives, and answers every delete known here.
    public mutating func revive(
        _ table: String, _ row: RowID, _ values: [(String, Value)] = []
    ) throws {
        let declared = try self.table(table)
        guard try exists(row, declared) else {
            throw RecordingError.noSuchRow(table: table, row: row)
        }
        if made.contains(key(declared, row)) {
            // Made and deleted here: nobody ever saw it.
            try requireNotRemoved(row, declared)
        } else if declared.kind == .ledger {
            try requireStateOnly(values, declared)
        }
        draft.add(.revive, declared.id, row, try cells(values, of: declared))
        removed.remove(key(declared, row))
    }

    private func requireNotRemoved(_ row: RowID, _ table: Table) throws {
        guard !removed.contains(key(table, row)) else {
            throw RecordingError.deleted(table: table.name, row: row)
        }
    }

    /// Whether the row is or was known here, dead or alive, or made in this transaction.
    public func exists(_ table: String, _ row: RowID) throws -> Bool {
        try exists(row, self.table(table))
    }

    /// Whether the row is known here and deleted.
    public func isDeleted(_ table: String, _ row: RowID) throws -> Bool {
        try version(row, self.table(table)).map { !$0.isAlive } ?? false
    }

    private func exists(_ row: RowID, _ table: Table) throws -> Bool {
        if made.contains(key(table, row)) { return true }
        return try version(row, table) != nil
    }

    private func version(_ row: RowID, _ table: Table) throws -> RowVersion? {
        do {
            return try replica.version(of: row, in: table.id, scope: scope)
        } catch MergeFault.rowOfOtherScope {
            throw RecordingError.rowOfOtherScope(table: table.name, row: row)
        }
    }

    private func requireAlive(_ row: RowID, _ table: Table) throws {
        guard let version = try version(row, table) else {
            throw RecordingError.noSuchRow(table: table.name, row: row)
        }
        guard version.isAlive else {
            throw RecordingError.deleted(table: table.name, row: row)
        }
    }

    private func requireStateOnly(_ values: [(String, Value)], _ table: Table) throws {
        for (name, _) in values {
            if case .state = table.column(named: name)?.policy { continue }
            throw RecordingError.ledgerIsFinal(table: table.name, column: name)
        }
    }

    private func key(_ table: Table, _ row: RowID) -> RowKey { RowKey(table.id, row) }

    private func table(_ name: String) throws -> Table {
        guard let table = replica.schema.table(named: name) else {
            throw RecordingError.unknownTable(name)
        }
        return table
    }

    private func cells(_ values: [(String, Value)], of table: Table) throws -> [Cell] {
        try values.map { name, entered in
            // SQLite would make 0 of -0, and other replicas would show something else.
            let value = entered == .real(-0.0) ? .real(0) : entered
            guard let column = table.column(named: name) else {
                throw RecordingError.unknownColumn(table: table.name, column: name)
            }
            do throws(CellFault) {
                try column.check(value)
            } catch {
                throw RecordingError.badValue(table: table.name, column: name, error)
            }
            return Cell(column.id, value)
        }
    }
}

extension ChangeStore {
    /// Records one transaction, durably, before it returns.
    ///
    /// - Parameters:
    ///   - now: the wall clock in UTC milliseconds; a wrong clock is never a reason to refuse.
    ///   - alongside: bookkeeping to commit with it, or not at all.
    /// - Returns: what the body returned and the changeset that was made.
    /// - Throws: ``RecordingError`` or ``StoreError``; then nothing was written.
    @discardableResult
    public func record<T>(
        as author: Author, _ intent: String, in scope: Scope? = nil, now: Int64,
        alongside: (Database) throws -> Void = { _ in },
        _ body: (inout Recording) throws -> T
    ) throws -> (result: T, changeset: Changeset) {
        let scope = scope ?? identity.home
        guard identity.mayWrite(scope) else { throw RecordingError.scopeIsReadOnly(scope) }
        return try writing { db, replica in
            // Only now: another program may have taken a new number for the store.
            let identity = identity
            var recording = try Recording(
                db: db, replica: replica, scope: scope, identity: identity)
            let result = try body(&recording)
            let changeset = try commit(
                recording.draft, as: author, intent, in: scope, now: now, replica)
            try alongside(db)
            return (result, changeset)
        }
    }

    /// Makes a changeset of a draft and applies it, within a write transaction.
    func commit(
        _ draft: ChangesetDraft, as author: Author, _ intent: String, in scope: Scope, now: Int64,
        _ replica: SQLiteReplica
    ) throws -> Changeset {
        guard !draft.isEmpty else { throw RecordingError.nothingToRecord }
        let context = try replica.vector(of: scope)
        let changeset = Changeset(
            scope: scope, dot: Dot(identity.replica, context[identity.replica] + 1),
            clock: try writer.tick(
                scope, id: replica.id(of: scope), wallMilliseconds: now, replica.db),
            author: author, intent: intent, context: context, operations: draft.operations)
        let encoded = changeset.encoded()
        for name in [author.name, intent, scope.code] {
            guard name.utf8.count <= SyncLimits.nameBytesMax, !name.utf8.contains(0) else {
                throw RecordingError.tooLarge(bytes: name.utf8.count)
            }
        }
        guard encoded.count <= SyncLimits.changesetBytesMax,
            changeset.operations.count <= SyncLimits.operationsPerChangesetMax
        else { throw RecordingError.tooLarge(bytes: encoded.count) }
        // Only here: what the caller's own closures write must not pass the guard.
        try writer.recording { try Merger(replica).apply(changeset, encoded: encoded) }
        return changeset
    }

    /// One write transaction; what the writer remembers follows a rollback.
    func writing<T>(_ body: (Database, SQLiteReplica) throws -> T) throws -> T {
        try StoreError.translating(path) {
            try pool.writeWithoutTransaction { db in
                do {
                    var result: T?
                    try db.inTransaction(.immediate) {
                        if try writer.noticeOthers(db) {
                            setIdentity(try StoreInfo.identity(db, path))
                        }
                        let replica = SQLiteReplica(db: db, schema: schema, writer: writer)
                        result = try body(db, replica)
                        try replica.settleSums()
                        try LogBlocks.packIfDue(writer, isHub: identity.isHub, db)
                        return .commit
                    }
                    return result!
                } catch {
                    writer.forget()
                    writer.dropReservation()
                    // When even this cannot be read, the first error is the one to tell.
                    if let identity = try? StoreInfo.identity(db, path) { setIdentity(identity) }
                    throw error
                }
            }
        }
    }
}

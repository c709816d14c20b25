/// Merges some rows of one scope once more, in memory: from how they stood at the floor of the log,
/// or from nothing, out of the log.
///
/// Problem: a ruling or a newer schema changes what a row must show, and merging never un-merges.
/// Idea: the log has every operation; merging a row's operations again gives what it would be, had
/// the ruling always been in force.
///
/// Use: `begin` with what the scope's snapshot says, where the log has a floor; ``take(_:)`` every
/// changeset above it in the order it was applied; then read ``rows`` and ``disputes``, and put
/// them in the place of what the store has of these rows.
public final class RowReplay: ReplicaStore {
    public struct Row: Hashable, Sendable {
        public var version: RowVersion
        /// Without nulls.
        public var values: [ColumnID: Value]
    }

    private struct Pair: Hashable {
        let key: RowKey
        let kind: Conflict.Kind
        let column: ColumnID?
        let a: Dot
        let b: Dot

        init(_ conflict: Conflict) {
            key = RowKey(conflict.table, conflict.row)
            kind = conflict.kind
            column = conflict.column
            a = conflict.a.dot
            b = conflict.b.dot
        }
    }

    public let schema: Schema
    /// What each of the rows must be. A row that is not here must not be in the store.
    public private(set) var rows: [RowKey: Row] = [:]
    private let only: Set<RowKey>?
    private let ruled: Rulings
    private let floor: VersionVector
    private var past: [RowKey: [PastOperation]] = [:]
    private var origins: [Dot: Origin] = [:]
    private var found: [Pair: (conflict: Conflict, state: Conflict.State)] = [:]

    /// - Parameters:
    ///   - only: these rows; nil for all.
    ///   - floor: what the rows begin with.
    public init(
        only: Set<RowKey>?, schema: Schema, rulings: Rulings,
        floor: VersionVector = VersionVector()
    ) {
        self.only = only
        self.schema = schema
        ruled = rulings
        self.floor = floor
    }

    // MARK: - The floor

    public func begin(_ key: RowKey, _ row: Row) {
        if only?.contains(key) ?? true { rows[key] = row }
    }

    public func begin(_ conflict: Conflict, _ state: Conflict.State) {
        guard only?.contains(RowKey(conflict.table, conflict.row)) ?? true else { return }
        found[Pair(conflict)] = (conflict, state)
    }

    public func begin(_ dot: Dot, _ origin: Origin) { origins[dot] = origin }

    // MARK: - The log

    public func take(_ changeset: Changeset) throws {
        guard !floor.covers(changeset.dot), !ruled.isWithheld(changeset.dot) else { return }
        let operations = changeset.operations.filter {
            only?.contains(RowKey($0.table, $0.row)) ?? true
        }
        guard !operations.isEmpty else { return }
        let part = Changeset(
            scope: changeset.scope, dot: changeset.dot, clock: changeset.clock,
            author: changeset.author, intent: changeset.intent, context: changeset.context,
            operations: operations)
        try Merger(self).apply(part, encoded: [])
    }

    /// The conflicts on these rows, by row.
    public var disputes: [(conflict: Conflict, state: Conflict.State)] {
        found.sorted {
            ($0.key.key, $0.key.a, $0.key.b, $0.key.column ?? .liveness, $0.key.kind.rawValue)
                < ($1.key.key, $1.key.a, $1.key.b, $1.key.column ?? .liveness, $1.key.kind.rawValue)
        }.map(\.value)
    }

    // MARK: - ReplicaStore

    public func rulings(in scope: Scope) -> Rulings { ruled }

    public func version(of row: RowID, in table: TableID, scope: Scope) -> RowVersion? {
        rows[RowKey(table, row)]?.version
    }

    public func values(of row: RowID, in table: TableID) -> [ColumnID: Value] {
        rows[RowKey(table, row)]?.values ?? [:]
    }

    public func write(_ change: RowChange) {
        let key = RowKey(change.table, change.row)
        rows[key] = Row(
            version: change.after, values: change.applied(to: rows[key]?.values ?? [:]))
    }

    public func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) -> [PastOperation] {
        let key = RowKey(table, row)
        let found = (past[key] ?? []).filter { !context.covers($0.dot) }
        guard !context.covers(floor), let standing = rows[key] else { return found }
        return found
            + standing.version.standingWrites(
                of: key, standing.values, upTo: floor, notIn: context
            ) { origins[$0] }
    }

    /// Also of what the rows began with.
    public func origin(of dot: Dot, in scope: Scope) -> Origin? { origins[dot] }

    public func append(_ changeset: Changeset, encoded: [UInt8]) {
        let origin = Origin(
            clock: ruled.clock(of: changeset.dot, raw: changeset.clock), author: changeset.author,
            intent: changeset.intent)
        origins[changeset.dot] = origin
        for operation in changeset.operations {
            past[RowKey(operation.table, operation.row), default: []].append(
                PastOperation(dot: changeset.dot, origin: origin, operation: operation))
        }
    }

    public func record(_ conflict: Conflict) {
        let pair = Pair(conflict)
        if found[pair] == nil { found[pair] = (conflict, .open) }
    }

    public func conflicts(on row: RowID, in table: TableID) -> [Conflict] {
        found.values.map(\.conflict).filter { $0.row == row && $0.table == table }
    }

    public func setState(_ state: Conflict.State, of conflict: Conflict) {
        found[Pair(conflict)]?.state = state
    }

    // Vectors, holds and refusals are not rows; what is replayed was appended long ago.

    public func vector(of scope: Scope) -> VersionVector { VersionVector() }
    public func refuse(_ changeset: Changeset, because fault: AdmissionFault) {}
    public func deriveAgain(_ runs: [RulingRun], in scope: Scope) {}
    public func hold(_ changeset: Changeset, encoded: [UInt8]) {}
    public func held(in scope: Scope) -> [Changeset] { [] }
    public func release(_ dot: Dot, in scope: Scope) {}
    public func encodedChangeset(_ dot: Dot, in scope: Scope) -> [UInt8]? { nil }
}

extension RowChange {
    /// The row's values after this change, without nulls.
    public func applied(to values: [ColumnID: Value]) -> [ColumnID: Value] {
        var values = values
        for cell in cells {
            switch cell.change {
            case .set(.null): values[cell.column] = nil
            case .set(let value): values[cell.column] = value
            case .add(let delta):
                values[cell.column] = .integer((values[cell.column]?.integer ?? 0) &+ delta)
            }
        }
        return values
    }

    /// The same for cells that rise by column, without nulls.
    public func applied(to before: [Cell]) -> [Cell] {
        var after = before
        after.reserveCapacity(before.count + cells.count)
        for cell in cells {
            // Written in the order of their columns, cells of a new row come at the end.
            let isLast = after.last.map { $0.column < cell.column } ?? true
            let at =
                isLast
                ? after.count
                : after.firstIndex { $0.column >= cell.column } ?? after.count
            let isThere = at < after.count && after[at].column == cell.column
            let value: Value
            switch cell.change {
            case .set(let new): value = new
            case .add(let delta):
                value = .integer((isThere ? after[at].value.integer ?? 0 : 0) &+ delta)
            }
            switch (isThere, value.isNull) {
            case (true, true): after.remove(at: at)
            case (true, false): after[at] = Cell(cell.column, value)
            case (false, true): break
            case (false, false): after.insert(Cell(cell.column, value), at: at)
            }
        }
        return after
    }
}

extension [Cell] {
    public func value(of column: ColumnID) -> Value {
        first { $0.column == column }?.value ?? .null
    }
}

import SyncProtocol

/// A store whose log is merged a second time, for some of its rows.
///
/// Log, vectors and holds stay as they are; the past of a row is what was replayed of it so far,
/// so that no operation meets one from its own future.
final class ReplayingReplica: ReplicaStore {
    private struct Key: Hashable {
        let table: TableID
        let row: RowID
    }

    private let base: SQLiteReplica
    private var past: [Key: [PastOperation]] = [:]

    init(_ base: SQLiteReplica) { self.base = base }

    var schema: Schema { base.schema }

    func vector(of scope: Scope) throws -> VersionVector { try base.vector(of: scope) }

    func version(of row: RowID, in table: TableID, scope: Scope) throws -> RowVersion? {
        try base.version(of: row, in: table, scope: scope)
    }

    func values(of row: RowID, in table: TableID) throws -> [ColumnID: Value] {
        try base.values(of: row, in: table)
    }

    func write(_ change: RowChange) throws { try base.write(change) }

    func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) throws -> [PastOperation] {
        (past[Key(table: table, row: row)] ?? []).filter { !context.covers($0.dot) }
    }

    func origin(of dot: Dot, in scope: Scope) throws -> Origin? {
        try base.origin(of: dot, in: scope)
    }

    func record(_ conflict: Conflict) throws { try base.record(conflict) }

    func conflicts(on row: RowID, in table: TableID) throws -> [Conflict] {
        try base.conflicts(on: row, in: table)
    }

    func setState(_ state: Conflict.State, of conflict: Conflict) throws {
        try base.setState(state, of: conflict)
    }

    func append(_ changeset: Changeset, encoded: [UInt8]) {
        for operation in changeset.operations {
            past[Key(table: operation.table, row: operation.row), default: []].append(
                PastOperation(
                    dot: changeset.dot, origin: changeset.origin, operation: operation))
        }
    }

    func hold(_ changeset: Changeset, encoded: [UInt8]) {
        preconditionFailure("what is replayed was applied once already")
    }

    func held(in scope: Scope) -> [Changeset] { [] }

    func release(_ dot: Dot, in scope: Scope) {}

    func encodedChangeset(_ dot: Dot, in scope: Scope) throws -> [UInt8]? {
        try base.encodedChangeset(dot, in: scope)
    }
}

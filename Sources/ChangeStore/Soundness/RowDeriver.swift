import Foundation
import GRDB
import SyncProtocol

/// A row with all that merging needs of it.
struct StoredRow: Hashable {
    var version: RowVersion
    /// Without nulls.
    var cells: [ColumnID: Value]

    func sum(_ key: RowKey) -> UInt64 { RowSum.of(key, version, cells) }

    /// Stands for a row whose version was written over: it adds up to what no row does.
    static let unreadable = StoredRow(version: RowVersion(), cells: [.liveness: .null])
}

/// Merges a scope's change-log once more, in memory, to say what its rows must be.
///
/// The log is guarded by its hash chains, the rows are not: so the log is believed.
final class RowDeriver: ReplicaStore {
    let schema: Schema
    private let db: Database
    private let scope: Int64
    private(set) var rows: [RowKey: StoredRow] = [:]
    private let only: Set<RowKey>?

    /// - Parameter only: these rows; nil for all.
    init(db: Database, schema: Schema, scope: Int64, only: Set<RowKey>? = nil) {
        self.db = db
        self.schema = schema
        self.scope = scope
        self.only = only
    }

    /// - Throws: `DecodeError` when a changeset of the log is damaged.
    func derive() throws -> [RowKey: StoredRow] {
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM changeset WHERE scope = ? ORDER BY position",
            arguments: [scope])
        while let body = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            guard let only else {
                try Merger(self).apply(changeset, encoded: [])
                continue
            }
            let operations = changeset.operations.filter {
                only.contains(RowKey($0.table, $0.row))
            }
            guard !operations.isEmpty else { continue }
            let part = Changeset(
                scope: changeset.scope, dot: changeset.dot, clock: changeset.clock,
                author: changeset.author, intent: changeset.intent, context: changeset.context,
                operations: operations)
            try Merger(self).apply(part, encoded: [])
        }
        return rows
    }

    func version(of row: RowID, in table: TableID, scope: Scope) -> RowVersion? {
        rows[RowKey(table, row)]?.version
    }

    func values(of row: RowID, in table: TableID) -> [ColumnID: Value] {
        rows[RowKey(table, row)]?.cells ?? [:]
    }

    func write(_ change: RowChange) {
        let key = RowKey(change.table, change.row)
        rows[key] = StoredRow(
            version: change.after, cells: change.applied(to: rows[key]?.cells ?? [:]))
    }

    func origin(of dot: Dot, in scope: Scope) throws -> Origin? {
        let statement = try db.cachedStatement(
            sql: "SELECT body FROM changeset WHERE scope = ? AND replica = ? AND seq = ?")
        let body = try Data.fetchOne(
            statement,
            arguments: [
                self.scope, Int64(dot.replica.rawValue), Int64(clamping: dot.seq),
            ])
        return try body.map { try Changeset(decoding: [UInt8]($0)).origin }
    }

    // Conflicts, vectors and holds are not rows.

    func vector(of scope: Scope) -> VersionVector { VersionVector() }

    func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) -> [PastOperation] { [] }

    func record(_ conflict: Conflict) {}
    func conflicts(on row: RowID, in table: TableID) -> [Conflict] { [] }
    func setState(_ state: Conflict.State, of conflict: Conflict) {}
    func append(_ changeset: Changeset, encoded: [UInt8]) {}
    func hold(_ changeset: Changeset, encoded: [UInt8]) {}
    func held(in scope: Scope) -> [Changeset] { [] }
    func release(_ dot: Dot, in scope: Scope) {}
    func encodedChangeset(_ dot: Dot, in scope: Scope) -> [UInt8]? { nil }
}

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
struct RowDeriver {
    let db: Database
    let schema: Schema
    let scope: Int64
    /// These rows; nil for all.
    var only: Set<RowKey>?

    /// - Throws: `DecodeError` when a changeset of the log is damaged.
    func derive() throws -> [RowKey: StoredRow] {
        let replay = RowReplay(
            only: only, schema: schema, rulings: try Rulings.inForce(scope, schema, db))
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM changeset WHERE scope = ? ORDER BY position",
            arguments: [scope])
        while let body = try log.next() { try replay.take(Changeset(decoding: [UInt8](body))) }
        return replay.rows.mapValues { StoredRow(version: $0.version, cells: $0.values) }
    }
}

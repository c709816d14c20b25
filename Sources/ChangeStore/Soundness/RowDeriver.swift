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

/// Merges a scope's past once more, in memory, to say what its rows must be.
///
/// The log is guarded by its hash chains and the base below it by the names of its chunks, the rows
/// are not: so the past is believed.
struct RowDeriver {
    let db: Database
    let schema: Schema
    let scope: Int64
    /// These rows; nil for all.
    var only: Set<RowKey>?

    /// - Throws: `DecodeError` or ``SnapshotFault`` when the past is damaged.
    func derive() throws -> [RowKey: StoredRow] {
        let replay = try LogReplay(db: db, schema: schema, scope: scope)
            .run(only, rulings: Rulings.inForce(scope, schema, db))
        return replay.rows.mapValues { StoredRow(version: $0.version, cells: $0.values) }
    }
}

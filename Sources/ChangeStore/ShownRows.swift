import Foundation
import GRDB
package import SyncProtocol

/// A row as this store shows it, dead or alive.
package struct ShownRow: Hashable, Sendable {
    package let table: TableID
    package let row: RowID
    package let isAlive: Bool
    /// Without nulls; with the columns that this program does not know.
    package let values: [ColumnID: Value]
}

extension ChangeStore {
    /// All that this store shows of a scope, out of its tables.
    package func shownRows(of scope: Scope) throws -> [ShownRow] {
        try read { db in
            guard let id = try db.scopeID(of: scope) else { return [] }
            var rows: [ShownRow] = []
            for table in schema.tables {
                let found = try Row.fetchCursor(
                    db,
                    sql: "SELECT * FROM \(DomainTables.quoted(table.name)) WHERE scope = ?",
                    arguments: [id])
                while let row = try found.next() {
                    rows.append(
                        try ShownRow(table.id, row["id"], row["_version"], table.cells(of: row)))
                }
            }
            let found = try Row.fetchCursor(
                db, sql: "SELECT * FROM shadow_row WHERE scope = ?", arguments: [id])
            while let row = try found.next() {
                let cells = try ShadowCells.decode([UInt8](row["cells"] as Data))
                rows.append(
                    try ShownRow(TableID(row["table_id"]), row["row_id"], row["version"], cells))
            }
            return rows
        }
    }
}

extension ShownRow {
    fileprivate init(
        _ table: TableID, _ row: Int64, _ version: Data, _ cells: [ColumnID: Value]
    ) throws {
        let version = try RowVersion(decoding: [UInt8](version))
        var values = cells
        for cell in version.opaque { values[cell.column] = cell.value }
        self.init(
            table: table, row: RowID(rawValue: row), isAlive: version.isAlive, values: values)
    }
}

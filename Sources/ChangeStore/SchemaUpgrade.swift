import Foundation
import GRDB
import SyncProtocol

/// Moves what an older program kept unread into the tables and columns that now exist (S20).
struct SchemaUpgrade {
    let db: Database
    let schema: Schema

    func adoptUnknown() throws {
        try adoptTables()
        for table in schema.tables { try adoptColumns(of: table) }
    }

    /// Live rows of tables that were unknown, out of `shadow_row`.
    private func adoptTables() throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM shadow_row WHERE is_alive = 1 ORDER BY table_id, row_id")
        for row in rows {
            guard let table = schema.table(TableID(UInt32(row["table_id"] as Int64))) else {
                continue
            }
            let cells = try ShadowCells.decode([UInt8](row["cells"] as Data))
            var version = try RowVersion(decoding: [UInt8](row["version"] as Data))
            var known: [Cell] = []
            for column in cells.keys.sorted() {
                let cell = Cell(column, cells[column] ?? .null)
                if table.column(column) == nil {
                    version.keepOpaque(cell)
                } else {
                    known.append(cell)
                }
            }
            try insert(row["row_id"], row["scope"], known, version, table)
            try db.execute(
                sql: "DELETE FROM shadow_row WHERE table_id = ? AND row_id = ?",
                arguments: [row["table_id"] as Int64, row["row_id"] as Int64])
        }
    }

    private func insert(
        _ id: Int64, _ scope: Int64, _ cells: [Cell], _ version: RowVersion, _ table: Table
    ) throws {
        let names = cells.compactMap { table.column($0.column)?.name }.map(DomainTables.quoted)
        let list = (["id", "scope", "_version"] + names).joined(separator: ", ")
        let marks = Array(repeating: "?", count: names.count + 3).joined(separator: ", ")
        try db.execute(
            sql: "INSERT INTO \(DomainTables.quoted(table.name)) (\(list)) VALUES (\(marks))",
            arguments: StatementArguments(
                [id, scope, Data(version.encoded())] as [any DatabaseValueConvertible])
                + StatementArguments(cells.map(\.value.databaseValue)))
    }

    /// Cells of columns that were unknown, out of the row versions.
    private func adoptColumns(of table: Table) throws {
        let name = DomainTables.quoted(table.name)
        let rows = try Row.fetchAll(db, sql: "SELECT id, _version FROM \(name)")
        for row in rows {
            var version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
            let known = version.takeOpaque { table.column($0) != nil }
            guard !known.isEmpty else { continue }
            let sets = known.compactMap { table.column($0.column)?.name }
                .map { "\(DomainTables.quoted($0)) = ?" }
            let assignments = (["_version = ?"] + sets).joined(separator: ", ")
            var arguments = [Data(version.encoded()).databaseValue]
            arguments += known.map(\.value.databaseValue)
            arguments.append(row["id"])
            try db.execute(
                sql: "UPDATE \(name) SET \(assignments) WHERE id = ?",
                arguments: StatementArguments(arguments))
        }
    }
}

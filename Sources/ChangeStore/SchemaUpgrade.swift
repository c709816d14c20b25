import Foundation
import GRDB
import SyncProtocol

/// Shows what an older program kept unread, once its tables and columns are known (S20).
///
/// Problem: the older program knew no policy for these columns, so what it kept of a counter or
/// of concurrent writes is not what a newer one shows. Idea: the log has it all, byte-exact; rows
/// that a new table or column touches are merged again from their operations. The rest stays.
struct SchemaUpgrade {
    private typealias Key = RowRebuild.Key

    private enum News {
        case wholeTable
        case columns(Set<ColumnID>)
    }

    let db: Database
    let schema: Schema
    let writer: WriterState

    func run() throws {
        let news = try findNews()
        try DomainTables.bring(db, to: schema)
        let replica = SQLiteReplica(db: db, schema: schema, writer: writer)
        try RowRebuild(replica: replica).run(rows(touchedBy: news))
    }

    /// What the schema has and the file has not.
    private func findNews() throws -> [(table: Table, news: News)] {
        try schema.tables.compactMap { table in
            guard try db.tableExists(table.name) else { return (table, .wholeTable) }
            let present = Set(try db.columns(in: table.name).map(\.name))
            let missing = table.columns.filter { !present.contains($0.name) }
            return missing.isEmpty ? nil : (table, .columns(Set(missing.map(\.id))))
        }
    }

    private func rows(touchedBy news: [(table: Table, news: News)]) throws -> Set<Key> {
        var found = Set<Key>()
        for (table, news) in news {
            let stored = try Row.fetchCursor(
                db,
                sql: """
                    SELECT row_id, version FROM shadow_row WHERE table_id = ?
                    UNION ALL SELECT id, _version FROM \(DomainTables.quoted(table.name))
                    """, arguments: [Int64(table.id.rawValue)])
            while let row = try stored.next() {
                if case .columns(let columns) = news {
                    let version = try RowVersion(decoding: [UInt8](row[1] as Data))
                    guard columns.contains(where: version.mentions) else { continue }
                }
                found.insert(Key(table: table.id, row: RowID(rawValue: row[0])))
            }
        }
        return found
    }
}

extension RowVersion {
    /// Whether anything here is about the column, shown or not.
    fileprivate func mentions(_ column: ColumnID) -> Bool {
        opaque.contains { $0.column == column } || groups.contains { $0.columns.contains(column) }
            || siblings.contains { $0.column == column }
    }
}

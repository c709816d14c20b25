import Foundation
import GRDB
import SyncProtocol

/// Shows what an older program kept unread, once its tables and columns are known (S20).
///
/// Problem: the older program knew no policy for these columns, so what it kept of a counter or
/// of concurrent writes is not what a newer one shows. Idea: the log has it all, byte-exact; rows
/// that a new table or column touches are merged again from their operations. The rest stays.
struct SchemaUpgrade {
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
        guard !news.isEmpty else { return }
        let touched = try rows(touchedBy: news)
        let replica = SQLiteReplica(db: db, schema: schema, writer: writer)
        try writer.recording {
            for scope in try ChangeLog.vectors(db).map(\.scope) {
                try bring(scope, touched, replica)
            }
        }
        writer.forget()
    }

    /// Rulings that an older program could not read come first: they say what the rest shows.
    private func bring(
        _ scope: Scope, _ touched: [Scope: Set<RowKey>], _ replica: SQLiteReplica
    ) throws {
        var rows = touched[scope] ?? []
        let before = try replica.rulings(in: scope)
        rows.formUnion(try refuse(in: scope, replica))
        let rulings = rows.filter { $0.table == Ruling.table.id }
        if !rulings.isEmpty {
            try replica.deriveAgain(rulings, in: scope)
            let changed = try replica.rulings(in: scope).differences(from: before)
            try replica.deriveAgain(changed, in: scope)
        }
        rows.subtract(rulings)
        if !rows.isEmpty { try replica.deriveAgain(rows, in: scope) }
    }

    /// What turns out to be inadmissible, now that its tables are known.
    /// - Returns: the rows it wrote.
    private func refuse(in scope: Scope, _ replica: SQLiteReplica) throws -> Set<RowKey> {
        var rows = Set<RowKey>()
        let floor = try LogFloor.of(scope, db)
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM log WHERE scope = ?",
            arguments: [try replica.id(of: scope)])
        while let body = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            guard !floor.covers(changeset.dot), let fault = schema.fault(in: changeset) else {
                continue
            }
            try replica.refuse(changeset, because: fault)
            rows.formUnion(changeset.operations.map { RowKey($0.table, $0.row) })
        }
        return rows
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

    private func rows(
        touchedBy news: [(table: Table, news: News)]
    ) throws -> [Scope: Set<RowKey>] {
        var found: [Scope: Set<RowKey>] = [:]
        for (table, news) in news {
            let stored = try Row.fetchCursor(
                db,
                sql: """
                    SELECT r.row_id, r.version, s.code FROM (
                        SELECT row_id, version, scope FROM shadow_row WHERE table_id = ?
                        UNION ALL SELECT id, _version, scope FROM \(DomainTables.quoted(table.name))
                    ) r JOIN scope s ON s.id = r.scope
                    """, arguments: [Int64(table.id.rawValue)])
            while let row = try stored.next() {
                if case .columns(let columns) = news {
                    let version = try RowVersion(decoding: [UInt8](row[1] as Data))
                    guard columns.contains(where: version.mentions) else { continue }
                }
                found[Scope(row[2]), default: []].insert(
                    RowKey(table.id, RowID(rawValue: row[0])))
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

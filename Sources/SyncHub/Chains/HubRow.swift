import ChangeStore
import GRDB
import Models
import SyncProtocol

/// A living row of the domain as the hub reads it, of whatever scope.
struct HubRow {
    let table: SyncProtocol.Table
    let id: RowID
    let scope: Scope
    /// Without nulls.
    let values: [String: Value]

    subscript(_ column: String) -> Value { values[column] ?? .null }

    func text(_ column: String) -> String? { self[column].text }

    func row(_ column: String) -> RowID? { self[column].integer.map(RowID.init(rawValue:)) }

    func day(_ column: String) -> CivilDate? { text(column).flatMap { CivilDate(iso: $0) } }

    /// - Parameter condition: SQL over the row `t` and its scope's code `s.code`.
    static func all(
        _ name: String, where condition: String, _ arguments: StatementArguments = [],
        _ db: Database
    ) throws -> [HubRow] {
        guard let table = Domain.schema.table(named: name) else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT t.*, s.code AS scope_code FROM "\(name)" t JOIN scope s ON s.id = t.scope
                WHERE \(condition) ORDER BY t.id
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { HubRow(table, $0) }
    }

    static func find(_ name: String, _ id: RowID, _ db: Database) throws -> HubRow? {
        try all(name, where: "t.id = ?", [id.rawValue], db).first
    }

    static func find(
        _ name: String, _ id: RowID, in scope: Scope, _ db: Database
    ) throws -> HubRow? {
        try all(name, where: "t.id = ? AND s.code = ?", [id.rawValue, scope.code], db).first
    }

    private init(_ table: SyncProtocol.Table, _ row: Row) {
        self.table = table
        id = RowID(rawValue: row["id"])
        scope = Scope(row["scope_code"])
        var values: [String: Value] = [:]
        for column in table.columns {
            let value = Value(row[column.name] as DatabaseValue)
            if !value.isNull { values[column.name] = value }
        }
        self.values = values
    }
}

/// One row that a link of a chain writes.
struct RowEdit {
    enum Kind { case insert, update }

    let scope: Scope
    let kind: Kind
    let table: String
    let row: RowID
    let values: [(String, Value)]

    static func insert(
        _ table: String, _ row: RowID, in scope: Scope, _ values: [(String, Value)]
    ) -> RowEdit {
        RowEdit(scope: scope, kind: .insert, table: table, row: row, values: values)
    }

    /// Only what differs, so that redoing writes nothing.
    /// - Returns: nil when nothing does.
    static func update(_ row: HubRow, _ values: [(String, Value)]) -> RowEdit? {
        let different = values.filter { row[$0.0] != $0.1 }
        guard !different.isEmpty else { return nil }
        return RowEdit(
            scope: row.scope, kind: .update, table: row.table.name, row: row.id,
            values: different)
    }
}

extension Hub {
    static let chainAuthor = Author("synchub", .system)

    /// Records, scope by scope, what `plan` says is missing.
    ///
    /// Each scope's transaction asks `plan` anew, so that nobody who wrote in between is
    /// overruled; a kill between two scopes leaves what the next run finds and finishes.
    /// - Returns: how many rows were written.
    @discardableResult
    func carryOut(
        as author: Author = Hub.chainAuthor, _ intent: String, now: Int64,
        _ plan: (Database) throws -> [RowEdit]
    ) throws -> Int {
        var scopes: [Scope] = []
        for edit in try store.read(plan) where !scopes.contains(edit.scope) {
            scopes.append(edit.scope)
        }
        var written = 0
        for scope in scopes {
            do {
                written += try store.record(as: author, intent, in: scope, now: now) { recording in
                    let edits = try recording.read { try plan($0) }.filter { $0.scope == scope }
                    for edit in edits {
                        switch edit.kind {
                        case .insert:
                            // Deleted there: what an office threw away is not forced on it.
                            guard try !recording.exists(edit.table, edit.row) else { continue }
                            try recording.insert(edit.table, edit.values, id: edit.row)
                        case .update: try recording.update(edit.table, edit.row, edit.values)
                        }
                    }
                    return edits.count
                }.result
            } catch RecordingError.nothingToRecord {
                // Somebody else was faster.
                continue
            }
        }
        return written
    }
}

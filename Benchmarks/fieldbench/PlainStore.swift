import CSQLitePeer
import SyncProtocol

/// The same rows in plain SQLite through its C interface, with nothing of Trasne: every statement
/// is prepared once. With a session, SQLite's own extension records each transaction and the
/// changeset is kept in a table, as an outbox.
final class PlainStore {
    private let db: OpaquePointer
    private let schema: Schema
    private var statements: [String: OpaquePointer] = [:]
    private var shapes: [Shape: OpaquePointer] = [:]
    private let hasSession: Bool

    init(path: String, schema: Schema, hasIndexes: Bool = false, hasSession: Bool = false) {
        self.schema = schema
        self.hasSession = hasSession
        var handle: OpaquePointer?
        precondition(sqlite3_open(path, &handle) == SQLITE_OK, "cannot open \(path)")
        db = handle!
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        for table in schema.tables {
            let columns = table.columns.map { ", \"\($0.name)\" \($0.type.plainSQL)" }.joined()
            run("CREATE TABLE \"\(table.name)\" (id INTEGER PRIMARY KEY NOT NULL\(columns))")
            for index in table.indexes where hasIndexes {
                let list = index.map { "\"\($0)\"" }.joined(separator: ", ")
                // As the product's own: a column that is mostly empty without the empty ones.
                let isSparse =
                    index.count == 1 && table.column(named: index[0])?.isRequired == false
                run(
                    "CREATE INDEX \"\(table.name)_\(index.joined(separator: "_"))\" "
                        + "ON \"\(table.name)\" (\(list))"
                        + (isSparse ? " WHERE \(list) IS NOT NULL" : ""))
            }
        }
        if hasSession { run("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body BLOB NOT NULL)") }
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close(db)
    }

    /// One transaction for each, as staff make them.
    func record(_ changesets: [Changeset]) {
        for changeset in changesets {
            step(begin)
            if hasSession { keepSession(of: changeset) } else { write(changeset, isUpsert: false) }
            step(commit)
        }
    }

    /// One transaction for a segment, each row inserted or, when it is there, updated.
    func merge(_ segment: Segment) {
        step(begin)
        for changeset in segment.changesets { write(changeset, isUpsert: true) }
        step(commit)
    }

    private lazy var begin = prepared("BEGIN IMMEDIATE")
    private lazy var commit = prepared("COMMIT")

    private func write(_ changeset: Changeset, isUpsert: Bool) {
        for operation in changeset.operations {
            let columns = operation.cells.reduce(UInt64(0)) { $0 | 1 << UInt64($1.column.rawValue) }
            let shape = Shape(
                table: operation.table, kind: operation.kind, columns: columns, isUpsert: isUpsert)
            let statement = shapes[shape] ?? prepare(shape, operation)
            for (index, cell) in operation.cells.enumerated() {
                bind(cell.value, statement, Int32(index + 1))
            }
            sqlite3_bind_int64(
                statement, Int32(operation.cells.count + 1), operation.row.rawValue)
            step(statement)
        }
    }

    /// One kind of row operation, whose SQL is put together once.
    private struct Shape: Hashable {
        let table: TableID
        let kind: RowOperation.Kind
        let columns: UInt64
        let isUpsert: Bool
    }

    private func prepare(_ shape: Shape, _ operation: RowOperation) -> OpaquePointer {
        let table = schema.table(operation.table)!
        let names = operation.cells.map { "\"\(table.column($0.column)!.name)\"" }
        let sql: String
        if operation.kind == .delete {
            sql = "DELETE FROM \"\(table.name)\" WHERE id = ?"
        } else if operation.kind == .update, !shape.isUpsert {
            let list = names.map { $0 + " = ?" }.joined(separator: ", ")
            sql = "UPDATE \"\(table.name)\" SET \(list) WHERE id = ?"
        } else {
            let marks = String(repeating: "?, ", count: names.count)
            let sets = names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            sql =
                "INSERT INTO \"\(table.name)\" (\(names.map { $0 + ", " }.joined())id) "
                + "VALUES (\(marks)?) ON CONFLICT (id) "
                + (sets.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)")
        }
        let statement = prepared(sql)
        shapes[shape] = statement
        return statement
    }

    private func keepSession(of changeset: Changeset) {
        var session: OpaquePointer?
        precondition(sqlite3session_create(db, "main", &session) == SQLITE_OK)
        for table in Set(changeset.operations.map(\.table)) {
            guard let name = schema.table(table)?.name else { continue }
            precondition(sqlite3session_attach(session, name) == SQLITE_OK)
        }
        write(changeset, isUpsert: false)
        var count: Int32 = 0
        var bytes: UnsafeMutableRawPointer?
        precondition(sqlite3session_changeset(session, &count, &bytes) == SQLITE_OK)
        sqlite3session_delete(session)
        let outbox = prepared("INSERT INTO outbox (body) VALUES (?)")
        peer_bind_blob(outbox, 1, bytes, count)
        step(outbox)
        sqlite3_free(bytes)
    }

    // MARK: - Statements

    private func prepared(_ sql: String) -> OpaquePointer {
        if let known = statements[sql] { return known }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(db, sql, -1, &statement, nil)
        precondition(code == SQLITE_OK, "\(sql): \(String(cString: sqlite3_errmsg(db)))")
        statements[sql] = statement
        return statement!
    }

    private func step(_ statement: OpaquePointer) {
        let code = sqlite3_step(statement)
        precondition(
            code == SQLITE_DONE || code == SQLITE_ROW, String(cString: sqlite3_errmsg(db)))
        sqlite3_reset(statement)
    }

    private func run(_ sql: String) {
        let code = sqlite3_exec(db, sql, nil, nil, nil)
        precondition(code == SQLITE_OK, "\(sql): \(String(cString: sqlite3_errmsg(db)))")
    }

    private func bind(_ value: Value, _ statement: OpaquePointer, _ index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(var text):
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    _ = peer_bind_text(
                        statement, index, $0.baseAddress ?? UnsafePointer(bitPattern: 1)!,
                        Int32($0.count))
                }
            }
        case .blob(let bytes):
            bytes.withUnsafeBytes {
                _ = peer_bind_blob(statement, index, $0.baseAddress, Int32($0.count))
            }
        }
    }
}

extension ColumnType {
    fileprivate var plainSQL: String {
        switch storage {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .blob: "BLOB"
        }
    }
}

import Foundation
package import GRDB
import GRDBSQLite
package import SyncProtocol

/// The domain as ordinary SQL tables, generated from its declaration (ARCHITECTURE).
///
/// `<table>(id, scope, <declared columns>, _version)`: only live rows, so that IT may count and
/// read with any SQLite tool. Deleted rows, and rows of tables this program does not know yet,
/// wait in `shadow_row`.
///
/// Guard: triggers refuse every write that does not come through a recorded transaction. The
/// function they ask exists only on our writer's connection, so other tools fail loudly too.
enum DomainTables {
    /// The SQL function the guard asks.
    static let guardFunction = "trasne_recording"

    /// Creates what is missing; adds columns that a newer schema declares.
    static func bring(_ db: Database, to schema: Schema) throws {
        for table in schema.tables {
            if try db.tableExists(table.name) {
                try addMissingColumns(of: table, db)
            } else {
                try create(table, db)
            }
            if try rowCount(of: table, db) >= indexedRows { try createIndexes(of: table, db) }
        }
    }

    /// The guard's answer, on each connection; a plain C function, for it is asked for every row.
    static func addGuard(asking writer: WriterState, to db: Database) throws {
        let code = sqlite3_create_function_v2(
            db.sqliteConnection, guardFunction, 0, SQLITE_UTF8,
            Unmanaged.passRetained(writer.gate).toOpaque(),
            { context, _, _ in
                guard let pointer = sqlite3_user_data(context) else { return }
                let gate = Unmanaged<WriteGate>.fromOpaque(pointer).takeUnretainedValue()
                sqlite3_result_int(context, gate.isOpen ? 1 : 0)
            }, nil, nil,
            { pointer in
                if let pointer { Unmanaged<WriteGate>.fromOpaque(pointer).release() }
            })
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    // MARK: - Indexes

    /// Rows from which on a table gets its indexes: an office writes half of the tables seldom or
    /// never, and each index takes a page at least.
    static let indexedRows = 64

    /// How many rows there are, of those that matter here.
    static func rowCount(of table: Table, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM
                (SELECT 1 FROM \(quoted(table.name)) LIMIT \(indexedRows))
                """) ?? 0
    }

    static func isIndexed(_ table: Table, _ db: Database) throws -> Bool {
        try table.indexes.allSatisfy { names in
            try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ?)",
                arguments: [indexName(table, names)]) ?? false
        }
    }

    private static func indexName(_ table: Table, _ columns: [String]) -> String {
        "\(table.name)_\(columns.joined(separator: "_"))"
    }

    private static func create(_ table: Table, _ db: Database) throws {
        let columns = table.columns.map { "\(quoted($0.name)) \($0.type.sqlType),\n    " }
        try db.execute(
            sql: """
                CREATE TABLE \(quoted(table.name)) (
                    id INTEGER PRIMARY KEY,
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    \(columns.joined())_version BLOB NOT NULL)
                """)
        for verb in ["INSERT", "UPDATE", "DELETE"] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \(quoted("\(table.name)_guard_\(verb.lowercased())"))
                    BEFORE \(verb) ON \(quoted(table.name)) WHEN \(guardFunction)() = 0
                    BEGIN SELECT RAISE(ABORT, 'write outside a recorded transaction'); END
                    """)
        }
    }

    static func createIndexes(of table: Table, _ db: Database) throws {
        for names in table.indexes {
            let list = names.map(quoted).joined(separator: ", ")
            // What is mostly empty is looked for by a value, never by its lack.
            let isSparse = names.count == 1 && table.column(named: names[0])?.isRequired == false
            try db.execute(
                sql: "CREATE INDEX IF NOT EXISTS \(quoted(indexName(table, names))) "
                    + "ON \(quoted(table.name)) (\(list))"
                    + (isSparse ? " WHERE \(list) IS NOT NULL" : ""))
        }
    }

    private static func addMissingColumns(of table: Table, _ db: Database) throws {
        let present = Set(try db.columns(in: table.name).map(\.name))
        for column in table.columns where !present.contains(column.name) {
            try db.execute(
                sql: "ALTER TABLE \(quoted(table.name)) ADD COLUMN "
                    + "\(quoted(column.name)) \(column.type.sqlType)")
        }
    }

    /// The declared columns in their order, each with a comma before it.
    static func columnList(of table: Table) -> String {
        table.columns.map { ", " + quoted($0.name) }.joined()
    }

    static func quoted(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "\"")) else { return "\"" + name + "\"" }
        return "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}

extension ColumnType {
    fileprivate var sqlType: String {
        switch storage {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .blob: "BLOB"
        }
    }
}

extension Value {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let value): Data(value).databaseValue
        }
    }

    package init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let data): .blob([UInt8](data))
            }
    }
}

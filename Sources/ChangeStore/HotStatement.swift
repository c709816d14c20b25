import GRDB
import GRDBSQLite
import SyncProtocol

/// A statement that every commit or every merged row runs: prepared once, then bound, stepped and
/// read through SQLite's own interface.
///
/// Problem: GRDB wraps each argument and each row in objects of its own; for statements that touch
/// one row that was half of a commit's processor time.
/// Rules: only on the connection that prepared it, so only inside the writer's blocks; every run
/// ends with a reset, also when it fails. Why: a statement in the middle of its rows keeps its read
/// transaction open. What if not: a checkpoint would stop short of it for ever.
final class HotStatement {
    /// Keeps the handle alive, and finalizes it.
    private let owner: Statement
    private let handle: OpaquePointer

    init(_ db: Database, _ sql: String) throws {
        owner = try db.makeStatement(sql: sql)
        handle = owner.sqliteStatement
    }

    // MARK: - Arguments, from 1

    func bind(_ index: Int, _ value: Int64) throws {
        try check(sqlite3_bind_int64(handle, Int32(index), value))
    }

    func bind(_ index: Int, _ bytes: [UInt8]) throws {
        // No address would mean NULL.
        guard !bytes.isEmpty else {
            return try check(sqlite3_bind_zeroblob(handle, Int32(index), 0))
        }
        try bytes.withUnsafeBytes {
            try check(
                sqlite3_bind_blob64(
                    handle, Int32(index), $0.baseAddress, UInt64($0.count), Self.copied))
        }
    }

    func bind(_ index: Int, _ text: String) throws {
        var text = text
        try text.withUTF8 { bytes in
            try bytes.withMemoryRebound(to: CChar.self) {
                let code =
                    $0.isEmpty
                    ? sqlite3_bind_text(handle, Int32(index), "", 0, Self.copied)
                    : sqlite3_bind_text(
                        handle, Int32(index), $0.baseAddress, Int32($0.count), Self.copied)
                try check(code)
            }
        }
    }

    func bind(_ index: Int, _ value: Value) throws {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, Int32(index)))
        case .integer(let number): try bind(index, number)
        case .real(let number): try check(sqlite3_bind_double(handle, Int32(index), number))
        case .text(let text): try bind(index, text)
        case .blob(let bytes): try bind(index, bytes)
        }
    }

    /// Tells SQLite to make its own copy of what is bound.
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    // MARK: - Runs

    /// Runs a statement that gives no rows.
    func run() throws {
        defer { sqlite3_reset(handle) }
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE else { throw fault(code) }
    }

    /// - Parameter read: is given the first row; what it reads of it must be copied.
    /// - Returns: nil when there is none.
    func first<T>(_ read: (HotRow) throws -> T) throws -> T? {
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return try read(HotRow(handle))
        case SQLITE_DONE: return nil
        case let code: throw fault(code)
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw fault(code) }
    }

    private func fault(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))), sql: owner.sql)
    }
}

/// The row a statement stands at; columns from 0.
struct HotRow {
    private let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func bytes(_ column: Int) -> [UInt8] {
        let address = sqlite3_column_blob(handle, Int32(column))
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return [UInt8](UnsafeRawBufferPointer(start: address, count: address == nil ? 0 : count))
    }

    func value(_ column: Int) -> Value {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: return .integer(integer(column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, Int32(column)))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(handle, Int32(column)) else { return .text("") }
            let count = Int(sqlite3_column_bytes(handle, Int32(column)))
            return .text(
                String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB: return .blob(bytes(column))
        default: return .null
        }
    }
}

/// The writer's statements, by what they do.
struct HotStatements {
    /// Those whose text is always the same.
    enum Fixed: Int, CaseIterable {
        case dataVersion, shadowVersion, shadowCells, appendToLog, chain, moveVector, sum, setSum
        case body, anyHeld

        fileprivate var sql: String {
            switch self {
            case .dataVersion: "PRAGMA data_version"
            case .shadowVersion:
                "SELECT scope, version FROM shadow_row WHERE table_id = ? AND row_id = ?"
            case .shadowCells: "SELECT cells FROM shadow_row WHERE table_id = ? AND row_id = ?"
            case .appendToLog:
                "INSERT INTO changeset (scope, replica, seq, body, past) VALUES (?, ?, ?, ?, ?)"
            case .chain: "SELECT chain FROM scope_vector WHERE scope = ? AND replica = ?"
            case .moveVector:
                """
                INSERT INTO scope_vector (scope, replica, seq, chain, clock)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT (scope, replica) DO UPDATE SET
                seq = excluded.seq, chain = excluded.chain, clock = max(clock, excluded.clock)
                """
            case .sum: "SELECT sum FROM scope_sum WHERE scope = ?"
            case .body: "SELECT body FROM log WHERE scope = ? AND replica = ? AND seq = ?"
            case .anyHeld: "SELECT 1 FROM held WHERE scope = ? LIMIT 1"
            case .setSum: "INSERT OR REPLACE INTO scope_sum (scope, sum) VALUES (?, ?)"
            }
        }
    }

    /// What a statement on a domain table does; its columns are named by a set.
    enum Verb { case insert, update, delete, version, row }

    private struct Shape: Hashable {
        let table: TableID
        let verb: Verb
        let columns: ColumnSet
    }

    private var fixed: [HotStatement?] = Array(repeating: nil, count: Fixed.allCases.count)
    private var shapes: [Shape: HotStatement] = [:]
    /// Rows look alike, so more than these are of a program gone wild.
    private static let shapesMax = 512

    mutating func fixed(_ which: Fixed, _ db: Database) throws -> HotStatement {
        if let known = fixed[which.rawValue] { return known }
        let made = try HotStatement(db, which.sql)
        fixed[which.rawValue] = made
        return made
    }

    mutating func on(
        _ table: Table, _ verb: Verb, _ db: Database, columns: ColumnSet = []
    ) throws -> HotStatement {
        let shape = Shape(table: table.id, verb: verb, columns: columns)
        if let known = shapes[shape] { return known }
        if shapes.count >= Self.shapesMax { shapes = [:] }
        let made = try HotStatement(db, Self.sql(verb, table, columns))
        shapes[shape] = made
        return made
    }

    private static func sql(_ verb: Verb, _ table: Table, _ columns: ColumnSet) -> String {
        let name = DomainTables.quoted(table.name)
        let names = columns.columns.compactMap {
            table.column($0).map { DomainTables.quoted($0.name) }
        }
        switch verb {
        case .version: return "SELECT scope, _version FROM \(name) WHERE id = ?"
        case .row:
            return "SELECT scope, _version\(DomainTables.columnList(of: table)) FROM \(name) "
                + "WHERE id = ?"
        case .delete: return "DELETE FROM \(name) WHERE id = ?"
        case .insert:
            let list = (["id", "scope", "_version"] + names).joined(separator: ", ")
            return "INSERT INTO \(name) (\(list)) VALUES (?, ?, ?"
                + String(repeating: ", ?", count: names.count) + ")"
        case .update:
            return "UPDATE \(name) SET "
                + (["_version = ?"] + names.map { "\($0) = ?" }).joined(separator: ", ")
                + " WHERE id = ?"
        }
    }
}

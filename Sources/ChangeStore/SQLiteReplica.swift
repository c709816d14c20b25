import Foundation
import GRDB
import SyncProtocol

/// ``ReplicaStore`` on SQLite, for the length of one write transaction.
final class SQLiteReplica: ReplicaStore {
    let schema: Schema
    let db: Database
    let writer: WriterState

    init(db: Database, schema: Schema, writer: WriterState) {
        self.db = db
        self.schema = schema
        self.writer = writer
    }

    // MARK: - Scopes and vectors

    func id(of scope: Scope) throws -> Int64 {
        if let id = writer.scopeIDs[scope] { return id }
        let id = try db.scopeID(of: scope) ?? insertScope(scope)
        writer.scopeIDs[scope] = id
        writer.scopes[id] = scope
        return id
    }

    private func insertScope(_ scope: Scope) throws -> Int64 {
        try db.execute(sql: "INSERT INTO scope (code) VALUES (?)", arguments: [scope.code])
        return db.lastInsertedRowID
    }

    func vector(of scope: Scope) throws -> VersionVector {
        if let vector = writer.vectors[scope] { return vector }
        let vector = try db.vector(ofScope: id(of: scope))
        writer.vectors[scope] = vector
        return vector
    }

    // MARK: - Rows

    func version(of row: RowID, in table: TableID, scope: Scope) throws -> RowVersion? {
        let home = try id(of: scope)
        if let declared = schema.table(table) {
            let statement = try db.cachedStatement(sql: sql(.select, declared, []))
            if let found = try Row.fetchOne(statement, arguments: [row.rawValue]) {
                return try checked(found, home, table, row)
            }
        }
        let shadow = try db.cachedStatement(
            sql: "SELECT scope, version FROM shadow_row WHERE table_id = ? AND row_id = ?")
        let arguments: StatementArguments = [Int64(table.rawValue), row.rawValue]
        guard let found = try Row.fetchOne(shadow, arguments: arguments) else { return nil }
        return try checked(found, home, table, row)
    }

    private func checked(
        _ found: Row, _ home: Int64, _ table: TableID, _ row: RowID
    ) throws -> RowVersion {
        guard found[0] as Int64 == home else {
            throw MergeFault.rowOfOtherScope(table: table, row: row)
        }
        return try RowVersion(decoding: [UInt8](found[1] as Data))
    }

    func values(of row: RowID, in table: TableID) throws -> [ColumnID: Value] {
        if let declared = schema.table(table),
            let found = try Row.fetchOne(
                db, sql: "SELECT * FROM \(DomainTables.quoted(declared.name)) WHERE id = ?",
                arguments: [row.rawValue])
        {
            return declared.cells(of: found)
        }
        return try shadowCells(row, table)
    }

    private func shadowCells(_ row: RowID, _ table: TableID) throws -> [ColumnID: Value] {
        guard
            let cells = try Data.fetchOne(
                db, sql: "SELECT cells FROM shadow_row WHERE table_id = ? AND row_id = ?",
                arguments: [Int64(table.rawValue), row.rawValue])
        else { return [:] }
        return try ShadowCells.decode([UInt8](cells))
    }

    func write(_ change: RowChange) throws {
        let scope = try id(of: change.scope)
        let isAlive = change.after.isAlive
        if let table = schema.table(change.table), isAlive {
            if let before = change.before, before.isAlive {
                return try update(change, table)
            }
            let values =
                change.before == nil ? [:] : try shadowCells(change.row, change.table)
            if change.before != nil { try dropShadow(change) }
            return try insert(change, table, scope, change.applied(to: values))
        }
        let values =
            change.before == nil ? [:] : try self.values(of: change.row, in: change.table)
        if let table = schema.table(change.table), change.before?.isAlive ?? false {
            try db.execute(
                sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE id = ?",
                arguments: [change.row.rawValue])
        }
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO shadow_row
                (table_id, row_id, scope, is_alive, version, cells) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Int64(change.table.rawValue), change.row.rawValue, scope, isAlive,
                Data(change.after.encoded()), Data(ShadowCells.encode(change.applied(to: values))),
            ])
    }

    private func insert(
        _ change: RowChange, _ table: Table, _ scope: Int64, _ values: [ColumnID: Value]
    ) throws {
        let columns = values.keys.sorted()
        let statement = try db.cachedStatement(sql: sql(.insert, table, columns))
        var arguments: [DatabaseValue] = [
            change.row.rawValue.databaseValue, scope.databaseValue,
            Data(change.after.encoded()).databaseValue,
        ]
        for column in columns { arguments.append((values[column] ?? .null).databaseValue) }
        try statement.execute(arguments: StatementArguments(arguments))
    }

    private func update(_ change: RowChange, _ table: Table) throws {
        var sets: [(column: ColumnID, value: Value)] = []
        for cell in change.cells {
            switch cell.change {
            case .set(let value): sets.append((cell.column, value))
            case .add(let delta):
                let now = try values(of: change.row, in: change.table)[cell.column]?.integer
                sets.append((cell.column, .integer((now ?? 0) &+ delta)))
            }
        }
        sets.sort { $0.column < $1.column }
        let statement = try db.cachedStatement(sql: sql(.update, table, sets.map(\.column)))
        var arguments = [Data(change.after.encoded()).databaseValue]
        arguments += sets.map(\.value.databaseValue)
        arguments.append(change.row.rawValue.databaseValue)
        try statement.execute(arguments: StatementArguments(arguments))
    }

    private func dropShadow(_ change: RowChange) throws {
        try db.execute(
            sql: "DELETE FROM shadow_row WHERE table_id = ? AND row_id = ?",
            arguments: [Int64(change.table.rawValue), change.row.rawValue])
    }

    /// Statement texts, made once for each shape of row.
    private func sql(
        _ verb: WriterState.Verb, _ table: Table, _ columns: [ColumnID]
    ) -> String {
        let key = WriterState.StatementKey(table: table.id, columns: columns, verb: verb)
        if let known = writer.statements[key] { return known }
        let name = DomainTables.quoted(table.name)
        let names = columns.compactMap { table.column($0).map { DomainTables.quoted($0.name) } }
        let text =
            switch verb {
            case .select: "SELECT scope, _version FROM \(name) WHERE id = ?"
            case .insert:
                "INSERT INTO \(name) (\((["id", "scope", "_version"] + names).joined(separator: ", ")))"
                    + " VALUES (?, ?, ?\(String(repeating: ", ?", count: names.count)))"
            case .update:
                "UPDATE \(name) SET "
                    + (["_version = ?"] + names.map { "\($0) = ?" }).joined(separator: ", ")
                    + " WHERE id = ?"
            }
        writer.statements[key] = text
        return text
    }
}

extension RowChange {
    /// The row's values after this change.
    func applied(to values: [ColumnID: Value]) -> [ColumnID: Value] {
        var values = values
        for cell in cells {
            switch cell.change {
            case .set(.null): values[cell.column] = nil
            case .set(let value): values[cell.column] = value
            case .add(let delta):
                values[cell.column] = .integer((values[cell.column]?.integer ?? 0) &+ delta)
            }
        }
        return values
    }
}

extension Table {
    /// The declared, non-null cells of a fetched row.
    func cells(of row: Row) -> [ColumnID: Value] {
        var cells: [ColumnID: Value] = [:]
        for column in columns {
            let value = Value(row[column.name] as DatabaseValue)
            if !value.isNull { cells[column.id] = value }
        }
        return cells
    }
}

/// A row's cells in one blob, for rows that have no table of their own to lie in.
enum ShadowCells {
    static func encode(_ cells: [ColumnID: Value]) -> [UInt8] {
        var out = ByteWriter()
        out.varint(cells.count)
        for column in cells.keys.sorted() {
            out.varint(UInt64(column.rawValue))
            (cells[column] ?? .null).encode(to: &out)
        }
        return out.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> [ColumnID: Value] {
        var input = ByteReader(bytes)
        var cells: [ColumnID: Value] = [:]
        for _ in 0..<(try input.count(of: "cells", limit: 64, bytesEach: 2)) {
            let column = ColumnID(try input.uint32("column"))
            cells[column] = try Value(reading: &input)
        }
        try input.finish()
        return cells
    }
}

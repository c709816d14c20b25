import Foundation
import GRDB
import SyncProtocol

/// ``ReplicaStore`` on SQLite, for the length of one write transaction.
final class SQLiteReplica: ReplicaStore {
    let schema: Schema
    let db: Database
    let writer: WriterState
    /// What the rows written here add to their scopes' sums.
    var sums: [Int64: UInt64] = [:]
    /// What this replica refused of its own accord in this transaction.
    var refusals: [(changeset: Changeset, fault: AdmissionFault)] = []

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
        if let declared = schema.table(table) {
            let statement = try db.cachedStatement(sql: sql(.values, declared, []))
            if let found = try Row.fetchOne(statement, arguments: [row.rawValue]) {
                return declared.cells(of: found, from: 1)
            }
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
        if change.table == Ruling.table.id { writer.rulings[change.scope] = nil }
        let scope = try id(of: change.scope)
        let before =
            change.before == nil ? [:] : try values(of: change.row, in: change.table)
        let after = change.applied(to: before)
        let key = RowKey(change.table, change.row)
        sums[scope, default: 0] &+= RowSum.of(key, change.after, after)
        if let version = change.before {
            sums[scope, default: 0] &-= RowSum.of(key, version, before)
        }
        let wasAlive = change.before?.isAlive ?? false
        guard let table = schema.table(change.table) else {
            return try writeShadow(change, scope, after)
        }
        switch (wasAlive, change.after.isAlive) {
        case (true, true): try update(change, table, after)
        case (false, true):
            if change.before != nil { try dropShadow(change) }
            try insert(change, table, scope, after)
        case (true, false):
            try db.execute(
                sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE id = ?",
                arguments: [change.row.rawValue])
            try writeShadow(change, scope, after)
        case (false, false): try writeShadow(change, scope, after)
        }
    }

    /// Takes a row that is about to go out of its scope's sum.
    func discount(_ key: RowKey) throws {
        let found: Row?
        if let table = schema.table(key.table) {
            let statement = try db.cachedStatement(sql: sql(.select, table, []))
            found = try Row.fetchOne(statement, arguments: [key.row.rawValue])
        } else {
            found = try Row.fetchOne(
                db,
                sql: """
                    SELECT scope, version FROM shadow_row
                    WHERE table_id = ? AND row_id = ? AND is_alive = 1
                    """, arguments: [Int64(key.table.rawValue), key.row.rawValue])
        }
        guard let found else { return }
        let version = try RowVersion(decoding: [UInt8](found[1] as Data))
        sums[found[0], default: 0] &-= RowSum.of(
            key, version, try values(of: key.row, in: key.table))
    }

    /// Brings the kept sums up to what was written here.
    func settleSums() throws {
        for (scope, delta) in sums where delta != 0 { try ScopeSums.add(delta, to: scope, db) }
        sums = [:]
    }

    private func writeShadow(
        _ change: RowChange, _ scope: Int64, _ values: [ColumnID: Value]
    ) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO shadow_row
                (table_id, row_id, scope, is_alive, version, cells) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Int64(change.table.rawValue), change.row.rawValue, scope, change.after.isAlive,
                Data(change.after.encoded()), Data(ShadowCells.encode(values)),
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

    private func update(
        _ change: RowChange, _ table: Table, _ values: [ColumnID: Value]
    ) throws {
        let columns = change.cells.map(\.column).sorted()
        let statement = try db.cachedStatement(sql: sql(.update, table, columns))
        var arguments = [Data(change.after.encoded()).databaseValue]
        arguments += columns.map { (values[$0] ?? .null).databaseValue }
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
            case .values:
                "SELECT id\(DomainTables.columnList(of: table)) FROM \(name) WHERE id = ?"
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

extension Table {
    /// The declared, non-null cells of a fetched row.
    ///
    /// - Parameter offset: where the columns begin, in their declared order.
    func cells(of row: Row, from offset: Int) -> [ColumnID: Value] {
        var cells: [ColumnID: Value] = [:]
        cells.reserveCapacity(columns.count)
        for (index, column) in columns.enumerated() {
            let value = Value(row[offset + index] as DatabaseValue)
            if !value.isNull { cells[column.id] = value }
        }
        return cells
    }

    /// The same of a row whose columns stand in any order.
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

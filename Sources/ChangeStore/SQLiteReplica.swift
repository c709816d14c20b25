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

    /// The row whose version was asked for last, until something is written.
    private var lastRead: (key: RowKey, cells: [Cell])?

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
        lastRead = nil
        let home = try id(of: scope)
        if let declared = schema.table(table) {
            let found = try writer.statements.on(declared, .row, db).reading(row) { found in
                guard found.integer(0) == home else {
                    throw MergeFault.rowOfOtherScope(table: table, row: row)
                }
                // Whoever asks for the version is likely to write the row next.
                lastRead = (RowKey(table, row), declared.cells(of: found, from: 2))
                return try RowVersion(decoding: found.bytes(1))
            }
            if let found { return found }
        }
        let shadow = try writer.statements.fixed(.shadowVersion, db)
        try shadow.bind(1, Int64(table.rawValue))
        try shadow.bind(2, row.rawValue)
        return try shadow.first { found in
            guard found.integer(0) == home else {
                throw MergeFault.rowOfOtherScope(table: table, row: row)
            }
            return try RowVersion(decoding: found.bytes(1))
        }
    }

    func values(of row: RowID, in table: TableID) throws -> [ColumnID: Value] {
        Dictionary(
            uniqueKeysWithValues: try cells(of: RowKey(table, row)).map { ($0.column, $0.value) })
    }

    /// The row's non-null cells, dead or alive, rising by column.
    private func cells(of key: RowKey) throws -> [Cell] {
        if let lastRead, lastRead.key == key { return lastRead.cells }
        if let declared = schema.table(key.table) {
            let found = try writer.statements.on(declared, .row, db).reading(key.row) {
                declared.cells(of: $0, from: 2)
            }
            if let found { return found }
        }
        let shadow = try writer.statements.fixed(.shadowCells, db)
        try shadow.bind(1, Int64(key.table.rawValue))
        try shadow.bind(2, key.row.rawValue)
        let found = try shadow.first { try ShadowCells.decode($0.bytes(0)) } ?? [:]
        return found.sorted { $0.key < $1.key }.map { Cell($0.key, $0.value) }
    }

    func write(_ change: RowChange) throws {
        if change.table == Ruling.table.id { writer.rulings[change.scope] = nil }
        let scope = try id(of: change.scope)
        let key = RowKey(change.table, change.row)
        let before = change.before == nil ? [] : try cells(of: key)
        lastRead = nil
        let after = change.applied(to: before)
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
            let statement = try writer.statements.on(table, .delete, db)
            try statement.bind(1, change.row.rawValue)
            try statement.run()
            try writeShadow(change, scope, after)
        case (false, false): try writeShadow(change, scope, after)
        }
    }

    /// Takes a row that is about to go out of its scope's sum.
    func discount(_ key: RowKey) throws {
        lastRead = nil
        let found: (scope: Int64, version: RowVersion)?
        if let table = schema.table(key.table) {
            found = try writer.statements.on(table, .version, db).reading(key.row) {
                ($0.integer(0), try RowVersion(decoding: $0.bytes(1)))
            }
        } else {
            found = try Row.fetchOne(
                db,
                sql: """
                    SELECT scope, version FROM shadow_row
                    WHERE table_id = ? AND row_id = ? AND is_alive = 1
                    """, arguments: [Int64(key.table.rawValue), key.row.rawValue]
            ).map { ($0[0], try RowVersion(decoding: [UInt8]($0[1] as Data))) }
        }
        guard let found else { return }
        sums[found.scope, default: 0] &-= RowSum.of(key, found.version, try cells(of: key))
    }

    /// Brings the kept sums up to what was written here.
    func settleSums() throws {
        for (scope, delta) in sums where delta != 0 {
            let now = try writer.statements.fixed(.sum, db)
            try now.bind(1, scope)
            let sum = try now.first { UInt64(bitPattern: $0.integer(0)) } ?? 0
            let set = try writer.statements.fixed(.setSum, db)
            try set.bind(1, scope)
            // SQLite's own addition would become a real number where it overflows.
            try set.bind(2, Int64(bitPattern: sum &+ delta))
            try set.run()
        }
        sums = [:]
    }

    private func writeShadow(
        _ change: RowChange, _ scope: Int64, _ cells: [Cell]
    ) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO shadow_row
                (table_id, row_id, scope, is_alive, version, cells) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Int64(change.table.rawValue), change.row.rawValue, scope, change.after.isAlive,
                Data(change.after.encoded()), Data(ShadowCells.encode(cells)),
            ])
    }

    private func insert(
        _ change: RowChange, _ table: Table, _ scope: Int64, _ cells: [Cell]
    ) throws {
        let statement = try writer.statements.on(
            table, .insert, db, columns: ColumnSet(of: cells))
        try statement.bind(1, change.row.rawValue)
        try statement.bind(2, scope)
        try statement.bind(3, change.after.encoded())
        for (index, cell) in cells.enumerated() { try statement.bind(index + 4, cell.value) }
        try statement.run()
        try writer.noteRow(in: table, db)
    }

    private func update(_ change: RowChange, _ table: Table, _ cells: [Cell]) throws {
        let columns = change.cells.reduce(into: ColumnSet()) { $0.formUnion([$1.column]) }
        let statement = try writer.statements.on(table, .update, db, columns: columns)
        try statement.bind(1, change.after.encoded())
        var index = 2
        for column in columns.columns {
            try statement.bind(index, cells.value(of: column))
            index += 1
        }
        try statement.bind(index, change.row.rawValue)
        try statement.run()
    }

    private func dropShadow(_ change: RowChange) throws {
        try db.execute(
            sql: "DELETE FROM shadow_row WHERE table_id = ? AND row_id = ?",
            arguments: [Int64(change.table.rawValue), change.row.rawValue])
    }
}

extension HotStatement {
    /// Runs a statement whose one argument is a row's id.
    fileprivate func reading<T>(_ row: RowID, _ read: (HotRow) throws -> T) throws -> T? {
        try bind(1, row.rawValue)
        return try first(read)
    }
}

extension Table {
    /// The same of a row that a hot statement stands at, rising by column.
    fileprivate func cells(of row: HotRow, from offset: Int) -> [Cell] {
        var cells: [Cell] = []
        cells.reserveCapacity(columns.count)
        for (index, column) in columns.enumerated() {
            let value = row.value(offset + index)
            if !value.isNull { cells.append(Cell(column.id, value)) }
        }
        // Declared in the order of their ids, so nothing moves.
        return cells.sorted { $0.column < $1.column }
    }

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
        encode(cells.sorted { $0.key < $1.key }.map { Cell($0.key, $0.value) })
    }

    /// - Parameter cells: rising by column.
    static func encode(_ cells: [Cell]) -> [UInt8] {
        var out = ByteWriter()
        out.varint(cells.count)
        for cell in cells {
            out.varint(UInt64(cell.column.rawValue))
            cell.value.encode(to: &out)
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

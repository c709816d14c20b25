import Foundation
import GRDB
import SyncProtocol

/// What each scope's live rows should add up to (SYNC §4, *anti-entropy*).
///
/// Kept in the transaction that writes the rows, so it says what was recorded; adding the rows up
/// again says what lies in the tables. They differ when something else wrote there.
enum ScopeSums {
    /// Changes when what is added up changes.
    private static let format = 1
    private static let readyKey = "sums_ready"

    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS scope_sum (
                    scope INTEGER PRIMARY KEY REFERENCES scope(id),
                    sum INTEGER NOT NULL)
                """)
    }

    /// Adds everything up anew after a change of schema, whose policies may show other values, and
    /// in a store of before.
    static func bring(_ db: Database, to schema: Schema) throws {
        let ready = Int64(schema.version) << 8 | Int64(format)
        guard try StoreInfo.integer(readyKey, db) != ready else { return }
        for scope in try Int64.fetchAll(db, sql: "SELECT id FROM scope") {
            try set(try RowScan(db: db, schema: schema, scope: scope).sum(), of: scope, db)
        }
        try StoreInfo.set(readyKey, ready, db)
    }

    static func kept(_ scope: Int64, _ db: Database) throws -> UInt64 {
        UInt64(
            bitPattern: try Int64.fetchOne(
                db, .kept("SELECT sum FROM scope_sum WHERE scope = ?", [scope])) ?? 0)
    }

    static func set(_ sum: UInt64, of scope: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO scope_sum (scope, sum) VALUES (?, ?)")
            .execute(arguments: [scope, Int64(bitPattern: sum)])
    }
}

/// The live rows of one scope, out of the tables.
struct RowScan {
    let db: Database
    let schema: Schema
    let scope: Int64
    /// Only rows that these replicas named: lets a hub of 154 offices read one by its row ids.
    var namedBy: [ReplicaID]?

    func sum() throws -> UInt64 {
        var sum: UInt64 = 0
        try forEach { sum &+= RowSum.of($0, $1, $2) }
        return sum
    }

    /// - Parameter body: with the row's version and its non-null cells.
    func forEach(_ body: (RowKey, RowVersion, [ColumnID: Value]) throws -> Void) throws {
        for table in schema.tables {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT id, _version\(DomainTables.columnList(of: table))
                    FROM \(DomainTables.quoted(table.name))
                    WHERE scope = ? AND id BETWEEN ? AND ?
                    """)
            for (low, high) in ranges {
                let rows = try Row.fetchCursor(statement, arguments: [scope, low, high])
                while let row = try rows.next() {
                    let key = RowKey(table.id, RowID(rawValue: row[0]))
                    guard let version = Self.version(row[1]) else {
                        try body(key, StoredRow.unreadable.version, StoredRow.unreadable.cells)
                        continue
                    }
                    try body(key, version, table.cells(of: row, from: 2))
                }
            }
        }
        let shadows = try Row.fetchCursor(
            db,
            sql: """
                SELECT table_id, row_id, version, cells FROM shadow_row
                WHERE scope = ? AND is_alive = 1
                """, arguments: [scope])
        while let row = try shadows.next() {
            let key = RowKey(TableID(UInt32(row[0] as Int64)), RowID(rawValue: row[1]))
            guard schema.table(key.table) == nil, let version = Self.version(row[2]) else {
                continue
            }
            try body(key, version, try ShadowCells.decode([UInt8](row[3] as Data)))
        }
    }

    private var ranges: [(Int64, Int64)] {
        guard let namedBy else { return [(.min, .max)] }
        return namedBy.map {
            let low = RowID(replica: $0, counter: 0).rawValue
            return (low, low | 0xffff_ffff)
        }
    }

    static func version(_ value: DatabaseValue) -> RowVersion? {
        guard case .blob(let data) = value.storage else { return nil }
        return try? RowVersion(decoding: [UInt8](data))
    }
}

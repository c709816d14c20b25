private import Crypto
import Foundation
public import GRDB
public import SyncProtocol

/// One number for all that a scope shows: rows, columns, liveness. Equal on every replica that
/// holds the same changes, whatever it keeps besides.
///
/// Bytes hashed, for each table by id and each row by id: varint table, zigzag row, byte 1 and the
/// non-null cells by column for a live row (varint count, then column and value), byte 0 for a
/// dead one. Columns that this program does not know yet count too.
public enum Digest {
    /// - Returns: 16 hexadecimal digits, the first 8 bytes of the SHA-256.
    public static func of(_ scope: Scope, schema: Schema, _ db: Database) throws -> String {
        var hash = SHA256()
        guard let id = try db.scopeID(of: scope) else { return hex(hash.finalize()) }
        let shadowTables = try Int64.fetchAll(
            db, sql: "SELECT DISTINCT table_id FROM shadow_row WHERE scope = ?", arguments: [id])
        let tables = Set(schema.tables.map(\.id)).union(shadowTables.map { TableID(UInt32($0)) })
        for table in tables.sorted() {
            let shadows = try Row.fetchAll(
                db,
                .kept(
                    """
                    SELECT row_id, is_alive, version, cells FROM shadow_row
                    WHERE scope = ? AND table_id = ? ORDER BY row_id
                    """, [id, Int64(table.rawValue)]))
            var rest = shadows[...]
            if let declared = schema.table(table) {
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT * FROM \(DomainTables.quoted(declared.name))
                        WHERE scope = ? ORDER BY id
                        """, arguments: [id])
                while let row = try rows.next() {
                    let id: Int64 = row["id"]
                    while let next = rest.first, (next["row_id"] as Int64) < id {
                        try add(shadow: rest.removeFirst(), table, &hash)
                    }
                    let version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
                    try add(table, id, declared.cells(of: row), version, &hash)
                }
            }
            for row in rest { try add(shadow: row, table, &hash) }
        }
        return hex(hash.finalize())
    }

    private static func add(
        shadow row: Row, _ table: TableID, _ hash: inout SHA256
    ) throws {
        let version = try RowVersion(decoding: [UInt8](row["version"] as Data))
        let cells = try ShadowCells.decode([UInt8](row["cells"] as Data))
        try add(table, row["row_id"], cells, version, &hash)
    }

    private static func add(
        _ table: TableID, _ row: Int64, _ cells: [ColumnID: Value], _ version: RowVersion,
        _ hash: inout SHA256
    ) throws {
        var out = ByteWriter()
        out.varint(UInt64(table.rawValue))
        out.zigzag(row)
        out.byte(version.isAlive ? 1 : 0)
        if version.isAlive {
            var cells = cells
            for cell in version.opaque { cells[cell.column] = cell.value }
            out.raw(ShadowCells.encode(cells))
        }
        hash.update(data: out.bytes)
    }

    private static func hex(_ digest: SHA256Digest) -> String {
        digest.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

extension ChangeStore {
    /// What every scope shows, hashed; rises by scope.
    public func digests(only scope: Scope? = nil) throws -> [(scope: Scope, digest: String)] {
        try read { db in
            try ChangeLog.vectors(db).map(\.scope).filter { scope == nil || $0 == scope }
                .map { ($0, try Digest.of($0, schema: schema, db)) }
        }
    }
}

private import Crypto

/// A row by its table and its id: the order in which a scope is compared.
public struct RowKey: Hashable, Comparable, Sendable {
    public let table: TableID
    public let row: RowID

    public init(_ table: TableID, _ row: RowID) {
        self.table = table
        self.row = row
    }

    public static func < (a: RowKey, b: RowKey) -> Bool { (a.table, a.row) < (b.table, b.row) }
}

// What of a row counts towards its scope's sum.
//
//   row      varint table; zigzag row;
//            varint n; n × (varint column, dot, value)     non-null cells, rising, with the dot
//                                                          of the write that is shown
//            varint n; n × (varint column, dot, value)     siblings, without column 0
//   hash     the first 8 bytes of SHA-256 over it, most significant first
//   sum      of the hashes of the scope's live rows, modulo 2^64
//
// Only what is a function of the set of changesets: which of two inserts of one row came first,
// or a tombstone that was compacted at one place and not yet at another, leaves the sum as it is.
// Addition commutes, so each write adds and subtracts without looking at other rows. It is a guard
// against accidents: who can write the store can write the sum.

public enum RowSum {
    /// - Returns: 0 for a dead row.
    public static func of(
        _ key: RowKey, _ version: RowVersion, _ values: [ColumnID: Value]
    ) -> UInt64 {
        of(key, version, values.map { Cell($0.key, $0.value) }.sorted { $0.column < $1.column })
    }

    /// - Parameter shown: non-null cells, rising by column.
    public static func of(_ key: RowKey, _ version: RowVersion, _ shown: [Cell]) -> UInt64 {
        guard version.isAlive else { return 0 }
        var cells = shown
        if !version.opaque.isEmpty {
            cells.removeAll { cell in version.opaque.contains { $0.column == cell.column } }
            cells += version.opaque
            cells.sort { $0.column < $1.column }
        }
        var out = ByteWriter(reservingCapacity: 256)
        out.varint(UInt64(key.table.rawValue))
        out.zigzag(key.row.rawValue)
        out.varint(cells.count)
        for cell in cells {
            out.varint(UInt64(cell.column.rawValue))
            out.dot(version.dot(of: cell.column, current: cell.value) ?? Dot(ReplicaID(0), 0))
            cell.value.encode(to: &out)
        }
        out.varint(version.contested.count)
        for sibling in version.contested {
            out.varint(UInt64(sibling.column.rawValue))
            out.dot(sibling.dot)
            sibling.value.encode(to: &out)
        }
        return SHA256.hash(data: out.bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

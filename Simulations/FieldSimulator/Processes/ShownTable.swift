import Foundation
import GRDB
import SyncProtocol

/// One table of an office as it lies in a store, against what should be shown.
struct ShownTable {
    private let table: SyncProtocol.Table
    private let rows: [Int64: Row]

    init(of office: String, _ table: SyncProtocol.Table, _ db: Database) throws {
        self.table = table
        let found = try Row.fetchAll(
            db,
            sql:
                "SELECT t.* FROM \"\(table.name)\" t JOIN scope s ON s.id = t.scope WHERE s.code = ?",
            arguments: [office])
        rows = Dictionary(found.map { ($0["id"], $0) }) { first, _ in first }
    }

    /// - Returns: the first difference.
    func fault(against expected: [MemoryStore.RowKey: Picture.Row]) -> String? {
        let mine = expected.filter { $0.key.table == table.id }
            .sorted { $0.key.row < $1.key.row }
        for (key, row) in mine {
            let shown = rows[key.row.rawValue]
            guard (shown != nil) == row.isAlive else {
                return "\(table.name) \(key.row) is \(row.isAlive ? "not " : "")shown"
            }
            guard let shown else { continue }
            for column in table.columns {
                let value = row.values[column.id] ?? .null
                let found: DatabaseValue = shown[column.name]
                guard !Self.isAlike(found, value) else { continue }
                return "\(table.name) \(key.row) shows \(column.name) = \(found), and should show "
                    + "\(value)"
            }
        }
        let known = Set(mine.map(\.key.row.rawValue))
        return rows.keys.filter { !known.contains($0) }.min().map {
            "\(table.name) shows row \($0), which nobody wrote"
        }
    }

    private static func isAlike(_ found: DatabaseValue, _ value: Value) -> Bool {
        switch (value, found.storage) {
        case (.null, .null): true
        case (.integer(let a), .int64(let b)): a == b
        case (.real(let a), .double(let b)): a == b
        case (.text(let a), .string(let b)): a == b
        case (.blob(let a), .blob(let b)): a == [UInt8](b)
        default: false
        }
    }
}

import Foundation
import Models
import SyncProtocol

extension ProcessWorld {
    static var schema: Schema { Domain.schema }
}

/// One table of an office as `query --json` prints it, against what should be shown.
struct ShownTable {
    private let table: SyncProtocol.Table
    private let rows: [Int64: [String: Any]]

    init(_ json: String, _ table: SyncProtocol.Table) throws {
        self.table = table
        let objects =
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] ?? []
        var rows: [Int64: [String: Any]] = [:]
        for object in objects {
            guard let id = (object["id"] as? NSNumber)?.int64Value else {
                throw ProcessWorld.Trouble("a row of \(table.name) has no id")
            }
            rows[id] = object
        }
        self.rows = rows
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
                guard !Self.isAlike(shown[column.name], value) else { continue }
                return "\(table.name) \(key.row) shows \(column.name) = "
                    + "\(shown[column.name] ?? "nothing"), and should show \(value)"
            }
        }
        let known = Set(mine.map(\.key.row.rawValue))
        return rows.keys.filter { !known.contains($0) }.min().map {
            "\(table.name) shows row \($0), which nobody wrote"
        }
    }

    private static func isAlike(_ shown: Any?, _ value: Value) -> Bool {
        switch value {
        case .null: shown == nil || shown is NSNull
        case .integer(let number): (shown as? NSNumber)?.int64Value == number
        case .real(let number): (shown as? NSNumber)?.doubleValue == number
        case .text(let text): shown as? String == text
        case .blob(let bytes): shown as? String == Data(bytes).base64EncodedString()
        }
    }
}

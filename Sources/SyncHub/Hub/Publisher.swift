import ChangeStore
import GRDB
import Models
import SyncProtocol

/// Writes the reference data that every office reads: places, services, letter types, holidays.
///
/// By code, and only what is missing: what central IT has edited since stays as it is.
struct Publisher {
    let store: ChangeStore

    private static let author = Author("synchub", .system)
    /// So that a piece of it fits a small segment.
    private static let rowsPerChangeset = 64

    func publishMissing(now: Int64) throws {
        var missing: [ReferenceRow] = []
        for table in Set(ReferenceCatalogue.rows.map(\.table)).sorted() {
            let rows = ReferenceCatalogue.rows.filter { $0.table == table }
            guard let key = rows.first?.values.first?.column else { continue }
            let present = try presentKeys(table, key)
            missing += rows.filter { row in
                !present.contains(row.values.first { $0.column == key }?.value ?? .null)
            }
        }
        var rest = missing[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.rowsPerChangeset)
            rest = rest.dropFirst(Self.rowsPerChangeset)
            try store.record(as: Self.author, "reference.publish", now: now) { recording in
                for row in piece {
                    try recording.insert(row.table, row.values.map { ($0.column, $0.value) })
                }
            }
        }
    }

    private func presentKeys(_ table: String, _ key: String) throws -> Set<Value> {
        let found = try store.query("SELECT \"\(key)\" FROM \"\(table)\"")
        return Set(found.rows.compactMap(\.first))
    }
}

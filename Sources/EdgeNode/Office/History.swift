import ChangeStore
import Foundation
import GRDB
public import SyncProtocol

/// Where a change was made, seen from this PC.
public enum Place: Hashable, Sendable {
    case thisComputer
    case otherComputer(ReplicaID)
    case centre
}

/// One change of one row.
public struct HistoryEntry: Sendable {
    public let dot: Dot
    /// UTC milliseconds.
    public let at: Int64
    public let author: Author
    public let intent: String
    public let place: Place
    public let kind: RowOperation.Kind
    /// Columns of this schema only.
    public let cells: [(column: SyncProtocol.Column, value: Value)]
}

extension Office {
    /// A screen's worth; the change-log itself keeps all.
    private static let historyLimit = 40

    /// The row's changes, the latest first. The index must have caught up.
    func history(of record: RegisterRow, _ db: Database) throws -> [HistoryEntry] {
        let bodies = try Data.fetchAll(
            db,
            sql: """
                SELECT c.body FROM local_history l JOIN log c ON c.position = l.position
                WHERE l.table_id = ? AND l.row_id = ? ORDER BY l.position DESC
                LIMIT \(Self.historyLimit)
                """,
            arguments: [Int64(record.table.id.rawValue), record.id.rawValue])
        return try bodies.flatMap { body in
            let changeset = try Changeset(decoding: [UInt8](body))
            return changeset.operations.filter {
                $0.row == record.id && $0.table == record.table.id
            }.map { entry($0, of: changeset, record.table) }
        }
    }

    private func entry(
        _ operation: RowOperation, of changeset: Changeset, _ table: SyncProtocol.Table
    ) -> HistoryEntry {
        HistoryEntry(
            dot: changeset.dot, at: changeset.clock.milliseconds, author: changeset.author,
            intent: changeset.intent, place: place(of: changeset.dot.replica),
            kind: operation.kind,
            cells: operation.cells.compactMap { cell in
                table.column(cell.column).map { ($0, cell.value) }
            })
    }

    func place(of replica: ReplicaID) -> Place {
        if replica == store.identity.replica { return .thisComputer }
        return replica.isHub ? .centre : .otherComputer(replica)
    }
}

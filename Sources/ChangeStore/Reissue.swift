import GRDB
import SyncProtocol

/// Records changesets anew under another number, after ``Rollback`` took them out.
///
/// A row that the old number made gets a number of the new one: the original may have given the
/// same number to another row, or will. Rows that a trace named keep their names.
struct Reissue {
    let replica: SQLiteReplica
    let scope: Scope
    let old: ReplicaID
    let new: ReplicaID

    /// - Returns: how many were recorded.
    func record(_ lost: [Changeset]) throws -> Int {
        var renamed: [RowID: RowID] = [:]
        for changeset in lost {
            for operation in changeset.operations where operation.kind == .insert {
                guard isOwn(operation.row), renamed[operation.row] == nil else { continue }
                let counter = try replica.writer.takeRowCounter(replica.db)
                renamed[operation.row] = RowID(replica: new, counter: counter)
            }
        }
        for changeset in lost {
            let held = try replica.vector(of: scope)
            var context = VersionVector()
            for entry in changeset.context.entries {
                context[entry.replica] = min(entry.seq, held[entry.replica])
            }
            let anew = Changeset(
                scope: scope, dot: Dot(new, held[new] + 1), clock: changeset.clock,
                author: changeset.author, intent: changeset.intent, context: context,
                operations: changeset.operations.map { self.anew($0, renamed) })
            try replica.writer.recording {
                try Merger(replica).apply(anew, encoded: anew.encoded())
            }
        }
        return lost.count
    }

    private func isOwn(_ row: RowID) -> Bool {
        row.replica == old && row.counter < RowID.namedFloor
    }

    private func anew(_ operation: RowOperation, _ renamed: [RowID: RowID]) -> RowOperation {
        let table = replica.schema.table(operation.table)
        let cells = operation.cells.map { cell in
            guard case .row = table?.column(cell.column)?.type, let id = cell.value.integer,
                let other = renamed[RowID(rawValue: id)]
            else { return cell }
            return Cell(cell.column, .integer(other.rawValue))
        }
        return RowOperation(
            table: operation.table, row: renamed[operation.row] ?? operation.row,
            kind: operation.kind, cells: cells)
    }
}

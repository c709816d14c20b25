import GRDB
import SyncProtocol

/// Records changesets anew under this store's number, after ``Rollback`` took them out.
///
/// A row that was made in what is taken out gets another number: the original may have given the
/// same number to another row, or will. Rows that a trace named keep their names.
///
/// Rule: the other number is a function of the old one and of the past it was made in. Why: of one
/// refused past several stores may hold a part, each records it anew, and one person must not
/// become two. What if not: everything a clone wrote that met a neighbour is doubled.
struct Reissue {
    let replica: SQLiteReplica
    let scope: Scope
    /// The number to record them under.
    let new: ReplicaID

    /// - Parameter lost: in the order of the log.
    /// - Returns: how many were recorded.
    func record(_ lost: [Changeset]) throws -> Int {
        let renamed = Self.names(of: lost)
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

    /// For each row that was made here by its author: the author's place among the numbers that
    /// nodes take by themselves, drawn from the first changeset that is taken out.
    static func names(of lost: [Changeset]) -> [RowID: RowID] {
        var pasts: [ReplicaID: ReplicaID] = [:]
        var names: [RowID: RowID] = [:]
        for changeset in lost {
            let author = changeset.dot.replica
            let past =
                pasts[author]
                ?? ReplicaID(
                    0x8000_0000 | HashChain().appending(changeset.encoded()).shortest.rawValue)
            pasts[author] = past
            for operation in changeset.operations
            where operation.kind == .insert && operation.row.replica == author
                && operation.row.counter < RowID.namedFloor
            {
                names[operation.row] = RowID(replica: past, counter: operation.row.counter)
            }
        }
        return names
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

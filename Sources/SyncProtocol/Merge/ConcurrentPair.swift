extension PastOperation {
    /// What people should see of two concurrent operations on one row: one entry for each column
    /// that both wrote differently or that a delete would have taken away, else one entry that
    /// says they went side by side.
    func conflicts(with other: PastOperation, in table: Table?, scope: Scope) -> [Conflict] {
        let isDelete = operation.kind == .delete
        if isDelete != (other.operation.kind == .delete) {
            let (deletion, write) = isDelete ? (self, other) : (other, self)
            return deletion.livenessConflicts(with: write, scope: scope)
        }
        guard !isDelete else { return [] }
        var found: [Conflict] = []
        var sharesColumn = false
        for cell in operation.cells {
            guard let theirs = other.operation.value(of: cell.column) else { continue }
            sharesColumn = true
            let policy = table?.column(cell.column)?.policy ?? .lastWriterWins
            guard theirs != cell.value, policy.recordsConflicts else { continue }
            found.append(
                conflict(.value, scope, side(cell.column), other.side(cell.column)))
        }
        if !sharesColumn, let mine = operation.cells.first, let theirs = other.operation.cells.first
        {
            found.append(conflict(.parallel, scope, side(mine.column), other.side(theirs.column)))
        }
        return found
    }

    private func livenessConflicts(with write: PastOperation, scope: Scope) -> [Conflict] {
        let columns = write.operation.cells.map { Optional($0.column) }
        return (columns.isEmpty ? [nil] : columns).map { column in
            conflict(.liveness, scope, side(nil), write.side(column))
        }
    }

    private func conflict(
        _ kind: Conflict.Kind, _ scope: Scope, _ mine: Conflict.Side, _ theirs: Conflict.Side
    ) -> Conflict {
        Conflict(
            scope: scope, table: operation.table, row: operation.row, kind: kind, a: mine,
            b: theirs)
    }

    private func side(_ column: ColumnID?) -> Conflict.Side {
        Conflict.Side(
            dot: dot, clock: origin.clock, author: origin.author, intent: origin.intent,
            column: column, value: column.flatMap(operation.value) ?? .null,
            isDelete: operation.kind == .delete)
    }
}

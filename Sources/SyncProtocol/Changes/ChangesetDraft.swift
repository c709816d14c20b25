/// Collects what one transaction does, at most one operation a row.
///
/// Idea: a person may touch a row twice in one transaction; on the wire it is one operation, so
/// that merging never has to order two writes of one dot.
public struct ChangesetDraft: Sendable {
    private var order: [RowKey?] = []
    private var index: [RowKey: Int] = [:]
    private var kinds: [RowOperation.Kind] = []
    /// Of each row, rising by column.
    private var cells: [[Cell]] = []

    public init() {}

    public var isEmpty: Bool { order.allSatisfy { $0 == nil } }

    public mutating func add(
        _ kind: RowOperation.Kind, _ table: TableID, _ row: RowID, _ set: [Cell]
    ) {
        let key = RowKey(table, row)
        guard let at = index[key] else {
            index[key] = order.count
            order.append(key)
            kinds.append(kind)
            var new: [Cell] = []
            new.reserveCapacity(set.count)
            // A null in an insert says nothing: the column was never written.
            for cell in set where !(kind == .insert && cell.value.isNull) { new.put(cell) }
            cells.append(new)
            return
        }
        switch (kinds[at], kind) {
        case (.insert, .delete):
            // Nobody ever saw the row.
            order[at] = nil
            index[key] = nil
        case (_, .delete):
            // The cells stay here: a revive in this transaction brings the row back as it was.
            kinds[at] = .delete
        case (.delete, _):
            kinds[at] = .revive
            for cell in set { cells[at].put(cell) }
        case (.insert, _):
            for cell in set {
                if cell.value.isNull {
                    cells[at].removeAll { $0.column == cell.column }
                } else {
                    cells[at].put(cell)
                }
            }
        default:
            if kind == .revive { kinds[at] = .revive }
            for cell in set { cells[at].put(cell) }
        }
    }

    /// The operations in the order in which their rows were first touched.
    public var operations: [RowOperation] {
        order.indices.compactMap { at in
            guard let key = order[at] else { return nil }
            return RowOperation(
                table: key.table, row: key.row, kind: kinds[at],
                cells: kinds[at] == .delete ? [] : cells[at])
        }
    }
}

extension [Cell] {
    /// Puts a cell in its place among cells that rise by column.
    fileprivate mutating func put(_ cell: Cell) {
        // Mostly they come in their order.
        let at = (lastIndex { $0.column <= cell.column } ?? -1) + 1
        if at > 0, self[at - 1].column == cell.column {
            self[at - 1] = cell
        } else {
            insert(cell, at: at)
        }
    }
}

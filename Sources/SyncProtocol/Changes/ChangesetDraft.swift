/// Collects what one transaction does, at most one operation a row.
///
/// Idea: a person may touch a row twice in one transaction; on the wire it is one operation, so
/// that merging never has to order two writes of one dot.
public struct ChangesetDraft: Sendable {
    private struct Key: Hashable {
        let table: TableID
        let row: RowID
    }

    private var order: [Key?] = []
    private var index: [Key: Int] = [:]
    private var kinds: [RowOperation.Kind] = []
    private var cells: [[ColumnID: Value]] = []

    public init() {}

    public var isEmpty: Bool { order.allSatisfy { $0 == nil } }

    public mutating func add(
        _ kind: RowOperation.Kind, _ table: TableID, _ row: RowID, _ set: [Cell]
    ) {
        let key = Key(table: table, row: row)
        guard let at = index[key] else {
            index[key] = order.count
            order.append(key)
            kinds.append(kind)
            var new: [ColumnID: Value] = [:]
            // A null in an insert says nothing: the column was never written.
            for cell in set where !(kind == .insert && cell.value.isNull) {
                new[cell.column] = cell.value
            }
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
            for cell in set { cells[at][cell.column] = cell.value }
        case (.insert, _):
            for cell in set {
                // Not `? nil :`, which would be the value null.
                if cell.value.isNull {
                    cells[at].removeValue(forKey: cell.column)
                } else {
                    cells[at][cell.column] = cell.value
                }
            }
        default:
            if kind == .revive { kinds[at] = .revive }
            for cell in set { cells[at][cell.column] = cell.value }
        }
    }

    /// The operations in the order in which their rows were first touched.
    public var operations: [RowOperation] {
        order.indices.compactMap { at in
            guard let key = order[at] else { return nil }
            let written = kinds[at] == .delete ? [:] : cells[at]
            let set = written.keys.sorted().map { Cell($0, written[$0] ?? .null) }
            return RowOperation(table: key.table, row: key.row, kind: kinds[at], cells: set)
        }
    }
}

public import SyncProtocol

/// The naive second implementation: a *set* of changesets → what must be shown (S10).
///
/// It knows nothing of versions, siblings or graves. It asks, for every row and column, which
/// writes are maximal under "had seen", straight from the definition, in O(n²).
public struct Reference {
    private let changesets: [Changeset]
    private let schema: Schema

    public init(_ changesets: some Sequence<Changeset>, schema: Schema) {
        var seen = Set<Dot>()
        self.changesets = changesets.filter { seen.insert($0.dot).inserted }
            .sorted { $0.dot < $1.dot }
        self.schema = schema
    }

    private struct Act {
        let changeset: Changeset
        let operation: RowOperation

        func hasSeen(_ other: Act) -> Bool { changeset.hasSeen(other.changeset.dot) }
    }

    /// Values and liveness of every row.
    public var rows: [MemoryStore.RowKey: Picture.Row] {
        var acts: [MemoryStore.RowKey: [Act]] = [:]
        for changeset in changesets {
            for operation in changeset.operations {
                let key = MemoryStore.RowKey(table: operation.table, row: operation.row)
                acts[key, default: []].append(Act(changeset: changeset, operation: operation))
            }
        }
        return Dictionary(
            uniqueKeysWithValues: acts.map { key, acts in
                (key, Picture.Row(isAlive: isAlive(acts), values: values(of: key.table, acts)))
            })
    }

    private func isAlive(_ acts: [Act]) -> Bool {
        let deletes = acts.filter { $0.operation.kind == .delete }
        return acts.contains { act in
            act.operation.kind != .delete && !deletes.contains { $0.hasSeen(act) }
        }
    }

    private func values(of table: TableID, _ acts: [Act]) -> [ColumnID: Value] {
        var values: [ColumnID: Value] = [:]
        let columns = Set(acts.flatMap { $0.operation.cells.map(\.column) })
        for column in columns {
            let writes = acts.filter { $0.operation.value(of: column) != nil }
            let policy = schema.table(table)?.column(column)?.policy ?? .lastWriterWins
            let value = value(of: column, policy, writes)
            if !value.isNull { values[column] = value }
        }
        return values
    }

    private func value(of column: ColumnID, _ policy: MergePolicy, _ writes: [Act]) -> Value {
        func written(_ act: Act) -> Value { act.operation.value(of: column) ?? .null }
        if policy == .counter {
            return .integer(writes.reduce(0) { $0 + (written($1).integer ?? 0) })
        }
        let maximal = writes.filter { write in
            !writes.contains { $0.changeset.dot != write.changeset.dot && $0.hasSeen(write) }
        }
        func later(_ a: Act, _ b: Act) -> Bool {
            (a.changeset.clock, a.changeset.dot) > (b.changeset.clock, b.changeset.dot)
        }
        let ranked = maximal.sorted { a, b in
            switch policy {
            case .state(let precedence):
                let x = precedence.firstIndex { .text($0) == written(a) } ?? Int.max
                let y = precedence.firstIndex { .text($0) == written(b) } ?? Int.max
                if x != y { return x < y }
            case .max, .escrow:
                let (x, y) = (written(a).integer ?? .min, written(b).integer ?? .min)
                if x != y { return x > y }
            case .min:
                let (x, y) = (written(a).integer ?? .min, written(b).integer ?? .min)
                if x != y { return x < y }
            case .authority(let owner):
                let (x, y) = (
                    a.changeset.author.role == owner, b.changeset.author.role == owner
                )
                if x != y { return x }
            default: break
            }
            return later(a, b)
        }
        return ranked.first.map(written) ?? .null
    }

    /// The pairs that must be in the conflict log: (row, column, lesser dot, greater dot).
    public var valueConflicts: Set<ConflictName> {
        var found = Set<ConflictName>()
        for (index, x) in changesets.enumerated() {
            for y in changesets[(index + 1)...] where !x.hasSeen(y.dot) && !y.hasSeen(x.dot) {
                for a in x.operations where a.kind != .delete {
                    for b in y.operations
                    where b.kind != .delete && a.table == b.table && a.row == b.row {
                        found.formUnion(names(a, b, x.dot, y.dot))
                    }
                }
            }
        }
        return found
    }

    private func names(_ a: RowOperation, _ b: RowOperation, _ x: Dot, _ y: Dot)
        -> [ConflictName]
    {
        a.cells.compactMap { cell in
            let policy =
                schema.table(a.table)?.column(cell.column)?.policy ?? .lastWriterWins
            guard let other = b.value(of: cell.column), other != cell.value,
                policy.recordsConflicts
            else { return nil }
            return ConflictName(
                table: a.table, row: a.row, column: cell.column, a: min(x, y), b: max(x, y))
        }
    }
}

public struct ConflictName: Hashable, Sendable {
    public let table: TableID
    public let row: RowID
    public let column: ColumnID
    public let a: Dot
    public let b: Dot

    public init(table: TableID, row: RowID, column: ColumnID, a: Dot, b: Dot) {
        self.table = table
        self.row = row
        self.column = column
        self.a = a
        self.b = b
    }
}

/// Applies changesets to a store, so that what it shows depends only on the set it holds.
///
/// Overview: delivery is causal per scope, so a changeset waits in the hold queue until its
/// context is covered. Per cell the store keeps every *maximal* write, that is, every write that no later one
/// had seen: usually one. A policy names the winner among them (SYNC §3). Since the
/// set of maximal writes is a function of the set of changesets, so is the outcome.
///
/// Implementation: almost always the author had seen all there is on the row; then its write
/// simply supersedes, and only the row's version is read. Otherwise the log tells which
/// operations are concurrent, and the slow path decides and records conflicts.
///
/// Source of the maximal-writes register: Shapiro et al., "A comprehensive study of Convergent
/// and Commutative Replicated Data Types" (2011), §3.2.2; of observed-remove liveness: §3.3.5.
public struct Merger<Store: ReplicaStore> {
    private let store: Store

    public init(_ store: Store) { self.store = store }

    public enum Outcome: Hashable, Sendable {
        /// Applied, and so many that waited for it.
        case applied(released: Int)
        case duplicate
        case held
    }

    /// Takes in one changeset from anywhere, in any order, any number of times.
    public func receive(_ changeset: Changeset, encoded: [UInt8]) throws -> Outcome {
        let vector = try store.vector(of: changeset.scope)
        if vector.covers(changeset.dot) {
            let known = try store.encodedChangeset(changeset.dot, in: changeset.scope)
            if let known, known != encoded {
                throw MergeFault.fork(changeset.dot, changeset.scope)
            }
            return .duplicate
        }
        guard vector.covers(changeset.context) else {
            try store.hold(changeset, encoded: encoded)
            return .held
        }
        try apply(changeset, encoded: encoded)
        return .applied(released: try releaseHeld(in: changeset.scope))
    }

    /// Applies a changeset whose context is covered and that is not applied yet.
    ///
    /// Withheld, it is appended only: as if it had written nothing.
    public func apply(_ changeset: Changeset, encoded: [UInt8]) throws {
        let rulings = try store.rulings(in: changeset.scope)
        if !rulings.isWithheld(changeset.dot) {
            if let fault = store.schema.fault(in: changeset) {
                try store.refuse(changeset, because: fault)
            } else {
                let clock = rulings.clock(of: changeset.dot, raw: changeset.clock)
                let ordered = changeset.ordered(by: clock)
                for operation in changeset.operations { try apply(operation, of: ordered) }
            }
        }
        try store.append(changeset, encoded: encoded)
        guard changeset.writes(Ruling.table.id) else { return }
        let changed = try store.rulings(in: changeset.scope).differences(from: rulings)
        if !changed.isEmpty { try store.deriveAgain(changed, in: changeset.scope) }
    }

    /// Applies all parked changesets that can be, until none can.
    public func releaseHeld(in scope: Scope) throws -> Int {
        var waiting = try store.held(in: scope)
        var released = 0
        while !waiting.isEmpty {
            let vector = try store.vector(of: scope)
            guard
                let index = waiting.firstIndex(where: {
                    vector.covers($0.dot) || vector.covers($0.context)
                })
            else { break }
            let next = waiting.remove(at: index)
            try store.release(next.dot, in: scope)
            guard !vector.covers(next.dot) else { continue }
            // A bad one must not undo the sound one that closed its gap.
            if let fault = try foreignRow(in: next) { try store.refuse(next, because: fault) }
            try apply(next, encoded: next.encoded())
            released += 1
        }
        return released
    }

    /// The row of another scope that the changeset writes, if any.
    private func foreignRow(in changeset: Changeset) throws -> AdmissionFault? {
        for operation in changeset.operations {
            do {
                _ = try store.version(
                    of: operation.row, in: operation.table, scope: changeset.scope)
            } catch MergeFault.rowOfOtherScope(let table, let row) {
                return .foreignRow(table: table, row: row)
            }
        }
        return nil
    }

    private func apply(_ operation: RowOperation, of changeset: Changeset) throws {
        let before = try store.version(
            of: operation.row, in: operation.table, scope: changeset.scope)
        guard let before else {
            return try store.write(created(by: operation, of: changeset))
        }
        if before.isSeen(by: changeset) {
            try supersede(before, by: operation, of: changeset)
        } else {
            try mergeConcurrent(before, with: operation, of: changeset)
        }
    }

    // MARK: - Nothing concurrent

    private func created(by operation: RowOperation, of changeset: Changeset) -> RowChange {
        var version = RowVersion()
        if operation.kind == .insert { version.base = changeset.dot }
        version.noteLiveness(of: operation, in: changeset)
        return RowChange(
            scope: changeset.scope, table: operation.table, row: operation.row,
            before: nil, after: version.writing(operation, of: changeset, in: store.schema),
            cells: shownCells(of: operation))
    }

    private func supersede(
        _ before: RowVersion, by operation: RowOperation, of changeset: Changeset
    ) throws {
        var version = before
        version.noteLiveness(of: operation, in: changeset)
        for cell in operation.cells where !version.siblings.isEmpty {
            version.setSiblings([], of: cell.column)
        }
        if operation.kind == .insert { version.noteLife(by: changeset) }
        let after = version.writing(operation, of: changeset, in: store.schema)
        try store.write(
            RowChange(
                scope: changeset.scope, table: operation.table, row: operation.row,
                before: before, after: after, cells: shownCells(of: operation)))
        if !before.siblings.isEmpty || before.grave != nil {
            try refreshConflicts(operation.row, operation.table, after)
        }
    }

    /// The changes to columns that this schema knows.
    private func shownCells(
        of operation: RowOperation
    ) -> [(column: ColumnID, change: RowChange.CellChange)] {
        guard let table = store.schema.table(operation.table) else {
            return operation.cells.map { ($0.column, .set($0.value)) }
        }
        return operation.cells.compactMap { cell in
            guard let column = table.column(cell.column) else { return nil }
            return (cell.column, column.policy.change(writing: cell.value))
        }
    }

    // MARK: - Something concurrent

    private func mergeConcurrent(
        _ before: RowVersion, with operation: RowOperation, of changeset: Changeset
    ) throws {
        let current = try store.values(of: operation.row, in: operation.table)
        let table = store.schema.table(operation.table)
        var version = before
        version.noteLiveness(of: operation, in: changeset)
        if operation.kind == .insert { version.noteLife(by: changeset) }
        var shown: [(column: ColumnID, change: RowChange.CellChange)] = []
        for cell in operation.cells {
            let column = table?.column(cell.column)
            let isOpaque = table != nil && column == nil
            let now =
                isOpaque
                ? before.opaque.first { $0.column == cell.column }?.value ?? .null
                : current[cell.column] ?? .null
            let policy = column?.policy ?? .lastWriterWins
            let winner = try decide(cell, now: now, policy, &version, changeset)
            if isOpaque {
                version.setOpaque(cell.column, winner)
            } else if policy == .counter {
                shown.append((cell.column, policy.change(writing: cell.value)))
            } else if winner != now {
                shown.append((cell.column, .set(winner)))
            }
        }
        try store.write(
            RowChange(
                scope: changeset.scope, table: operation.table, row: operation.row,
                before: before, after: version, cells: shown))
        try recordConflicts(with: operation, of: changeset, in: table)
        try refreshConflicts(operation.row, operation.table, version)
    }

    /// Brings one column's set of maximal writes up to date and returns the value to show.
    private func decide(
        _ cell: Cell, now: Value, _ policy: MergePolicy, _ version: inout RowVersion,
        _ changeset: Changeset
    ) throws -> Value {
        let isCounter = policy == .counter
        var standing: [(dot: Dot, value: Value)] = version.siblings
            .filter { $0.column == cell.column }.map { ($0.dot, $0.value) }
        if let dot = version.dot(of: cell.column, current: now) { standing.append((dot, now)) }
        standing.removeAll { changeset.hasSeen($0.dot) }
        var candidates: [Candidate] = []
        for write in standing {
            let origin = try store.origin(of: write.dot, in: changeset.scope)
            candidates.append(
                Candidate(
                    dot: write.dot, value: isCounter ? .null : write.value,
                    clock: origin?.clock ?? .zero, role: origin?.author.role))
        }
        candidates.append(
            Candidate(
                dot: changeset.dot, value: isCounter ? .null : cell.value,
                clock: changeset.clock, role: changeset.author.role))
        return version.settle(cell.column, on: policy.winner(among: candidates), of: candidates)
    }

    private func recordConflicts(
        with operation: RowOperation, of changeset: Changeset, in table: Table?
    ) throws {
        let past = try store.operations(
            on: operation.row, in: operation.table, scope: changeset.scope,
            notIn: changeset.context)
        let mine = PastOperation(
            dot: changeset.dot,
            origin: Origin(
                clock: changeset.clock, author: changeset.author, intent: changeset.intent),
            operation: operation)
        for other in past where other.dot != changeset.dot {
            for conflict in mine.conflicts(with: other, in: table, scope: changeset.scope) {
                try store.record(conflict)
            }
        }
    }

    private func refreshConflicts(
        _ row: RowID, _ table: TableID, _ version: RowVersion
    ) throws {
        let known = try store.conflicts(on: row, in: table)
        guard !known.isEmpty else { return }
        let current = try store.values(of: row, in: table)
        for conflict in known {
            let state = conflict.state(in: version) { column in
                current[column]
                    ?? version.opaque.first { $0.column == column }?.value ?? .null
            }
            try store.setState(state, of: conflict)
        }
    }
}

extension MergePolicy {
    fileprivate func change(writing value: Value) -> RowChange.CellChange {
        if self == .counter { .add(value.integer ?? 0) } else { .set(value) }
    }
}

extension RowVersion {
    /// Notes what a delete had seen, and which deletes are answered.
    fileprivate mutating func noteLiveness(of operation: RowOperation, in changeset: Changeset) {
        switch operation.kind {
        case .delete:
            var grave = grave ?? Grave(context: VersionVector(), deletions: [])
            grave.context.merge(changeset.context)
            grave.deletions.removeAll(where: changeset.hasSeen)
            grave.deletions.append(changeset.dot)
            grave.deletions.sort()
            self.grave = grave
        case .revive:
            grave?.deletions.removeAll(where: changeset.hasSeen)
            noteLife(by: changeset)
        case .insert, .update:
            break
        }
    }

    /// Notes who says that the row lives. Of several who did not know of each other all stay: a
    /// delete may have seen one of them and not another.
    fileprivate mutating func noteLife(by changeset: Changeset) {
        var standing = siblings.filter { $0.column == .liveness }.map(\.dot)
        standing += groups.filter { $0.columns.contains(.liveness) }.map(\.dot)
        standing.removeAll { changeset.hasSeen($0) || $0 == changeset.dot }
        standing.append(changeset.dot)
        standing.sort()
        assign(.liveness, to: standing.removeLast())
        setSiblings(
            standing.map { Sibling(column: .liveness, dot: $0, value: .null) }, of: .liveness)
    }

    /// This version after an operation that had seen everything in it.
    fileprivate func writing(
        _ operation: RowOperation, of changeset: Changeset, in schema: Schema
    ) -> RowVersion {
        var version = self
        let table = schema.table(operation.table)
        for cell in operation.cells {
            if version.base != changeset.dot { version.assign(cell.column, to: changeset.dot) }
            if let table, table.column(cell.column) == nil {
                version.setOpaque(cell.column, cell.value)
            }
        }
        return version
    }

    /// Sets the column's writer to the winner and keeps the others beside it.
    fileprivate mutating func settle(
        _ column: ColumnID, on winner: Candidate, of candidates: [Candidate]
    ) -> Value {
        assign(column, to: winner.dot)
        setSiblings(
            candidates.filter { $0.dot != winner.dot }.map {
                Sibling(column: column, dot: $0.dot, value: $0.value)
            }, of: column)
        return winner.value
    }
}

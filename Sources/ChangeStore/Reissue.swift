import GRDB
import SyncProtocol

/// Records changesets anew after ``Rollback`` took them out, under numbers that follow from what
/// they are.
///
/// Problem: of one refused past several stores may hold a part: a clone, whoever it met, whoever
/// these met. Each must save it, for the others may never come back; and what each saves must be
/// one change, not one for each.
/// Idea: the refused part of an author's past is a *branch*, and a branch has a number of its own:
/// drawn from its first changeset. Its changesets become 1, 2, 3, … of that number, with the same
/// author, time and meaning, having seen what they had seen.
/// Invariant: the new changeset is a function of the branches that are refused and of nothing else,
/// so whoever records it anew writes the same bytes under the same dot, and merging does the rest.
///
/// A row that was made in a branch gets another number, too: the original may have given the same
/// number to another row, or will. Rows that a trace named keep their names.
struct Reissue {
    let replica: SQLiteReplica
    let scope: Scope
    private var branches: [ReplicaID: Branch] = [:]
    private let renamed: [RowID: RowID]

    /// What becomes of an author's changesets after the last that stays.
    private struct Branch {
        let last: UInt64
        /// Each holds from after that `seq` of the author on; almost always one.
        var pieces: [(after: UInt64, number: ReplicaID)]

        func dot(of seq: UInt64) -> Dot {
            let piece = pieces.last { $0.after < seq } ?? pieces[0]
            return Dot(piece.number, seq - piece.after)
        }
    }

    private let due: [Changeset]

    /// - Parameters:
    ///   - lost: all that was taken out, in the order of the log.
    ///   - due: those of it that are to be recorded anew.
    init(replica: SQLiteReplica, scope: Scope, lost: [Changeset], due: [Changeset]) {
        self.replica = replica
        self.scope = scope
        self.due = due
        renamed = Self.names(of: lost)
        for changeset in due where branches[changeset.dot.replica] == nil {
            let last = changeset.dot.seq - 1
            branches[changeset.dot.replica] = Branch(
                last: last, pieces: [(last, Self.number(from: changeset.encoded()))])
        }
    }

    /// The number of the branch that begins with this changeset: one of those that nodes take by
    /// themselves.
    static func number(from first: [UInt8]) -> ReplicaID {
        ReplicaID(0x8000_0000 | HashChain().appending(first).shortest.rawValue)
    }

    /// - Returns: how many were recorded; the others somebody had recorded before.
    mutating func record() throws -> Int {
        var count = 0
        for changeset in due where try record(changeset) { count += 1 }
        return count
    }

    private mutating func record(_ changeset: Changeset) throws -> Bool {
        let (author, seq) = (changeset.dot.replica, changeset.dot.seq)
        guard let branch = branches[author] else { return false }
        var dot = branch.dot(of: seq)
        var anew = try self.anew(changeset, as: dot)
        let held = try replica.vector(of: scope)
        if held.covers(dot) {
            let known = try replica.encodedChangeset(dot, in: scope)
            guard let known, known != anew.encoded() else { return false }
            // The branch itself parts here: a copy of the copy went on in another way.
            branches[author]?.pieces.append((seq - 1, Self.number(from: anew.encoded())))
            dot = branches[author]?.dot(of: seq) ?? dot
            anew = try self.anew(changeset, as: dot)
            guard !held.covers(dot) else { return false }
        }
        try replica.writer.recording {
            try Merger(replica).apply(anew, encoded: anew.encoded())
        }
        return true
    }

    private func anew(_ changeset: Changeset, as dot: Dot) throws -> Changeset {
        let held = try replica.vector(of: scope)
        var context = VersionVector()
        func see(_ replica: ReplicaID, _ seq: UInt64) {
            context[replica] = max(context[replica], min(seq, held[replica]))
        }
        for entry in changeset.context.entries {
            guard let branch = branches[entry.replica], entry.seq > branch.last else {
                see(entry.replica, entry.seq)
                continue
            }
            see(entry.replica, branch.last)
            for (index, piece) in branch.pieces.enumerated() where entry.seq > piece.after {
                let end = index + 1 < branch.pieces.count ? branch.pieces[index + 1].after : .max
                see(piece.number, min(entry.seq, end) - piece.after)
            }
        }
        return Changeset(
            scope: scope, dot: dot, clock: changeset.clock, author: changeset.author,
            intent: changeset.intent, context: context,
            operations: changeset.operations.map { anew($0) })
    }

    /// For each row that was made here by its author: the number of the branch.
    private static func names(of lost: [Changeset]) -> [RowID: RowID] {
        var numbers: [ReplicaID: ReplicaID] = [:]
        var names: [RowID: RowID] = [:]
        for changeset in lost {
            let author = changeset.dot.replica
            let number = numbers[author] ?? number(from: changeset.encoded())
            numbers[author] = number
            for operation in changeset.operations
            where operation.kind == .insert && operation.row.replica == author
                && operation.row.counter < RowID.namedFloor
            {
                names[operation.row] = RowID(replica: number, counter: operation.row.counter)
            }
        }
        return names
    }

    private func anew(_ operation: RowOperation) -> RowOperation {
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

extension SQLiteReplica {
    /// Whether this begins a branch that was refused elsewhere, and is held as recorded anew.
    func isRecordedAnew(_ changeset: Changeset, _ encoded: [UInt8]) throws -> Bool {
        let held = try vector(of: changeset.scope)
        guard held.entries.last?.replica.isProvisional ?? false, !held.covers(changeset.dot)
        else { return false }
        return held[Reissue.number(from: encoded)] > 0
    }
}

import SyncProtocol
import Testing

/// One operation a row: what a person did in between does not travel.
@Suite struct ChangesetDrafts {
    private let table = TableID(1)
    private let row = RowID(rawValue: 7)

    private func draft(
        _ steps: (RowOperation.Kind, [(UInt32, Value)])...
    ) -> [RowOperation] {
        var draft = ChangesetDraft()
        for (kind, cells) in steps {
            draft.add(kind, table, row, cells.map { Cell(ColumnID($0.0), $0.1) })
        }
        #expect(draft.isEmpty == draft.operations.isEmpty)
        return draft.operations
    }

    private func operation(
        _ kind: RowOperation.Kind, _ cells: (UInt32, Value)...
    ) -> [RowOperation] {
        [
            RowOperation(
                table: table, row: row, kind: kind,
                cells: cells.map { Cell(ColumnID($0.0), $0.1) })
        ]
    }

    @Test("An insert and its corrections are one insert, and a null in it says nothing")
    func insertThenUpdate() {
        #expect(
            draft((.insert, [(3, 1), (1, "a"), (2, nil)]), (.update, [(1, "b"), (3, nil)]))
                == operation(.insert, (1, "b")))
    }

    @Test("A row made and deleted in one transaction leaves nothing")
    func insertThenDelete() {
        #expect(draft((.insert, [(1, 1)]), (.delete, [])).isEmpty)
    }

    @Test("Two updates are one, the later value of each column stands, nulls too")
    func updateTwice() {
        #expect(
            draft((.update, [(2, 1), (1, 1)]), (.update, [(2, nil), (9, 5)]))
                == operation(.update, (1, 1), (2, nil), (9, 5)))
    }

    @Test("An update before a delete does not travel")
    func updateThenDelete() {
        #expect(draft((.update, [(1, 1)]), (.delete, [])) == operation(.delete))
    }

    @Test("A delete taken back is a revive")
    func deleteThenRevive() {
        #expect(draft((.delete, []), (.revive, [(1, 2)])) == operation(.revive, (1, 2)))
    }

    @Test("What was written before a delete that was taken back is not lost")
    func updateDeleteRevive() {
        #expect(
            draft((.update, [(1, 1), (2, 2)]), (.delete, []), (.revive, [(2, 3)]))
                == operation(.revive, (1, 1), (2, 3)))
    }

    @Test("A revive with updates around it is one revive")
    func updateAndRevive() {
        #expect(
            draft((.update, [(1, 1)]), (.revive, [(2, 2)]), (.update, [(3, 3)]))
                == operation(.revive, (1, 1), (2, 2), (3, 3)))
    }

    @Test("Operations stand in the order in which their rows were first touched")
    func orderOfRows() {
        var draft = ChangesetDraft()
        for number: Int64 in [5, 3, 9, 3, 5] {
            draft.add(.update, table, RowID(rawValue: number), [Cell(ColumnID(1), 1)])
        }
        draft.add(.update, TableID(2), RowID(rawValue: 5), [Cell(ColumnID(1), 1)])
        #expect(draft.operations.map(\.row.rawValue) == [5, 3, 9, 5])
    }

    @Test("A changeset's own context entry is always its previous seq")
    func ownContextIsImplied() {
        let changeset = Changeset(
            scope: Scope("52"), dot: Dot(ReplicaID(4), 6), clock: .zero,
            author: Author("op", .operator), intent: "x",
            context: VersionVector([Dot(ReplicaID(4), 99)]), operations: [])
        #expect(changeset.context == VersionVector([Dot(ReplicaID(4), 5)]))
        #expect(changeset.hasSeen(changeset.dot))
        #expect(!changeset.hasSeen(Dot(ReplicaID(4), 7)))
    }
}

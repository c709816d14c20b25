import FieldSimulator
import SyncProtocol
import Testing

@Suite("Two who revive one row")
struct RevivalTests {
    private static let row = RowID(replica: ReplicaID(2), counter: 1)

    /// - Parameter seen: who had seen what, as sequence numbers of the replicas 2, 3 and 4.
    private static func changeset(
        _ replica: UInt32, _ seq: UInt64, seen: [UInt32: UInt64], _ kind: RowOperation.Kind
    ) -> Changeset {
        var context = VersionVector()
        for (replica, seq) in seen { context[ReplicaID(replica)] = seq }
        let cells = kind == .insert ? [Cell(ColumnID(1), .integer(1))] : []
        return Changeset(
            scope: RandomHistory.scope, dot: Dot(ReplicaID(replica), seq),
            clock: HLC(milliseconds: 1_000 + Int64(seq)), author: Author("op", .operator),
            intent: "test", context: context,
            operations: [
                RowOperation(table: RandomHistory.table, row: row, kind: kind, cells: cells)
            ])
    }

    @Test("A delete that had seen one revival of two leaves the row alive, whichever came first")
    func oneOfTwoSeen() throws {
        let insert = Self.changeset(2, 1, seen: [:], .insert)
        let delete = Self.changeset(2, 2, seen: [2: 1], .delete)
        let first = Self.changeset(3, 1, seen: [2: 2], .revive)
        let second = Self.changeset(4, 1, seen: [2: 2], .revive)
        let again = Self.changeset(2, 3, seen: [2: 2, 3: 1], .delete)
        for order in [[first, second, again], [second, first, again], [first, again, second]] {
            let store = MemoryStore(schema: RandomHistory.schema)
            for changeset in [insert, delete] + order {
                _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
            }
            let row = try #require(store.picture.rows.values.first)
            #expect(row.isAlive)
            let version = try #require(store.rows.values.first?.version)
            #expect(try RowVersion(decoding: version.encoded()) == version)
            // Who had seen both may end it.
            let last = Self.changeset(2, 4, seen: [2: 3, 3: 1, 4: 1], .delete)
            _ = try Merger(store).receive(last, encoded: last.encoded())
            #expect(store.picture.rows.values.first?.isAlive == false)
        }
    }
}

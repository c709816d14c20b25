import FieldSimulator
import SyncProtocol
import Testing

/// Two writes of one cell that did not know of each other: what each policy shows, in both
/// orders of arrival, and what is left for people.
@Suite struct MergePolicies {
    private static let scope = Scope("52.02.04.2009")
    private static let row = RowID(rawValue: 1)

    private static func schema(_ policy: MergePolicy) -> Schema {
        let type: ColumnType = if case .state = policy { .text } else { .integer }
        return Schema(
            version: 1,
            tables: [
                Table(
                    1, "t", Label("t", "t"), writers: [],
                    columns: [
                        Column(1, "cell", type, Label("c", "c"), policy: policy),
                        Column(2, "other", .integer, Label("d", "d")),
                    ])
            ])
    }

    /// One side of a meeting.
    private struct Write {
        var kind = RowOperation.Kind.update
        var cells: [Cell]
        var clock: Int64
        var role = Role.operator

        static func cell(_ value: Value, at clock: Int64, _ role: Role = .operator) -> Write {
            Write(cells: [Cell(ColumnID(1), value)], clock: clock, role: role)
        }
    }

    private static func changeset(
        _ replica: UInt32, _ write: Write, context: VersionVector
    ) -> Changeset {
        let id = ReplicaID(replica)
        return Changeset(
            scope: scope, dot: Dot(id, context[id] + 1),
            clock: HLC(milliseconds: write.clock), author: Author("op\(replica)", write.role),
            intent: "x", context: context,
            operations: [
                RowOperation(table: TableID(1), row: row, kind: write.kind, cells: write.cells)
            ])
    }

    private static func store(_ policy: MergePolicy, _ changesets: [Changeset]) throws
        -> MemoryStore
    {
        let store = MemoryStore(schema: schema(policy))
        for changeset in changesets {
            _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
        }
        return store
    }

    /// Replica 1 inserts; 2 and 3 write without knowing of each other.
    private static func meet(
        _ policy: MergePolicy, _ a: Write, _ b: Write, base: Value = 10
    ) throws -> (value: Value, picture: Picture) {
        var first = Write.cell(base, at: 1)
        first.kind = .insert
        let insert = changeset(1, first, context: VersionVector())
        let context = VersionVector([insert.dot])
        let (x, y) = (changeset(2, a, context: context), changeset(3, b, context: context))
        let one = try store(policy, [insert, x, y]).picture
        let two = try store(policy, [insert, y, x]).picture
        #expect(one == two, "the order of arrival shows")
        let shown = one.rows.values.first?.values[ColumnID(1)] ?? .null
        return (shown, one)
    }

    private static func states(_ picture: Picture) -> [Conflict.State] {
        picture.disputes.map(\.state)
    }

    @Test("The later clock wins a plain column, and the loser is kept")
    func lastWriterWins() throws {
        for policy: MergePolicy in [.lastWriterWins, .review, .append] {
            let met = try Self.meet(policy, .cell(1, at: 9), .cell(2, at: 8))
            #expect(met.value == 1)
            #expect(Self.states(met.picture) == [.open])
            let dispute = try #require(met.picture.disputes.first)
            #expect(dispute.conflict.a.value == 1 && dispute.conflict.b.value == 2)
        }
    }

    @Test("On equal clocks the greater replica wins")
    func tiesEndInTheDot() throws {
        #expect(try Self.meet(.lastWriterWins, .cell(1, at: 9), .cell(2, at: 9)).value == 2)
    }

    @Test("A null wins like any value")
    func nullsWin() throws {
        #expect(try Self.meet(.lastWriterWins, .cell(nil, at: 9), .cell(2, at: 8)).value == nil)
    }

    @Test("Equal writes are no conflict")
    func equalWrites() throws {
        let met = try Self.meet(.review, .cell(5, at: 9), .cell(5, at: 8))
        #expect(met.value == 5)
        #expect(met.picture.disputes.isEmpty)
    }

    @Test("The stronger state wins whatever the clocks, a state that is not listed loses")
    func statePrecedence() throws {
        let policy = MergePolicy.state(precedence: ["revoked", "signed", "draft"])
        let pairs: [(Value, Value, Value)] = [
            ("signed", "revoked", "revoked"), ("draft", "signed", "signed"),
            ("draft", "odd", "draft"), ("odd", "even", "even"), ("draft", nil, "draft"),
        ]
        for (a, b, winner) in pairs {
            let late = try Self.meet(policy, .cell(a, at: 5), .cell(b, at: 9), base: "new")
            #expect(late.value == winner, "\(a) meets \(b)")
            #expect(Self.states(late.picture) == [.open])
            guard winner != "even" else { continue }
            let early = try Self.meet(policy, .cell(a, at: 9), .cell(b, at: 5), base: "new")
            #expect(early.value == winner)
        }
    }

    @Test("Max and escrow keep the greater, min the lesser, silently")
    func lattices() throws {
        let cases: [(MergePolicy, Value)] = [(.max, 7), (.escrow, 7), (.min, -3)]
        for (policy, winner) in cases {
            for clocks: (Int64, Int64) in [(5, 9), (9, 5)] {
                let met = try Self.meet(policy, .cell(7, at: clocks.0), .cell(-3, at: clocks.1))
                #expect(met.value == winner)
                #expect(met.picture.disputes.isEmpty)
            }
        }
        let latest = try Self.meet(.max, .cell(.integer(.max), at: 1), .cell(.integer(.min), at: 2))
        #expect(latest.value == .integer(.max))
    }

    @Test("A counter adds every delta, silently")
    func counters() throws {
        let met = try Self.meet(.counter, .cell(5, at: 9), .cell(-2, at: 8), base: 10)
        #expect(met.value == 13)
        #expect(met.picture.disputes.isEmpty)
    }

    @Test("The owner's write wins over a later one of somebody else")
    func authority() throws {
        let policy = MergePolicy.authority(.civilRegistry)
        #expect(try Self.meet(policy, .cell(1, at: 2, .civilRegistry), .cell(2, at: 9)).value == 1)
        #expect(try Self.meet(policy, .cell(1, at: 9), .cell(2, at: 2, .civilRegistry)).value == 2)
        #expect(
            try Self.meet(
                policy, .cell(1, at: 9, .civilRegistry), .cell(2, at: 2, .civilRegistry)
            ).value == 1)
    }

    @Test("Writes of different columns both stay and are listed as parallel")
    func parallelWrites() throws {
        let other = Write(cells: [Cell(ColumnID(2), 4)], clock: 3)
        let met = try Self.meet(.review, .cell(1, at: 9), other)
        #expect(met.picture.rows.values.first?.values == [ColumnID(1): 1, ColumnID(2): 4])
        #expect(met.picture.disputes.map(\.conflict.kind) == [.parallel])
        #expect(Self.states(met.picture) == [.informative])
    }

    @Test("A delete beside an edit leaves the row alive, under review")
    func deleteBesideEdit() throws {
        let deletion = Write(kind: .delete, cells: [], clock: 99)
        let met = try Self.meet(.lastWriterWins, .cell(1, at: 9), deletion)
        #expect(met.picture.rows.values.first?.isAlive == true)
        #expect(met.picture.disputes.map(\.conflict.kind) == [.liveness])
        #expect(Self.states(met.picture) == [.open])
    }

    @Test("Two deletes are no conflict, and the row is dead")
    func deleteTwice() throws {
        let deletion = Write(kind: .delete, cells: [], clock: 5)
        let met = try Self.meet(.lastWriterWins, deletion, deletion)
        #expect(met.picture.rows.values.first?.isAlive == false)
        #expect(met.picture.disputes.isEmpty)
    }

    @Test("A write that saw the other wins over it, whatever the clocks and the policy")
    func causalityBeatsClocks() throws {
        let policies: [MergePolicy] = [
            .lastWriterWins, .review, .max, .escrow, .append, .authority(.civilRegistry),
            .state(precedence: ["x"]),
        ]
        for policy in policies {
            let isState = if case .state = policy { true } else { false }
            let (strong, weak): (Value, Value) = isState ? ("x", "y") : (9, 3)
            let a = Self.changeset(
                1, .cell(strong, at: 1_000, .civilRegistry), context: VersionVector())
            let b = Self.changeset(2, .cell(weak, at: 1), context: VersionVector([a.dot]))
            let store = try Self.store(policy, [b, a])
            #expect(store.picture.rows.values.first?.values[ColumnID(1)] == weak, "\(policy)")
            #expect(store.picture.disputes.isEmpty)
        }
    }

    @Test("A conflict is settled by whoever saw both, and opens again for nobody")
    func settling() throws {
        let a = Self.changeset(2, .cell(1, at: 5), context: VersionVector())
        let b = Self.changeset(3, .cell(2, at: 6), context: VersionVector())
        let seen = VersionVector([a.dot, b.dot])
        let settle = Self.changeset(4, .cell(1, at: 1), context: seen)
        for order in [[a, b, settle], [b, a, settle], [settle, b, a]] {
            let store = try Self.store(.review, order)
            #expect(Self.states(store.picture) == [.settled])
            #expect(store.picture.rows.values.first?.values[ColumnID(1)] == 1)
        }
    }

    @Test("A delete that saw the edit settles a delete beside an edit, and so does a revive")
    func settlingLiveness() throws {
        let insert = Self.changeset(
            1, Write(kind: .insert, cells: [Cell(ColumnID(1), 1)], clock: 1),
            context: VersionVector())
        let base = VersionVector([insert.dot])
        let edit = Self.changeset(2, .cell(2, at: 5), context: base)
        let deletion = Self.changeset(
            3, Write(kind: .delete, cells: [], clock: 5), context: base)
        let all = VersionVector([insert.dot, edit.dot, deletion.dot])
        for kind in [RowOperation.Kind.delete, .revive] {
            let settle = Self.changeset(4, Write(kind: kind, cells: [], clock: 2), context: all)
            for order in [[insert, edit, deletion, settle], [settle, deletion, edit, insert]] {
                let picture = try Self.store(.review, order).picture
                #expect(picture.rows.values.first?.isAlive == (kind == .revive))
                #expect(Self.states(picture) == [.settled])
            }
        }
    }

    @Test("Which shown values are provisional is the policy's word")
    func provisionalValues() {
        let state = MergePolicy.state(precedence: ["revoked", "draft"])
        #expect(MergePolicy.review.needsDecision(between: (1, 2)))
        #expect(!MergePolicy.lastWriterWins.needsDecision(between: (1, 2)))
        #expect(!state.needsDecision(between: ("revoked", "draft")))
        #expect(state.needsDecision(between: ("revoked", "odd")))
        for silent in [MergePolicy.max, .min, .counter, .escrow] {
            #expect(!silent.recordsConflicts && !silent.needsDecision(between: (1, 2)))
        }
    }
}

import FieldSimulator
import SyncProtocol
import Testing

/// The laws of SYNC §3 over a thousand random histories. A failure names its seed.
@Suite struct MergeLaws {
    static let seeds: Range<UInt64> = 0..<1_000

    private func replay(_ changesets: [Changeset]) throws -> MemoryStore {
        let store = MemoryStore(schema: RandomHistory.schema)
        for changeset in changesets {
            _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
        }
        return store
    }

    @Test("Any order of arrival, with repeats, gives the same rows and the same conflicts")
    func orderDoesNotMatter() throws {
        for seed in Self.seeds {
            let history = try RandomHistory(seed: seed)
            var random = SeededRandom(seed: seed &+ 77)
            let expected = try replay(history.changesets).picture
            for _ in 0..<2 {
                var shuffled = history.changesets.shuffled(using: &random)
                shuffled += shuffled.prefix(5)
                let store = try replay(shuffled)
                #expect(store.held(in: RandomHistory.scope).isEmpty, "seed \(seed)")
                try #require(store.picture == expected, "seed \(seed)")
            }
        }
    }

    @Test("The state is what the naive reference says")
    func stateIsTheReference() throws {
        for seed in Self.seeds {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
            let store = try replay(history.changesets)
            let reference = Reference(history.changesets, schema: RandomHistory.schema)
            try #require(store.picture.rows == reference.rows, "seed \(seed)")
            let found = store.picture.disputes.filter { $0.conflict.kind == .value }.map {
                ConflictName(
                    table: $0.conflict.table, row: $0.conflict.row, column: $0.conflict.column!,
                    a: $0.conflict.a.dot, b: $0.conflict.b.dot)
            }
            try #require(Set(found) == reference.valueConflicts, "seed \(seed)")
        }
    }

    @Test("Each author's own store is the reference over what it holds")
    func partialKnowledgeIsTheReference() throws {
        for seed in Self.seeds {
            let history = try RandomHistory(seed: seed)
            for store in history.stores {
                let held = store.log[RandomHistory.scope] ?? []
                let reference = Reference(held, schema: RandomHistory.schema)
                try #require(store.picture.rows == reference.rows, "seed \(seed)")
            }
        }
    }

    @Test("Chain heads are equal wherever the same changesets are held")
    func chainHeadsMeet() throws {
        for seed in Self.seeds.prefix(200) {
            let history = try RandomHistory(seed: seed)
            var random = SeededRandom(seed: seed)
            let one = try replay(history.changesets)
            let two = try replay(history.changesets.shuffled(using: &random))
            for entry in one.vector(of: RandomHistory.scope).entries {
                let scope = RandomHistory.scope
                #expect(
                    one.chainHead(of: entry.replica, in: scope)
                        == two.chainHead(of: entry.replica, in: scope))
            }
        }
    }

    @Test("Settling with a changeset that saw both sides closes the conflict everywhere")
    func settlingDominates() throws {
        for seed in Self.seeds.prefix(400) {
            let history = try RandomHistory(seed: seed)
            let store = try replay(history.changesets)
            let replica = ReplicaID(99)
            for dispute in store.picture.disputes
            where dispute.conflict.kind == .value && dispute.state == .open {
                let vector = store.vector(of: RandomHistory.scope)
                let settle = Changeset(
                    scope: RandomHistory.scope, dot: Dot(replica, vector[replica] + 1),
                    clock: HLC(rawValue: 1), author: Author("sekdes", .secretary),
                    intent: "conflict.settle", context: vector,
                    operations: [
                        RowOperation(
                            table: dispute.conflict.table, row: dispute.conflict.row,
                            kind: .update,
                            cells: [Cell(dispute.conflict.column!, dispute.conflict.a.value)])
                    ])
                try Merger(store).apply(settle, encoded: settle.encoded())
            }
            let open = store.picture.disputes.filter {
                $0.conflict.kind == .value && $0.state == .open
            }
            try #require(open.isEmpty, "seed \(seed)")
        }
    }

    @Test("A dot that comes back with other content is a fork, and nothing changes")
    func forkIsNamed() throws {
        let history = try RandomHistory(seed: 5)
        let store = try replay(history.changesets)
        let before = store.picture
        let first = history.changesets[0]
        let other = Changeset(
            scope: first.scope, dot: first.dot, clock: first.clock, author: first.author,
            intent: "something.else", context: first.context, operations: first.operations)
        #expect(throws: MergeFault.fork(first.dot, first.scope)) {
            try Merger(store).receive(other, encoded: other.encoded())
        }
        #expect(store.picture == before)
    }

    @Test("Deleting a contested row ends the question; reviving it asks again")
    func deadRowsAreNotContested() throws {
        let (scope, table) = (RandomHistory.scope, RandomHistory.table)
        let row = RowID(replica: ReplicaID(2), counter: 1)
        let store = MemoryStore(schema: RandomHistory.schema)
        func make(
            _ replica: UInt32, _ kind: RowOperation.Kind, _ value: Int64?, _ context: VersionVector
        ) throws -> Dot {
            let id = ReplicaID(replica)
            let dot = Dot(id, context[id] + 1)
            let cells = value.map { [Cell(ColumnID(2), .integer($0))] } ?? []
            let changeset = Changeset(
                scope: scope, dot: dot, clock: HLC(milliseconds: 9), author: Author("a", .operator),
                intent: "x", context: context,
                operations: [RowOperation(table: table, row: row, kind: kind, cells: cells)])
            _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
            return dot
        }
        func states() -> Set<Conflict.State> { Set(store.picture.disputes.map(\.state)) }
        let first = VersionVector([try make(2, .insert, 1, VersionVector())])
        _ = try make(3, .update, 2, first)
        _ = try make(4, .update, 3, first)
        #expect(states() == [.open])
        _ = try make(2, .delete, nil, store.vector(of: scope))
        #expect(states() == [.settled])
        _ = try make(2, .revive, nil, store.vector(of: scope))
        #expect(states() == [.open])
    }
}

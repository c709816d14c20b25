import FieldSimulator
import SyncProtocol
import Testing

/// Rulings keep the law of merging: what is shown depends on the set of changesets only.
@Suite struct RulingLaws {
    private func replay(_ changesets: [Changeset]) throws -> MemoryStore {
        let store = MemoryStore(schema: RandomHistory.schema)
        for changeset in changesets {
            _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
        }
        return store
    }

    @Test("In any order of arrival rulings give what their authors' obedience would have given")
    func asIfObeyed() throws {
        var different = 0
        for seed: UInt64 in 0..<600 {
            let history = try RandomHistory(seed: seed)
            let ruled = RandomRulings(on: history, seed: seed &+ 9)
            let expected = try replay(ruled.obeyed(by: history)).picture
            let reference = Reference(ruled.obeyed(by: history), schema: RandomHistory.schema)
            try #require(expected.rows == reference.rows, "seed \(seed)")
            var random = SeededRandom(seed: seed &+ 41)
            for _ in 0..<3 {
                var all = (history.changesets + ruled.changesets).shuffled(using: &random)
                all += all.prefix(4)
                let store = try replay(all)
                #expect(store.held(in: RandomHistory.scope).isEmpty, "seed \(seed)")
                try #require(store.picture.withoutRulings == expected, "seed \(seed)")
                #expect(
                    store.rulings(in: RandomHistory.scope).differences(from: ruled.rulings) == [])
            }
            if expected != (try replay(history.changesets).picture) { different += 1 }
        }
        #expect(different > 300, "rulings that change nothing prove nothing")
    }

    @Test("Once all are released, everything is as it would have been without")
    func released() throws {
        for seed: UInt64 in 0..<400 {
            let history = try RandomHistory(seed: seed)
            let ruled = RandomRulings(on: history, seed: seed &+ 9, releasing: true)
            let expected = try replay(history.changesets).picture
            var random = SeededRandom(seed: seed &+ 43)
            let all = (history.changesets + ruled.changesets).shuffled(using: &random)
            try #require(try replay(all).picture.withoutRulings == expected, "seed \(seed)")
        }
    }

    @Test("A replica that learns of a ruling late shows what one shows that knew it from the start")
    func lateRuling() throws {
        for seed: UInt64 in 0..<300 {
            let history = try RandomHistory(seed: seed)
            let ruled = RandomRulings(on: history, seed: seed &+ 9)
            let late = try replay(history.changesets + ruled.changesets)
            // Rulings that had seen nothing go first; the others wait for what they had seen.
            let early = try replay(ruled.changesets + history.changesets)
            try #require(late.picture == early.picture, "seed \(seed)")
        }
    }

    @Test("Nobody but the hub rules, and nobody rules on the hub")
    func onlyTheHub() throws {
        let history = try RandomHistory(seed: 3)
        let ruled = RandomRulings(on: history, seed: 4)
        let forged = ruled.changesets[0]
        let someone = ReplicaID(7)
        let claim = Changeset(
            scope: forged.scope, dot: Dot(someone, 1), clock: forged.clock, author: forged.author,
            intent: forged.intent, context: VersionVector(), operations: forged.operations)
        let store = try replay(history.changesets + [claim])
        #expect(store.picture == (try replay(history.changesets).picture))
        #expect(store.vector(of: RandomHistory.scope).covers(claim.dot))
        let onTheHub = Rulings([Ruling(.hub, 1...9, .withheld)])
        #expect(!onTheHub.isWithheld(Dot(.hub, 1)))
    }

    @Test("What no honest node writes is acknowledged, not applied, and holds nobody up")
    func inadmissible() throws {
        let author = ReplicaID(5)
        let row = RowID(replica: author, counter: 1)
        func make(_ seq: UInt64, _ cell: Cell) -> Changeset {
            Changeset(
                scope: RandomHistory.scope, dot: Dot(author, seq), clock: HLC(milliseconds: 5),
                author: Author("a", .operator), intent: "x", context: VersionVector(),
                operations: [
                    RowOperation(
                        table: RandomHistory.table, row: row, kind: .update, cells: [cell])
                ])
        }
        let bad = make(1, Cell(ColumnID(1), "not a number"))
        let good = make(2, Cell(ColumnID(1), 7))
        for order in [[bad, good], [good, bad]] {
            let store = try replay(order)
            #expect(store.vector(of: RandomHistory.scope)[author] == 2)
            #expect(store.values(of: row, in: RandomHistory.table) == [ColumnID(1): 7])
        }
    }
}

import SyncProtocol

/// The laws of merging, asked of one history on stores in memory: rung A.
enum HistoryCheck {
    struct Fault: Error, CustomStringConvertible {
        let invariant: String
        let found: String

        var description: String { "\(invariant): \(found)" }
    }

    /// - Parameters:
    ///   - changesets: all of a history, in an order that respects causality.
    ///   - stores: what each author held at the end.
    ///   - orders: in which they arrive elsewhere; parts may come twice.
    static func check(
        _ changesets: [Changeset], stores: [MemoryStore], orders: [[Changeset]]
    ) throws {
        for (node, store) in stores.enumerated() {
            let held = store.log[RandomHistory.scope] ?? []
            try compare(store, with: held, at: "node \(node + 1)")
        }
        try checkCodec(changesets)
        let first = try replay(changesets)
        try compare(first, with: changesets, at: "whoever holds all")
        let expected = first.picture
        for order in orders {
            let store = try replay(order)
            guard store.held(in: RandomHistory.scope).isEmpty else {
                throw Fault(invariant: "L2", found: "changes wait for ever after \(text(order))")
            }
            guard store.picture == expected else {
                throw Fault(invariant: "S12", found: "\(text(order)) gives other rows")
            }
        }
        for changeset in changesets.reversed() {
            _ = try Merger(first).receive(changeset, encoded: changeset.encoded())
        }
        guard first.picture == expected else {
            throw Fault(invariant: "S11", found: "what came again changed something")
        }
    }

    /// What is sent is what was recorded.
    private static func checkCodec(_ changesets: [Changeset]) throws {
        let segment = Segment(scope: RandomHistory.scope, changesets: changesets)
        guard try Segment(decoding: segment.encoded()).changesets == changesets,
            try changesets.allSatisfy({ try Changeset(decoding: $0.encoded()) == $0 })
        else { throw Fault(invariant: "S1", found: "\(text(changesets)) is read as another") }
    }

    private static func replay(_ changesets: [Changeset]) throws -> MemoryStore {
        let store = MemoryStore(schema: RandomHistory.schema)
        for changeset in changesets {
            _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
        }
        return store
    }

    private static func compare(
        _ store: MemoryStore, with held: [Changeset], at place: String
    ) throws {
        let reference = Reference(held, schema: RandomHistory.schema)
        let picture = store.picture
        guard picture.rows == reference.rows else {
            throw Fault(
                invariant: "S10",
                found: "\(place) does not show what follows from \(text(held)) by definition")
        }
        let conflicts = picture.disputes.map(\.conflict).filter { $0.kind == .value }.map {
            ConflictName(
                table: $0.table, row: $0.row, column: $0.column ?? ColumnID(0), a: $0.a.dot,
                b: $0.b.dot)
        }
        guard Set(conflicts) == reference.valueConflicts else {
            throw Fault(
                invariant: "S13", found: "\(place) lists other conflicts than \(text(held)) has")
        }
    }

    private static func text(_ changesets: [Changeset]) -> String {
        changesets.map(\.dot.description).joined(separator: " ")
    }
}

extension RandomHistory {
    /// A world of rung A: some replicas write and meet, and others hear of it in two more orders.
    static func check(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 77)
        let history = try RandomHistory(
            seed: seed, replicas: 2 + random.below(4), steps: 12 + random.below(24))
        let orders = (0..<2).map { _ in
            let shuffled = history.changesets.shuffled(using: &random)
            return shuffled + shuffled.prefix(5)
        }
        try HistoryCheck.check(history.changesets, stores: history.stores, orders: orders)
    }
}

public import SyncProtocol

/// Random rulings on a random past: made, upheld and released by the hub, whenever it likes and
/// about whatever it likes, also about what it has not seen.
public struct RandomRulings {
    /// The hub's changesets, in its own order.
    public let changesets: [Changeset]
    /// What is in force after all of them.
    public let rulings: Rulings

    private struct Draft {
        let row: RowID
        let ruling: Ruling
        var state: Ruling.State
    }

    /// - Parameter releasing: whether the last word on each is that it is released.
    public init(
        on history: RandomHistory, seed: UInt64, count: Int = 4, releasing: Bool = false
    ) {
        var random = SeededRandom(seed: seed)
        var changesets: [Changeset] = []
        var drafts: [Draft] = []
        let positions = history.changesets.count
        func add(_ operation: RowOperation) {
            // What the hub had seen: nothing, or everything up to some moment.
            var context = VersionVector()
            for known in changesets { context.merge(known.context) }
            if random.chance(50) {
                let seen = history.changesets.prefix(random.below(positions + 1))
                context.merge(VersionVector(seen.map(\.dot)))
            }
            changesets.append(
                Changeset(
                    scope: RandomHistory.scope, dot: Dot(.hub, UInt64(changesets.count + 1)),
                    clock: HLC(milliseconds: 20_000 + Int64(changesets.count)),
                    author: Author("synchub", .system), intent: "ruling", context: context,
                    operations: [operation]))
        }
        for number in 0..<count where positions > 0 {
            let about = history.changesets[random.below(positions)].dot
            let seqs = about.seq...(about.seq + UInt64(random.below(3)))
            let effect: Ruling.Effect =
                random.chance(60)
                ? .withheld : .clock(HLC(milliseconds: 9_500 + Int64(random.below(2_000))))
            let draft = Draft(
                row: RowID(replica: .hub, counter: UInt32(number + 1)),
                ruling: Ruling(about.replica, seqs, effect), state: .inForce)
            add(Self.insert(draft))
            drafts.append(draft)
            if random.chance(30) {
                let index = random.below(drafts.count)
                drafts[index].state = random.chance(50) ? .released : .upheld
                add(Self.move(drafts[index]))
            }
        }
        for index in drafts.indices where releasing {
            drafts[index].state = .released
            add(Self.move(drafts[index]))
        }
        self.changesets = changesets
        rulings = Rulings(drafts.filter { $0.state != .released }.map(\.ruling))
    }

    private static func insert(_ draft: Draft) -> RowOperation {
        var cells = [
            Cell(ColumnID(1), .integer(Int64(draft.ruling.replica.rawValue))),
            Cell(ColumnID(2), .integer(Int64(draft.ruling.seqs.lowerBound))),
            Cell(ColumnID(3), .integer(Int64(draft.ruling.seqs.upperBound))),
            Cell(ColumnID(8), .text(draft.state.rawValue)),
        ]
        switch draft.ruling.effect {
        case .withheld: cells.append(Cell(ColumnID(4), "withheld"))
        case .clock(let clock):
            cells.append(Cell(ColumnID(4), "clock"))
            cells.append(Cell(ColumnID(5), .integer(Int64(clock.rawValue))))
        }
        return RowOperation(table: Ruling.table.id, row: draft.row, kind: .insert, cells: cells)
    }

    private static func move(_ draft: Draft) -> RowOperation {
        RowOperation(
            table: Ruling.table.id, row: draft.row, kind: .update,
            cells: [Cell(ColumnID(8), .text(draft.state.rawValue))])
    }

    /// The history as if its authors had done what the rulings say: nothing where they withhold,
    /// and with a right clock.
    public func obeyed(by history: RandomHistory) -> [Changeset] {
        history.changesets.map { changeset in
            Changeset(
                scope: changeset.scope, dot: changeset.dot,
                clock: rulings.clock(of: changeset.dot, raw: changeset.clock),
                author: changeset.author, intent: changeset.intent, context: changeset.context,
                operations: rulings.isWithheld(changeset.dot) ? [] : changeset.operations)
        }
    }
}

extension Picture {
    /// Without the rulings themselves: only what they are about.
    public var withoutRulings: Picture {
        Picture(
            rows: rows.filter { $0.key.table != Ruling.table.id }, disputes: disputes)
    }
}

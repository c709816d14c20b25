public import SyncProtocol

/// A random but possible past: replicas write, meet in pairs, go apart, with clocks that lie.
///
/// Every policy is exercised; values are drawn from a small pool so that equal concurrent writes,
/// repeated writes and all ties occur.
public struct RandomHistory {
    public static let scope = Scope("52.02.04.2009")
    public static let table = TableID(1)

    /// One column of each policy.
    public static let schema = Schema(
        version: 1,
        tables: [
            Table(
                1, "specimen", Label("contoh", "specimen"), writers: [.operator],
                columns: [
                    Column(1, "plain", .integer, Label("a", "a")),
                    Column(2, "reviewed", .integer, Label("b", "b"), policy: .review),
                    Column(
                        3, "state", .text, Label("c", "c"),
                        policy: .state(precedence: ["revoked", "signed", "draft"])),
                    Column(4, "latest", .integer, Label("d", "d"), policy: .max),
                    Column(5, "earliest", .integer, Label("e", "e"), policy: .min),
                    Column(6, "total", .integer, Label("f", "f"), policy: .counter),
                    Column(7, "spent", .integer, Label("g", "g"), policy: .escrow),
                    Column(8, "once", .integer, Label("h", "h"), policy: .append),
                    Column(
                        9, "owned", .integer, Label("i", "i"),
                        policy: .authority(.civilRegistry)),
                ]), Ruling.table,
        ])

    /// All changesets in one order that respects causality.
    public private(set) var changesets: [Changeset] = []
    /// What each author replica held at the end.
    public let stores: [MemoryStore]

    public init(seed: UInt64, replicas count: Int = 3, steps: Int = 24) throws {
        var random = SeededRandom(seed: seed)
        let stores = (0..<count).map { _ in MemoryStore(schema: Self.schema) }
        var clocks = [HLC](repeating: .zero, count: count)
        let drift = (0..<count).map { _ in Int64(random.below(2_000)) - 1_000 }
        var rows: [RowID] = []
        for step in 0..<steps {
            let at = random.below(count)
            if random.chance(35), count > 1 {
                let from = (at + 1 + random.below(count - 1)) % count
                for changeset in stores[from].log[Self.scope] ?? [] {
                    _ = try Merger(stores[at]).receive(changeset, encoded: changeset.encoded())
                    clocks[at] = max(clocks[at], changeset.clock)
                }
                continue
            }
            clocks[at] = clocks[at].next(wallMilliseconds: 10_000 + Int64(step) * 100 + drift[at])
            let vector = stores[at].vector(of: Self.scope)
            let replica = ReplicaID(UInt32(at + 2))
            let changeset = Changeset(
                scope: Self.scope, dot: Dot(replica, vector[replica] + 1), clock: clocks[at],
                author: Author("op\(at)", random.chance(30) ? .civilRegistry : .operator),
                intent: "step", context: vector,
                operations: Self.operations(
                    on: stores[at], by: replica, step: step, &rows, &random))
            guard !changeset.operations.isEmpty else { continue }
            try Merger(stores[at]).apply(changeset, encoded: changeset.encoded())
            changesets.append(changeset)
        }
        self.stores = stores
    }

    private static func operations(
        on store: MemoryStore, by replica: ReplicaID, step: Int, _ rows: inout [RowID],
        _ random: inout SeededRandom
    ) -> [RowOperation] {
        var draft = ChangesetDraft()
        for part in 0..<(1 + random.below(2)) {
            let known = rows.filter { store.rows[.init(table: table, row: $0)] != nil }
            if known.isEmpty || random.chance(15) {
                let row = RowID(replica: replica, counter: UInt32(step * 4 + part + 1))
                rows.append(row)
                draft.add(.insert, table, row, cells(&random))
                continue
            }
            let row = known[random.below(min(known.count, 3))]
            let isAlive = store.rows[.init(table: table, row: row)]!.version.isAlive
            if isAlive, random.chance(15) {
                draft.add(.delete, table, row, [])
            } else if !isAlive, random.chance(50) {
                // "It lives", and nothing more.
                draft.add(.revive, table, row, [])
            } else {
                draft.add(isAlive ? .update : .revive, table, row, cells(&random))
            }
        }
        return draft.operations
    }

    private static func cells(_ random: inout SeededRandom) -> [Cell] {
        let columns = (1...9).filter { _ in random.chance(30) }
        return (columns.isEmpty ? [1 + random.below(9)] : columns).map { column in
            let value: Value
            if column == 3 {
                value = .text(["draft", "signed", "revoked", "odd"][random.below(4)])
            } else if random.chance(10), column != 6 {
                value = .null
            } else {
                value = .integer(Int64(random.below(4)))
            }
            return Cell(ColumnID(UInt32(column)), value)
        }
    }
}

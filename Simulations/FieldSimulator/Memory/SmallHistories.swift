import SyncProtocol

/// Every history of a few nodes and a few steps on one row, each in every order of arrival.
///
/// Idea: most faults of merging need few nodes and few steps ("small scope hypothesis", Jackson,
/// *Software Abstractions*, 2006), and so few can all be tried. The row has a column of each merge
/// policy; all clocks stand still, so that ties are the rule.
struct SmallHistories {
    enum Step: Hashable, Sendable {
        /// Every column, with values of one's own, or with those that anybody may write.
        case write(Int, isOwn: Bool)
        case delete(Int)
        case revive(Int)
        /// The first takes over all that the second holds.
        case pull(Int, from: Int)
    }

    let nodes: Int
    let steps: Int
    private(set) var count = 0

    init(nodes: Int, steps: Int) {
        self.nodes = nodes
        self.steps = steps
    }

    private var alphabet: [Step] {
        (0..<nodes).flatMap { node in
            [.write(node, isOwn: true), .write(node, isOwn: false), .delete(node), .revive(node)]
                + (0..<nodes).filter { $0 != node }.map { .pull(node, from: $0) }
        }
    }

    /// - Parameter progress: called after each history.
    /// - Throws: what was found, with the history's steps.
    mutating func checkAll(_ progress: (Int) -> Void = { _ in }) throws {
        try extend([], progress)
    }

    private mutating func extend(_ path: [Step], _ progress: (Int) -> Void) throws {
        // A step that changes nothing makes no new history.
        guard let made = try Self.make(path, nodes: nodes) else { return }
        guard path.count == steps else {
            for step in alphabet { try extend(path + [step], progress) }
            return
        }
        count += 1
        let base = Array(made.changesets.prefix(1))
        let rest = Array(made.changesets.dropFirst())
        var orders = Self.permutations(rest).map { base + $0 }
        orders.append(made.changesets.reversed())
        do {
            try HistoryCheck.check(made.changesets, stores: made.stores, orders: orders)
        } catch let fault as HistoryCheck.Fault {
            throw HistoryCheck.Fault(
                invariant: fault.invariant, found: "\(fault.found); steps: \(path)")
        }
        progress(count)
    }

    /// - Returns: nil when the last step would change nothing.
    private static func make(
        _ path: [Step], nodes: Int
    ) throws -> (changesets: [Changeset], stores: [MemoryStore])? {
        let stores = (0..<nodes).map { _ in MemoryStore(schema: RandomHistory.schema) }
        var changesets: [Changeset] = []
        let row = RowID(replica: ReplicaID(2), counter: 1)
        func record(_ node: Int, _ kind: RowOperation.Kind, _ cells: [Cell]) throws {
            let vector = stores[node].vector(of: RandomHistory.scope)
            let replica = ReplicaID(UInt32(node + 2))
            let clock = (stores[node].log[RandomHistory.scope] ?? []).map(\.clock).max() ?? .zero
            let changeset = Changeset(
                scope: RandomHistory.scope, dot: Dot(replica, vector[replica] + 1),
                clock: clock.next(wallMilliseconds: 10_000),
                author: Author("op\(node)", node == 1 ? .civilRegistry : .operator),
                intent: "step", context: vector,
                operations: [
                    RowOperation(table: RandomHistory.table, row: row, kind: kind, cells: cells)
                ])
            try Merger(stores[node]).apply(changeset, encoded: changeset.encoded())
            changesets.append(changeset)
        }
        func isAlive(_ node: Int) -> Bool {
            stores[node].rows[.init(table: RandomHistory.table, row: row)]?.version.isAlive ?? false
        }
        func pull(_ node: Int, from other: Int) throws -> Bool {
            let before = stores[node].vector(of: RandomHistory.scope)
            for changeset in stores[other].log[RandomHistory.scope] ?? [] {
                _ = try Merger(stores[node]).receive(changeset, encoded: changeset.encoded())
            }
            return stores[node].vector(of: RandomHistory.scope) != before
        }
        try record(0, .insert, cells(of: 0))
        for node in 1..<nodes { _ = try pull(node, from: 0) }
        for step in path {
            switch step {
            case .write(let node, let isOwn):
                guard isAlive(node) else { return nil }
                try record(node, .update, cells(of: isOwn ? node + 1 : 9))
            case .delete(let node):
                guard isAlive(node) else { return nil }
                try record(node, .delete, [])
            case .revive(let node):
                guard !isAlive(node) else { return nil }
                try record(node, .revive, [])
            case .pull(let node, let other):
                guard try pull(node, from: other) else { return nil }
            }
        }
        return (changesets, stores)
    }

    private static func cells(of number: Int) -> [Cell] {
        RandomHistory.schema.tables[0].columns.map { column in
            column.type == .text
                ? Cell(column.id, .text(["draft", "signed", "revoked", "odd"][number % 4]))
                : Cell(column.id, .integer(Int64(number)))
        }
    }

    private static func permutations<T>(_ items: [T]) -> [[T]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

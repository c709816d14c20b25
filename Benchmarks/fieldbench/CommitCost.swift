import ChangeStore
import Foundation
import SyncProtocol

/// The transactions of one PC, recorded one by one as staff make them.
struct CommitCost {
    let work: Workload
    let folder: URL

    struct Report: Encodable {
        let transactions: Int
        let operations: Int
        /// Processor microseconds a transaction.
        let microseconds: [String: Samples]
        /// Times plain SQLite, and times plain SQLite that keeps the same indexes, round by round.
        let ratios: [String: Samples]
        let indexedRatios: [String: Samples]

        enum CodingKeys: String, CodingKey {
            case transactions, operations, microseconds, ratios
            case indexedRatios = "indexed_ratios"
        }
    }

    static let plain = "plain SQLite"
    static let indexed = "plain SQLite with the same indexes"

    func measure(rounds: Int) throws -> Report {
        let found = try Rounds.run(
            rounds,
            [
                (Self.plain, { try inFolder { plain(path: $0) } }),
                ("Trasne", { try inFolder(trasne) }),
                (
                    Self.indexed,
                    {
                        try inFolder { plain(path: $0, hasIndexes: true) }
                    }
                ),
                ("SQLite session", { try inFolder { plain(path: $0, hasSession: true) } }),
            ])
        let count = Double(work.changesets.count)
        func ratios(to base: String) -> [String: Samples] {
            found.filter { $0.key != base }.mapValues { seconds in
                Samples(zip(seconds, found[base]!).map { $0 / $1 })
            }
        }
        return Report(
            transactions: work.changesets.count, operations: work.operationCount,
            microseconds: found.mapValues { Samples($0.map { $0 / count * 1e6 }) },
            ratios: ratios(to: Self.plain), indexedRatios: ratios(to: Self.indexed))
    }

    func once() throws { _ = try inFolder(trasne) }

    /// Each run has a folder of its own, so that nothing is found warm or full.
    private func inFolder(_ run: (String) throws -> Double) throws -> Double {
        let mine = folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: mine, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: mine) }
        return try run(mine.appendingPathComponent("store.sqlite").path)
    }

    private func plain(
        path: String, hasIndexes: Bool = false, hasSession: Bool = false
    ) -> Double {
        let store = PlainStore(
            path: path, schema: work.schema, hasIndexes: hasIndexes, hasSession: hasSession)
        return Processor.seconds { store.record(work.changesets) }
    }

    private func trasne(path: String) throws -> Double {
        let store = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: ReplicaID(7), home: work.scope, isHub: false),
            schema: work.schema)
        defer { try? store.close() }
        var recorder = Recorder(store: store)
        let steps = work.changesets.map { recorder.prepare($0) }
        return try Processor.seconds { for step in steps { try recorder.record(step) } }
    }
}

/// Records again what a changeset did, as the office's screens do: tables and columns by name, new
/// rows under numbers of the store's own.
struct Recorder {
    struct Operation {
        let kind: RowOperation.Kind
        let table: Table
        let row: RowID
        let values: [(column: Column, value: Value)]
    }

    struct Step {
        let author: Author
        let intent: String
        let now: Int64
        let operations: [Operation]
    }

    let store: ChangeStore
    /// What became of the rows that were named in the original.
    private var rows: [String: [Int64: RowID]] = [:]

    init(store: ChangeStore) { self.store = store }

    func prepare(
        _ changeset: Changeset, changing: (Column, Value) -> Value = { $1 }
    ) -> Step {
        Step(
            author: changeset.author, intent: changeset.intent,
            now: changeset.clock.milliseconds,
            operations: changeset.operations.compactMap { operation in
                guard let table = store.schema.table(operation.table) else { return nil }
                return Operation(
                    kind: operation.kind, table: table, row: operation.row,
                    values: operation.cells.compactMap { cell in
                        table.column(cell.column).map { ($0, changing($0, cell.value)) }
                    })
            })
    }

    mutating func record(_ step: Step) throws {
        try store.record(as: step.author, step.intent, now: step.now) { recording in
            for operation in step.operations {
                let table = operation.table.name
                let values = operation.values.map { ($0.column.name, known($0.column, $0.value)) }
                if operation.kind == .insert {
                    rows[table, default: [:]][operation.row.rawValue] =
                        try recording.insert(table, values)
                    continue
                }
                let row = rows[table]?[operation.row.rawValue] ?? operation.row
                switch operation.kind {
                case .insert, .update: try recording.update(table, row, values)
                case .delete: try recording.delete(table, row)
                case .revive: try recording.revive(table, row, values)
                }
            }
        }
    }

    private func known(_ column: Column, _ value: Value) -> Value {
        guard case .row(let target) = column.type, let id = value.integer,
            let row = rows[target]?[id]
        else { return value }
        return .integer(row.rawValue)
    }
}

public import SyncProtocol

/// A replica in memory: the core's second store, for rung A of the simulator and the laws.
///
/// It keeps every invariant of ``ReplicaStore`` and nothing else: no disk, no transaction.
public final class MemoryStore: ReplicaStore {
    public struct RowKey: Hashable, Comparable, Sendable {
        public let table: TableID
        public let row: RowID

        public init(table: TableID, row: RowID) {
            self.table = table
            self.row = row
        }

        public static func < (a: RowKey, b: RowKey) -> Bool {
            (a.table, a.row) < (b.table, b.row)
        }
    }

    public struct StoredRow: Hashable, Sendable {
        public var scope: Scope
        public var version: RowVersion
        public var values: [ColumnID: Value]
    }

    struct ConflictKey: Hashable {
        let row: RowKey
        let kind: Conflict.Kind
        let column: ColumnID?
        let a: Dot
        let b: Dot
    }

    public let schema: Schema
    public private(set) var rows: [RowKey: StoredRow] = [:]
    public private(set) var log: [Scope: [Changeset]] = [:]
    private var vectors: [Scope: VersionVector] = [:]
    private var chains: [Scope: [ReplicaID: HashChain]] = [:]
    private var parked: [Scope: [Dot: Changeset]] = [:]
    private var found: [ConflictKey: (conflict: Conflict, state: Conflict.State)] = [:]
    private var refusals: [Scope: [Ruling]] = [:]

    public init(schema: Schema) { self.schema = schema }

    public func vector(of scope: Scope) -> VersionVector { vectors[scope] ?? VersionVector() }

    public func chainHead(of replica: ReplicaID, in scope: Scope) -> HashChain {
        chains[scope]?[replica] ?? HashChain()
    }

    public func version(of row: RowID, in table: TableID, scope: Scope) throws -> RowVersion? {
        guard let stored = rows[RowKey(table: table, row: row)] else { return nil }
        guard stored.scope == scope else {
            throw MergeFault.rowOfOtherScope(table: table, row: row)
        }
        return stored.version
    }

    public func values(of row: RowID, in table: TableID) -> [ColumnID: Value] {
        rows[RowKey(table: table, row: row)]?.values ?? [:]
    }

    public func write(_ change: RowChange) {
        change.after.checkInvariants()
        let key = RowKey(table: change.table, row: change.row)
        var stored =
            rows[key]
            ?? StoredRow(scope: change.scope, version: change.after, values: [:])
        stored.version = change.after
        stored.values = change.applied(to: stored.values)
        rows[key] = stored
    }

    public func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) -> [PastOperation] {
        let rulings = rulings(in: scope)
        return (log[scope] ?? []).filter { !context.covers($0.dot) && !rulings.isWithheld($0.dot) }
            .flatMap { changeset in
                changeset.operations.filter { $0.row == row && $0.table == table }.map {
                    PastOperation(
                        dot: changeset.dot, origin: changeset.origin(under: rulings),
                        operation: $0)
                }
            }
    }

    public func origin(of dot: Dot, in scope: Scope) -> Origin? {
        log[scope]?.first { $0.dot == dot }?.origin(under: rulings(in: scope))
    }

    public func rulings(in scope: Scope) -> Rulings {
        var rulings = Rulings(refusals[scope] ?? [])
        for (key, row) in rows
        where key.table == Ruling.table.id && row.scope == scope && row.version.isAlive {
            if let ruling = Ruling(inForce: row.values) { rulings.add(ruling) }
        }
        return rulings
    }

    public func refuse(_ changeset: Changeset, because fault: AdmissionFault) {
        let dot = changeset.dot
        refusals[changeset.scope, default: []].append(
            Ruling(dot.replica, dot.seq...dot.seq, .withheld))
    }

    public func deriveAgain(_ runs: [RulingRun], in scope: Scope) throws {
        let log = log[scope] ?? []
        let touched = log.filter { changeset in
            runs.contains {
                $0.replica == changeset.dot.replica && $0.seqs.contains(changeset.dot.seq)
            }
        }
        let only = Set(touched.flatMap(\.operations).map { SyncProtocol.RowKey($0.table, $0.row) })
        let replay = RowReplay(only: only, schema: schema, rulings: rulings(in: scope))
        for changeset in log { try replay.take(changeset) }
        for key in only {
            rows[RowKey(table: key.table, row: key.row)] = replay.rows[key].map {
                StoredRow(scope: scope, version: $0.version, values: $0.values)
            }
        }
        found = found.filter {
            !only.contains(SyncProtocol.RowKey($0.key.row.table, $0.key.row.row))
        }
        for dispute in replay.disputes { found[ConflictKey(dispute.conflict)] = dispute }
    }

    public func record(_ conflict: Conflict) {
        let key = ConflictKey(conflict)
        if found[key] == nil { found[key] = (conflict, .open) }
    }

    public func conflicts(on row: RowID, in table: TableID) -> [Conflict] {
        found.values.map(\.conflict).filter { $0.row == row && $0.table == table }
    }

    public func setState(_ state: Conflict.State, of conflict: Conflict) {
        found[ConflictKey(conflict)]?.state = state
    }

    public func append(_ changeset: Changeset, encoded: [UInt8]) {
        log[changeset.scope, default: []].append(changeset)
        vectors[changeset.scope, default: VersionVector()][changeset.dot.replica] =
            changeset.dot.seq
        let head = chainHead(of: changeset.dot.replica, in: changeset.scope)
        chains[changeset.scope, default: [:]][changeset.dot.replica] = head.appending(encoded)
    }

    public func hold(_ changeset: Changeset, encoded: [UInt8]) {
        parked[changeset.scope, default: [:]][changeset.dot] = changeset
    }

    public func held(in scope: Scope) -> [Changeset] {
        (parked[scope] ?? [:]).values.sorted { $0.dot < $1.dot }
    }

    public func release(_ dot: Dot, in scope: Scope) { parked[scope]?[dot] = nil }

    public func encodedChangeset(_ dot: Dot, in scope: Scope) -> [UInt8]? {
        log[scope]?.first { $0.dot == dot }?.encoded()
    }
}

extension MemoryStore.ConflictKey {
    init(_ conflict: Conflict) {
        self.init(
            row: .init(table: conflict.table, row: conflict.row), kind: conflict.kind,
            column: conflict.column, a: conflict.a.dot, b: conflict.b.dot)
    }
}

extension Changeset {
    fileprivate func origin(under rulings: Rulings) -> Origin {
        Origin(clock: rulings.clock(of: dot, raw: clock), author: author, intent: intent)
    }
}

/// All that replicas with equal changesets must agree on.
public struct Picture: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        public let isAlive: Bool
        public let values: [ColumnID: Value]

        public init(isAlive: Bool, values: [ColumnID: Value]) {
            self.isAlive = isAlive
            self.values = values
        }
    }

    public struct Dispute: Hashable, Sendable {
        public let conflict: Conflict
        public let state: Conflict.State

        public init(conflict: Conflict, state: Conflict.State) {
            self.conflict = conflict
            self.state = state
        }
    }

    public let rows: [MemoryStore.RowKey: Row]
    public let disputes: Set<Dispute>

    public init(rows: [MemoryStore.RowKey: Row], disputes: Set<Dispute>) {
        self.rows = rows
        self.disputes = disputes
    }
}

extension MemoryStore {
    public var picture: Picture {
        Picture(
            rows: rows.mapValues { stored in
                var values = stored.values
                for cell in stored.version.opaque { values[cell.column] = cell.value }
                return Picture.Row(isAlive: stored.version.isAlive, values: values)
            },
            disputes: Set(
                found.values.map { Picture.Dispute(conflict: $0.conflict, state: $0.state) }))
    }
}

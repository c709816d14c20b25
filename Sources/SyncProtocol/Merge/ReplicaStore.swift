/// What the merge engine needs of a store, inside one transaction that the caller opened.
///
/// Narrow and synchronous, so that SQLite, PostgreSQL and the simulator's memory all fit.
public protocol ReplicaStore: AnyObject {
    var schema: Schema { get }

    func vector(of scope: Scope) throws -> VersionVector

    /// The row's version, dead or alive.
    /// - Throws: ``MergeFault/rowOfOtherScope`` when the row lives in another scope.
    func version(of row: RowID, in table: TableID, scope: Scope) throws -> RowVersion?

    /// The row's current values, dead or alive, without nulls.
    func values(of row: RowID, in table: TableID) throws -> [ColumnID: Value]

    func write(_ change: RowChange) throws

    /// All operations on the row by changesets that are applied, not withheld and not in
    /// `context`, each with where it came from. Of those at or below the floor of the log, what
    /// the row still shows of them.
    func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) throws -> [PastOperation]

    /// Clock, as the rulings have it, and author of an applied changeset.
    ///
    /// Known for as long as a row shows or keeps what the changeset wrote, whatever of the log is
    /// gone: so the outcome for a row never depends on that.
    /// - Returns: nil when no row shows it any more.
    func origin(of dot: Dot, in scope: Scope) throws -> Origin?

    /// The rulings in force on the scope's changesets, with what this store refuses by itself.
    func rulings(in scope: Scope) throws -> Rulings

    /// Notes that a changeset is in the log, but not applied here: ``rulings(in:)`` withholds it
    /// from now on.
    func refuse(_ changeset: Changeset, because fault: AdmissionFault) throws

    /// Makes the rows again that these changesets write, as far as they are in the log, and brings
    /// the clocks in line: the rulings on them have changed.
    func deriveAgain(_ runs: [RulingRun], in scope: Scope) throws

    /// Keeps the conflict once, however often it is found.
    func record(_ conflict: Conflict) throws

    func conflicts(on row: RowID, in table: TableID) throws -> [Conflict]

    func setState(_ state: Conflict.State, of conflict: Conflict) throws

    /// Appends to the change-log and moves the scope's vector and chain head.
    func append(_ changeset: Changeset, encoded: [UInt8]) throws

    /// Parks a changeset whose context is not covered yet; twice is once.
    func hold(_ changeset: Changeset, encoded: [UInt8]) throws

    /// What is parked for the scope, and taking one out.
    func held(in scope: Scope) throws -> [Changeset]
    func release(_ dot: Dot, in scope: Scope) throws

    /// The canonical bytes of an applied changeset, to tell a re-delivery from a fork.
    func encodedChangeset(_ dot: Dot, in scope: Scope) throws -> [UInt8]?
}

/// A changeset's provenance, as far as deciding goes.
public struct Origin: Hashable, Sendable {
    public let clock: HLC
    public let author: Author
    public let intent: String

    public init(clock: HLC, author: Author, intent: String) {
        self.clock = clock
        self.author = author
        self.intent = intent
    }
}

public struct PastOperation: Hashable, Sendable {
    public let dot: Dot
    public let origin: Origin
    public let operation: RowOperation

    public init(dot: Dot, origin: Origin, operation: RowOperation) {
        self.dot = dot
        self.origin = origin
        self.operation = operation
    }
}

/// What merging one operation does to one stored row.
public struct RowChange: Sendable {
    public enum CellChange: Hashable, Sendable {
        case set(Value)
        case add(Int64)
    }

    public let scope: Scope
    public let table: TableID
    public let row: RowID
    /// The row before, nil when it is new here.
    public let before: RowVersion?
    public let after: RowVersion
    /// Columns whose shown value changes.
    public let cells: [(column: ColumnID, change: CellChange)]

    public init(
        scope: Scope, table: TableID, row: RowID, before: RowVersion?, after: RowVersion,
        cells: [(column: ColumnID, change: CellChange)]
    ) {
        self.scope = scope
        self.table = table
        self.row = row
        self.before = before
        self.after = after
        self.cells = cells
    }
}

/// Why a changeset cannot be merged. Nothing of it is applied.
public enum MergeFault: Error, Hashable, Sendable {
    /// The changeset writes a row that lives in another scope.
    case rowOfOtherScope(table: TableID, row: RowID)
    /// The same dot with other content: a cloned or restored store wrote (S1, SYNC §4 *Fork*).
    case fork(Dot, Scope)
}

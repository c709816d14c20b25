/// Two writes of one row that did not know of each other, kept with both sides (S13).
///
/// A conflict is a function of the set of changesets held, never of the order in which they came:
/// the pair is named by its two dots, the lesser first.
public struct Conflict: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        /// Both wrote one column, with different values.
        case value = 0
        /// One deleted the row, the other changed it. The row lives, under review.
        case liveness = 1
        /// They wrote different columns. Merged by itself; listed so that people can look.
        case parallel = 2
    }

    /// One of the two writes.
    public struct Side: Hashable, Sendable {
        public let dot: Dot
        public let clock: HLC
        public let author: Author
        public let intent: String
        /// The column as this side wrote it; nil where the side wrote nothing there.
        public let column: ColumnID?
        public let value: Value
        public let isDelete: Bool

        public init(
            dot: Dot, clock: HLC, author: Author, intent: String, column: ColumnID?, value: Value,
            isDelete: Bool
        ) {
            self.dot = dot
            self.clock = clock
            self.author = author
            self.intent = intent
            self.column = column
            self.value = value
            self.isDelete = isDelete
        }
    }

    public let scope: Scope
    public let table: TableID
    public let row: RowID
    public let kind: Kind
    public let a: Side
    public let b: Side

    /// The sides are put in the order of their dots.
    public init(scope: Scope, table: TableID, row: RowID, kind: Kind, a: Side, b: Side) {
        self.scope = scope
        self.table = table
        self.row = row
        self.kind = kind
        (self.a, self.b) = a.dot < b.dot ? (a, b) : (b, a)
    }

    /// The column that both sides, or the side that did not delete, wrote.
    public var column: ColumnID? { a.column ?? b.column }

    /// Where a conflict stands now.
    public enum State: UInt8, Hashable, Sendable {
        /// Both writes still stand against each other.
        case open = 0
        /// Somebody who knew both has written since, or one side was overwritten by its author.
        case settled = 1
        /// Nothing to decide: the sides touched different columns.
        case informative = 2
    }

    /// The state under the row's present version.
    public func state(in version: RowVersion, current: (ColumnID) -> Value) -> State {
        switch kind {
        case .parallel: return .informative
        case .value:
            // Nobody sees a dead row; should it be revived, the question is open again.
            guard version.isAlive, let column else { return .settled }
            var standing = version.siblings.filter { $0.column == column }.map(\.dot)
            if let winner = version.dot(of: column, current: current(column)) {
                standing.append(winner)
            }
            return standing.contains(a.dot) && standing.contains(b.dot) ? .open : .settled
        case .liveness:
            let deletion = a.isDelete ? a.dot : b.dot
            let write = a.isDelete ? b.dot : a.dot
            guard let grave = version.grave else { return .settled }
            return grave.deletions.contains(deletion) && !grave.context.covers(write)
                ? .open : .settled
        }
    }
}

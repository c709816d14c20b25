/// Who made a change: the operator's name and role as the node knew them.
public struct Author: Hashable, Sendable {
    public let name: String
    /// On the wire as a number, so that a role of a newer version passes through unharmed.
    public let roleNumber: UInt8

    public init(_ name: String, _ role: Role) { self.init(name, roleNumber: role.rawValue) }

    public init(_ name: String, roleNumber: UInt8) {
        self.name = name
        self.roleNumber = roleNumber
    }

    public var role: Role? { Role(rawValue: roleNumber) }

    /// Equal as bytes: a segment interns authors, and a name that came back in another encoding
    /// would break the hash chain.
    public static func == (a: Author, b: Author) -> Bool {
        a.roleNumber == b.roleNumber && a.name.utf8.elementsEqual(b.name.utf8)
    }
}

public struct Cell: Hashable, Sendable {
    public let column: ColumnID
    public let value: Value

    public init(_ column: ColumnID, _ value: Value) {
        self.column = column
        self.value = value
    }
}

/// What one changeset does to one row. Only changed columns travel.
public struct RowOperation: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case insert = 0
        case update = 1
        /// Leaves a tombstone; the values stay for whoever revives the row.
        case delete = 2
        /// Says that a deleted row lives after all, and may write columns.
        case revive = 3
    }

    public let table: TableID
    public let row: RowID
    public let kind: Kind
    /// Sorted by column, each column once. Empty for a delete.
    public let cells: [Cell]

    public init(table: TableID, row: RowID, kind: Kind, cells: [Cell] = []) {
        self.table = table
        self.row = row
        self.kind = kind
        let isSorted = zip(cells, cells.dropFirst()).allSatisfy { $0.column < $1.column }
        self.cells = isSorted ? cells : cells.sorted { $0.column < $1.column }
    }

    public func value(of column: ColumnID) -> Value? {
        cells.first { $0.column == column }?.value
    }
}

/// One local transaction: the unit that is applied all-or-nothing everywhere (S7).
public struct Changeset: Hashable, Sendable {
    public let scope: Scope
    public let dot: Dot
    public let clock: HLC
    public let author: Author
    /// What the user meant, e.g. `letter.approve`.
    public let intent: String
    /// The scope's vector when this was made. Always holds the author's own previous `seq`.
    public let context: VersionVector
    /// Each row at most once.
    public let operations: [RowOperation]

    public init(
        scope: Scope, dot: Dot, clock: HLC, author: Author, intent: String,
        context: VersionVector, operations: [RowOperation]
    ) {
        self.scope = scope
        self.dot = dot
        self.clock = clock
        self.author = author
        self.intent = intent
        var context = context
        context[dot.replica] = dot.seq - 1
        self.context = context
        self.operations = operations
    }

    /// Whether the author had seen `other` when making this.
    public func hasSeen(_ other: Dot) -> Bool { context.covers(other) || other == dot }

    public func writes(_ table: TableID) -> Bool { operations.contains { $0.table == table } }

    /// The same with another clock, to merge by.
    func ordered(by clock: HLC) -> Changeset {
        guard clock != self.clock else { return self }
        return Changeset(
            scope: scope, dot: dot, clock: clock, author: author, intent: intent,
            context: context, operations: operations)
    }
}

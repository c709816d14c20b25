// One segment before compression: the unit of transfer, commit and resume (SYNC §4, §5).
//
// Columnar: what belongs together stands together, so that zstd finds it and small numbers stay
// small. All tables of a segment are its own, so each segment can be decoded alone.
//
//   byte    format, 2
//   text    scope
//   varint  n; n × (varint, 4 bytes)    author replicas, in order of first use, each with the past
//                                       of its first changeset here; zeros when it is not told
//   varint  n; n × (text, byte role)    authors
//   varint  n; n × text                 intents
//   varint  n; n × shape                shape = varint table, byte kind, varint column set
//   varint  N                           changesets
//   N × varint                          replica index
//   N × zigzag                          seq − (the replica's last seq in this segment + 1)
//   N × zigzag                          clock milliseconds − those of the changeset before
//   N × varint                          clock counter
//   N × varint                          author index
//   N × varint                          intent index
//   N × (varint n; n × (varint replica, zigzag seq))     context, as difference to the
//                                       replica's previous context in this segment; seq 0 removes
//   N × varint                          operations in the changeset
//   per operation: varint               shape index
//   per operation: zigzag               row − row of the table's previous operation
//   per (table, column), rising: value stream (`ValueStream.swift`)
//
// The author's own context entry is implied: its seq − 1.

/// A run of changesets of one scope, in an order that respects causality.
public struct Segment: Hashable, Sendable {
    public let scope: Scope
    public let changesets: [Changeset]
    /// For each author, the chain before its first changeset here, as far as the sender told it.
    public let pasts: [ReplicaID: ChainPast]

    /// - Precondition: all changesets are of `scope`.
    public init(
        scope: Scope, changesets: [Changeset], pasts: [ReplicaID: ChainPast] = [:]
    ) {
        precondition(changesets.allSatisfy { $0.scope == scope })
        self.scope = scope
        self.changesets = changesets
        self.pasts = pasts
    }

    static let format: UInt8 = 2
}

/// What an operation looks like apart from its values: most are one of a few.
struct Shape: Hashable {
    let table: TableID
    let kind: RowOperation.Kind
    let columns: ColumnSet
}

/// A column of a table, as the key of a value stream.
struct ColumnKey: Hashable, Comparable {
    let table: TableID
    let column: ColumnID

    static func < (a: ColumnKey, b: ColumnKey) -> Bool {
        (a.table, a.column) < (b.table, b.column)
    }
}

/// Things numbered in order of first use.
struct Interned<Element: Hashable> {
    private(set) var elements: [Element] = []
    private var indexes: [Element: Int] = [:]

    mutating func index(of element: Element) -> Int {
        if let index = indexes[element] { return index }
        indexes[element] = elements.count
        elements.append(element)
        return elements.count - 1
    }
}

extension ColumnSet {
    /// The columns in rising order.
    package var columns: [ColumnID] {
        var found: [ColumnID] = []
        var rest = rawValue
        while rest != 0 {
            found.append(ColumnID(UInt32(rest.trailingZeroBitCount)))
            rest &= rest - 1
        }
        return found
    }

    package init(of cells: [Cell]) {
        self.init(rawValue: cells.reduce(0) { $0 | (1 << UInt64($1.column.rawValue)) })
    }
}

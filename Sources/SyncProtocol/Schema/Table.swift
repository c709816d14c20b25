/// The vocabulary in which the domain is declared once (ARCHITECTURE, "Declarative schema").
///
/// From a declaration come the SQL, the wire ids, the forms, the checks. Ids are numeric,
/// on the wire and in stores for ever: add, never reuse, never renumber.
public struct TableID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    public static func < (a: TableID, b: TableID) -> Bool { a.rawValue < b.rawValue }
}

/// A column's number within its table. 0 is ``liveness``; declared columns start at 1.
public struct ColumnID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The pseudo-column that a revive writes: "this row lives".
    public static let liveness = ColumnID(0)

    public static func < (a: ColumnID, b: ColumnID) -> Bool { a.rawValue < b.rawValue }
}

/// What a person reads, in both languages.
public struct Label: Hashable, Sendable {
    public let id: String
    public let en: String

    public init(_ id: String, _ en: String) {
        self.id = id
        self.en = en
    }
}

/// One value of an enumeration: the code that is stored and what a person reads.
public struct Choice: Hashable, Sendable {
    public let code: String
    public let label: Label

    public init(_ code: String, _ id: String, _ en: String) {
        self.code = code
        label = Label(id, en)
    }
}

/// What a column holds; decides its SQL type, its form field and its check.
public enum ColumnType: Hashable, Sendable {
    case text
    case integer
    case real
    case boolean
    /// An ISO day, `2026-09-01`, as text.
    case date
    /// UTC milliseconds since 1970.
    case instant
    /// Whole rupiah.
    case money
    case enumeration([Choice])
    /// A row of the named table, by row id, within the same scope unless stated elsewhere.
    case row(String)
    /// A row of the named reference table, by its code.
    case code(String)
    /// A small JSON object as text.
    case json
    /// A photo or scan: the ``ContentHash`` of its manifest, as text. The content travels apart.
    case attachment
    case blob
}

/// A class, so that handing one about costs no copies of its texts: merging asks for one a cell.
public final class Column: Hashable, Sendable {
    public let id: ColumnID
    public let name: String
    public let type: ColumnType
    public let policy: MergePolicy
    public let label: Label
    /// Whether a person must fill it in. Merging and replay never refuse for it.
    public let isRequired: Bool

    public init(
        _ id: UInt32, _ name: String, _ type: ColumnType, _ label: Label,
        policy: MergePolicy = .lastWriterWins, isRequired: Bool = false
    ) {
        precondition(
            id > 0 && id <= SyncLimits.columnIDMax,
            "column \(name): ids are 1…\(SyncLimits.columnIDMax), 0 is the liveness column")
        self.id = ColumnID(id)
        self.name = name
        self.type = type
        self.policy = policy
        self.label = label
        self.isRequired = isRequired
    }

    public static func == (a: Column, b: Column) -> Bool {
        a === b
            || a.id == b.id && a.name == b.name && a.type == b.type && a.policy == b.policy
                && a.label == b.label && a.isRequired == b.isRequired
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(name)
    }
}

public enum TableKind: Hashable, Sendable {
    /// Merges column by column.
    case profile
    /// Rows are written once and stay.
    case ledger
    /// Written at the hub, read by every office.
    case reference
}

/// Which scope the rows of a table live in.
public enum ScopeKind: Hashable, Sendable {
    case office
    case regency
}

/// A class, as ``Column`` is.
public final class Table: Hashable, Sendable {
    public let id: TableID
    public let name: String
    public let label: Label
    public let kind: TableKind
    public let scope: ScopeKind
    /// Who may write it through the application.
    public let writers: [Role]
    public let columns: [Column]
    /// Column names of each index that the screens need.
    public let indexes: [[String]]
    /// Emergencies: a change of such a table is sent before everything else.
    public let isUrgent: Bool

    public init(
        _ id: UInt32, _ name: String, _ label: Label, kind: TableKind = .profile,
        scope: ScopeKind = .office, writers: [Role], indexes: [[String]] = [],
        isUrgent: Bool = false, columns: [Column]
    ) {
        self.id = TableID(id)
        self.name = name
        self.label = label
        self.kind = kind
        self.scope = scope
        self.writers = writers
        self.indexes = indexes
        self.isUrgent = isUrgent
        self.columns = columns
    }

    public func column(_ id: ColumnID) -> Column? {
        // Ids are nearly always 1, 2, 3 …, so the guess hits.
        let guess = Int(id.rawValue) - 1
        if columns.indices.contains(guess), columns[guess].id == id { return columns[guess] }
        return columns.first { $0.id == id }
    }

    public func column(named name: String) -> Column? { columns.first { $0.name == name } }

    public static func == (a: Table, b: Table) -> Bool {
        a === b
            || a.id == b.id && a.name == b.name && a.label == b.label && a.kind == b.kind
                && a.scope == b.scope && a.writers == b.writers && a.columns == b.columns
                && a.indexes == b.indexes && a.isUrgent == b.isUrgent
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(name)
    }
}

public import ChangeStore
public import SyncProtocol

/// Conflicts as the commands of both programs print them.
public struct ConflictListing: Codable, Sendable {
    public struct Side: Codable, Sendable {
        public var replica: UInt32
        public var seq: UInt64
        public var at: String
        public var by: String
        public var role: String
        public var intent: String
        public var column: String?
        public var value: String?
        public var isDelete: Bool

        enum CodingKeys: String, CodingKey {
            case replica, seq, at, by, role, intent, column, value
            case isDelete = "is_delete"
        }
    }

    public var id: Int64
    public var scope: String
    public var table: String
    public var row: String
    public var kind: String
    public var column: String?
    public var state: String
    /// Whether the shown value is provisional until a person decides.
    public var needsDecision: Bool
    public var a: Side
    public var b: Side

    enum CodingKeys: String, CodingKey {
        case id, scope, table, row, kind, column, state, a, b
        case needsDecision = "needs_decision"
    }

    public static func print(
        _ store: ChangeStore, scope: Scope?, onlyOpen: Bool, asJSON: Bool
    ) throws {
        let records = try store.read {
            try ConflictLog.all($0, scope: scope, onlyOpen: onlyOpen)
        }
        let listings = records.map { ConflictListing($0, schema: store.schema) }
        if asJSON { return Swift.print(try JSONText.of(listings)) }
        if listings.isEmpty { return Swift.print("no beda data") }
        for listing in listings { Swift.print(listing.text) }
    }

    public init(_ record: ConflictRecord, schema: Schema) {
        let conflict = record.conflict
        let table = schema.table(conflict.table)
        func name(_ column: ColumnID?) -> String? {
            column.map { table?.column($0)?.name ?? "column \($0.rawValue)" }
        }
        id = record.id
        scope = conflict.scope.code
        self.table = table?.name ?? "table \(conflict.table.rawValue)"
        row = conflict.row.description
        kind =
            switch conflict.kind {
            case .value: "same_column"
            case .liveness: "delete"
            case .parallel: "parallel"
            }
        column = conflict.kind == .parallel ? nil : name(conflict.column)
        state =
            switch record.state {
            case .open: "open"
            case .settled: "settled"
            case .informative: "informative"
            }
        let policy = conflict.column.flatMap { table?.column($0)?.policy } ?? .lastWriterWins
        needsDecision =
            record.state == .open
            && (conflict.kind == .liveness
                || policy.needsDecision(between: (conflict.a.value, conflict.b.value)))
        a = Side(conflict.a, name(conflict.a.column))
        b = Side(conflict.b, name(conflict.b.column))
    }

    private var text: String {
        """
        #\(id) \(scope) \(table) \(row) \(column ?? "different columns"): \(kind), \(state)\
        \(needsDecision ? ", needs a decision" : "")
           a  \(a.text)
           b  \(b.text)
        """
    }
}

extension ConflictListing.Side {
    fileprivate init(_ side: Conflict.Side, _ column: String?) {
        self.init(
            replica: side.dot.replica.rawValue, seq: side.dot.seq,
            at: Instant.text(side.clock.milliseconds), by: side.author.name,
            role: side.author.role?.code ?? "role \(side.author.roleNumber)",
            intent: side.intent, column: column,
            value: side.value.isNull ? nil : side.value.description, isDelete: side.isDelete)
    }

    fileprivate var text: String {
        let what =
            isDelete
            ? "deleted the row" : "\(column ?? "?") = \(value.map { "\"\($0)\"" } ?? "nothing")"
        return "\(what), by \(by) on replica \(replica) at \(at) (\(intent))"
    }
}

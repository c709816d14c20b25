public import GRDB
public import SyncProtocol

/// The conflicts a store knows, for lists and for settling.
public struct ConflictRecord: Sendable {
    /// The number this store shows people; not the same elsewhere.
    public let id: Int64
    public let conflict: Conflict
    public let state: Conflict.State
}

public enum ConflictLog {
    /// All conflicts, oldest first.
    public static func all(
        _ db: Database, scope: Scope? = nil, onlyOpen: Bool = false
    ) throws -> [ConflictRecord] {
        var condition = onlyOpen ? "c.state = \(Conflict.State.open.rawValue)" : "1"
        var arguments: StatementArguments = []
        if let scope {
            condition += " AND s.code = ?"
            arguments = [scope.code]
        }
        return try fetch(db, where: condition, arguments)
    }

    public static func openCount(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM conflict WHERE state = ?",
            arguments: [Conflict.State.open.rawValue]) ?? 0
    }

    public static func find(_ id: Int64, _ db: Database) throws -> ConflictRecord? {
        try fetch(db, where: "c.id = ?", [id]).first
    }

    static func fetch(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [ConflictRecord] {
        try Row.fetchAll(
            db,
            .kept(
                """
                SELECT c.*, s.code AS scope_code FROM conflict c JOIN scope s ON s.id = c.scope
                WHERE \(condition) ORDER BY c.id
                """, arguments)
        ).map(ConflictRecord.init)
    }
}

extension ConflictRecord {
    fileprivate init(_ row: Row) {
        id = row["id"]
        state = Conflict.State(rawValue: row["state"]) ?? .open
        conflict = Conflict(
            scope: Scope(row["scope_code"]), table: TableID(UInt32(row["table_id"] as Int64)),
            row: RowID(rawValue: row["row_id"]),
            kind: Conflict.Kind(rawValue: row["kind"]) ?? .value,
            a: Conflict.Side(row, "a_"), b: Conflict.Side(row, "b_"))
    }
}

extension Conflict.Side {
    fileprivate init(_ row: Row, _ prefix: String) {
        self.init(
            dot: Dot(
                ReplicaID(UInt32(row[prefix + "replica"] as Int64)),
                UInt64(row[prefix + "seq"] as Int64)),
            clock: HLC(rawValue: UInt64(bitPattern: row[prefix + "clock"])),
            author: Author(row[prefix + "author"], roleNumber: row[prefix + "role"]),
            intent: row[prefix + "intent"],
            column: (row[prefix + "column"] as Int64?).map { ColumnID(UInt32($0)) },
            value: Value(row[prefix + "value"] as DatabaseValue),
            isDelete: row[prefix + "deletes"])
    }
}

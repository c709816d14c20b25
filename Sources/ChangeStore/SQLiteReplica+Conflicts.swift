import GRDB
import SyncProtocol

extension SQLiteReplica {
    func record(_ conflict: Conflict) throws {
        var arguments: [DatabaseValue] = [
            try id(of: conflict.scope).databaseValue, Int64(conflict.table.rawValue).databaseValue,
            conflict.row.rawValue.databaseValue, conflict.kind.rawValue.databaseValue,
            Conflict.State.open.rawValue.databaseValue,
        ]
        for side in [conflict.a, conflict.b] { arguments += side.databaseValues }
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO conflict (
                    scope, table_id, row_id, kind, state,
                    a_replica, a_seq, a_clock, a_author, a_role, a_intent, a_column, a_value,
                    a_deletes,
                    b_replica, b_seq, b_clock, b_author, b_role, b_intent, b_column, b_value,
                    b_deletes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: StatementArguments(arguments))
    }

    func conflicts(on row: RowID, in table: TableID) throws -> [Conflict] {
        try ConflictLog.fetch(
            db, where: "c.table_id = ? AND c.row_id = ?",
            [Int64(table.rawValue), row.rawValue]
        ).map(\.conflict)
    }

    func setState(_ state: Conflict.State, of conflict: Conflict) throws {
        try db.cachedStatement(
            sql: """
                UPDATE conflict SET state = ?
                WHERE table_id = ? AND row_id = ? AND kind = ?
                  AND coalesce(a_column, b_column, -1) = ?
                  AND a_replica = ? AND a_seq = ? AND b_replica = ? AND b_seq = ?
                """
        ).execute(arguments: [
            state.rawValue, Int64(conflict.table.rawValue), conflict.row.rawValue,
            conflict.kind.rawValue, conflict.column.map { Int64($0.rawValue) } ?? -1,
            Int64(conflict.a.dot.replica.rawValue), Int64(clamping: conflict.a.dot.seq),
            Int64(conflict.b.dot.replica.rawValue), Int64(clamping: conflict.b.dot.seq),
        ])
    }
}

extension Conflict.Side {
    fileprivate var databaseValues: [DatabaseValue] {
        [
            Int64(dot.replica.rawValue).databaseValue, Int64(clamping: dot.seq).databaseValue,
            Int64(bitPattern: clock.rawValue).databaseValue, author.name.databaseValue,
            author.roleNumber.databaseValue, intent.databaseValue,
            column.map { Int64($0.rawValue).databaseValue } ?? .null, value.databaseValue,
            isDelete.databaseValue,
        ]
    }
}

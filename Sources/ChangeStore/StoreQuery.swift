import GRDB
public import SyncProtocol

/// What a reading SQL statement found.
public struct QueryResult: Sendable {
    public let columns: [String]
    public let rows: [[Value]]
}

extension ChangeStore {
    /// Runs one statement on a connection that cannot write.
    /// - Throws: ``QueryFault``.
    public func query(_ sql: String) throws -> QueryResult {
        do {
            return try pool.read { db in
                let statement = try db.makeStatement(sql: sql)
                let rows = try Row.fetchAll(statement).map { row in
                    row.map { Value($0.1) }
                }
                return QueryResult(columns: statement.columnNames, rows: rows)
            }
        } catch let error as DatabaseError {
            throw QueryFault(detail: error.message ?? String(describing: error.resultCode))
        }
    }
}

public struct QueryFault: Error, CustomStringConvertible {
    let detail: String

    public var description: String {
        "the statement does not run: \(detail). Only reading is allowed."
    }
}

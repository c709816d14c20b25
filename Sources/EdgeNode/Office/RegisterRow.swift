import ChangeStore
import Foundation
import GRDB
import Models
public import SyncProtocol

/// A row of the domain as it stands, with who wrote what of it.
public struct RegisterRow: Sendable {
    public let table: SyncProtocol.Table
    public let id: RowID
    /// Without nulls.
    public let values: [String: Value]
    public let version: RowVersion

    public subscript(_ column: String) -> Value { values[column] ?? .null }

    public func text(_ column: String) -> String? { self[column].text }

    func day(_ column: String) -> CivilDate? { text(column).flatMap { CivilDate(iso: $0) } }

    func row(_ column: String) -> RowID? { self[column].integer.map(RowID.init(rawValue:)) }

    init(_ table: SyncProtocol.Table, _ row: Row) throws {
        self.table = table
        id = RowID(rawValue: row["id"])
        var values: [String: Value] = [:]
        for column in table.columns {
            let value = Value(stored: row[column.name] as DatabaseValue)
            if !value.isNull { values[column.name] = value }
        }
        self.values = values
        version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
    }
}

extension Value {
    init(stored value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let data): .blob([UInt8](data))
            }
    }
}

extension Office {
    /// A living row of this office. A row of another office is not found, whoever asks.
    func find(_ table: String, _ id: RowID, _ db: Database) throws -> RegisterRow? {
        try all(table, where: "t.id = ?", [id.rawValue], db).first
    }

    /// A living row of this office, for a form.
    func record(_ table: String, _ id: RowID) throws -> RegisterRow {
        try store.read { try require(table, id, $0) }
    }

    func require(_ table: String, _ id: RowID, _ db: Database) throws -> RegisterRow {
        guard let record = try find(table, id, db) else { throw OfficeFault.notFound }
        return record
    }

    /// Living rows of this office.
    /// - Parameter condition: SQL over the row `t`; never text that a person typed.
    func all(
        _ table: String, where condition: String = "1", _ arguments: StatementArguments = [],
        orderBy order: String = "t.id", limit: Int = 1_000, _ db: Database
    ) throws -> [RegisterRow] {
        try rows(table, in: scope, condition, arguments, order, limit, db)
    }

    /// Rows of the regency's reference data, as far as they have arrived.
    func reference(
        _ table: String, where condition: String = "1", _ arguments: StatementArguments = [],
        orderBy order: String = "t.id", _ db: Database
    ) throws -> [RegisterRow] {
        let regency = Scope(node.enrolment.regency)
        return try rows(table, in: regency, condition, arguments, order, 1_000, db)
    }

    private func rows(
        _ name: String, in scope: Scope, _ condition: String, _ arguments: StatementArguments,
        _ order: String, _ limit: Int, _ db: Database
    ) throws -> [RegisterRow] {
        guard let table = schema.table(named: name) else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT t.* FROM "\(name)" t
                WHERE t.scope = (SELECT id FROM scope WHERE code = ?) AND (\(condition))
                ORDER BY \(order) LIMIT \(limit)
                """, arguments: [scope.code] + arguments
        ).map { try RegisterRow(table, $0) }
    }
}

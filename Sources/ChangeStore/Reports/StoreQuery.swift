import Foundation
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
            return try read { db in
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

extension QueryResult {
    /// Tab-separated with a head, or a JSON array of objects.
    public func text(asJSON: Bool) throws -> String {
        if asJSON {
            let objects = rows.map { row in
                Dictionary(
                    zip(columns, row.map(JSONCell.init)), uniquingKeysWith: { first, _ in first })
            }
            return try JSONText.of(objects)
        }
        let lines = rows.map { $0.map { $0.isNull ? "" : $0.description } }
        return ([columns] + lines).map { $0.joined(separator: "\t") }.joined(separator: "\n")
    }
}

private struct JSONCell: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws {
        var out = encoder.singleValueContainer()
        switch value {
        case .null: try out.encodeNil()
        case .integer(let number): try out.encode(number)
        case .real(let number): try out.encode(number)
        case .text(let text): try out.encode(text)
        case .blob(let bytes): try out.encode(Data(bytes).base64EncodedString())
        }
    }
}

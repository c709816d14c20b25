public import ChangeStore
import Foundation
import SyncProtocol

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

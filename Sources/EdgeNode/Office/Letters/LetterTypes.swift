import ChangeStore
import Foundation
import GRDB
public import Models
import SyncProtocol

/// A letter type as the regency publishes it now.
public struct LetterType: Sendable {
    public let code: String
    public let name: String
    public let classification: String?
    public let validityDays: Int?
    public let fields: [LetterField]
    public let attachments: [String]
    public let version: Int64
    public let series: String
    public let template: LetterText

    /// The series of letters whose type names none.
    static let commonSeries = "UMUM"

    /// nil when the row cannot be used for writing letters.
    init?(_ record: RegisterRow) {
        guard let code = record.text("code"), let name = record.text("name"),
            let title = record.text("title"), let body = record.text("body")
        else { return nil }
        self.code = code
        self.name = name
        classification = record.text("classification")
        validityDays = record["validity_days"].integer.map(Int.init)
        version = record["version"].integer ?? 1
        series = record.text("series") ?? Self.commonSeries
        template = LetterText(
            title: title, body: body, opening: record.text("opening"),
            closing: record.text("closing"))
        do {
            fields = try Self.decode([Field].self, record.text("fields")).map(\.field)
            attachments = try Self.decode([String].self, record.text("attachments"))
        } catch {
            return nil
        }
    }

    private struct Field: Decodable {
        let name: String
        let label: String
        let type: String?
        let required: Bool?

        var field: LetterField {
            LetterField(
                name, label, LetterField.Kind(rawValue: type ?? "text") ?? .text,
                isRequired: required ?? true)
        }
    }

    private static func decode<T: Decodable & RangeReplaceableCollection>(
        _ type: T.Type, _ text: String?
    ) throws -> T {
        guard let text else { return T() }
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

extension Office {
    /// The types in use, by name; empty as long as the reference data has not arrived.
    public func letterTypes() throws -> [LetterType] {
        try store.read { db in
            try reference(
                "letter_type", where: "coalesce(t.active, 1) = 1", orderBy: "t.name", db
            ).compactMap(LetterType.init)
        }
    }

    func letterType(_ code: String, _ db: Database) throws -> LetterType {
        guard let row = try reference("letter_type", where: "t.code = ?", [code], db).first else {
            throw OfficeFault.notFound
        }
        guard let type = LetterType(row) else { throw OfficeFault.letterTypeUnusable(code) }
        return type
    }

    public func letterType(_ code: String) throws -> LetterType {
        try store.read { try letterType(code, $0) }
    }
}

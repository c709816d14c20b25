/// The letter types to ship (DOMAIN §3 "Types to ship"), as rows that a regency edits.
///
/// Codes of the first years' paper registers are kept. A body may use the letter's own fields and
/// ``LetterText/builtIn``; bodies are official Indonesian, one paragraph, without line breaks.
import SyncProtocol

extension ReferenceCatalogue {
    static let letterTypes: [ReferenceRow] = letterTypeList.map(\.row)

    struct LetterType {
        let code: String
        let name: String
        let classification: String
        let days: Int64
        let fields: [LetterField]
        let attachments: [String]
        let title: String
        let body: String

        init(
            _ code: String, _ name: String, _ classification: String, days: Int64,
            fields: [LetterField], attachments: [String], title: String, body: String
        ) {
            self.code = code
            self.name = name
            self.classification = classification
            self.days = days
            self.fields = fields
            self.attachments = attachments
            self.title = title
            self.body = body
        }

        var row: ReferenceRow {
            let values: [(column: String, value: Value)] = [
                ("code", .text(code)), ("name", .text(name)),
                ("classification", .text(classification)), ("validity_days", .integer(days)),
                ("fields", .text(JSONText.array(fields.map(\.json)))),
                ("attachments", .text(JSONText.array(attachments.map(JSONText.string)))),
                ("version", 1), ("title", .text(title)), ("body", .text(body)),
                ("series", "UMUM"), ("active", 1),
            ]
            return ReferenceRow("letter_type", values)
        }
    }

    /// The fields of a shipped letter type, parsed; empty for an unknown code.
    public static func letterFields(type code: String) -> [LetterField] {
        letterTypeList.first { $0.code == code }?.fields ?? []
    }

    private static let letterTypeList = generalLetters + civilLetters

    static let purpose = LetterField("purpose", "Keperluan")
}

import Foundation
import Models
import SyncProtocol

/// Reads one cell of a spreadsheet as the value of a column, forgiving how offices write.
enum CellReading {
    struct Fault: Error {
        let sentence: String
    }

    /// - Returns: null for an empty cell.
    static func value(
        _ text: String, for column: SyncProtocol.Column
    ) throws(Fault) -> Value {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty || text == "-" { return .null }
        let value: Value
        switch column.type {
        case .enumeration(let choices): value = .text(try choice(text, choices, column))
        case .date: value = .text(try date(text, column))
        default: value = column.coerced(.text(text))
        }
        do throws(CellFault) {
            try column.check(value)
        } catch {
            throw Fault(sentence: "\(column.name) \(error)")
        }
        return value
    }

    private static func choice(
        _ text: String, _ choices: [Choice], _ column: SyncProtocol.Column
    ) throws(Fault) -> String {
        let plain = ColumnMapping.plain(text)
        let match = choices.first { choice in
            // Blood types differ by their signs alone.
            choice.code == text
                || [choice.code, choice.label.id, choice.label.en].map(ColumnMapping.plain)
                    .contains(plain) && !text.hasSuffix("+") && !text.hasSuffix("-")
        }
        if let match { return match.code }
        if let code = synonyms[column.name]?[plain] { return code }
        throw Fault(
            sentence: "\(column.name) \"\(text)\" is not one of "
                + choices.map(\.label.id).joined(separator: ", "))
    }

    private static let synonyms: [String: [String: String]] = [
        "sex": ["l": "male", "p": "female", "lk": "male", "pr": "female", "lakilaki": "male"],
        "marital_status": ["kawin": "married", "ceraihidup": "divorced", "ceraimati": "widowed"],
        "relationship": ["kk": "head", "kepala": "head", "isteri": "wife", "lainnya": "other"],
        "education": [
            "sd": "primary", "smp": "junior", "sltp": "junior", "sma": "senior", "slta": "senior",
            "smk": "senior", "d3": "academy", "s1": "bachelor", "s2": "master", "s3": "doctorate",
            "tidaksekolah": "none", "belumsekolah": "none",
        ],
    ]

    /// `2001-03-15`, `15-03-2001`, `15/03/2001`, `15.3.2001`.
    private static func date(
        _ text: String, _ column: SyncProtocol.Column
    ) throws(Fault) -> String {
        if let day = CivilDate(iso: text) { return day.iso }
        let parts = text.split { "-/. ".contains($0) }.compactMap { Int($0) }
        if parts.count == 3, parts[2] >= 1_800,
            let day = CivilDate(year: parts[2], month: parts[1], day: parts[0])
        {
            return day.iso
        }
        throw Fault(sentence: "\(column.name) \"\(text)\" is not a day like 15-03-2001")
    }
}

import Foundation
import SyncProtocol

/// One line of a workload trace: what one PC did at once. The format is described in
/// `docs/trace-format.md`.
struct TraceLine: Decodable {
    let n: Int
    let at: String
    let office: String
    let device: Int
    let by: String
    let intent: String
    let ops: [TraceOperation]
}

struct TraceOperation: Decodable {
    let put: String?
    let delete: String?
    let id: String
    let set: [String: TraceValue]?
}

/// A JSON value, told apart as finely as a column needs.
enum TraceValue: Decodable, Encodable {
    case null
    case flag(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case object([String: TraceValue])
    case list([TraceValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // In the order of how often they occur: a failed attempt is slow.
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let number = try? value.decode(Int64.self) {
            self = .integer(number)
        } else if let object = try? value.decode([String: TraceValue].self) {
            self = .object(object)
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .real(number)
        } else {
            self = .list(try value.decode([TraceValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var out = encoder.singleValueContainer()
        switch self {
        case .null: try out.encodeNil()
        case .flag(let value): try out.encode(value)
        case .integer(let value): try out.encode(value)
        case .real(let value): try out.encode(value)
        case .text(let value): try out.encode(value)
        case .object(let value): try out.encode(value)
        case .list(let value): try out.encode(value)
        }
    }

    /// The row that `{"ref":"h12"}` names.
    var reference: String? {
        guard case .object(let object) = self, object.count == 1,
            case .text(let id)? = object["ref"]
        else { return nil }
        return id
    }

    /// One spelling for one object, so that equal values are equal bytes.
    func canonicalJSON() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

/// The number in a trace's row id: `h12` → 12.
struct TraceID {
    let number: UInt32

    /// What a trace's ids begin with, by table. Other tables may use any letters.
    private static let prefixes: [String: String] = [
        "household": "h", "resident": "r", "vital_event": "v", "transfer": "t", "letter": "l",
        "number_lease": "nl", "application": "a", "application_step": "as",
        "requirement_check": "rc", "complaint": "c", "complaint_action": "ca",
        "survey_response": "s", "incident": "i", "situation_report": "sr", "aid_entitlement": "e",
        "aid_delivery": "d", "stock_movement": "m", "project": "p", "budget_line": "b",
        "project_progress": "pp", "monthly_report": "mr",
    ]

    /// - Returns: nil when the text is no id, or one of another table.
    init?(_ text: String, of table: String) {
        self.init(text)
        guard let prefix = Self.prefixes[table] else { return }
        guard text.prefix(while: \.isLetter) == prefix else { return nil }
    }

    init?(_ text: String) {
        let digits = text.drop { $0.isASCII && $0.isLowercase }
        guard digits.startIndex > text.startIndex, let number = UInt32(digits),
            number > 0, number < RowID.namedFloor
        else { return nil }
        self.number = number
    }
}

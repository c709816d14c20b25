/// A blank that a letter type asks to be filled in (`letter_type.fields`).
///
/// Stored as a JSON array of {"name","label","type","required"}, which central IT may edit; this
/// writes the canonical form, with keys in that order.
public struct LetterField: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case text
        case date
        /// Whole rupiah.
        case money
        case number
    }

    public let name: String
    /// Indonesian: what the form shows.
    public let label: String
    public let kind: Kind
    public let isRequired: Bool

    public init(_ name: String, _ label: String, _ kind: Kind = .text, isRequired: Bool = true) {
        self.name = name
        self.label = label
        self.kind = kind
        self.isRequired = isRequired
    }

    /// How a stored value reads in the letter: days in words, money in groups of three, the rest as
    /// it is. A value of the wrong form is kept, not dropped.
    public func spoken(_ value: String) -> String {
        switch kind {
        case .text, .number: value
        case .date: CivilDate(iso: value)?.spoken ?? value
        case .money: Digits.value(value.utf8.prefix(19)).map { Digits.grouped(Int64($0)) } ?? value
        }
    }

    var json: String {
        #"{"name":\#(JSONText.string(name)),"label":\#(JSONText.string(label)),"#
            + #""type":\#(JSONText.string(kind.rawValue)),"required":\#(isRequired)}"#
    }
}

/// Writes the few JSON texts of the reference catalogue. Reading JSON is the shell's business.
enum JSONText {
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    static func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
}

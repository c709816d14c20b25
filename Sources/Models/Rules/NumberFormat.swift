/// How a letter's number is written: `[type]/[number,3]/[office]/[roman month]/[year]`.
///
/// Each regency edits the format (`number_series.format`), so it is parsed and refused with a
/// reason when it is saved, not when a letter is due. Text outside brackets is kept as it is.
public struct NumberFormat: Hashable, Sendable {
    public enum Failure: Error, Hashable, Sendable {
        case unknownPlaceholder(String)
        /// A `[` without `]`, or the other way round, at this byte.
        case unbalancedBracket(offset: Int)
        /// A width that is not 1 to 9.
        case badWidth(String)
        /// Without a running number two letters would be called alike.
        case numberMissing
        /// Longer than ``lengthLimit`` bytes.
        case tooLong
    }

    /// What a number is made of.
    public struct Parts: Hashable, Sendable {
        public var type: String
        public var series: String
        public var classification: String
        public var number: Int
        /// The office's Kemendagri code; its last four digits are printed.
        public var office: String
        public var issuedOn: CivilDate

        public init(
            type: String, series: String = "", classification: String = "", number: Int,
            office: String, issuedOn: CivilDate
        ) {
            self.type = type
            self.series = series
            self.classification = classification
            self.number = number
            self.office = office
            self.issuedOn = issuedOn
        }
    }

    private enum Piece: Hashable, Sendable {
        case literal(String)
        case type, series, classification, office, year, month, romanMonth
        case number(width: Int)
    }

    public static let standard = "[type]/[number,3]/[office]/[roman month]/[year]"
    /// A printed number must fit its line.
    public static let lengthLimit = 100

    private let pieces: [Piece]

    /// - Throws: why the format cannot be used.
    public init(_ text: String) throws(Failure) {
        guard text.utf8.count <= NumberFormat.lengthLimit else { throw .tooLong }
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var placeholder: [UInt8]?
        var openedAt = 0
        for (offset, byte) in text.utf8.enumerated() {
            switch (byte, placeholder) {
            case (UInt8(ascii: "["), nil):
                if !literal.isEmpty {
                    pieces.append(.literal(String(decoding: literal, as: UTF8.self)))
                }
                literal = []
                placeholder = []
                openedAt = offset
            case (UInt8(ascii: "]"), let name?):
                pieces.append(try NumberFormat.piece(String(decoding: name, as: UTF8.self)))
                placeholder = nil
            case (UInt8(ascii: "["), _), (UInt8(ascii: "]"), _):
                throw .unbalancedBracket(offset: offset)
            case (_, nil):
                literal.append(byte)
            case (_, _?):
                placeholder?.append(byte)
            }
        }
        guard placeholder == nil else { throw .unbalancedBracket(offset: openedAt) }
        if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
        let hasNumber = pieces.contains { if case .number = $0 { true } else { false } }
        guard hasNumber else { throw .numberMissing }
        self.pieces = pieces
    }

    private static func piece(_ name: String) throws(Failure) -> Piece {
        let parts = name.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count == 2, parts[0] == "number" {
            guard let width = Digits.value(parts[1].utf8), (1...9).contains(width) else {
                throw .badWidth(String(parts[1]))
            }
            return .number(width: width)
        }
        switch name {
        case "type": return .type
        case "series": return .series
        case "classification": return .classification
        case "number": return .number(width: 1)
        case "office": return .office
        case "month": return .month
        case "roman month": return .romanMonth
        case "year": return .year
        default: throw .unknownPlaceholder(name)
        }
    }

    /// `PGT/481/2004/IX/2026`.
    public func render(_ parts: Parts) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .type: text += parts.type
            case .series: text += parts.series
            case .classification: text += parts.classification
            case .number(let width): text += Digits.padded(parts.number, width)
            case .office: text += parts.office.suffix(4)
            case .month: text += Digits.padded(parts.issuedOn.month, 2)
            case .romanMonth: text += NumberFormat.roman(month: parts.issuedOn.month)
            case .year: text += String(parts.issuedOn.year)
            }
        }
        return text
    }

    /// `I` to `XII`.
    public static func roman(month: Int) -> String {
        precondition((1...12).contains(month), "no month \(month)")
        return romanMonths[month - 1]
    }

    private static let romanMonths: [String] = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
    ]
}

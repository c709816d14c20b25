import Foundation
import Models
import SyncProtocol

/// What a person typed into a form, by field.
public struct Entries: Sendable {
    public var fields: [String: String]

    public init(_ fields: [String: String] = [:]) { self.fields = fields }

    /// Without spaces at the ends; empty when the field is not there.
    public subscript(_ field: String) -> String { (fields[field] ?? "").trimmed }

    /// Whether the person has seen the doubts and means it so.
    public var isConfirmed: Bool { self["confirmed"] == "1" }

    func row(_ field: String) -> RowID? { RowID(self[field]) }
}

/// Reads entries into values and gathers everything that is wrong, so that a person is told once.
struct EntryReader {
    let entries: Entries
    private(set) var problems: [FieldProblem] = []
    private(set) var doubts: [FieldProblem] = []

    init(_ entries: Entries) { self.entries = entries }

    mutating func refuse(_ field: String, _ reason: FieldProblem.Reason) {
        problems.append(FieldProblem(field, reason))
    }

    mutating func doubt(_ field: String, _ reason: FieldProblem.Reason) {
        doubts.append(FieldProblem(field, reason))
    }

    /// - Throws: ``OfficeFault/refused(_:)`` or ``OfficeFault/doubtful(_:)``.
    func finish() throws {
        guard problems.isEmpty else { throw OfficeFault.refused(problems) }
        guard doubts.isEmpty || entries.isConfirmed else { throw OfficeFault.doubtful(doubts) }
    }

    /// The value of a field as its column keeps it; null when empty or unreadable.
    mutating func value(
        _ field: String, as column: SyncProtocol.Column?, isRequired: Bool = false
    ) -> Value {
        guard let column else { return .null }
        let text = entries[field]
        if text.isEmpty {
            if isRequired { refuse(field, .missing) }
            return .null
        }
        switch CellText.read(text, as: column.type) {
        case .success(let value): return value
        case .failure(let fault):
            refuse(field, fault.reason)
            return .null
        }
    }

    mutating func day(_ field: String, isRequired: Bool = true) -> CivilDate? {
        let text = entries[field]
        if text.isEmpty {
            if isRequired { refuse(field, .missing) }
            return nil
        }
        guard let day = CellText.day(text) else {
            refuse(field, .notADay)
            return nil
        }
        return day
    }
}

/// Cells as text that people type and read back, both ways.
enum CellText {
    /// An address with its landmarks; more is no field of a form.
    static let lengthMax = 1_000

    struct Fault: Error {
        let reason: FieldProblem.Reason
    }

    static func read(_ typed: String, as type: ColumnType) -> Result<Value, Fault> {
        let text = typed.trimmed
        guard !text.isEmpty else { return .success(.null) }
        guard text.count <= lengthMax, !text.utf8.contains(0) else {
            return .failure(Fault(reason: .tooLong))
        }
        switch type {
        case .text, .code, .json, .attachment, .blob: return .success(.text(text))
        case .date:
            return day(text).map { .success(.text($0.iso)) } ?? .failure(Fault(reason: .notADay))
        case .enumeration(let choices):
            return choices.contains { $0.code == text }
                ? .success(.text(text)) : .failure(Fault(reason: .notAChoice))
        case .integer, .instant, .boolean:
            return Int64(text).map { .success(.integer($0)) }
                ?? .failure(Fault(reason: .notANumber))
        case .money:
            return Int64(text.filter { !". ".contains($0) }).map { .success(.integer($0)) }
                ?? .failure(Fault(reason: .notANumber))
        case .real:
            return Double(text.replacingOccurrences(of: ",", with: ".")).flatMap {
                $0.isFinite ? .success(.real($0)) : nil
            } ?? .failure(Fault(reason: .notANumber))
        case .row:
            return RowID(text).map { .success(.integer($0.rawValue)) }
                ?? .failure(Fault(reason: .notAChoice))
        }
    }

    /// `2026-09-07`, or as people type: `7-9-2026`, `07/09/2026`, `07092026`.
    static func day(_ text: String) -> CivilDate? {
        if let day = CivilDate(iso: text) { return day }
        if text.utf8.count == 8, let digits = Int(text) {
            return CivilDate(
                year: digits % 10_000, month: digits / 10_000 % 100, day: digits / 1_000_000)
        }
        let parts = text.split { "-/. ".contains($0) }
        guard parts.count == 3, parts[2].count == 4, let day = Int(parts[0]),
            let month = Int(parts[1]), let year = Int(parts[2])
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// What a form shows for a value.
    static func write(_ value: Value, as type: ColumnType) -> String {
        switch (value, type) {
        case (.null, _), (.blob, _): ""
        case (.integer(let number), .row): RowID(rawValue: number).description
        case (.integer(let number), _): String(number)
        case (.real(let number), _): String(number)
        case (.text(let text), _): text
        }
    }
}

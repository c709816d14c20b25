/// Why a value does not belong in a column.
public enum CellFault: Error, Hashable, Sendable {
    case wrongType(expected: ColumnType, got: Value)
    case notAChoice(String, of: [String])
    case notADay(String)
    case notAnAttachment(String)
    case containsNUL
    case notANumber
}

extension Column {
    /// Whether the value has the storage class that this column's SQL type keeps unchanged.
    ///
    /// Asked of every changeset that arrives, so that no store ever converts a value silently and
    /// shows something else than another.
    public func keeps(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .integer: type.storage == .integer
        // SQLite keeps no NaN and makes 0 of -0.
        case .real(let number):
            type.storage == .real && !number.isNaN && !(number == 0 && number.sign == .minus)
        case .text(let text): type.storage == .text && !text.utf8.contains(0)
        case .blob: type.storage == .blob
        }
    }

    /// The stricter check for what people and programs enter here.
    public func check(_ value: Value) throws(CellFault) {
        if case .text(let text) = value, text.utf8.contains(0) { throw .containsNUL }
        if case .real(let number) = value, number.isNaN { throw .notANumber }
        guard keeps(value) else { throw .wrongType(expected: type, got: value) }
        guard case .text(let text) = value else { return }
        switch type {
        case .enumeration(let choices) where !choices.contains { $0.code == text }:
            throw .notAChoice(text, of: choices.map(\.code))
        case .date where ISODay.days(text) == nil:
            throw .notADay(text)
        case .attachment where ContentHash(text) == nil:
            throw .notAnAttachment(text)
        default: break
        }
    }

    /// The value as this column keeps it, when nothing but its spelling has to change: text that
    /// is exactly a number for a number column, a whole number for a real one.
    public func coerced(_ value: Value) -> Value {
        switch (type.storage, value) {
        case (.real, .integer(let number)): .real(Double(number))
        case (.integer, .text(let text)): Int64(text).map(Value.integer) ?? value
        case (.real, .text(let text)):
            Double(text).flatMap { $0.isFinite ? .real($0) : nil } ?? value
        default: value
        }
    }
}

/// SQLite's storage classes, as a column declares them.
public enum StorageClass: Hashable, Sendable {
    case integer, real, text, blob
}

extension ColumnType {
    public var storage: StorageClass {
        switch self {
        case .integer, .boolean, .instant, .money, .row: .integer
        case .real: .real
        case .text, .date, .enumeration, .code, .json, .attachment: .text
        case .blob: .blob
        }
    }
}

extension CellFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongType(let expected, let got):
            "expects \(expected.storage), got \(got.isNull ? "nothing" : "\"\(got)\"")"
        case .notAChoice(let text, let choices):
            "\"\(text)\" is not one of \(choices.joined(separator: ", "))"
        case .notADay(let text): "\"\(text)\" is not a day like 2026-09-01"
        case .notAnAttachment(let text):
            "\"\(text)\" is not an attachment's name: 64 hexadecimal digits, as 'edgenode attach' "
                + "prints them"
        case .containsNUL: "text must not contain the NUL character"
        case .notANumber: "not a number"
        }
    }
}

/// Why a changeset is not applied, though its bytes are sound: what no honest node writes.
///
/// All but the last are told from the changeset and the schema alone, so every replica decides
/// alike.
public enum AdmissionFault: Error, Hashable, Sendable {
    case wrongType(table: TableID, column: ColumnID)
    case rowTwice(table: TableID, row: RowID)
    /// Somebody else than the hub ruled.
    case notTheHub
    /// The row lies in another scope here. The hub, which holds them all, rules on it.
    case foreignRow(table: TableID, row: RowID)

    /// For stores and listings.
    public var code: String {
        switch self {
        case .wrongType: "wrong_type"
        case .rowTwice: "row_twice"
        case .notTheHub: "not_the_hub"
        case .foreignRow: Self.foreignRowCode
        }
    }

    public static let foreignRowCode = "foreign_row"
}

extension Schema {
    /// What no honest node writes. Unknown tables and columns pass: they are newer.
    public func fault(in changeset: Changeset) -> AdmissionFault? {
        var seen = Set<RowKey>()
        for operation in changeset.operations {
            if changeset.operations.count > 1 {
                guard seen.insert(RowKey(operation.table, operation.row)).inserted else {
                    return .rowTwice(table: operation.table, row: operation.row)
                }
            }
            if operation.table == Ruling.table.id, !changeset.dot.replica.isHub {
                return .notTheHub
            }
            guard let table = table(operation.table) else { continue }
            for cell in operation.cells {
                guard table.column(cell.column)?.keeps(cell.value) ?? true else {
                    return .wrongType(table: table.id, column: cell.column)
                }
            }
        }
        return nil
    }
}

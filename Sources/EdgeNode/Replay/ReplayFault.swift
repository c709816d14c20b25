import SyncProtocol

/// What is wrong with a trace, with the line and the column that says it.
public struct ReplayFault: Error, Sendable {
    public enum Cause: Sendable {
        case unreadableFile
        case notJSON(String)
        case otherOffice(String, mine: String)
        case outOfOrder(n: Int, after: Int)
        case badTime(String)
        case badOperation
        case unknownTable(String)
        case unknownColumn(table: String, column: String)
        case badValue(table: String, column: String, String)
        case badRowID(String)
        case unknownRow(table: String, id: String)
        case refused(String)
    }

    public let path: String
    /// From 1; 0 when it is about the whole file.
    public let line: Int
    public let cause: Cause
    /// Lines recorded before this one, in this run.
    public var recordedBefore = 0
}

extension ReplayFault: CustomStringConvertible {
    public var description: String {
        let place = line > 0 ? "\(path) line \(line): " : "\(path): "
        let kept =
            recordedBefore == 0
            ? "nothing of the file was recorded"
            : "\(recordedBefore) transactions before it are recorded; correct the line and run "
                + "the same command again"
        return place + sentence + "; " + kept
    }

    private var sentence: String {
        switch cause {
        case .unreadableFile: "cannot be read"
        case .notJSON(let detail): "is not a transaction in JSON (\(detail))"
        case .otherOffice(let office, let mine):
            "is of office \(office), this store is of \(mine)"
        case .outOfOrder(let n, let after): "\"n\":\(n) does not follow \(after)"
        case .badTime(let text): "\"at\":\"\(text)\" is not a time like 2026-09-01T01:08:32Z"
        case .badOperation: "has an operation that is neither put nor delete"
        case .unknownTable(let table): "unknown table \"\(table)\""
        case .unknownColumn(let table, let column):
            "table \(table) has no column \"\(column)\""
        case .badValue(let table, let column, let detail): "\(table).\(column) \(detail)"
        case .badRowID(let id): "\"\(id)\" is not a row id of its table, like h12 of a household"
        case .unknownRow(let table, let id):
            "\(table) \(id) is not in this store: replay base.jsonl first, or sync with the PC "
                + "that did"
        case .refused(let detail): detail
        }
    }
}

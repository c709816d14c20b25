import ChangeStore
import Crypto
import Foundation
import GRDB
import Models
import SyncProtocol

/// Does again what the PCs of a trace did, one recorded transaction a line.
///
/// Rows: a trace calls its rows `h12`; here that is `RowID.named(by: author, number: 12)`, so
/// another PC finds the row without a table of names, by asking for 12 of each author it knows.
/// Again: how far a trace was replayed is committed with each line, so a run that was killed goes
/// on where it stopped, and nothing is doubled.
struct TraceReplay {
    struct Report: Codable {
        var transactions = 0
        var operations = 0
        /// Lines of other devices.
        var otherDevices = 0
        /// Lines that an earlier run recorded.
        var alreadyRecorded = 0

        enum CodingKeys: String, CodingKey {
            case transactions, operations
            case otherDevices = "other_devices"
            case alreadyRecorded = "already_recorded"
        }
    }

    let node: EdgeNode
    let path: String
    /// Only the lines of this device; nil for all.
    let device: Int?

    /// - Parameter progress: lines done, lines in all.
    /// - Throws: ``ReplayFault`` or ``StoreError``.
    func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> Report {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReplayFault(path: path, line: 0, cause: .unreadableFile)
        }
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let count = lines.last?.isEmpty == true ? lines.count - 1 : lines.count
        // The whole file is checked before anything is recorded.
        let checked = try check(lines.prefix(count))
        let trace = Self.name(of: lines.first.map { Data($0) } ?? Data())
        var done: [Int: Int] = [:]
        for device in Set(checked.map(\.device)) { done[device] = try recorded(trace, device) }
        var report = Report()
        var compiler = TraceCompiler(node: node)
        for (index, line) in checked.enumerated() {
            progress(index, count)
            if let device, line.device != device {
                report.otherDevices += 1
                continue
            }
            if line.n <= done[line.device] ?? 0 {
                report.alreadyRecorded += 1
                continue
            }
            do {
                try record(line, trace, &compiler)
            } catch let cause as ReplayFault.Cause {
                throw ReplayFault(
                    path: path, line: index + 1, cause: cause,
                    recordedBefore: report.transactions)
            } catch let error as RecordingError {
                throw ReplayFault(
                    path: path, line: index + 1, cause: .refused(String(describing: error)),
                    recordedBefore: report.transactions)
            }
            report.transactions += 1
            report.operations += line.ops.count
        }
        progress(count, count)
        return report
    }

    private func check(_ lines: ArraySlice<Data.SubSequence>) throws -> [TraceLine] {
        let decoder = JSONDecoder()
        let compiler = TraceCompiler(node: node)
        var checked: [TraceLine] = []
        checked.reserveCapacity(lines.count)
        for (index, text) in lines.enumerated() {
            func fault(_ cause: ReplayFault.Cause) -> ReplayFault {
                ReplayFault(path: path, line: index + 1, cause: cause)
            }
            let line: TraceLine
            do {
                line = try decoder.decode(TraceLine.self, from: Data(text))
            } catch {
                throw fault(.notJSON(Self.describe(error)))
            }
            guard line.office == node.office.code else {
                throw fault(.otherOffice(line.office, mine: node.office.code))
            }
            let last = checked.last?.n ?? 0
            guard line.n > last else { throw fault(.outOfOrder(n: line.n, after: last)) }
            do {
                try compiler.check(line)
            } catch let cause as ReplayFault.Cause {
                throw fault(cause)
            }
            checked.append(line)
        }
        return checked
    }

    private func record(
        _ line: TraceLine, _ trace: String, _ compiler: inout TraceCompiler
    ) throws {
        let at = try TraceCompiler.milliseconds(line.at)
        try node.store.record(
            as: Author(line.by, TraceCompiler.role(of: line.by)), line.intent, now: at,
            alongside: { try Self.setRecorded(trace, line, $0) },
            { try compiler.perform(line, in: &$0) })
    }

    // MARK: - How far a trace was replayed

    /// A trace is known by its first line.
    private static func name(of first: Data) -> String {
        SHA256.hash(data: first).prefix(8).map { String($0, radix: 16) }.joined()
    }

    /// Each device's lines are replayed in their own order, perhaps in runs of their own.
    private static func key(_ trace: String, _ device: Int) -> String {
        "replayed \(trace) \(device)"
    }

    private func recorded(_ trace: String, _ device: Int) throws -> Int {
        try node.store.read { Int(try StoreInfo.integer(Self.key(trace, device), $0) ?? 0) }
    }

    private static func setRecorded(_ trace: String, _ line: TraceLine, _ db: Database) throws {
        try StoreInfo.set(key(trace, line.device), Int64(line.n), db)
    }

    private static func describe(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.last?.stringValue ?? "line")\" has a wrong type"
        default: "broken text"
        }
    }
}

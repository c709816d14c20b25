import ArgumentParser
import ChangeStore
import Foundation
import GRDB
import Models
import SyncProtocol

struct CorrectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Corrects a resident's data, as the screens do.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The resident's NIK.")
    var nik: String
    @Option(
        name: .long, parsing: .singleValue, help: "COLUMN=VALUE; an empty value clears it.")
    var set: [String]
    @Option(name: .long, help: "Who corrects.")
    var by: String

    func validate() throws {
        if set.isEmpty { throw ValidationError("say what to change: --set COLUMN=VALUE") }
    }

    func run() throws {
        let node = try options.open()
        let values = try set.map { try Self.assignment($0, node.store.schema) }
        let nik = nik
        let found = try node.store.read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM resident WHERE nik = ?", arguments: [nik])
        }
        guard let id = found.first, found.count == 1 else {
            throw EdgeFault.usage(
                found.isEmpty
                    ? "nobody in this register has the NIK \(nik)"
                    : "\(found.count) residents have the NIK \(nik): settle that first")
        }
        try node.store.record(
            as: Author(by, .operator), "resident.correct", now: EdgeNode.now()
        ) { try $0.update("resident", RowID(rawValue: id), values) }
        print("corrected \(values.map(\.0).joined(separator: ", ")) of \(nik)")
    }

    private static func assignment(_ text: String, _ schema: Schema) throws -> (String, Value) {
        guard let sign = text.firstIndex(of: "="),
            let column = schema.table(named: "resident")?.column(
                named: String(text[..<sign]))
        else { throw EdgeFault.usage("\"\(text)\" is not COLUMN=VALUE of a resident") }
        let value: Value
        do throws(CellReading.Fault) {
            value = try CellReading.value(String(text[text.index(after: sign)...]), for: column)
        } catch {
            throw EdgeFault.usage(error.sentence)
        }
        if column.name.hasSuffix("nik"), let nik = value.text,
            case .refused(let reason) = NIK.check(nik)
        {
            throw EdgeFault.usage("\"\(nik)\" is not a NIK: \(reason.sentence.en)")
        }
        return (column.name, value)
    }
}

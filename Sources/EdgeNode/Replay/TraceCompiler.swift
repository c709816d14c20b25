import ChangeStore
import Foundation
import Models
import SyncProtocol

/// Turns one line of a trace into row operations, or says by column what is wrong with it.
struct TraceCompiler {
    let node: EdgeNode

    private var schema: Schema { node.store.schema }

    /// All that can be said without looking into the store.
    func check(_ line: TraceLine) throws {
        _ = try Self.milliseconds(line.at)
        for operation in line.ops {
            let table = try self.table(operation)
            guard TraceID(operation.id, of: table.name) != nil else {
                throw ReplayFault.Cause.badRowID(operation.id)
            }
            for (name, value) in (operation.set ?? [:]).sorted(by: { $0.key < $1.key }) {
                let column = try self.column(name, table)
                if case .row(let target) = column.type, let id = value.reference {
                    guard TraceID(id, of: target) != nil else {
                        throw ReplayFault.Cause.badRowID(id)
                    }
                    continue
                }
                let plain = try plainValue(value, column, table)
                try checkRules(plain, column, table)
            }
        }
    }

    func perform(_ line: TraceLine, in recording: inout Recording) throws {
        for operation in line.ops {
            let table = try self.table(operation)
            if operation.delete != nil {
                let row = try row(operation.id, in: table.name, recording)
                try recording.delete(table.name, row)
                continue
            }
            var values: [(String, Value)] = []
            for (name, value) in (operation.set ?? [:]).sorted(by: { $0.key < $1.key }) {
                let column = try self.column(name, table)
                if case .row(let target) = column.type, let id = value.reference {
                    values.append((name, .integer(try row(id, in: target, recording).rawValue)))
                } else {
                    values.append((name, try plainValue(value, column, table)))
                }
            }
            if let row = try find(operation.id, in: table.name, recording) {
                // In a store that holds both PCs' work, one may write what the other deleted.
                if try recording.isDeleted(table.name, row) {
                    try recording.revive(table.name, row, values)
                } else {
                    try recording.update(table.name, row, values)
                }
            } else {
                try recording.insert(table.name, values, id: ownRow(operation.id))
            }
        }
    }

    // MARK: - Names

    private func table(_ operation: TraceOperation) throws -> SyncProtocol.Table {
        guard let name = operation.put ?? operation.delete,
            operation.put == nil || operation.delete == nil
        else { throw ReplayFault.Cause.badOperation }
        guard let table = schema.table(named: name) else {
            throw ReplayFault.Cause.unknownTable(name)
        }
        return table
    }

    private func column(
        _ name: String, _ table: SyncProtocol.Table
    ) throws -> SyncProtocol.Column {
        guard let column = table.column(named: name) else {
            throw ReplayFault.Cause.unknownColumn(table: table.name, column: name)
        }
        return column
    }

    private func ownRow(_ id: String) throws -> RowID {
        guard let number = TraceID(id)?.number else { throw ReplayFault.Cause.badRowID(id) }
        return .named(by: node.store.identity.replica, number: number)
    }

    private func row(
        _ id: String, in table: String, _ recording: Recording
    ) throws -> RowID {
        guard let row = try find(id, in: table, recording) else {
            throw ReplayFault.Cause.unknownRow(table: table, id: id)
        }
        return row
    }

    /// The row by that name: our own, else that of an author whose changes we hold.
    private func find(
        _ id: String, in table: String, _ recording: Recording
    ) throws -> RowID? {
        let own = try ownRow(id)
        if try recording.exists(table, own) { return own }
        for author in recording.authors where author != node.store.identity.replica {
            let row = RowID.named(by: author, number: own.counter & ~RowID.namedFloor)
            if try recording.exists(table, row) { return row }
        }
        return nil
    }

    // MARK: - Values

    private func plainValue(
        _ value: TraceValue, _ column: SyncProtocol.Column, _ table: SyncProtocol.Table
    ) throws -> Value {
        func fault(_ detail: String) -> ReplayFault.Cause {
            .badValue(table: table.name, column: column.name, detail)
        }
        let plain: Value
        switch value {
        case .null: return .null
        case .flag(let flag):
            guard case .boolean = column.type else { throw fault("does not take true or false") }
            plain = .integer(flag ? 1 : 0)
        case .integer(let number): plain = column.coerced(.integer(number))
        case .real(let number): plain = .real(number)
        case .text(let text): plain = column.coerced(.text(text))
        case .object, .list:
            guard case .json = column.type else {
                throw fault(
                    value.reference == nil ? "does not take an object" : "does not name a row")
            }
            plain = .text(try value.canonicalJSON())
        }
        do throws(CellFault) {
            try column.check(plain)
        } catch {
            throw fault(String(describing: error))
        }
        return plain
    }

    /// What the domain never takes, whoever sends it.
    private func checkRules(
        _ value: Value, _ column: SyncProtocol.Column, _ table: SyncProtocol.Table
    ) throws {
        guard let text = value.text, DomainChecks.isNIK(column, of: table) else { return }
        if case .refused(let reason) = NIK.check(text) {
            throw ReplayFault.Cause.badValue(
                table: table.name, column: column.name,
                "\"\(text)\" is not a NIK: \(reason.sentence.en)")
        }
    }

    static func milliseconds(_ text: String) throws -> Int64 {
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw ReplayFault.Cause.badTime(text)
        }
        return Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }

    /// The role of a trace's user, by its name.
    static func role(of user: String) -> Role {
        switch user {
        case "sekdes": .secretary
        case "kades": .villageHead
        case "kasi": .sectionHead
        case "citizen": .citizen
        default: .operator
        }
    }
}

extension ReplayFault.Cause: Error {}

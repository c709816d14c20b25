import ChangeStore
import EdgeNode
import Foundation
import GRDB
import SyncProtocol

/// What people do at their PCs.
extension World {
    private static let people = ["sari", "budi", "wayan", "lalu"]

    /// Records one transaction, as a screen does: without asking anybody.
    func record(_ edge: SimEdge, _ writes: [Write]) {
        guard let node = edge.node, !edge.isRelay, !standsStill(edge), !writes.isEmpty else {
            return
        }
        var names = named[edge.home] ?? [:]
        let text = writes.map(\.text).joined(separator: " also ")
        guard let rows = rows(of: writes, at: edge) else {
            return note(edge.name, .work, "does not find what it would write: \(text)")
        }
        serial += 1
        let serial = serial
        let author = Author(Self.people[Int(edge.entity) % Self.people.count], .operator)
        touch(edge)
        meets(edge, rows)
        do {
            let made = try node.store.record(
                as: author, "op.\(serial)", now: edge.clock.now
            ) { recording in try Self.carryOut(writes, rows, &recording) }
            let changeset = made.changeset
            tally.recorded += 1
            for family in FaultFamily.ofClocks { met(family, edge) }
            edge.told.append(
                Told(
                    serial: serial, dot: changeset.dot, body: changeset.encoded(),
                    clock: changeset.clock))
            for (write, row) in zip(writes, made.result) {
                names[write.row] = row
                if case .add = write { makers[edge.home, default: [:]][write.row] = serial }
                lastWriter[row] = edge
            }
            named[edge.home] = names
            note(edge.name, .work, "op.\(serial) \(text)")
            checkNumber(edge, changeset)
        } catch {
            recordFailed(edge, error)
        }
    }

    /// - Returns: nil at an added row; nil altogether when somebody names a row that is not there.
    private func rows(of writes: [Write], at edge: SimEdge) -> [RowID?]? {
        var rows: [RowID?] = []
        for write in writes {
            if case .add = write {
                rows.append(nil)
                continue
            }
            guard let row = row(write.row, in: edge.home) else { return nil }
            rows.append(row)
        }
        return rows
    }

    func row(_ name: RowName, in scope: Scope) -> RowID? {
        if let row = named[scope]?[name] { return row }
        guard let ordinal = name.ordinal else { return nil }
        let known = (town.rows[scope] ?? []).filter { $0.table == name.table }
        return known.indices.contains(ordinal - 1) ? known[ordinal - 1].row : nil
    }

    /// The same as it is called at a store, which may have recorded it anew.
    func row(_ name: RowName, in scope: Scope, at store: ChangeStore) throws -> RowID? {
        guard let first = row(name, in: scope), let maker = makers[scope]?[name],
            let table = town.schema.table(named: name.table)
        else { return row(name, in: scope) }
        let made = try store.read { db in
            try Data.fetchAll(db, sql: "SELECT body FROM log ORDER BY position DESC")
                .map { try Changeset(decoding: [UInt8]($0)) }.first { $0.intent == "op.\(maker)" }
        }
        return made?.operations.first { $0.kind == .insert && $0.table == table.id }?.row ?? first
    }

    /// Whether two write a row of which neither has seen the other's.
    private func meets(_ edge: SimEdge, _ rows: [RowID?]) {
        for case let row? in rows {
            guard let other = lastWriter[row], other !== edge, let last = other.told.last,
                !(edge.watch.vectors[edge.home]?.covers(last.dot) ?? false)
            else { continue }
            ledger.add(.concurrentWork, FaultCount(injected: 1, tookEffect: 1))
        }
    }

    /// - Returns: the rows, in the order of the writes.
    private static func carryOut(
        _ writes: [Write], _ rows: [RowID?], _ recording: inout Recording
    ) throws -> [RowID] {
        var made: [RowID] = []
        for (write, row) in zip(writes, rows) {
            switch (write, row) {
            case (.add(let name, let cells), _):
                made.append(try recording.insert(name.table, cells.map { ($0.column, $0.value) }))
                continue
            case (.edit(let name, let cells), let row?):
                try recording.update(name.table, row, cells.map { ($0.column, $0.value) })
            case (.delete(let name), let row?): try recording.delete(name.table, row)
            case (.revive(let name), let row?): try recording.revive(name.table, row)
            default: continue
            }
            made.append(row ?? RowID(rawValue: 0))
        }
        return made
    }

    /// S19: a store that was put back writes under a number of its own.
    private func checkNumber(_ edge: SimEdge, _ changeset: Changeset) {
        guard edge.forbidden.contains(changeset.dot.replica) else { return }
        breach(
            "S19", "a store that was put back takes a new number before it writes",
            "it wrote \(changeset.dot) under its old number", at: edge.name)
    }

    private func recordFailed(_ edge: SimEdge, _ error: any Error) {
        if edge.disk.isDead {
            return note(edge.name, .fault, "cannot save: the power fails meanwhile")
        }
        switch error {
        case let refusal as RecordingError:
            // Somebody deleted it first, it is not here, or a value is none of the column's.
            note(edge.name, .sync, "saves nothing: \(refusal)")
        default:
            if edge.mayRefuse, isDamage(error) { return refuse(edge, "\(error)") }
            guard edge.diskFaults.isEmpty else {
                tally.reportedErrors += 1
                note(edge.name, .fault, "cannot record: an error of the disk")
                return edge.disk.mend()
            }
            breach(
                "L6", "whoever works waits for nobody", "a transaction failed: \(error)",
                at: edge.name)
        }
    }

    /// The same content is recorded again under the new number; the old dots of what nobody had
    /// are gone.
    func renumber(_ edge: SimEdge) {
        guard let store = edge.store else { return }
        edge.watch.sent = Dot(store.identity.replica, 0)
        edge.isCopied = true
    }
}

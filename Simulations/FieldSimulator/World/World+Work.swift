import ChangeStore
import EdgeNode
import SyncProtocol

/// What people do at their PCs.
extension World {
    /// Writes of one transaction.
    enum Deed {
        case insert(table: String, values: [(String, Value)])
        case update(Town.KnownRow, values: [(String, Value)])
        case delete(Town.KnownRow)
        case revive(Town.KnownRow)
    }

    static let people = ["sari", "budi", "wayan", "lalu"]

    /// Records one transaction, as a screen does: without asking anybody.
    @discardableResult
    func record(_ edge: SimEdge, _ deeds: [Deed]) -> Dot? {
        guard let node = edge.node, !edge.isRelay, now >= edge.pausedUntil, !deeds.isEmpty else {
            return nil
        }
        serial += 1
        let serial = serial
        let author = Author(Self.people[Int(edge.entity) % Self.people.count], .operator)
        touch(edge)
        do {
            let made = try node.store.record(
                as: author, "op.\(serial)", now: edge.clock.now
            ) { recording in try Self.carryOut(deeds, &recording) }
            let changeset = made.changeset
            tally.recorded += 1
            edge.told.append(
                Told(
                    serial: serial, dot: changeset.dot, body: changeset.encoded(),
                    clock: changeset.clock))
            edge.rows += made.result
            note(edge.name, .work, "op.\(serial) \(Self.text(deeds))")
            checkNumber(edge, changeset)
            return changeset.dot
        } catch {
            recordFailed(edge, error)
            return nil
        }
    }

    private static func carryOut(
        _ deeds: [Deed], _ recording: inout Recording
    ) throws -> [Town.KnownRow] {
        var made: [Town.KnownRow] = []
        for deed in deeds {
            switch deed {
            case .insert(let table, let values):
                made.append(
                    Town.KnownRow(table: table, row: try recording.insert(table, values)))
            case .update(let row, let values): try recording.update(row.table, row.row, values)
            case .delete(let row): try recording.delete(row.table, row.row)
            case .revive(let row): try recording.revive(row.table, row.row)
            }
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
        if edge.disk.isDead { return }
        switch error {
        case is RecordingError:
            // Somebody deleted it first, or it is not here.
            return
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

    private static func text(_ deeds: [Deed]) -> String {
        deeds.map { deed in
            switch deed {
            case .insert(let table, _): "adds a \(table)"
            case .update(let row, let values):
                "edits \(row.table) \(row.row) "
                    + values.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
            case .delete(let row): "deletes \(row.table) \(row.row)"
            case .revive(let row): "revives \(row.table) \(row.row)"
            }
        }.joined(separator: "; ")
    }

    /// The same content is recorded again under the new number; the old dots of what nobody had
    /// are gone.
    func renumber(_ edge: SimEdge) {
        guard let store = edge.store else { return }
        edge.watch.sent = Dot(store.identity.replica, 0)
        edge.isCopied = true
    }
}

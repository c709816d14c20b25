import ChangeStore
import Console
import GRDB
import SyncProtocol

/// Decides, for the district and civil registry, about a move that was suspended because another
/// office had accepted the person (DOMAIN §4, C5).
struct TransferDesk {
    struct Line: Codable {
        var transfer: String
        var state: String
        var from: String
        var to: String
        var movedOn: String
        var hasArrived: Bool
    }

    let hub: Hub

    /// Moves that are not over; what waits for a decision first.
    func open() throws -> [Line] {
        try hub.store.read { db in
            let rows = try HubRow.all(
                "transfer",
                where: "t.from_office = s.code AND t.state IN ('sent', 'suspended')", [], db)
            return try rows.map { row in
                let copy = try row.id.carried.flatMap { try HubRow.find("transfer", $0, db) }
                return Line(
                    transfer: row.id.description, state: row.text("state") ?? "",
                    from: row.scope.code, to: row.text("to_office") ?? "",
                    movedOn: row.text("moved_on") ?? "",
                    hasArrived: copy?.row("arrived_as") != nil)
            }.sorted { ($0.state == "suspended" ? 0 : 1) < ($1.state == "suspended" ? 0 : 1) }
        }
    }

    /// - Parameter accepts: whether the person belongs to this transfer's office after all. Then
    ///   the office that accepted first is asked to let the person go.
    func decide(
        _ id: RowID, accepts: Bool, as author: Author, note: String?, now: Int64
    ) throws {
        let found = try hub.store.read { try suspended(id, $0) }
        guard let origin = found else { throw HubFault.notSuspended(id.description) }
        if accepts { try releaseRivals(of: origin, as: author, note: note, now: now) }
        try hub.carryOut(as: author, "transfer.decide", now: now) { db in
            guard let origin = try suspended(id, db) else { return [] }
            let departure = accepts ? [] : try TransferCarrier.departure(origin, db)
            return [
                RowEdit.update(
                    origin,
                    [
                        ("state", accepts ? "sent" : "returned"),
                        ("decided_by", .text(author.name)), ("decided_at", .integer(now)),
                        ("note", note.map { .text($0) } ?? origin["note"]),
                    ])
            ].compactMap(\.self) + departure.compactMap { .update($0, [("state", "cancelled")]) }
        }
    }

    private func suspended(_ id: RowID, _ db: Database) throws -> HubRow? {
        guard let row = try HubRow.find("transfer", id, db),
            row.text("from_office") == row.scope.code, row.text("state") == "suspended"
        else { return nil }
        return row
    }

    /// The village is the master of its residents: it is asked, not overruled.
    private func releaseRivals(
        of origin: HubRow, as author: Author, note: String?, now: Int64
    ) throws {
        let people = try hub.store.read { db in
            try HubRow.all(
                "transfer", where: "t.resident = ? AND s.code = ? AND t.state = 'accepted'",
                [origin["resident"].integer, origin.scope.code], db
            ).compactMap { rival in
                try rival.row("arrived_as").flatMap { try HubRow.find("resident", $0, db) }
            }
        }
        for person in people {
            let proposed = try JSONObject.text([("vital_status", "moved")])
            do {
                try hub.store.record(
                    as: author, "registry.propose", in: person.scope, now: now
                ) { recording in
                    let known = try recording.read {
                        try HubRow.all(
                            "registry_match", where: "t.resident = ? AND t.state = 'proposed'",
                            [person.id.rawValue], $0)
                    }
                    guard !known.contains(where: { $0["proposed"] == proposed }) else { return }
                    try recording.insert(
                        "registry_match",
                        [
                            ("resident", .integer(person.id.rawValue)), ("result", "duplicate"),
                            ("proposed", proposed), ("by", .text(author.name)),
                            ("at", .integer(now)), ("state", "proposed"),
                            ("note", note.map { .text($0) } ?? .null),
                        ].filter { !$0.1.isNull })
                }
            } catch RecordingError.nothingToRecord {
                continue
            }
        }
    }
}

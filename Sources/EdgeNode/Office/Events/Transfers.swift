import ChangeStore
import Console
import GRDB
import Models
public import SyncProtocol

/// A move to another office, seen from the office that is left.
extension Office {
    /// Letters of this office about the person that nobody has answered for good.
    func openTransfers(of resident: RowID, _ db: Database) throws -> [RegisterRow] {
        try all(
            "transfer",
            where: "t.resident = ? AND t.from_office = ? AND t.state IN ('sent', 'suspended')",
            [resident.rawValue, scope.code], db)
    }

    /// Another PC, or somebody before, may have sent the person off already.
    func doubtSecondMove(
        of resident: RowID, _ reader: inout EntryReader, _ recording: Recording
    ) throws {
        let open = try recording.read { try openTransfers(of: resident, $0) }
        guard let office = open.first?.text("to_office") else { return }
        reader.doubt("member", .alreadySent(try recording.read { try placeName(office, $0) }))
    }

    func placeName(_ code: String, _ db: Database) throws -> String {
        try region(code, db)?.name ?? code
    }

    /// The move does not take place. Should the destination have accepted before it hears of it,
    /// its acceptance stands.
    func cancel(_ transfer: RegisterRow, _ recording: inout Recording) throws {
        try recording.update("transfer", transfer.id, [("state", "cancelled")])
        let events = try recording.read {
            try all(
                "vital_event", where: "t.resident = ? AND t.state = 'draft'",
                [transfer["resident"].integer], $0)
        }
        for event in events
        where JSONObject.read(event.text("details"))["transfer"]?.integer == transfer.id.rawValue {
            try recording.update("vital_event", event.id, [("state", "cancelled")])
        }
    }

    /// Takes back what was sent and has not been answered.
    /// - Returns: the person who stays.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func cancelTransfer(_ id: RowID, by staff: Staff) throws -> RowID {
        try staff.requireWriting("transfer")
        return try record(as: staff, "transfer.cancel") { recording in
            let transfer = try recording.read { try require("transfer", id, $0) }
            guard transfer.text("from_office") == scope.code,
                let resident = transfer.row("resident")
            else { throw OfficeFault.notFound }
            guard ["sent", "suspended"].contains(transfer.text("state") ?? "") else {
                throw OfficeFault.wrongState(transfer.text("state") ?? "")
            }
            try cancel(transfer, &recording)
            return resident
        }
    }

    // MARK: - By the numbers people know

    /// - Throws: ``EdgeFault/usage(_:)``.
    func householdOf(nik: String) throws -> (home: RowID, members: [ResidentLine]) {
        try store.read { db in
            let found = try all(
                "resident", where: "t.nik = ? AND coalesce(t.vital_status, 'alive') = 'alive'",
                [nik], db)
            guard let person = found.first, let home = person.row("household") else {
                throw EdgeFault.usage("nobody of this office, in a household, has the NIK \(nik)")
            }
            return (home, try staying(home, without: [], db))
        }
    }

    func openTransfers(ofNIK nik: String) throws -> [RowID] {
        try store.read { db in
            try all("resident", where: "t.nik = ?", [nik], db)
                .flatMap { try openTransfers(of: $0.id, db) }.map(\.id)
        }
    }

    /// Households that somebody lives in, by the head's name.
    func activeHouseholds() throws -> [(id: RowID, label: String)] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT h.id, h.family_card_no AS card, h.hamlet AS hamlet,
                        (SELECT r.name FROM resident r WHERE r.household = h.id
                         AND r.relationship = 'head' LIMIT 1) AS head
                    FROM household h WHERE coalesce(h.status, 'active') = 'active'
                    AND h.scope = (SELECT id FROM scope WHERE code = ?) ORDER BY head, card
                    """, arguments: [scope.code]
            ).map { row in
                let parts: [String?] = [row["head"], row["hamlet"], row["card"]]
                return (
                    id: RowID(rawValue: row["id"]),
                    label: parts.compactMap(\.self).joined(separator: " · ")
                )
            }
        }
    }
}

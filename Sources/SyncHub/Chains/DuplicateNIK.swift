import ChangeStore
import GRDB
import SyncProtocol

/// Two villages that registered one NIK (DOMAIN §4, C4): both stay, both are flagged.
///
/// A finding is a function of what the residents say now: open while somebody of another office
/// has the NIK, in hand once civil registry has decided, resolved when one of them no longer has
/// it. Each office learns the other's name and nothing of its data.
struct DuplicateNIK {
    static let kind = "duplicate_nik"

    let hub: Hub
    let now: Int64

    /// Looks at these residents, at whoever shares their NIK, and at those they were flagged with.
    func settle(_ residents: Set<RowID>) throws {
        let concerned = try hub.store.read { db in
            var all = residents
            var wasFlagged = false
            for id in residents.sorted() {
                guard let resident = try HubRow.find("resident", id, db) else {
                    wasFlagged = try wasFlagged || Self.finding(of: id, db) != nil
                    continue
                }
                all.formUnion(try Self.others(with: resident, db).map(\.id))
                wasFlagged = try wasFlagged || Self.finding(of: id, db) != nil
            }
            // Whoever shared the former number is known by their own findings only.
            if wasFlagged { all.formUnion(try Self.flagged(db)) }
            return all.sorted()
        }
        for id in concerned {
            try hub.carryOut("finding.nik", now: now) { db in
                try Self.edit(id, now: now, db).map { [$0] } ?? []
            }
        }
    }

    private static func finding(of resident: RowID, _ db: Database) throws -> HubRow? {
        guard let id = resident.carried,
            let row = try HubRow.find("finding", id, db), row.text("kind") == kind
        else { return nil }
        return row
    }

    /// Residents whose finding is not closed.
    private static func flagged(_ db: Database) throws -> [RowID] {
        try HubRow.all(
            "finding", where: "t.kind = ? AND t.state IN ('open', 'acknowledged')", [kind], db
        ).compactMap(\.id.carriedFrom)
    }

    /// People of other offices who count there under the same NIK.
    static func others(with resident: HubRow, _ db: Database) throws -> [HubRow] {
        guard let nik = resident.text("nik"), TransferCarrier.counts(resident) else { return [] }
        return try HubRow.all(
            "resident", where: "t.nik = ? AND t.scope <> (SELECT id FROM scope WHERE code = ?)",
            [nik, resident.scope.code], db
        ).filter {
            // A row on its way from a village to the one that was split off it is one person.
            TransferCarrier.counts($0) && $0.id.carried != resident.id
                && $0.id != resident.id.carried
        }
    }

    private static func edit(_ id: RowID, now: Int64, _ db: Database) throws -> RowEdit? {
        guard let resident = try HubRow.find("resident", id, db) else {
            return try finding(of: id, db).flatMap { .update($0, [("state", "resolved")]) }
        }
        let others = try others(with: resident, db)
        let known = try finding(of: id, db)
        guard !others.isEmpty else {
            return known.flatMap { .update($0, [("state", "resolved")]) }
        }
        let judged = Set(
            try HubRow.all("resident_link", where: "t.a = ?", [id.rawValue], db)
                .compactMap { $0.row("b") })
        let isJudged = others.allSatisfy { judged.contains($0.id) }
        let offices = Set(others.map(\.scope)).sorted()
        let detail = try offices.map { "\(try Hub.placeName($0.code, db)) (\($0))" }
            .joined(separator: ", ")
        let values: [(String, Value)] = [
            ("detail", .text(detail)), ("state", isJudged ? "acknowledged" : "open"),
        ]
        if let known {
            let isDismissed =
                known.text("state") == "dismissed" && known.text("detail") == detail
            return isDismissed ? nil : .update(known, values)
        }
        guard let row = id.carried else { return nil }
        return .insert(
            "finding", row, in: resident.scope,
            values + [
                ("kind", .text(kind)), ("subject", .text("resident:\(id)")),
                ("decider", "civil_registry"), ("found_at", .integer(now)),
            ])
    }
}

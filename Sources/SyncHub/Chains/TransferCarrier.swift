import ChangeStore
import Console
import GRDB
import SyncProtocol

/// Turns the steps of ``TransferChain`` into rows of both scopes.
///
/// A family travels together: what is due for several people goes out as one changeset a scope.
struct TransferCarrier {
    /// People whose moves are looked at together: of one origin, of one household.
    struct Family: Hashable {
        let origin: Scope
        var residents: [RowID]
    }

    let hub: Hub
    let now: Int64

    /// The people whose moves these transfer rows, at whichever end, tell of; by household.
    static func families(of transfers: Set<RowID>, _ db: Database) throws -> [Family] {
        struct Home: Hashable {
            let scope: Scope
            let household: Int64
        }
        let none = RowID(rawValue: 0)
        var found: [Home: Set<RowID>] = [:]
        for id in transfers.sorted() {
            guard let row = try HubRow.find("transfer", id, db),
                let origin = try origin(of: row, db), let resident = origin.row("resident")
            else { continue }
            let home = Home(
                scope: origin.scope, household: household(of: origin)?.rawValue ?? id.rawValue)
            found[home, default: []].insert(resident)
        }
        return found.map { Family(origin: $0.key.scope, residents: $0.value.sorted()) }
            .sorted {
                ($0.origin, $0.residents.first ?? none) < ($1.origin, $1.residents.first ?? none)
            }
    }

    /// The origin's row of either end. A row that says it came from elsewhere and was not carried
    /// by the hub is nobody's.
    static func origin(of row: HubRow, _ db: Database) throws -> HubRow? {
        if row.text("from_office") == row.scope.code { return row }
        guard let id = row.id.carriedFrom,
            let origin = try HubRow.find("transfer", id, db),
            origin.scope.code == row.text("from_office"),
            origin.text("to_office") == row.scope.code
        else { return nil }
        return origin
    }

    /// The household that the person leaves, a row of the origin.
    static func household(of origin: HubRow) -> RowID? {
        JSONObject.read(origin.text("person"))["household"]?.integer.map(RowID.init(rawValue:))
    }

    /// Takes every step that is due. Bounded: the chain agrees after a few.
    func carry(_ family: Family) throws {
        for _ in 0..<8 {
            let written = try hub.carryOut("transfer.carry", now: now) { try edits(family, $0) }
            if written == 0 { return }
        }
    }

    /// One step for each person.
    private func edits(_ family: Family, _ db: Database) throws -> [RowEdit] {
        var plan: [RowEdit] = []
        var settled: [HubRow] = []
        for resident in family.residents {
            let ends = try HubRow.all(
                "transfer", where: "t.resident = ? AND s.code = ? AND t.from_office = ?",
                [resident.rawValue, family.origin.code, family.origin.code], db
            ).map { origin in (origin: origin, copy: try copy(of: origin, db)) }
            // Accepted twice at the same time: the earlier acceptance counts.
            let ordered = ends.sorted {
                (Self.decided($0.copy), $0.origin.id) < (Self.decided($1.copy), $1.origin.id)
            }
            for end in ordered {
                let hasRival = ends.contains {
                    $0.origin.id != end.origin.id && $0.origin.text("state") == "accepted"
                }
                guard let step = Self.chain(end.origin, end.copy, hasRival).next else { continue }
                if step == .settle { settled.append(end.origin) }
                plan += try edits(step, end.origin, end.copy, db)
                break
            }
        }
        return plan + (try departures(settled, db))
    }

    private func copy(of origin: HubRow, _ db: Database) throws -> HubRow? {
        guard let id = origin.id.carried, let office = origin.text("to_office") else { return nil }
        return try HubRow.find("transfer", id, in: Scope(office), db)
    }

    private static func decided(_ copy: HubRow?) -> Int64 {
        copy?["decided_at"].integer ?? .max
    }

    private static func chain(
        _ origin: HubRow, _ copy: HubRow?, _ hasRival: Bool
    ) -> TransferChain {
        func state(_ row: HubRow) -> TransferChain.State {
            row.text("state").flatMap(TransferChain.State.init) ?? .sent
        }
        return TransferChain(
            origin: state(origin), copy: copy.map(state),
            hasArrived: copy?.row("arrived_as") != nil, hasRival: hasRival,
            isDecided: origin.text("decided_by") != nil)
    }

    // MARK: - Steps

    private func edits(
        _ step: TransferChain.Step, _ origin: HubRow, _ copy: HubRow?, _ db: Database
    ) throws -> [RowEdit] {
        let answer = ["arrived_as", "decided_by", "decided_at", "note"].map {
            ($0, copy?[$0] ?? .null)
        }
        switch step {
        case .carry: return try carried(origin, db)
        case .settle:
            return [RowEdit.update(origin, [("state", "accepted")] + answer)].compactMap(\.self)
        case .originFollows(let state):
            // The destination's scope first: once the origin has followed, nothing is due.
            var plan = [state == .returned ? copy.flatMap(Self.forget) : nil]
            plan.append(
                RowEdit.update(
                    origin,
                    [("state", .text(state.rawValue))] + (state == .returned ? answer : [])))
            if state == .returned {
                plan += try Self.departure(origin, db).map { .update($0, [("state", "cancelled")]) }
            }
            return plan.compactMap(\.self)
        case .copyFollows(let state):
            return try copy.map { try follow($0, state, origin, db) } ?? []
        case .suspend:
            let waits = RowEdit.update(origin, [("state", "suspended")])
            return [waits].compactMap(\.self)
                + (try copy.map { try follow($0, .suspended, origin, db) } ?? [])
        }
    }

    /// The destination learns of the person what the letter says, and nothing else of the origin.
    private func carried(_ origin: HubRow, _ db: Database) throws -> [RowEdit] {
        guard let office = origin.text("to_office"), let id = origin.id.carried,
            origin.text("person") != nil, try hub.officeName(office, db) != nil
        else { return [] }
        let names = [
            "resident", "from_office", "to_office", "moved_on", "reason", "certificate_no",
            "person",
        ]
        return [
            .insert(
                "transfer", id, in: Scope(office),
                [("state", "sent")]
                    + names.map { ($0, origin[$0]) }.filter { !$0.1.isNull })
        ]
    }

    /// The destination's row takes a state; the person it entered counts there only while accepted.
    private func follow(
        _ copy: HubRow, _ state: TransferChain.State, _ origin: HubRow, _ db: Database
    ) throws -> [RowEdit] {
        var plan = [RowEdit.update(copy, [("state", .text(state.rawValue))])]
        if state != .sent, state != .accepted, copy.row("arrived_as") == nil {
            plan += [state == .suspended ? nil : Self.forget(copy)]
        }
        if let arrived = try copy.row("arrived_as").flatMap({
            try HubRow.find("resident", $0, in: copy.scope, db)
        }) {
            let counts = state == .accepted
            let status = arrived.text("vital_status") ?? "alive"
            if counts ? status == "invalid" : status == "alive" {
                plan.append(.update(arrived, [("vital_status", counts ? "alive" : "invalid")]))
            }
            let entry =
                counts ? "registered" : state == .suspended ? "draft" : "cancelled"
            plan += try Self.arrivals(copy, arrived, db).map {
                .update($0, [("state", .text(entry))])
            }
        }
        plan.append(try finding(copy, isOpen: state == .suspended, db))
        return plan.compactMap(\.self)
    }

    /// A person who did not come stays with the office they are of.
    private static func forget(_ copy: HubRow) -> RowEdit? { .update(copy, [("person", .null)]) }

    /// What the destination is shown while somebody else has to decide.
    private func finding(_ copy: HubRow, isOpen: Bool, _ db: Database) throws -> RowEdit? {
        guard let id = copy.id.carried else { return nil }
        let state: Value = isOpen ? "open" : "resolved"
        if let known = try HubRow.find("finding", id, db) {
            return .update(known, [("state", state)])
        }
        guard isOpen else { return nil }
        return .insert(
            "finding", id, in: copy.scope,
            [
                ("kind", "transfer_suspended"), ("subject", .text("transfer:\(copy.id)")),
                ("detail", "Warga ini sudah diterima di kantor lain."), ("state", state),
                ("decider", "civil_registry"), ("found_at", .integer(now)),
            ])
    }

    // MARK: - Leaving the origin

    /// Who was accepted elsewhere no longer counts; the household's next head takes over, or the
    /// household has moved.
    private func departures(_ settled: [HubRow], _ db: Database) throws -> [RowEdit] {
        var plan: [RowEdit?] = []
        var left: [RowID: Set<RowID>] = [:]
        var heads: [RowID: RowID] = [:]
        for transfer in settled {
            guard
                let person = try transfer.row("resident").flatMap({
                    try HubRow.find("resident", $0, in: transfer.scope, db)
                })
            else { continue }
            if Self.counts(person) { plan.append(.update(person, [("vital_status", "moved")])) }
            for event in try Self.departure(transfer, db) {
                plan.append(.update(event, [("state", "registered")]))
                let details = JSONObject.read(event.text("details"))
                if let head = details["new_head"]?.integer, let home = event.row("household") {
                    heads[home] = RowID(rawValue: head)
                }
            }
            if let home = person.row("household") { left[home, default: []].insert(person.id) }
        }
        for (id, people) in left.sorted(by: { $0.key < $1.key }) {
            let staying = try HubRow.all(
                "resident", where: "t.household = ?", [id.rawValue], db
            ).filter { Self.counts($0) && !people.contains($0.id) }
            if staying.isEmpty {
                let home = try HubRow.find("household", id, db)
                plan.append(home.flatMap { .update($0, [("status", "moved")]) })
            } else if !staying.contains(where: { $0.text("relationship") == "head" }),
                let head = staying.first(where: { $0.id == heads[id] })
            {
                plan.append(.update(head, [("relationship", "head")]))
            }
        }
        return plan.compactMap(\.self)
    }

    /// The origin's entry of this very move, as long as it is not final.
    static func departure(_ transfer: HubRow, _ db: Database) throws -> [HubRow] {
        try events("move_out", of: transfer["resident"], transfer, db)
    }

    private static func arrivals(_ copy: HubRow, _ arrived: HubRow, _ db: Database) throws
        -> [HubRow]
    {
        try events("move_in", of: .integer(arrived.id.rawValue), copy, db)
    }

    private static func events(
        _ kind: String, of resident: Value, _ transfer: HubRow, _ db: Database
    ) throws -> [HubRow] {
        guard let resident = resident.integer else { return [] }
        return try HubRow.all(
            "vital_event", where: "t.resident = ? AND t.kind = ? AND s.code = ?",
            [resident, kind, transfer.scope.code], db
        ).filter {
            JSONObject.read($0.text("details"))["transfer"]?.integer == transfer.id.rawValue
        }
    }

    /// Whether the person is one of the office's people.
    static func counts(_ resident: HubRow) -> Bool {
        ["alive", "away", "missing"].contains(resident.text("vital_status") ?? "alive")
    }
}

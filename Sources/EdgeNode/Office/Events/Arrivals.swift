import ChangeStore
import Console
import GRDB
import Models
public import SyncProtocol

/// People whom another office sent here, as the hub carried their letter on (C5).
extension Office {
    /// One family, or a single person, that travels together.
    public struct Arrival: Sendable {
        public struct Person: Sendable {
            let transfer: RegisterRow
            let values: [String: Value]
            /// Somebody of this office who counts here under the same NIK: they came before their
            /// letter did.
            let known: ResidentLine?

            var name: String { values["name"]?.text ?? "–" }
        }

        /// The first person's transfer names the family.
        public let id: RowID
        public let origin: String
        public let originCode: String
        public let people: [Person]
        /// Another office has accepted the person: the district or civil registry decides.
        public let isSuspended: Bool

        var movedOn: String? { people.first?.transfer.text("moved_on") }
        var reason: String? { people.first?.transfer.text("reason") }
        var familyCard: String? { people.first?.values["family_card_no"]?.text }
    }

    private struct Journey: Hashable {
        let origin: String
        let household: Int64
        let movedOn: String
        let state: String
    }

    /// Letters that wait for this office's answer, or for somebody's decision.
    func arriving(_ db: Database) throws -> [RegisterRow] {
        try all(
            "transfer",
            where: "t.to_office = ? AND t.from_office <> ? AND t.state IN ('sent', 'suspended')",
            [scope.code, scope.code], db)
    }

    func families(_ transfers: [RegisterRow]) -> [[RegisterRow]] {
        let grouped = Dictionary(grouping: transfers) { transfer in
            Journey(
                origin: transfer.text("from_office") ?? "",
                household: JSONObject.read(transfer.text("person"))["household"]?.integer
                    ?? transfer.id.rawValue,
                movedOn: transfer.text("moved_on") ?? "", state: transfer.text("state") ?? "")
        }
        return grouped.values.map { $0.sorted { $0.id < $1.id } }
            .sorted { $0[0].id < $1[0].id }
    }

    public func arrivals() throws -> [Arrival] {
        try store.read { db in try families(arriving(db)).map { try arrival($0, db) } }
    }

    /// - Parameter id: any of the family's transfers.
    public func arrival(_ id: RowID) throws -> Arrival {
        try store.read { try arrival(id, $0) }
    }

    private func arrival(_ id: RowID, _ db: Database) throws -> Arrival {
        let all = try families(arriving(db))
        guard let family = all.first(where: { $0.contains { $0.id == id } }) else {
            if let answered = try find("transfer", id, db) {
                throw OfficeFault.wrongState(answered.text("state") ?? "")
            }
            throw OfficeFault.notFound
        }
        return try arrival(family, db)
    }

    private func arrival(_ family: [RegisterRow], _ db: Database) throws -> Arrival {
        let code = family[0].text("from_office") ?? ""
        return Arrival(
            id: family[0].id, origin: try placeName(code, db), originCode: code,
            people: try family.map { transfer in
                let values = JSONObject.read(transfer.text("person"))
                let known = try values["nik"]?.text.flatMap { nik in
                    try Self.lines(
                        """
                        FROM resident r LEFT JOIN household h ON h.id = r.household
                        WHERE r.nik = ? AND coalesce(r.vital_status, 'alive') = 'alive'
                        AND r.scope = (SELECT id FROM scope WHERE code = ?)
                        """, [nik, scope.code], db
                    ).first
                }
                return Arrival.Person(transfer: transfer, values: values, known: known)
            }, isSuspended: family[0].text("state") == "suspended")
    }

    // MARK: - Answering

    /// Enters the whole family, in one transaction: a household of their own or one that is here,
    /// a resident for everyone who is not here yet, with the same NIK, and the arrival's event.
    ///
    /// Fields: `household` or, for a new one, `family_card_no`, `address`, `hamlet`, `rt`, `rw`;
    /// `relationship.ROW` by transfer; `event_date` and the report.
    /// - Returns: the people as they are registered here.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func acceptArrival(
        _ id: RowID, _ entries: Entries, by staff: Staff
    ) throws -> [RowID] {
        try staff.requireWriting("transfer")
        return try record(as: staff, "transfer.accept") { recording in
            let arrival = try recording.read { try self.arrival(id, $0) }
            guard !arrival.isSuspended else { throw OfficeFault.wrongState("suspended") }
            var reader = EntryReader(entries)
            let report = Report(kind: "move_in", &reader, today: today)
            let people = arrival.people.map { person in
                (person: person, relationship: relationship(of: person, &reader))
            }
            let newcomers = people.filter { $0.person.known == nil }
            let household =
                newcomers.isEmpty
                ? nil
                : try household(
                    &reader, isHead: newcomers.contains { $0.relationship == "head" }, &recording)
            try reader.finish()
            guard let report, newcomers.isEmpty || household != nil else {
                throw OfficeFault.refused(reader.problems)
            }
            return try people.map { person, relationship in
                let row: RowID
                if let known = person.known {
                    row = known.id
                } else {
                    row = try enter(person, relationship, household, &recording)
                    try report.insert(
                        row, household,
                        [
                            ("origin", .text(arrival.origin)),
                            ("transfer", .integer(person.transfer.id.rawValue)),
                        ], &recording)
                }
                try recording.update(
                    "transfer", person.transfer.id,
                    [
                        ("state", "accepted"), ("arrived_as", .integer(row.rawValue)),
                        ("decided_by", .text(staff.name)), ("decided_at", .integer(clock())),
                    ])
                return row
            }
        }
    }

    private func relationship(
        of person: Arrival.Person, _ reader: inout EntryReader
    ) -> Value {
        let field = "relationship.\(person.transfer.id)"
        guard !reader.entries[field].isEmpty else { return person.values["relationship"] ?? .null }
        return reader.value(field, as: Self.column("resident", "relationship"))
    }

    /// What the letter says of the person, as far as this program's register keeps it.
    private func enter(
        _ person: Arrival.Person, _ relationship: Value, _ household: RowID?,
        _ recording: inout Recording
    ) throws -> RowID {
        let own: Set<String> = ["household", "vital_status", "temporary_no", "relationship"]
        guard let table = schema.table(named: "resident") else { throw OfficeFault.notFound }
        var values: [(String, Value)] = table.columns.compactMap { column in
            guard !own.contains(column.name), let value = person.values[column.name] else {
                return nil
            }
            do throws(CellFault) {
                try column.check(value)
                return (column.name, value)
            } catch {
                // A careless import at the origin is not brought along.
                return nil
            }
        }
        values += [
            ("household", household.map { .integer($0.rawValue) } ?? .null),
            ("relationship", relationship), ("vital_status", "alive"),
        ]
        let row = try recording.insert("resident", values.filter { !$0.1.isNull })
        if person.values["nik"] == nil {
            try recording.update("resident", row, [("temporary_no", .text(temporaryNumber(row)))])
        }
        return row
    }

    /// Sends the family's letter back: they have not come, or do not belong here.
    /// - Throws: ``OfficeFault``.
    public func refuseArrival(_ id: RowID, reason: String, by staff: Staff) throws {
        try staff.requireWriting("transfer")
        try record(as: staff, "transfer.return") { recording in
            let arrival = try recording.read { try self.arrival(id, $0) }
            guard !arrival.isSuspended else { throw OfficeFault.wrongState("suspended") }
            guard !reason.isEmpty else {
                throw OfficeFault.refused([FieldProblem("reason", .reasonMissing)])
            }
            for person in arrival.people {
                try recording.update(
                    "transfer", person.transfer.id,
                    [
                        ("state", "returned"), ("note", .text(reason)),
                        ("decided_by", .text(staff.name)), ("decided_at", .integer(clock())),
                    ])
            }
        }
    }
}

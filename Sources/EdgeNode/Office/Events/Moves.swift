import ChangeStore
import Console
import GRDB
import Models
public import SyncProtocol

extension Office {
    /// Registers that some or all of a household leave the office.
    ///
    /// Who goes to another office of this regency counts here until that office has accepted
    /// (C5): their departure is a draft until then, and so is the household's next head.
    ///
    /// Fields: `member.ROW` = 1 for everyone who leaves; `event_date`, the report, `reason`,
    /// `destination` in words, `to_office` when it is an office of this regency, `new_head`.
    /// - Throws: ``OfficeFault``.
    public func registerMoveOut(
        of household: RowID, _ entries: Entries, by staff: Staff
    ) throws {
        try staff.requireWriting("vital_event")
        try record(as: staff, "move_out.register") { recording in
            var reader = EntryReader(entries)
            let home = try recording.read { try require("household", household, $0) }
            let present = try recording.read { try staying(household, without: [], $0) }
            let leaving = present.filter { entries["member.\($0.id)"] == "1" }
            if leaving.isEmpty { reader.refuse("member", .nobodyChosen) }
            let report = Report(kind: "move_out", &reader, today: today)
            let ids = Set(leaving.map(\.id))
            let next =
                leaving.count == present.count
                ? nil
                : try nextHead(
                    of: household, leaving: ids,
                    heads: leaving.contains { $0.relationship == "head" }, &reader, recording)
            let destination = try destination(&reader, recording)
            for person in leaving { try doubtSecondMove(of: person.id, &reader, recording) }
            try reader.finish()
            guard let report else { throw OfficeFault.refused(reader.problems) }
            for person in leaving {
                guard let office = destination.office else {
                    try report.insert(person.id, household, destination.details, &recording)
                    try recording.update("resident", person.id, [("vital_status", "moved")])
                    continue
                }
                let record = try recording.read { try require("resident", person.id, $0) }
                let transfer = try send(record, home, to: office, report, destination, &recording)
                try report.insert(
                    person.id, household,
                    destination.details + [
                        ("transfer", .integer(transfer.rawValue)),
                        ("new_head", next.map { .integer($0.rawValue) } ?? .null),
                    ], state: "draft", &recording)
            }
            guard destination.office == nil else { return }
            if leaving.count == present.count {
                try recording.update("household", household, [("status", "moved")])
            }
            if let next { try recording.update("resident", next, [("relationship", "head")]) }
        }
    }

    private struct Destination {
        let office: String?
        let reason: Value
        let details: [(String, Value)]
    }

    private func destination(
        _ reader: inout EntryReader, _ recording: Recording
    ) throws -> Destination {
        let text = SyncProtocol.Column(1, "text", .text, Label("", ""))
        let code = reader.entries["to_office"]
        let region = code.isEmpty ? nil : try recording.read { try self.region(code, $0) }
        if !code.isEmpty, region?.isOffice != true || code == scope.code {
            reader.refuse("to_office", .notAChoice)
        }
        let words = reader.value("destination", as: text, isRequired: code.isEmpty)
        let reason = reader.value("reason", as: text)
        let place = words.isNull ? region.map { Value.text($0.name) } ?? .null : words
        return Destination(
            office: region?.code, reason: reason,
            details: [("destination", place), ("reason", reason), ("to_office", .text(code))]
                .filter { $0.1 != .text("") })
    }

    /// The hub carries a transfer on to the office of destination, which may not read ours.
    private func send(
        _ record: RegisterRow, _ home: RegisterRow, to office: String, _ report: Report,
        _ destination: Destination, _ recording: inout Recording
    ) throws -> RowID {
        let columns = record.table.columns.map(\.name).filter {
            !["household", "vital_status", "temporary_no"].contains($0)
        }
        // The household's name here keeps a family together there.
        let person =
            columns.map { ($0, record[$0]) } + [
                ("family_card_no", home["family_card_no"]),
                ("household", .integer(home.id.rawValue)),
            ]
        return try recording.insert(
            "transfer",
            [
                ("resident", .integer(record.id.rawValue)), ("from_office", .text(scope.code)),
                ("to_office", .text(office)), ("state", "sent"),
                ("moved_on", .text(report.eventDate.iso)), ("reason", destination.reason),
                ("person", try JSONObject.text(person)),
            ])
    }

    /// Registers somebody who comes to live here.
    ///
    /// Fields: a resident's columns; `household` or, for a new one, `family_card_no`, `address`,
    /// `hamlet`, `rt`, `rw`; `event_date`, the report, `origin`.
    /// - Returns: the resident.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func registerMoveIn(_ entries: Entries, by staff: Staff) throws -> RowID {
        try staff.requireWriting("vital_event")
        return try record(as: staff, "move_in.register") { recording in
            var reader = EntryReader(entries)
            let person = try newcomer(&reader, recording)
            let report = Report(kind: "move_in", &reader, today: today)
            if let report, let born = person.birthDate, report.eventDate < born {
                reader.refuse("event_date", .beforeBirth)
            }
            let text = SyncProtocol.Column(1, "text", .text, Label("", ""))
            let origin = reader.value("origin", as: text, isRequired: true)
            let household = try household(
                &reader, isHead: reader.entries["relationship"] == "head", &recording)
            try reader.finish()
            guard let report, let household else { throw OfficeFault.refused(reader.problems) }
            let row = try recording.insert(
                "resident", person.values + [("household", .integer(household.rawValue))])
            if person.nik == nil {
                try recording.update(
                    "resident", row, [("temporary_no", .text(temporaryNumber(row)))])
            }
            try report.insert(row, household, [("origin", origin)], &recording)
            return row
        }
    }

    private struct Newcomer {
        let values: [(String, Value)]
        let nik: String?
        let birthDate: CivilDate?
    }

    static let newcomerColumns = [
        "nik", "name", "sex", "birth_place", "birth_date", "religion", "education",
        "occupation", "marital_status", "citizenship", "blood_type", "father_name",
        "mother_name", "phone", "relationship", "residency",
    ]

    private func newcomer(
        _ reader: inout EntryReader, _ recording: Recording
    ) throws -> Newcomer {
        var values = Self.newcomerColumns.map { name in
            let column = Self.column("resident", name)
            let isRequired = column?.isRequired == true || name == "relationship"
            return (name, reader.value(name, as: column, isRequired: isRequired))
        }
        let known = Dictionary(values, uniquingKeysWith: { first, _ in first })
        let nik = known["nik"]?.text
        if let nik {
            checkNIK(
                nik, "nik", birthDate: known["birth_date"]?.text, sex: known["sex"]?.text, &reader)
            try recording.read { try checkNobodyHas(nik, except: nil, &reader, $0) }
        }
        let born = known["birth_date"]?.text.flatMap { CivilDate(iso: $0) }
        if let born, born > today { reader.refuse("birth_date", .inFuture) }
        values.append(("nik_status", nik == nil ? "temporary" : "submitted"))
        values.append(("vital_status", "alive"))
        return Newcomer(values: values, nik: nik, birthDate: born)
    }

    /// The household that was chosen, or a new one.
    func household(
        _ reader: inout EntryReader, isHead: Bool, _ recording: inout Recording
    ) throws -> RowID? {
        if !reader.entries["household"].isEmpty {
            guard let id = reader.entries.row("household"),
                try recording.read({ try find("household", id, $0) }) != nil
            else {
                reader.refuse("household", .notAChoice)
                return nil
            }
            let others = try recording.read { try staying(id, without: [], $0) }
            if isHead, others.contains(where: { $0.relationship == "head" }) {
                reader.doubt("relationship", .anotherHead)
            }
            return id
        }
        var values: [(String, Value)] = []
        for name in ["family_card_no", "address", "hamlet", "rt", "rw"] {
            let column = Self.column("household", name)
            values.append(
                (name, reader.value(name, as: column, isRequired: column?.isRequired == true)))
        }
        if let card = values[0].1.text {
            try recording.read { try checkFamilyCard(card, except: nil, &reader, $0) }
        }
        guard reader.problems.isEmpty else { return nil }
        return try recording.insert(
            "household", values + [("welfare_class", "unknown"), ("status", "active")])
    }
}

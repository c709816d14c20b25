import ChangeStore
import GRDB
import Models
public import SyncProtocol

extension Office {
    /// Registers a birth: the child as a new resident of the household, and the event.
    ///
    /// Fields: `name`, `sex`, `event_date`, `birth_place`, `mother`, `father` (rows of the
    /// household) or `mother_name`, `father_name`; `relationship`; the report; details.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func registerBirth(
        in household: RowID, _ entries: Entries, by staff: Staff
    ) throws -> RowID {
        try staff.requireWriting("vital_event")
        return try record(as: staff, "birth.register") { recording in
            var reader = EntryReader(entries)
            let home = try recording.read { try require("household", household, $0) }
            let mother = try parent("mother", of: home, &reader, recording)
            let father = try parent("father", of: home, &reader, recording)
            let report = Report(kind: "birth", &reader, today: today)
            var child = childValues(&reader, mother, father)
            try recording.read {
                try checkNewborn(home, mother, report, child, &reader, $0)
            }
            try reader.finish()
            guard let report else { throw OfficeFault.refused(reader.problems) }
            child += [
                ("birth_date", .text(report.eventDate.iso)),
                ("household", .integer(household.rawValue)),
            ]
            let row = try recording.insert("resident", child)
            try recording.update(
                "resident", row, [("temporary_no", .text(temporaryNumber(row)))])
            try report.insert(row, household, birthDetails(&reader), &recording)
            try reader.finish()
            return row
        }
    }

    private func parent(
        _ field: String, of household: RegisterRow, _ reader: inout EntryReader,
        _ recording: Recording
    ) throws -> RegisterRow? {
        guard !reader.entries[field].isEmpty else { return nil }
        let found = try reader.entries.row(field).flatMap { id in
            try recording.read { try find("resident", id, $0) }
        }
        if found?.row("household") != household.id { reader.refuse(field, .notAChoice) }
        return found
    }

    private func childValues(
        _ reader: inout EntryReader, _ mother: RegisterRow?, _ father: RegisterRow?
    ) -> [(String, Value)] {
        var values: [(String, Value)] = []
        for name in ["name", "sex", "birth_place", "relationship"] {
            let column = Self.column("resident", name)
            values.append(
                (name, reader.value(name, as: column, isRequired: name != "birth_place")))
        }
        for (field, parent) in [("mother", mother), ("father", father)] {
            let typed = reader.value(
                field + "_name", as: Self.column("resident", field + "_name"),
                isRequired: field == "mother" && parent == nil)
            values.append((field + "_name", parent?["name"] ?? typed))
            values.append((field + "_nik", parent?["nik"] ?? .null))
        }
        return values + [
            ("nik_status", "temporary"), ("religion", (mother ?? father)?["religion"] ?? .null),
            ("education", "none"), ("occupation", "Belum/Tidak Bekerja"),
            ("marital_status", "single"),
            ("citizenship", (mother ?? father)?["citizenship"] ?? "wni"),
            ("residency", "permanent"), ("vital_status", "alive"),
        ]
    }

    /// Twins share mother and day, so only the same name on top of that is doubtful.
    private func checkNewborn(
        _ home: RegisterRow, _ mother: RegisterRow?, _ report: Report?, _ child: [(String, Value)],
        _ reader: inout EntryReader, _ db: Database
    ) throws {
        guard let report, let name = child.first(where: { $0.0 == "name" })?.1.text else {
            return
        }
        let sameDay = try all(
            "resident", where: "t.household = ? AND t.birth_date = ?",
            [home.id.rawValue, report.eventDate.iso], db)
        let key = SearchWords.words(name)
        if let same = sameDay.first(where: { SearchWords.words($0.text("name") ?? "") == key }) {
            reader.doubt("name", .sameChildExists(same.text("name") ?? ""))
        }
        // Ten years: what is less is nearly always a mistyped year.
        if let born = mother?.day("birth_date"), born.age(on: report.eventDate) < 10 {
            reader.doubt("mother", .parentTooYoung)
        }
    }

    private func birthDetails(_ reader: inout EntryReader) -> [(String, Value)] {
        let number = SyncProtocol.Column(1, "number", .integer, Label("", ""))
        let text = SyncProtocol.Column(1, "text", .text, Label("", ""))
        return ["weight_g", "length_cm", "order"].map { ($0, reader.value($0, as: number)) }
            + ["time", "place", "attendant"].map { ($0, reader.value($0, as: text)) }
    }
}

import ChangeStore
import Console
import GRDB
import Models
public import SyncProtocol

/// Writing a letter up to the point where the head decides.
extension Office {
    /// Checks the fields of a letter and shows how it will read.
    /// - Throws: ``OfficeFault/refused(_:)`` with what is missing or unreadable.
    public func previewLetter(
        _ typeCode: String, for resident: RowID, _ entries: Entries
    ) throws -> String {
        try store.read { db in
            let type = try letterType(typeCode, db)
            let record = try require("resident", resident, db)
            let values = try fieldValues(of: type, entries)
            return try text(
                of: type, values, record, number: "……/……", day: today, signer: "………………", db)
        }
    }

    /// Records a draft.
    @discardableResult
    public func draftLetter(
        _ typeCode: String, for resident: RowID, _ entries: Entries, by staff: Staff
    ) throws -> RowID {
        try staff.requireWriting("letter")
        return try record(as: staff, "letter.draft") { recording in
            let type = try recording.read { try letterType(typeCode, $0) }
            let person = try recording.read { try require("resident", resident, $0) }
            let fields = try fieldValues(of: type, entries)
            // What cannot be written must not wait for the head to find out.
            _ = try recording.read {
                try text(of: type, fields, person, number: "0", day: today, signer: "-", $0)
            }
            return try recording.insert(
                "letter",
                [
                    ("type", .text(type.code)), ("type_version", .integer(type.version)),
                    ("classification", type.classification.map { .text($0) } ?? .null),
                    ("resident", .integer(person.id.rawValue)),
                    ("fields", try JSONObject.text(fields)), ("state", "draft"),
                ])
        }
    }

    private func fieldValues(
        of type: LetterType, _ entries: Entries
    ) throws -> [(String, Value)] {
        var reader = EntryReader(entries)
        let values = type.fields.map { field in
            let column = SyncProtocol.Column(
                1, field.name, field.kind.columnType, Label(field.label, field.label))
            return (
                field.name,
                reader.value("f." + field.name, as: column, isRequired: field.isRequired)
            )
        }
        try reader.finish()
        return values
    }

    /// The letter's text from stored or freshly read fields.
    func text(
        of type: LetterType, _ fields: [(String, Value)], _ resident: RegisterRow, number: String,
        day: CivilDate, signer: String, signerTitle: String? = nil, _ db: Database
    ) throws -> String {
        let values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        let spoken = type.fields.map { field in
            let raw = values[field.name] ?? .null
            return (
                name: field.name, value: raw.isNull ? "-" : field.spoken(raw.description)
            )
        }
        let household = try resident.row("household").flatMap { try find("household", $0, db) }
        let office = try letterhead(db).office
        do throws(LetterText.Failure) {
            return try type.template.render(
                fields: spoken, person: LetterText.Person(resident, household),
                office: office, number: number,
                issued: day.spoken, signer: signer, signerTitle: signerTitle)
        } catch {
            throw OfficeFault.letterTypeUnusable(type.code)
        }
    }

    public struct LetterFile: Sendable {
        public let record: RegisterRow
        public let resident: RegisterRow?
        public let typeName: String
        /// The frozen text, or how a draft reads today.
        public let text: String?
        public let delivery: Delivery
        public let history: [HistoryEntry]
        /// Whether it was signed on or after the resident's death (C6).
        public let isAfterDeath: Bool
    }

    public func letter(_ id: RowID) throws -> LetterFile {
        try LocalIndex(office: self).catchUp()
        return try store.read { db in
            let record = try require("letter", id, db)
            let resident = try record.row("resident").flatMap { try find("resident", $0, db) }
            let code = record.text("type") ?? ""
            let row = try reference("letter_type", where: "t.code = ?", [code], db).first
            return LetterFile(
                record: record, resident: resident, typeName: row?.text("name") ?? code,
                text: try record.text("frozen_text") ?? draftText(record, resident, row, db),
                delivery: try delivery(of: [record.version], db),
                history: try history(of: record, db),
                isAfterDeath: try isAfterDeath(record, db))
        }
    }

    private func draftText(
        _ letter: RegisterRow, _ resident: RegisterRow?, _ type: RegisterRow?, _ db: Database
    ) throws -> String? {
        guard let resident, let type = type.flatMap(LetterType.init) else { return nil }
        let fields = JSONObject.read(letter.text("fields")).map { ($0.key, $0.value) }
        do {
            return try text(
                of: type, fields, resident, number: "……/……", day: today, signer: "………………", db)
        } catch OfficeFault.letterTypeUnusable {
            return nil
        }
    }

    private func isAfterDeath(_ letter: RegisterRow, _ db: Database) throws -> Bool {
        guard let issued = letter.text("issued_on"), let resident = letter.row("resident") else {
            return false
        }
        return try !all(
            "vital_event",
            where: """
                t.resident = ? AND t.kind = 'death' AND t.event_date <= ?
                AND coalesce(t.state, '') NOT IN ('cancelled', 'corrected')
                """, [resident.rawValue, issued], db
        ).isEmpty
    }

    /// Letters by state, the latest first.
    public func letters(in states: [String], limit: Int = 100) throws -> [LetterLine] {
        let list = states.map { "'\($0)'" }.joined(separator: ",")
        return try store.read { db in
            try all("letter", where: "t.state IN (\(list))", orderBy: "t.id DESC", limit: limit, db)
                .map { record in
                    let resident = try record.row("resident").flatMap {
                        try find("resident", $0, db)
                    }
                    return LetterLine(record: record, residentName: resident?.text("name"))
                }
        }
    }

    public struct LetterLine: Sendable {
        public let record: RegisterRow
        public let residentName: String?
    }
}

extension LetterField.Kind {
    var columnType: ColumnType {
        switch self {
        case .text: .text
        case .date: .date
        case .money: .money
        case .number: .integer
        }
    }
}

extension LetterText.Person {
    init(_ resident: RegisterRow, _ household: RegisterRow?) {
        self.init(name: resident.text("name"))
        nik = resident.text("nik")
        birthPlace = resident.text("birth_place")
        birthDate = resident.day("birth_date")
        sex = resident.text("sex")
        religion = resident.text("religion")
        occupation = resident.text("occupation")
        maritalStatus = resident.text("marital_status")
        citizenship = resident.text("citizenship")
        education = resident.text("education")
        fatherName = resident.text("father_name")
        motherName = resident.text("mother_name")
        address = household?.text("address")
        hamlet = household?.text("hamlet")
        rt = household?.text("rt")
        rw = household?.text("rw")
        familyCardNo = household?.text("family_card_no")
    }
}

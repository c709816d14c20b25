import Models
import SyncProtocol

/// One line of a list of residents, in words.
struct ResidentLineView: Sendable {
    let path: String
    let name: String
    let nik: String
    let born: String
    let age: String
    let hamlet: String
    let relationship: String
    let card: String?
    let status: String?
    let faded: Bool

    init(
        _ line: ResidentLine, _ words: Words, _ today: CivilDate,
        _ purpose: SearchPurpose = .look
    ) {
        let format = Format(words)
        path = purpose.path(line)
        name = line.name
        nik = format.spaced(line.nik) ?? line.temporaryNumber ?? "–"
        born = format.day(line.birthDate)
        age = line.birthDate.map { words("{0} tahun", $0.age(on: today)) } ?? ""
        hamlet = line.hamlet ?? "–"
        relationship = words.choice("resident", "relationship", line.relationship)
        card = format.spaced(line.familyCard)
        let isHere = (line.vitalStatus ?? "alive") == "alive"
        faded = !isHere
        status = isHere ? nil : words.choice("resident", "vital_status", line.vitalStatus)
    }
}

/// A label with a value, and where it leads.
struct LabelledValue: Sendable {
    let label: String
    let value: String
    var path = ""
}

struct Action: Sendable {
    let path: String
    let label: String
    var isMain = false
}

/// One change of a row, in words.
struct HistoryView: Sendable {
    let when: String
    let place: String
    let who: String
    let what: String
    let cells: [LabelledValue]

    init(_ entry: HistoryEntry, _ words: Words) {
        let format = Format(words)
        when = format.moment(entry.at)
        place = words.place(entry.place)
        who = entry.author.name
        what = words.intent(entry.intent)
        var cells = entry.cells.filter { !Self.hidden.contains($0.column.name) }.map {
            LabelledValue(
                label: words($0.column.label), value: format.value($0.value, of: $0.column))
        }
        if entry.kind == .insert, cells.count > 3 {
            cells = [LabelledValue(label: words("Data dibuat"), value: "")]
        }
        if entry.kind == .delete {
            cells = [LabelledValue(label: words("Data dihapus"), value: "")]
        }
        self.cells = cells
    }

    private static let hidden: Set<String> = [
        "frozen_text", "qr", "digest", "credential", "series", "fields", "type_version", "content",
    ]
}

struct ResidentPage: Sendable {
    struct HouseholdLink: Sendable {
        let path: String
        let label: String
    }

    let name: String
    let summary: String
    let badge: String
    let badgeKind: String
    let conflict: LabelledValue?
    /// What concerns another office, in sentences.
    let notes: [String]
    /// Moves that can still be taken back.
    let moves: [LabelledValue]
    let actions: [Action]
    let left: [LabelledValue]
    let right: [LabelledValue]
    let household: HouseholdLink?
    let lines: [ResidentLineView]
    let hint: String?
    let events: [LabelledValue]
    let letters: [LabelledValue]
    let documents: DocumentList
    let history: [HistoryView]

    init(_ file: Office.ResidentFile, _ words: Words, _ today: CivilDate) {
        let record = file.record
        let format = Format(words)
        name = record.text("name") ?? "–"
        badge = words.delivery(file.delivery)
        badgeKind = String(describing: file.delivery)
        conflict = file.openConflicts.first.map {
            LabelledValue(
                label: words("Data ini berbeda di dua komputer. Selesaikan beda data."), value: "",
                path: "/beda-data/\($0)")
        }
        notes = file.findings.filter { $0.text("kind") == "duplicate_nik" }.map { finding in
            words(
                finding.text("state") == "open"
                    ? "NIK ini juga terdaftar di {0}. Menunggu keputusan Dukcapil."
                    : "NIK ini juga terdaftar di {0}. Dukcapil sudah memutuskan; lihat usulan.",
                finding.text("detail") ?? "")
        }
        moves = file.moves.map { transfer, office in
            LabelledValue(
                label: words(
                    "Sudah dikirim ke {0}; tetap terhitung di sini sampai diterima.", office),
                value: "", path: "/peristiwa/pindah/batal/\(transfer.id)")
        }
        let isHere = (record.text("vital_status") ?? "alive") == "alive"
        summary = [
            words.choice("resident", "vital_status", record.text("vital_status")),
            record.day("birth_date").map { words("{0} tahun", $0.age(on: today)) },
            file.household?.text("hamlet"),
        ].compactMap(\.self).joined(separator: " · ")
        actions = Self.actions(record, file.household, isHere, words)
        (left, right) = Self.facts(record, words)
        household = file.household.map {
            HouseholdLink(
                path: "/keluarga/\($0.id)",
                label: "KK " + (format.spaced($0.text("family_card_no")) ?? words("belum ada")))
        }
        lines = file.members.map { ResidentLineView($0, words, today) }
        hint = nil
        events = file.events.map {
            LabelledValue(
                label: words.choice("vital_event", "kind", $0.text("kind")),
                value: format.day(iso: $0.text("event_date")))
        }
        letters = file.letters.map {
            LabelledValue(
                label: $0.text("type") ?? "",
                value: [
                    words.choice("letter", "state", $0.text("state")),
                    $0.text("issued_on").map { format.day(iso: $0) },
                ].compactMap(\.self).joined(separator: " · "), path: "/surat/\($0.id)")
        }
        documents = DocumentList(file.documents, path: "/warga/\(record.id)", words)
        history = file.history.map { HistoryView($0, words) }
    }

    private static func actions(
        _ record: RegisterRow, _ household: RegisterRow?, _ isHere: Bool, _ words: Words
    ) -> [Action] {
        var actions = [
            Action(path: "/warga/\(record.id)/perbaiki", label: words("Perbaiki data"))
        ]
        guard isHere else { return actions }
        actions.insert(
            Action(
                path: "/surat/baru?warga=\(record.id)", label: words("Buat surat"), isMain: true),
            at: 0)
        if let household {
            actions += [
                Action(path: "/peristiwa/lahir/\(household.id)", label: words("Kelahiran")),
                Action(path: "/peristiwa/pindah/\(household.id)", label: words("Pindah keluar")),
            ]
        }
        return actions + [
            Action(path: "/peristiwa/mati/\(record.id)", label: words("Kematian"))
        ]
    }

    private static func facts(
        _ record: RegisterRow, _ words: Words
    ) -> ([LabelledValue], [LabelledValue]) {
        let format = Format(words)
        let shown = record.table.columns.filter { $0.name != "household" && $0.name != "name" }
        let values = shown.compactMap { column -> LabelledValue? in
            if column.name == "temporary_no", record[column.name].isNull { return nil }
            let isNumber = ["nik", "father_nik", "mother_nik"].contains(column.name)
            return LabelledValue(
                label: words(column.label),
                value: isNumber
                    ? format.spaced(record.text(column.name)) ?? "–"
                    : format.value(record[column.name], of: column))
        }
        let half = (values.count + 1) / 2
        return (Array(values.prefix(half)), Array(values.dropFirst(half)))
    }
}

struct HouseholdPage: Sendable {
    let name: String
    let summary: String
    let badge: String
    let badgeKind: String
    let actions: [Action]
    let left: [LabelledValue]
    let lines: [ResidentLineView]
    let hint: String?
    let documents: DocumentList
    let history: [HistoryView]

    init(_ file: Office.HouseholdFile, _ words: Words, _ today: CivilDate) {
        let record = file.record
        let format = Format(words)
        name = format.spaced(record.text("family_card_no")) ?? words("tanpa nomor KK")
        summary = file.members.first?.name ?? words("tanpa anggota")
        badge = words.delivery(file.delivery)
        badgeKind = String(describing: file.delivery)
        actions = [
            Action(
                path: "/keluarga/\(record.id)/perbaiki", label: words("Perbaiki data keluarga"),
                isMain: true),
            Action(path: "/peristiwa/lahir/\(record.id)", label: words("Kelahiran")),
            Action(
                path: "/peristiwa/datang?keluarga=\(record.id)",
                label: words("Tambah anggota datang")),
            Action(path: "/peristiwa/pindah/\(record.id)", label: words("Pindah keluar")),
        ]
        left = record.table.columns.filter { !["lat", "lon"].contains($0.name) }.map {
            LabelledValue(
                label: words($0.label), value: format.value(record[$0.name], of: $0))
        }
        lines = file.members.map { ResidentLineView($0, words, today) }
        hint = file.members.isEmpty ? words("Keluarga ini belum mempunyai anggota.") : nil
        documents = DocumentList(file.documents, path: "/keluarga/\(record.id)", words)
        history = file.history.map { HistoryView($0, words) }
    }
}

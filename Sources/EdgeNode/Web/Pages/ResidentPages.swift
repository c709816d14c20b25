import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// Looking up residents and households, and correcting them.
struct ResidentPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/warga", use: search)
        router.get("/warga/hasil", use: results)
        router.get("/warga/{id}", use: resident)
        router.get("/keluarga/{id}", use: household)
        router.get("/warga/{id}/perbaiki") { try await correct("resident", $0, $1) }
        router.post("/warga/{id}/perbaiki") { try await saveCorrection("resident", $0, $1) }
        router.get("/keluarga/{id}/perbaiki") { try await correct("household", $0, $1) }
        router.post("/keluarga/{id}/perbaiki") { try await saveCorrection("household", $0, $1) }
    }

    // MARK: - Searching

    struct Results: Sendable {
        var title = ""
        var step: String?
        var query = ""
        var purpose: String?
        var hint: String?
        let lines: [ResidentLineView]
    }

    private func found(_ request: Request, _ context: WebContext) throws
        -> @Sendable () throws -> Results
    {
        _ = try context.staff
        let query = try request.query()
        let typed = String(query["q"].prefix(100))
        let purpose = SearchPurpose(query["untuk"])
        let words = Words(context.visitor.language)
        let office = web.office
        return {
            let lines = try office.search(typed)
            var page = Results(
                lines: lines.map { ResidentLineView($0, words, office.today, purpose) })
            page.title = purpose.title(words)
            page.step = purpose.step(words)
            page.query = typed
            page.purpose = query["untuk"].isEmpty ? nil : query["untuk"]
            if typed.isEmpty {
                page.hint = words("Ketik sedikitnya dua huruf atau angka. Ejaan besar kecil bebas.")
            } else if lines.isEmpty {
                page.hint = words("Tidak ada yang cocok dengan “{0}”.", typed)
            } else if lines.count >= Office.searchLimit {
                page.hint = words(
                    "Menampilkan {0} yang pertama; ketik lebih lengkap.", Office.searchLimit)
            }
            return page
        }
    }

    private func search(_ request: Request, _ context: WebContext) async throws -> Response {
        let tab: Tab = try request.query()["untuk"].isEmpty ? .residents : .events
        return try await web.show(
            "search", "Cari warga", context, tab: tab, try found(request, context))
    }

    private struct Fragment {
        let page: Results
    }

    /// The list alone, for searching as one types.
    private func results(_ request: Request, _ context: WebContext) async throws -> Response {
        let page = try await web.lane.run(try found(request, context))
        return web.html(
            web.templates.render("results", Fragment(page: page), context.visitor.language))
    }

    // MARK: - Showing

    private func resident(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let id = try context.row()
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show("resident", "Warga", context, tab: .residents, notice: notice) {
            ResidentPage(try office.resident(id), words, office.today)
        }
    }

    private func household(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let id = try context.row()
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show("household", "Keluarga", context, tab: .residents, notice: notice)
        {
            HouseholdPage(try office.household(id), words, office.today)
        }
    }

    // MARK: - Correcting

    private func path(_ table: String) -> String { table == "resident" ? "/warga" : "/keluarga" }

    private func correct(
        _ table: String, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        try context.staff.requireWriting(table)
        let id = try context.row()
        let record = try await record(table, id)
        var shown = Entries()
        for column in Office.correctable(record.table) {
            shown.fields[column.name] = CellText.write(record[column.name], as: column.type)
        }
        return try await showForm(record, shown: shown, entries: shown, nil, context)
    }

    private func record(_ table: String, _ id: RowID) async throws -> RegisterRow {
        let office = web.office
        return try await web.lane.run { try office.record(table, id) }
    }

    private func saveCorrection(
        _ table: String, _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let (staff, id, form, office) = (
            try context.staff, try context.row(), context.form, web.office
        )
        var shown = Entries()
        for (name, value) in form.fields where name.hasPrefix("was.") {
            shown.fields[String(name.dropFirst(4))] = value
        }
        let before = shown
        do {
            let changed = try await web.lane.run {
                try office.correct(table, id, shown: before, entries: form, by: staff)
            }
            let notice: Notice = changed.isEmpty ? .nothingChanged : .saved
            return web.go(to: "\(path(table))/\(id)?ok=\(notice.rawValue)")
        } catch let fault as OfficeFault where fault != .notFound {
            let record = try await record(table, id)
            return try await showForm(record, shown: shown, entries: form, fault, context)
        }
    }

    private func showForm(
        _ record: RegisterRow, shown: Entries, entries: Entries, _ fault: OfficeFault?,
        _ context: WebContext
    ) async throws -> Response {
        let words = Words(context.visitor.language)
        let isResident = record.table.name == "resident"
        var page = FormPage(words, isResident ? "Perbaiki data warga" : "Perbaiki data keluarga")
        page.subject = record.text(isResident ? "name" : "family_card_no")
        page.action = "\(path(record.table.name))/\(record.id)/perbaiki"
        page.cancel = "\(path(record.table.name))/\(record.id)"
        page.hidden = Office.correctable(record.table).map {
            FormPage.Hidden(name: "was." + $0.name, value: shown[$0.name])
        }
        for (title, names) in Self.groups(record.table.name) {
            page.add(
                title, names.map { .column(record.table.name, $0) }, entries)
        }
        page.asksReason = isResident
        page.reason = entries["reason"]
        page.take(fault)
        let form = page
        return try await web.show(
            "form", page.title, context, tab: .residents, status: page.status
        ) { form }
    }

    /// The order in which people read a card, not that of the columns.
    private static func groups(_ table: String) -> [(String, [String])] {
        guard table == "resident" else {
            return [
                (
                    "", ["family_card_no", "welfare_class", "hamlet", "address", "rt", "rw"]
                )
            ]
        }
        return [
            (
                "Identitas",
                ["name", "nik", "nik_status", "sex", "birth_place", "birth_date", "citizenship"]
            ),
            (
                "Keterangan",
                [
                    "religion", "education", "occupation", "marital_status", "blood_type", "phone",
                    "relationship", "residency",
                ]
            ),
            ("Orang tua", ["father_name", "father_nik", "mother_name", "mother_nik"]),
        ]
    }
}

/// What a resident is searched for; decides where a found line leads.
enum SearchPurpose: Sendable {
    case look
    case birth
    case death
    case moveOut
    case moveIn
    case letter(String)

    init(_ text: String) {
        switch text {
        case "lahir": self = .birth
        case "mati": self = .death
        case "pindah": self = .moveOut
        case "datang": self = .moveIn
        default:
            // A letter type's code; anything else cannot be part of a path.
            let code = text.dropFirst("surat-".count)
            let isCode =
                text.hasPrefix("surat-") && !code.isEmpty
                && code.utf8.allSatisfy { $0.isAlphanumericASCII || $0 == UInt8(ascii: "-") }
            self = isCode ? .letter(String(code)) : .look
        }
    }

    func title(_ words: Words) -> String {
        switch self {
        case .look: words("Cari warga")
        case .birth: words("Kelahiran: cari ibu, ayah, atau keluarga bayi")
        case .death: words("Kematian: cari warga yang meninggal")
        case .moveOut: words("Pindah keluar: cari warga yang pindah")
        case .moveIn: words("Pindah datang: cari keluarga yang dituju")
        case .letter: words("Untuk siapa surat ini?")
        }
    }

    func step(_ words: Words) -> String? {
        if case .letter = self { words("Langkah 2 dari 4") } else { nil }
    }

    func path(_ line: ResidentLine) -> String {
        let household = line.household.map(\.description) ?? ""
        return switch self {
        case .birth where !household.isEmpty: "/peristiwa/lahir/\(household)"
        case .moveOut where !household.isEmpty: "/peristiwa/pindah/\(household)"
        case .moveIn where !household.isEmpty: "/peristiwa/datang?keluarga=\(household)"
        case .death: "/peristiwa/mati/\(line.id)"
        case .letter(let code): "/surat/baru/\(code)/\(line.id)"
        default: "/warga/\(line.id)"
        }
    }
}

extension UInt8 {
    fileprivate var isAlphanumericASCII: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}

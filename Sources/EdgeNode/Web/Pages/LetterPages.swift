import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// Writing a letter in four steps: type, resident, fields, check.
struct LetterPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/surat", use: list)
        router.get("/surat/baru", use: types)
        router.get("/surat/baru/{type}/{id}") { try await fields($0, $1, nil) }
        router.post("/surat/baru/{type}/{id}", use: checkOrSave)
    }

    // MARK: - The list

    private struct Line: Sendable {
        let path: String
        let type: String
        let number: String
        let resident: String
        let day: String
        let state: String
    }

    private struct Group: Sendable {
        let title: String
        let count: String
        let lines: [Line]
    }

    /// What fits a page that a thin line can carry.
    private static let linesMax = 30

    private struct ListPage: Sendable {
        let numbers: String
        let groups: [Group]
    }

    private static let groups: [(String, [String])] = [
        ("Menunggu persetujuan", ["draft", "checked", "verified", "approved", "numbered"]),
        ("Siap dicetak dan diserahkan", ["signed"]),
        ("Selesai", ["handed_over", "rejected", "revoked", "replaced"]),
    ]

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show("letters", "Surat", context, tab: .letters, notice: notice) {
            let names = Dictionary(
                try office.letterTypes().map { ($0.code, $0.name) }, uniquingKeysWith: { a, _ in a }
            )
            let left = try office.numbersLeft()
            return ListPage(
                numbers: stock(left, words),
                groups: try Self.groups.compactMap { title, states in
                    let found = try office.letters(in: states, limit: Self.linesMax + 1)
                    let lines = found.prefix(Self.linesMax).map { line($0, names, words) }
                    let more = found.count > lines.count ? "+" : ""
                    return lines.isEmpty
                        ? nil
                        : Group(title: words(title), count: "\(lines.count)\(more)", lines: lines)
                })
        }
    }

    private func stock(_ left: Int, _ words: Words) -> String {
        if left == 0 {
            return words("Belum ada jatah nomor surat di komputer ini; sinkronkan dulu.")
        }
        return left < LetterNumbers.lowMark
            ? words(
                "Jatah nomor surat di komputer ini tinggal {0}: sinkronkan sebelum habis.", left)
            : words("Jatah nomor surat di komputer ini: {0}.", left)
    }

    private func line(
        _ letter: Office.LetterLine, _ names: [String: String], _ words: Words
    ) -> Line {
        let record = letter.record
        let type = record.text("type") ?? ""
        return Line(
            path: "/surat/\(record.id)", type: names[type] ?? type,
            number: LetterSteps.number(of: record) ?? "",
            resident: letter.residentName ?? "–",
            day: record.text("issued_on").map { Format(words).day(iso: $0) } ?? "",
            state: words.choice("letter", "state", record.text("state")))
    }

    // MARK: - Step 1

    private struct TypesPage: Sendable {
        let types: [LabelledValue]
    }

    private func types(_ request: Request, _ context: WebContext) async throws -> Response {
        try context.staff.requireWriting("letter")
        let office = web.office
        // From a resident's page step 2 is already done.
        let resident = RowID(try request.query()["warga"])
        return try await web.show("letter_types", "Buat surat", context, tab: .letters) {
            TypesPage(
                types: try office.letterTypes().map { type in
                    LabelledValue(
                        label: type.name, value: type.attachments.joined(separator: ", "),
                        path: resident.map { "/surat/baru/\(type.code)/\($0)" }
                            ?? "/warga?untuk=surat-\(type.code)")
                })
        }
    }

    // MARK: - Step 3

    private func code(_ context: WebContext) throws -> String {
        guard let code = context.parameters.get("type") else { throw OfficeFault.notFound }
        return code
    }

    private struct Subject: Sendable {
        let type: LetterType
        let resident: RegisterRow
        let head: Office.Letterhead
    }

    private func subject(_ context: WebContext) async throws -> Subject {
        let (code, id, office) = (try code(context), try context.row(), web.office)
        return try await web.lane.run {
            Subject(
                type: try office.letterType(code), resident: try office.record("resident", id),
                head: try office.letterhead())
        }
    }

    private func fields(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        try context.staff.requireWriting("letter")
        let subject = try await subject(context)
        var page = FormPage(Words(context.visitor.language), subject.type.name)
        page.step = page.words("Langkah 3 dari 4")
        page.subject = page.words(
            "Untuk {0}. Data warga diisi sendiri oleh komputer.",
            subject.resident.text("name") ?? "")
        page.action = "/surat/baru/\(subject.type.code)/\(subject.resident.id)"
        page.cancel = "/surat"
        page.button = page.words("Lanjut: periksa surat")
        page.hidden = [FormPage.Hidden(name: "langkah", value: "periksa")]
        page.add("", subject.type.fields.map(Self.declaration), context.form)
        page.take(fault)
        let form = page
        return try await web.show(
            "form", subject.type.name, context, tab: .letters, status: page.status
        ) { form }
    }

    private static func declaration(_ field: LetterField) -> FieldDeclaration {
        let hint: String? =
            switch field.kind {
            case .money: "Rupiah, angka saja."
            case .number: "Angka saja."
            case .text, .date: nil
            }
        return FieldDeclaration(
            name: "f." + field.name, label: Label(field.label, field.label),
            kind: .input(field.kind == .date ? FieldDeclaration.dayInput : "text"),
            isRequired: field.isRequired,
            isWide: field.kind == .text, hint: hint)
    }

    // MARK: - Step 4

    private struct CheckPage: Sendable {
        let title: String
        let attachments: [String]
        let action: String
        let hidden: [FormPage.Hidden]
        let paper: PaperView
    }

    private func checkOrSave(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, form, office) = (try context.staff, context.form, web.office)
        let (code, id) = (try code(context), try context.row())
        do {
            switch form["langkah"] {
            case "simpan":
                let letter = try await web.lane.run {
                    try office.draftLetter(code, for: id, form, by: staff)
                }
                return web.go(to: "/surat/\(letter)?ok=konsep")
            case "ubah": return try await fields(request, context, nil)
            default: return try await check(context, staff)
            }
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await fields(request, context, fault)
        }
    }

    private func check(_ context: WebContext, _ staff: Staff) async throws -> Response {
        try staff.requireWriting("letter")
        let subject = try await subject(context)
        let (form, office) = (context.form, web.office)
        return try await web.show("letter_check", "Periksa surat", context, tab: .letters) {
            let text = try office.previewLetter(
                subject.type.code, for: subject.resident.id, form)
            return CheckPage(
                title: subject.type.name, attachments: subject.type.attachments,
                action: "/surat/baru/\(subject.type.code)/\(subject.resident.id)",
                hidden: subject.type.fields.map {
                    FormPage.Hidden(name: "f." + $0.name, value: form["f." + $0.name])
                },
                paper: PaperView(text, subject.head, qr: nil, isDraft: true))
        }
    }
}

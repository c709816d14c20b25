import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// A letter's own page: what it says, where it stands, and the next steps of whoever looks.
struct LetterSteps {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/surat/{id}") { try await letter($0, $1, nil) }
        router.get("/surat/{id}/cetak", use: print)
        router.post("/surat/{id}/{langkah}", use: step)
    }

    private struct Step: Sendable {
        let path: String
        let label: String
        var kind = ""
        /// The label of the one field that the step needs.
        var field: String?
        var name = "reason"
        var isRequired = true
    }

    private struct LetterPage: Sendable {
        let title: String
        let subject: String
        let state: String
        let badge: String
        let badgeKind: String
        let warning: String?
        let fault: String?
        let facts: [LabelledValue]
        let printPath: String?
        let steps: [Step]
        let paper: PaperView?
        let history: [HistoryView]
    }

    /// The number as printed, found in the text that was frozen with it.
    static func number(of record: RegisterRow) -> String? {
        record.text("frozen_text")?.split(separator: "\n").first { $0.hasPrefix("Nomor: ") }
            .map { String($0.dropFirst("Nomor: ".count)) }
    }

    private func letter(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        let (staff, id, office) = (try context.staff, try context.row(), web.office)
        let words = Words(context.visitor.language)
        let plain = PlainWords(words)
        let status = fault.map { plain.page(for: $0).status } ?? .ok
        return try await web.show(
            "letter", "Surat", context, tab: .letters, notice: try request.query()["ok"],
            status: status
        ) {
            let file = try office.letter(id)
            let state = file.record.text("state") ?? ""
            let isPrintable = ["signed", "handed_over"].contains(state)
            return LetterPage(
                title: file.typeName,
                subject: [file.resident?.text("name"), Self.number(of: file.record)]
                    .compactMap(\.self).joined(separator: " · "),
                state: words.choice("letter", "state", state),
                badge: words.delivery(file.delivery),
                badgeKind: String(describing: file.delivery),
                warning: file.isAfterDeath
                    ? words("Surat ini bertanggal sesudah warga meninggal. Periksa lagi.") : nil,
                fault: fault.map { plain.sentence(for: $0) }, facts: facts(file.record, words),
                printPath: isPrintable ? "/surat/\(id)/cetak" : nil,
                steps: steps(file.record, staff, words),
                paper: PaperView(file, try office.letterhead(), words),
                history: file.history.map { HistoryView($0, words) })
        }
    }

    private func facts(_ record: RegisterRow, _ words: Words) -> [LabelledValue] {
        let shown = [
            "issued_on", "valid_until", "signer", "signature_class", "handed_over_at",
            "handed_over_to", "revoked_reason",
        ]
        return shown.compactMap { name in
            guard let column = record.table.column(named: name), !record[name].isNull else {
                return nil
            }
            return LabelledValue(
                label: words(column.label),
                value: Format(words).value(record[name], of: column))
        }
    }

    /// What this person may do next, in the order of the full path.
    private func steps(_ record: RegisterRow, _ staff: Staff, _ words: Words) -> [Step] {
        func may(_ state: String) -> Bool {
            record.text("state") != state
                && Workflow.check(
                    table: "letter", from: record.text("state"), to: state, role: staff.role
                ).isAllowed
        }
        let base = "/surat/\(record.id)/"
        var steps: [Step] = []
        if may("signed") {
            steps.append(
                Step(path: base + "tanda-tangan", label: words("Setujui dan tanda tangani")))
        }
        if may("verified") {
            steps.append(Step(path: base + "verifikasi", label: words("Sudah diverifikasi")))
        } else if may("checked") {
            steps.append(
                Step(path: base + "periksa", label: words("Sudah diperiksa"), kind: "quiet"))
        }
        if may("handed_over") {
            steps.append(
                Step(
                    path: base + "serah", label: words("Sudah diserahkan"),
                    field: words("Diterima oleh"), name: "receiver", isRequired: false))
        }
        if may("rejected") {
            steps.append(
                Step(
                    path: base + "tolak", label: words("Tolak"), kind: "danger",
                    field: words("Alasan")))
        }
        if may("revoked") {
            steps.append(
                Step(
                    path: base + "cabut", label: words("Cabut surat"), kind: "danger",
                    field: words("Alasan")))
        }
        return steps
    }

    private func step(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form, office) = (
            try context.staff, try context.row(), context.form, web.office
        )
        let step = context.parameters.get("langkah") ?? ""
        do {
            let notice: Notice = try await web.lane.run {
                switch step {
                case "tanda-tangan":
                    try office.signLetter(id, by: staff)
                    return .signed
                case "verifikasi": try office.advanceLetter(id, to: "verified", by: staff)
                case "periksa": try office.advanceLetter(id, to: "checked", by: staff)
                case "serah":
                    try office.handOverLetter(id, to: form["receiver"], by: staff)
                    return .handedOver
                case "tolak":
                    try office.endLetter(id, as: "rejected", reason: form["reason"], by: staff)
                case "cabut":
                    try office.endLetter(id, as: "revoked", reason: form["reason"], by: staff)
                default: throw OfficeFault.notFound
                }
                return .saved
            }
            return web.go(to: "/surat/\(id)?ok=\(notice.rawValue)")
        } catch let fault as OfficeFault where fault != .notFound {
            return try await letter(request, context, fault)
        }
    }

    // MARK: - Printing

    private struct PrintPage: Sendable {
        let title: String
        let back: String
        let paper: PaperView?
    }

    private func print(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let (id, office) = (try context.row(), web.office)
        let words = Words(context.visitor.language)
        return try await web.show("print", "Cetak", context) {
            let file = try office.letter(id)
            // Only what stands is printed; a revoked letter is not handed out again.
            guard let state = file.record.text("state"),
                ["signed", "handed_over"].contains(state)
            else { throw OfficeFault.wrongState(file.record.text("state") ?? "") }
            return PrintPage(
                title: Self.number(of: file.record) ?? file.typeName, back: "/surat/\(id)",
                paper: PaperView(file, try office.letterhead(), words))
        }
    }
}

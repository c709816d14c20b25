import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// "Selesaikan beda data": what two PCs wrote differently, side by side.
struct ConflictPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/beda-data", use: list)
        router.get("/beda-data/{number}") { try await conflict($0, $1, nil) }
        router.post("/beda-data/{number}", use: settle)
    }

    private struct Line: Sendable {
        let path: String
        let title: String
        let what: String
        let a: String
        let b: String
        let byA: String
        let byB: String
    }

    private struct ListPage: Sendable {
        let open: [Line]
        let merged: [Line]
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show(
            "conflicts", "Selesaikan beda data", context, tab: .conflicts, notice: notice
        ) {
            ListPage(
                open: try office.conflicts().map { line($0, words) },
                merged: try office.conflicts(parallel: true).map { line($0, words) })
        }
    }

    private func line(_ file: Office.ConflictFile, _ words: Words) -> Line {
        Line(
            path: "/beda-data/\(file.number)", title: file.title, what: what(file, words),
            a: value(file.conflict.a, file, words), b: value(file.conflict.b, file, words),
            byA: by(file.conflict.a, file.placeA, words),
            byB: by(file.conflict.b, file.placeB, words))
    }

    private func what(_ file: Office.ConflictFile, _ words: Words) -> String {
        [
            file.table.map { words($0.label) },
            file.conflict.kind == .parallel ? nil : file.column.map { words($0.label) },
        ]
        .compactMap(\.self).joined(separator: " · ")
    }

    private func value(
        _ side: Conflict.Side, _ file: Office.ConflictFile, _ words: Words
    ) -> String {
        if side.isDelete { return words("dihapus") }
        guard let column = side.column.flatMap({ file.table?.column($0) }) else {
            return words("diubah")
        }
        let value = Format(words).value(side.value, of: column)
        // The sides of a parallel change speak of different columns.
        return file.conflict.kind == .parallel ? "\(words(column.label)): \(value)" : value
    }

    private func by(_ side: Conflict.Side, _ place: Place, _ words: Words) -> String {
        [side.author.name, words.place(place), Format(words).moment(side.clock.milliseconds)]
            .joined(separator: " · ")
    }

    // MARK: - One

    private struct Side: Sendable {
        let name: String
        let value: String
        let who: String
        let when: String
        let place: String
        let intent: String
        let choice: String
        let button: String
        let isShown: Bool
    }

    private struct Other: Sendable {
        let fields: [FormPage.Field]
    }

    private struct ConflictPage: Sendable {
        let title: String
        let what: String
        let fault: String?
        let rowPath: String?
        let action: String
        let sides: [Side]
        let other: [Other]
        let mayDecide: Bool
        let whoMay: String
    }

    private func number(_ context: WebContext) throws -> Int64 {
        guard let number = context.parameters.get("number").flatMap(Int64.init) else {
            throw OfficeFault.notFound
        }
        return number
    }

    private func conflict(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        let (staff, number, office) = (try context.staff, try number(context), web.office)
        let words = Words(context.visitor.language)
        let plain = PlainWords(words)
        let typed = context.form["other"]
        return try await web.show(
            "conflict", "Beda data", context, tab: .conflicts,
            status: fault.map { plain.page(for: $0).status } ?? .ok
        ) {
            let file = try office.conflict(number)
            let isOpen = file.state == .open
            return ConflictPage(
                title: file.title, what: what(file, words),
                fault: fault.map { plain.sentence(for: $0) }, rowPath: rowPath(file),
                action: "/beda-data/\(number)", sides: sides(file, words),
                other: other(file, typed, fault, words),
                mayDecide: isOpen && Role.deciders.contains(staff.role),
                whoMay: isOpen
                    ? plain.sentence(for: .notAllowed(Role.deciders))
                    : words("Sudah selesai; tidak ada yang perlu diputuskan."))
        }
    }

    private func rowPath(_ file: Office.ConflictFile) -> String? {
        guard let record = file.record else { return nil }
        return switch record.table.name {
        case "resident": "/warga/\(record.id)"
        case "household": "/keluarga/\(record.id)"
        case "letter": "/surat/\(record.id)"
        default: nil
        }
    }

    private func sides(_ file: Office.ConflictFile, _ words: Words) -> [Side] {
        let current = file.column.map { file.record?[$0.name] ?? .null }
        return [
            ("a", words("Isian A"), file.conflict.a, file.placeA),
            ("b", words("Isian B"), file.conflict.b, file.placeB),
        ].map { choice, name, side, place in
            let isLiveness = file.conflict.kind == .liveness
            return Side(
                name: name, value: value(side, file, words), who: side.author.name,
                when: Format(words).moment(side.clock.milliseconds), place: words.place(place),
                intent: words.intent(side.intent),
                choice: isLiveness ? (side.isDelete ? "hapus" : "pertahankan") : choice,
                button: isLiveness
                    ? (side.isDelete ? words("Hapus data ini") : words("Pertahankan data ini"))
                    : words("Pakai isian ini"),
                isShown: !isLiveness && current == side.value)
        }
    }

    private func other(
        _ file: Office.ConflictFile, _ typed: String, _ fault: OfficeFault?, _ words: Words
    ) -> [Other] {
        guard file.conflict.kind == .value, let column = file.column else { return [] }
        var field = FieldDeclaration.column(column, named: "other", isRequired: false)
            .field(words, typed)
        if case .refused(let problems)? = fault, let problem = problems.first {
            field.problem = PlainWords(words).sentence(for: problem.reason)
        }
        return [Other(fields: [field])]
    }

    private func settle(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, number, form) = (try context.staff, try number(context), context.form)
        let office = web.office
        let decision: Office.Settlement
        switch form["pilih"] {
        case "a": decision = .a
        case "b": decision = .b
        case "lain": decision = .other(form["other"])
        case "pertahankan": decision = .keep
        case "hapus": decision = .delete
        default: throw OfficeFault.notFound
        }
        do {
            try await web.lane.run { try office.settle(number, as: decision, by: staff) }
            return web.go(to: "/beda-data?ok=beres")
        } catch let fault as OfficeFault where fault.isAboutForm || fault == .wrongState("settled")
        {
            return try await conflict(request, context, fault)
        }
    }
}

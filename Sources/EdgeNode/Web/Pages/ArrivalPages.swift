import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// People whom another office sent here: accept them or send their letter back.
struct ArrivalPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/kedatangan", use: list)
        router.get("/kedatangan/{id}") { try await accept($0, $1, nil) }
        router.post("/kedatangan/{id}", use: saveAcceptance)
        router.get("/kedatangan/{id}/kembali") { try await refuse($0, $1, nil) }
        router.post("/kedatangan/{id}/kembali", use: saveRefusal)
    }

    private struct Person: Sendable {
        let name: String
        let facts: String
    }

    private struct Family: Sendable {
        let people: [Person]
        let origin: String
        let moved: String
        let accept: String
        let refuse: String
        let waits: String?
    }

    private struct ListPage: Sendable {
        let families: [Family]
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show(
            "arrivals", "Kiriman desa lain", context, tab: .events, notice: notice
        ) {
            ListPage(families: try office.arrivals().map { family($0, words) })
        }
    }

    private func family(_ arrival: Office.Arrival, _ words: Words) -> Family {
        Family(
            people: arrival.people.map {
                Person(name: $0.name, facts: facts($0, words))
            }, origin: "\(arrival.origin) (\(arrival.originCode))",
            moved: words("Pindah tanggal {0}", Format(words).day(iso: arrival.movedOn)),
            accept: "/kedatangan/\(arrival.id)", refuse: "/kedatangan/\(arrival.id)/kembali",
            waits: arrival.isSuspended
                ? words(
                    "Warga ini sudah diterima di kantor lain. Menunggu keputusan kecamatan atau "
                        + "Dukcapil.") : nil)
    }

    private func facts(_ person: Office.Arrival.Person, _ words: Words) -> String {
        let format = Format(words)
        return [
            format.spaced(person.values["nik"]?.text).map { "NIK \($0)" },
            words("lahir {0}", format.day(iso: person.values["birth_date"]?.text)),
            words.choice("resident", "relationship", person.values["relationship"]?.text),
            person.known == nil
                ? nil : words("Sudah terdaftar di sini; surat pindahnya baru tiba."),
        ].compactMap(\.self).joined(separator: " · ")
    }

    private func found(_ context: WebContext) async throws -> Office.Arrival {
        let (office, id) = (web.office, try context.row())
        return try await web.lane.run { try office.arrival(id) }
    }

    private func show(
        _ page: FormPage, _ fault: OfficeFault?, _ context: WebContext
    ) async throws -> Response {
        var page = page
        page.take(fault)
        let form = page
        return try await web.show(
            "form", page.title, context, tab: .events, status: page.status
        ) { form }
    }

    private func subject(_ arrival: Office.Arrival, _ words: Words) -> String {
        arrival.people.map { "\($0.name) (\(facts($0, words)))" }.joined(separator: "; ")
            + " · \(arrival.origin)"
    }

    // MARK: - Accepting

    private func accept(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        try context.staff.requireWriting("transfer")
        let arrival = try await found(context)
        guard !arrival.isSuspended else { throw OfficeFault.wrongState("suspended") }
        let office = web.office
        var page = FormPage(Words(context.visitor.language), "Terima kedatangan")
        page.subject = subject(arrival, page.words)
        page.action = "/kedatangan/\(arrival.id)"
        page.cancel = "/kedatangan"
        page.button = page.words("Terima")
        var form = context.form
        if form.fields.isEmpty {
            form = Entries([
                "report_date": office.today.iso, "event_date": arrival.movedOn ?? "",
                "family_card_no": arrival.familyCard ?? "",
            ])
            for person in arrival.people {
                form.fields["relationship.\(person.transfer.id)"] =
                    person.values["relationship"]?.text ?? ""
            }
        }
        page.add(
            "Kedatangan",
            [
                .day("event_date", "Tanggal datang"), .day("report_date", "Tanggal lapor"),
                .column("vital_event", "reporter", isRequired: true),
            ], form)
        let newcomers = arrival.people.filter { $0.known == nil }
        if !newcomers.isEmpty {
            page.add(
                "Anggota",
                newcomers.map { person in
                    FieldDeclaration(
                        name: "relationship.\(person.transfer.id)",
                        label: Label(
                            Words(.indonesian)("Hubungan {0}", person.name),
                            Words(.english)("Hubungan {0}", person.name)),
                        kind: FieldDeclaration.column("resident", "relationship").kind)
                }, form)
            let homes = try await households(page.words)
            page.add(
                "Keluarga",
                [.rows("household", "Ikut keluarga yang ada", homes)]
                    + ["family_card_no", "hamlet", "address", "rt", "rw"].map {
                        .column("household", $0, isRequired: false)
                    }, form)
        }
        return try await show(page, fault, context)
    }

    private func households(_ words: Words) async throws -> [(value: String, label: String)] {
        let office = web.office
        return [(value: "", label: words("– keluarga baru –"))]
            + (try await web.lane.run { try office.activeHouseholds() }).map {
                (value: $0.id.description, label: $0.label)
            }
    }

    private func saveAcceptance(
        _ request: Request, _ context: WebContext
    ) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            let people = try await web.lane.run {
                try office.acceptArrival(id, form, by: staff)
            }
            return web.go(to: "/warga/\(people.first?.description ?? "")?ok=tiba")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await accept(request, context, fault)
        }
    }

    // MARK: - Sending back

    private func refuse(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        try context.staff.requireWriting("transfer")
        let arrival = try await found(context)
        var page = FormPage(Words(context.visitor.language), "Kembalikan ke desa asal")
        page.subject = subject(arrival, page.words)
        page.action = "/kedatangan/\(arrival.id)/kembali"
        page.cancel = "/kedatangan"
        page.button = page.words("Kembalikan")
        page.add(
            "",
            [
                .text(
                    "reason", "Alasan dikembalikan", isRequired: true, isWide: true,
                    hint: "Desa asal melihat alasannya dan warga tetap terhitung di sana.")
            ], context.form)
        return try await show(page, fault, context)
    }

    private func saveRefusal(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            try await web.lane.run {
                try office.refuseArrival(id, reason: form["reason"], by: staff)
            }
            return web.go(to: "/kedatangan?ok=kembali")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await refuse(request, context, fault)
        }
    }
}

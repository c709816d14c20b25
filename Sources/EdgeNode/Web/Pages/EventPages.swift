import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// Guided recording of births, deaths and moves.
struct EventPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/peristiwa/lahir/{id}") { try await birth($0, $1, nil) }
        router.post("/peristiwa/lahir/{id}", use: saveBirth)
        router.get("/peristiwa/mati/{id}") { try await death($0, $1, nil) }
        router.post("/peristiwa/mati/{id}", use: saveDeath)
        router.get("/peristiwa/pindah/{id}") { try await moveOut($0, $1, nil) }
        router.post("/peristiwa/pindah/{id}", use: saveMoveOut)
        router.post("/peristiwa/pindah/batal/{id}", use: cancelMove)
        router.get("/peristiwa/datang") { try await moveIn($0, $1, nil) }
        router.post("/peristiwa/datang", use: saveMoveIn)
    }

    /// What a form needs of the register.
    private struct Household: Sendable {
        let record: RegisterRow
        let members: [ResidentLine]

        var subject: String {
            let head = members.first?.name ?? ""
            return [head, record.text("hamlet"), record.text("family_card_no").map { "KK \($0)" }]
                .compactMap(\.self).joined(separator: " · ")
        }

        func rows(_ isMatch: (ResidentLine) -> Bool) -> [(value: String, label: String)] {
            [(value: "", label: "–")]
                + members.filter { ($0.vitalStatus ?? "alive") == "alive" && isMatch($0) }.map {
                    (value: $0.id.description, label: $0.name)
                }
        }
    }

    private func household(_ id: RowID) async throws -> Household {
        let office = web.office
        return try await web.lane.run {
            let found = try office.householdAndMembers(id)
            return Household(record: found.record, members: found.members)
        }
    }

    private func start(_ context: WebContext, _ title: String) throws -> FormPage {
        try context.staff.requireWriting("vital_event")
        return FormPage(Words(context.visitor.language), title)
    }

    /// What was typed, or for a new form today's date.
    private func entries(_ context: WebContext, _ defaults: [String: String]) -> Entries {
        context.form.fields.isEmpty
            ? Entries(defaults.merging(["report_date": web.office.today.iso]) { $1 })
            : context.form
    }

    private static let report: [FieldDeclaration] = [
        .day("report_date", "Tanggal lapor"),
        .column("vital_event", "reporter", isRequired: true),
        .column("vital_event", "reporter_relationship"),
    ]

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

    // MARK: - Birth

    private func birth(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        var page = try start(context, "Catat kelahiran")
        let id = try context.row()
        let home = try await household(id)
        let form = entries(context, ["relationship": "child"])
        page.subject = home.subject
        page.action = "/peristiwa/lahir/\(id)"
        page.cancel = "/peristiwa"
        page.add(
            "Bayi",
            [
                .text("name", "Nama bayi", isRequired: true), .column("resident", "sex"),
                .day("event_date", "Tanggal lahir"), .column("resident", "birth_place"),
                .column("resident", "relationship", isRequired: true),
            ], form)
        page.add(
            "Orang tua",
            [
                .rows("mother", "Ibu (anggota keluarga)", home.rows { $0.sex == "female" }),
                .text("mother_name", "Nama ibu bila bukan anggota"),
                .rows("father", "Ayah (anggota keluarga)", home.rows { $0.sex == "male" }),
                .text("father_name", "Nama ayah bila bukan anggota"),
            ], form)
        page.add("Pelaporan", Self.report, form)
        page.add(
            "Rincian (boleh kosong)",
            [
                .text("time", "Jam lahir"), .text("order", "Kelahiran ke-"),
                .text("weight_g", "Berat (gram)"), .text("length_cm", "Panjang (cm)"),
                .text("place", "Tempat dilahirkan"), .text("attendant", "Penolong"),
            ], form)
        return try await show(page, fault, context)
    }

    private func saveBirth(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            let child = try await web.lane.run {
                try office.registerBirth(in: id, form, by: staff)
            }
            return web.go(to: "/warga/\(child)?ok=lahir")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await birth(request, context, fault)
        }
    }

    // MARK: - Death

    private func death(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        var page = try start(context, "Catat kematian")
        let id = try context.row()
        let office = web.office
        let record = try await web.lane.run { try office.record("resident", id) }
        let form = entries(context, [:])
        let format = Format(page.words)
        page.subject = [
            record.text("name"), record.text("nik").map { "NIK \($0)" },
            page.words("lahir {0}", format.day(iso: record.text("birth_date"))),
        ].compactMap(\.self).joined(separator: " · ")
        page.action = "/peristiwa/mati/\(id)"
        page.cancel = "/warga/\(id)"
        page.add(
            "Peristiwa",
            [
                .day("event_date", "Tanggal meninggal"), .text("place", "Tempat meninggal"),
                .text("cause", "Sebab"),
            ], form)
        page.add("Pelaporan", Self.report, form)
        if record.text("relationship") == "head", let home = record.row("household") {
            let others = try await household(home).rows { $0.id != id }
            if others.count > 1 {
                page.add(
                    "Kepala keluarga berikutnya",
                    [.rows("new_head", "Pengganti kepala keluarga", others)], form)
            }
        }
        return try await show(page, fault, context)
    }

    private func saveDeath(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            try await web.lane.run { try office.registerDeath(of: id, form, by: staff) }
            return web.go(to: "/warga/\(id)?ok=mati")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await death(request, context, fault)
        }
    }

    // MARK: - Moving out

    private func moveOut(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        var page = try start(context, "Catat pindah keluar")
        let id = try context.row()
        let home = try await household(id)
        let form = entries(context, [:])
        page.subject = home.subject
        page.action = "/peristiwa/pindah/\(id)"
        page.cancel = "/keluarga/\(id)"
        let present = home.members.filter { ($0.vitalStatus ?? "alive") == "alive" }
        page.add(
            "Siapa yang pindah?",
            present.map { .tick("member.\($0.id)", $0.name) }, form)
        let office = web.office
        let own = office.scope.code
        let offices = try await web.lane.run { try office.offices() }.filter { $0.code != own }
            .map { region in
                let district = region.parent.flatMap { Regions.region(code: $0) }?.name ?? ""
                return (value: region.code, label: "\(region.name) – Kec. \(district)")
            }
        page.add(
            "Tujuan",
            [
                .day("event_date", "Tanggal pindah"),
                .rows(
                    "to_office", "Desa/kelurahan di Lombok Tengah",
                    [(value: "", label: page.words("– di luar Lombok Tengah –"))] + offices),
                .text("destination", "Alamat tujuan"), .text("reason", "Alasan pindah"),
            ], form)
        page.add("Pelaporan", Self.report, form)
        if present.count > 1 {
            page.add(
                "Bila kepala keluarga pindah dan yang lain tinggal",
                [.rows("new_head", "Pengganti kepala keluarga", home.rows { _ in true })], form)
        }
        return try await show(page, fault, context)
    }

    private func saveMoveOut(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            try await web.lane.run { try office.registerMoveOut(of: id, form, by: staff) }
            return web.go(to: "/keluarga/\(id)?ok=pindah")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await moveOut(request, context, fault)
        }
    }

    private func cancelMove(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, office) = (try context.staff, try context.row(), web.office)
        let resident = try await web.lane.run { try office.cancelTransfer(id, by: staff) }
        return web.go(to: "/warga/\(resident)?ok=batal-pindah")
    }

    // MARK: - Moving in

    private func moveIn(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        var page = try start(context, "Catat pindah datang")
        let chosen =
            context.form.fields.isEmpty
            ? try request.query()["keluarga"] : context.form["household"]
        let form = entries(
            context, ["citizenship": "wni", "residency": "permanent", "relationship": "head"])
        page.action = "/peristiwa/datang"
        page.cancel = "/peristiwa"
        if let id = RowID(chosen) {
            page.subject = page.words("Masuk ke keluarga {0}", try await household(id).subject)
            page.hidden.append(FormPage.Hidden(name: "household", value: id.description))
        } else {
            page.subject = page.words("Keluarga baru di kantor ini")
        }
        page.add(
            "Kedatangan",
            [
                .day("event_date", "Tanggal datang"),
                .text("origin", "Datang dari", isRequired: true),
            ], form)
        page.add(
            "Orang yang datang",
            Office.newcomerColumns.map { name in
                .column("resident", name, isRequired: name == "relationship" ? true : nil)
            }, form)
        if page.hidden.isEmpty {
            page.add(
                "Keluarga",
                ["family_card_no", "hamlet", "address", "rt", "rw"].map {
                    .column("household", $0)
                }, form)
        }
        page.add("Pelaporan", Self.report, form)
        return try await show(page, fault, context)
    }

    private func saveMoveIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, form, office) = (try context.staff, context.form, web.office)
        do {
            let row = try await web.lane.run { try office.registerMoveIn(form, by: staff) }
            return web.go(to: "/warga/\(row)?ok=datang")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await moveIn(request, context, fault)
        }
    }
}

extension OfficeFault {
    /// Whether the person can mend it in the form.
    var isAboutForm: Bool {
        switch self {
        case .refused, .doubtful, .changedMeanwhile, .nameTaken: true
        default: false
        }
    }
}

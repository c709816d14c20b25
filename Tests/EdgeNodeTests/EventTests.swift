import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Births, deaths and moves")
struct EventTests {
    private static let report = [
        "report_date": "2026-11-20", "reporter": "Lalu Bakri", "reporter_relationship": "father",
    ]

    private func birth(_ sample: SampleOffice, _ family: SampleOffice.Family) -> [String: String] {
        Self.report.merging([
            "name": "Rendi", "sex": "male", "event_date": "2026-11-18", "birth_place": "Praya",
            "mother": family.mother.description, "father": family.father.description,
            "relationship": "child", "weight_g": "2710",
        ]) { $1 }
    }

    @Test("A birth is one changeset: the child with its parents, and the event")
    func birth() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let seq = try sample.seq()
        let child = try sample.office.registerBirth(
            in: family.household, Entries(birth(sample, family)), by: staff)
        let changesets = try sample.changesets(after: seq)
        #expect(changesets.map(\.intent) == ["birth.register"])
        #expect(changesets.first?.operations.map(\.kind) == [.insert, .insert])
        let row = try sample.record("resident", child)
        #expect(row.text("mother_name") == "Jamilah")
        #expect(row.text("mother_nik") == "5202056307870004")
        #expect(row.text("father_name") == "Lalu Bakri")
        #expect(row.text("birth_date") == "2026-11-18")
        #expect(row.text("nik") == nil)
        #expect(row.text("temporary_no") == "T2004-\(child)")
        #expect(row.text("vital_status") == "alive")
        let event = try #require(try sample.office.resident(child).events.first)
        #expect(event.text("kind") == "birth")
        #expect(event.text("report_date") == "2026-11-20")
        #expect(event.text("details") == #"{"weight_g":2710}"#)
    }

    @Test("Twins are welcome; the same child twice is doubted; what cannot be is refused")
    func birthChecks() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        func register(_ changes: [String: String]) throws {
            try sample.office.registerBirth(
                in: family.household, Entries(birth(sample, family).merging(changes) { $1 }),
                by: staff)
        }
        try register([:])
        try register(["name": "Rendo"])
        #expect(throws: OfficeFault.doubtful([FieldProblem("name", .sameChildExists("Rendi"))])) {
            try register(["name": "RENDI"])
        }
        #expect(throws: OfficeFault.refused([FieldProblem("event_date", .inFuture)])) {
            try register(["event_date": "2026-11-24", "report_date": "2026-11-23", "name": "A"])
        }
        #expect(throws: OfficeFault.refused([FieldProblem("report_date", .beforeEvent)])) {
            try register(["report_date": "2026-11-17", "name": "A"])
        }
        #expect(throws: OfficeFault.doubtful([FieldProblem("report_date", .lateBy(days: 2))])) {
            try register(["event_date": "2026-09-19", "name": "A"])
        }
        #expect(throws: OfficeFault.refused([FieldProblem("sex", .missing)])) {
            try register(["sex": "", "name": "A"])
        }
    }

    @Test("A death is one changeset: the event, the status and the next head of the family")
    func death() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let seq = try sample.seq()
        let told = Self.report.merging(["event_date": "2026-11-19", "cause": "sakit"]) { $1 }
        #expect(throws: OfficeFault.doubtful([FieldProblem("new_head", .leavesNoHead)])) {
            try sample.office.registerDeath(of: family.father, Entries(told), by: staff)
        }
        #expect(try sample.seq() == seq)
        try sample.office.registerDeath(
            of: family.father,
            Entries(told.merging(["new_head": family.mother.description]) { $1 }), by: staff)
        let changesets = try sample.changesets(after: seq)
        #expect(changesets.map(\.intent) == ["death.register"])
        #expect(changesets.first?.operations.count == 3)
        #expect(try sample.record("resident", family.father).text("vital_status") == "dead")
        #expect(try sample.record("resident", family.mother).text("relationship") == "head")
        #expect(throws: OfficeFault.refused([FieldProblem("event_date", .notAlive)])) {
            try sample.office.registerDeath(of: family.father, Entries(told), by: staff)
        }
        #expect(throws: OfficeFault.refused([FieldProblem("event_date", .beforeBirth)])) {
            try sample.office.registerDeath(
                of: family.mother,
                Entries(told.merging(["event_date": "1987-07-22", "confirmed": "1"]) { $1 }),
                by: staff)
        }
    }

    @Test("A family that moves within the regency is one changeset with a transfer for each")
    func moveOut() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let told = Self.report.merging([
            "event_date": "2026-11-19", "to_office": "52.02.05.2003", "reason": "pekerjaan",
        ]) { $1 }
        #expect(throws: OfficeFault.refused([FieldProblem("member", .nobodyChosen)])) {
            try sample.office.registerMoveOut(of: family.household, Entries(told), by: staff)
        }
        let seq = try sample.seq()
        let all = [family.father, family.mother].map { ("member.\($0)", "1") }
        try sample.office.registerMoveOut(
            of: family.household,
            Entries(told.merging(Dictionary(uniqueKeysWithValues: all)) { $1 }), by: staff)
        let changeset = try #require(try sample.changesets(after: seq).first)
        let tables = changeset.operations.map { sample.office.schema.table($0.table)?.name }
        #expect(try sample.changesets(after: seq).count == 1)
        #expect(tables.filter { $0 == "vital_event" }.count == 2)
        #expect(tables.filter { $0 == "transfer" }.count == 2)
        // They count here until the destination has accepted them.
        #expect(try sample.record("resident", family.mother).text("vital_status") == "alive")
        #expect(try sample.record("household", family.household).text("status") == "active")
        let file = try sample.office.resident(family.mother)
        #expect(file.events.map { $0.text("state") } == ["draft"])
        #expect(file.moves.map(\.office) == ["Mangkung"])
        #expect(throws: OfficeFault.self) {
            try sample.office.registerMoveOut(
                of: family.household,
                Entries(told.merging(["member.\(family.mother)": "1"]) { $1 }), by: staff)
        }
        try sample.office.cancelTransfer(#require(file.moves.first).transfer.id, by: staff)
        #expect(try sample.office.resident(family.mother).moves.isEmpty)
        #expect(
            try sample.office.resident(family.mother).events.map { $0.text("state") }
                == ["cancelled"])
    }

    @Test("Who dies on the way is not expected anywhere any more")
    func deathOnTheWay() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let told = Self.report.merging([
            "event_date": "2026-11-19", "to_office": "52.02.05.2003",
            "member.\(family.mother)": "1",
        ]) { $1 }
        try sample.office.registerMoveOut(of: family.household, Entries(told), by: staff)
        #expect(try sample.office.resident(family.mother).moves.count == 1)
        try sample.office.registerDeath(
            of: family.mother, Entries(Self.report.merging(["event_date": "2026-11-20"]) { $1 }),
            by: staff)
        let file = try sample.office.resident(family.mother)
        #expect(file.moves.isEmpty)
        #expect(file.record.text("vital_status") == "dead")
        #expect(
            Set(file.events.compactMap { $0.text("state") }) == ["cancelled", "registered"])
    }

    @Test("A new family's first member is one changeset: household, resident and event")
    func moveIn() throws {
        let sample = try SampleOffice()
        let staff = try sample.staff(.operator)
        let told = Self.report.merging([
            "event_date": "2026-11-19", "origin": "Bima", "name": "Siti", "sex": "female",
            "birth_date": "15-3-1988", "nik": "5202045503880002", "relationship": "head",
            "family_card_no": "5206010101100009", "hamlet": "Emate",
        ]) { $1 }
        let seq = try sample.seq()
        let row = try sample.office.registerMoveIn(Entries(told), by: staff)
        let changesets = try sample.changesets(after: seq)
        #expect(changesets.map(\.intent) == ["move_in.register"])
        #expect(changesets.first?.operations.count == 3)
        let resident = try sample.record("resident", row)
        #expect(resident.text("birth_date") == "1988-03-15")
        #expect(resident.text("nik_status") == "submitted")
        #expect(try sample.office.search("siti").first?.familyCard == "5206010101100009")
        #expect(throws: OfficeFault.self) {
            try sample.office.registerMoveIn(Entries(told), by: staff)
        }
    }

    @Test("The forms lead from the search to the page of the child")
    func pages() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let fields = birth(sample, family)
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let found = try await browser.get("/warga?q=jamilah&untuk=lahir")
            let path = "/peristiwa/lahir/\(family.household)"
            #expect(found.html.contains(path))
            let future = fields.merging(["event_date": "2027-01-01"]) { $1 }
            let refused = try await browser.post(path, future)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.html.contains("Tanggal belum terjadi"))
            #expect(refused.html.contains("value=\"Rendi\""))
            let saved = try await browser.post(path, fields)
            let child = try #require(saved.headers[.location])
            let page = try await browser.get(child)
            #expect(page.html.contains("Kelahiran tercatat."))
            #expect(page.html.contains("Rendi"))
            #expect(page.html.contains("tersimpan"))
        }
    }
}

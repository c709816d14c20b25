import ChangeStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("What other offices and civil registry send")
struct ArrivalTests {
    /// A letter as the hub carries it on.
    private func letter(
        _ sample: SampleOffice, _ nik: String, _ name: String, row: UInt32, state: String = "sent"
    ) throws -> RowID {
        let id = RowID(replica: ReplicaID(0x1000_0063), counter: row)
        try sample.node.store.record(
            as: Author("synchub", .system), "transfer.carry", now: SampleOffice.start
        ) { draft in
            let person = """
                {"birth_date":"1980-10-19","birth_place":"Kuta","family_card_no":\
                "5202040101100001","household":7,"name":"\(name)","nik":"\(nik)",\
                "relationship":"head","sex":"male","religion":"islam","blood_type":"?"}
                """
            try draft.insert(
                "transfer",
                [
                    ("resident", .integer(Int64(row))), ("from_office", "52.02.04.2009"),
                    ("to_office", .text(SampleOffice.code)), ("state", .text(state)),
                    ("moved_on", "2026-11-18"), ("person", .text(person)),
                ], id: id)
        }
        return id
    }

    private static let report = [
        "event_date": "2026-11-19", "report_date": "2026-11-20", "reporter": "Sekdes",
    ]

    @Test("A family is accepted in one changeset: household, people with their NIK, events, answer")
    func accepted() throws {
        let sample = try SampleOffice()
        let staff = try sample.staff(.operator)
        let first = try letter(sample, "5202041910800001", "Lalu Bakri", row: 1)
        _ = try letter(sample, "5202041910800002", "Lalu Rizal", row: 2)
        let arrivals = try sample.office.arrivals()
        #expect(arrivals.map(\.people.count) == [2])
        #expect(arrivals.first?.origin == "Kuta")
        let seq = try sample.seq()
        let told = Self.report.merging(["hamlet": "Emate", "family_card_no": ""]) { $1 }
        let people = try sample.office.acceptArrival(first, Entries(told), by: staff)
        let changesets = try sample.changesets(after: seq)
        #expect(changesets.map(\.intent) == ["transfer.accept"])
        #expect(changesets.first?.operations.count == 1 + 2 * 3)
        let resident = try sample.office.resident(people[0])
        #expect(resident.record.text("nik") == "5202041910800001")
        #expect(resident.record.text("birth_place") == "Kuta")
        // What no schema allows is not brought along.
        #expect(resident.record.text("blood_type") == nil)
        #expect(resident.events.map { $0.text("kind") } == ["move_in"])
        #expect(resident.members.count == 2)
        #expect(try sample.record("transfer", first).row("arrived_as") == people[0])
        #expect(try sample.office.arrivals().isEmpty)
        #expect(throws: OfficeFault.wrongState("accepted")) {
            try sample.office.acceptArrival(first, Entries(told), by: staff)
        }
    }

    @Test("Who came before the letter is not entered twice")
    func cameBefore() throws {
        let sample = try SampleOffice()
        let staff = try sample.staff(.operator)
        let family = try sample.family()
        let id = try letter(sample, "5202051910800003", "Lalu Bakri", row: 1)
        let people = try sample.office.acceptArrival(id, Entries(Self.report), by: staff)
        #expect(people == [family.father])
        #expect(try sample.office.search("bakri").count == 1)
    }

    @Test("A suspended letter waits for the district; sending back needs a reason")
    func notAcceptable() throws {
        let sample = try SampleOffice()
        let staff = try sample.staff(.operator)
        let waiting = try letter(sample, "5202041910800001", "A", row: 1, state: "suspended")
        #expect(throws: OfficeFault.wrongState("suspended")) {
            try sample.office.acceptArrival(waiting, Entries(Self.report), by: staff)
        }
        let sent = try letter(sample, "5202041910800002", "B", row: 2)
        #expect(throws: OfficeFault.refused([FieldProblem("reason", .reasonMissing)])) {
            try sample.office.refuseArrival(sent, reason: "", by: staff)
        }
        #expect(throws: OfficeFault.refused([FieldProblem("hamlet", .missing)])) {
            try sample.office.acceptArrival(sent, Entries(Self.report), by: staff)
        }
        try sample.office.refuseArrival(sent, reason: "salah alamat", by: staff)
        #expect(try sample.record("transfer", sent).text("state") == "returned")
    }

    @Test("The screens lead from the first page to the accepted family")
    func arrivalPages() async throws {
        let sample = try SampleOffice()
        let id = try letter(sample, "5202041910800001", "Lalu Bakri", row: 1)
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let home = try await browser.get("/")
            #expect(home.html.contains("kiriman desa lain menunggu jawaban"))
            let list = try await browser.get("/kedatangan")
            #expect(list.html.contains("Lalu Bakri") && list.html.contains("/kedatangan/\(id)"))
            let form = try await browser.get("/kedatangan/\(id)")
            #expect(form.html.contains("Hubungan Lalu Bakri"))
            let fields = Self.report.merging(["hamlet": "Emate"]) { $1 }
            let saved = try await browser.post("/kedatangan/\(id)", fields)
            let path = try #require(saved.headers[.location])
            let page = try await browser.get(path)
            #expect(page.html.contains("Desa asal diberi tahu lewat pusat."))
        }
    }

    @Test("A proposal is accepted with one click, and never after the register moved on unseen")
    func proposals() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let match = try sample.node.store.record(
            as: Author("dukcapil", .civilRegistry), "registry.propose", now: SampleOffice.start
        ) { draft in
            try draft.insert(
                "registry_match",
                [
                    ("resident", .integer(family.father.rawValue)), ("result", "differs"),
                    ("proposed", #"{"name":"Lalu Bakri Ahmad","religion":"islam"}"#),
                    ("by", "dukcapil"), ("state", "proposed"),
                ])
        }.result
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let list = try await browser.get("/usulan")
            #expect(list.html.contains("Lalu Bakri Ahmad"))
            let stale = try await browser.post(
                "/usulan/\(match)", ["seen": "name=Orang Lain"], from: "/usulan")
            #expect(stale.status == .conflict)
            #expect(try sample.record("resident", family.father).text("name") == "Lalu Bakri")
            let saved = try await browser.post(
                "/usulan/\(match)", ["seen": "name=Lalu Bakri"], from: "/usulan")
            #expect(saved.headers[.location] == "/usulan?ok=usulan")
            let record = try sample.record("resident", family.father)
            #expect(record.text("name") == "Lalu Bakri Ahmad")
            #expect(record.text("nik_status") == "matched")
            #expect(try sample.record("registry_match", match).text("state") == "accepted")
        }
    }

    @Test("A form is good for one submission, also when both come at the same moment")
    func oneSubmission() async throws {
        let sample = try SampleOffice()
        let told = Self.report.merging([
            "origin": "Bima", "name": "Siti", "sex": "female", "birth_date": "15-3-1988",
            "relationship": "head", "hamlet": "Emate",
        ]) { $1 }
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let page = try await browser.get("/peristiwa/datang")
            let id = try #require(page.html.firstMatch(of: #/name="form" value="([^"]+)"/#)).1
            let fields = told.merging([
                "csrf": Browser.token(in: page) ?? "", "form": String(id),
            ]) { $1 }
            // First with something to mend: the form stays good.
            var wrong = browser
            let refused = try await wrong.postRaw(
                "/peristiwa/datang", fields.merging(["name": ""]) { $1 })
            #expect(refused.status == .unprocessableContent)
            let start = browser
            let answers = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var window = start
                        return try await window.postRaw("/peristiwa/datang", fields)
                            .headers[.location]
                    }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(Set(answers).count == 1 && answers[0] != nil)
            #expect(try sample.office.search("siti").count == 1)
            var later = browser
            let again = try await later.postRaw("/peristiwa/datang", fields)
            #expect(again.headers[.location] == answers[0])
            #expect(try sample.office.search("siti").count == 1)
            // A form opened anew is another form.
            let next = try await browser.post(
                "/peristiwa/datang", told.merging(["confirmed": "1", "name": "Sitti"]) { $1 })
            #expect(next.headers[.location] != answers[0])
        }
    }
}

import ChangeStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Settling what two PCs wrote differently")
struct SettlingTests {
    /// Two PCs of one office that wrote another telephone number for the same person.
    private func twoNumbers() throws -> (
        here: SampleOffice, there: SampleOffice, SampleOffice.Family
    ) {
        let here = try SampleOffice()
        let there = try SampleOffice(replica: 8)
        let family = try here.family()
        try carry(here, there)
        for (sample, number) in [(here, "0811"), (there, "0822")] {
            _ = try sample.office.correct(
                "resident", family.father, shown: Entries(["phone": ""]),
                entries: Entries(["phone": number]), by: try sample.staff(.operator))
        }
        try carry(there, here)
        return (here, there, family)
    }

    private func carry(_ from: SampleOffice, _ to: SampleOffice) throws {
        let segment = try from.node.store.read {
            try ChangeLog.segment(
                of: from.node.office, lackedBy: VersionVector(), bytesMax: 4 << 20, $0)
        }
        _ = try to.node.store.receive(segment?.changesets ?? [], now: SampleOffice.start)
    }

    @Test("One click settles, here and wherever the decision arrives")
    func settling() throws {
        let (here, there, family) = try twoNumbers()
        let open = try here.office.conflicts()
        #expect(open.map(\.column?.name) == ["phone"])
        let conflict = try #require(open.first)
        #expect(
            [conflict.placeA, conflict.placeB] == [.thisComputer, .otherComputer(ReplicaID(8))])
        #expect(throws: OfficeFault.notAllowed([.secretary, .villageHead])) {
            try here.office.settle(
                conflict.number, as: .a, by: try here.staff(.operator))
        }
        let seq = try here.seq()
        let secretary = try here.staff(.secretary)
        try here.office.settle(conflict.number, as: .b, by: secretary)
        #expect(try here.changesets(after: seq).last?.intent == "conflict.settle")
        #expect(try here.office.conflicts().isEmpty)
        #expect(try here.record("resident", family.father).text("phone") == "0822")
        try carry(here, there)
        #expect(try there.office.conflicts().isEmpty)
        #expect(try there.record("resident", family.father).text("phone") == "0822")
        #expect(throws: OfficeFault.wrongState("settled")) {
            try here.office.settle(conflict.number, as: .a, by: secretary)
        }
    }

    @Test("A third value settles too, when it is one")
    func otherValue() throws {
        let (here, _, family) = try twoNumbers()
        let secretary = try here.staff(.secretary)
        let number = try #require(try here.office.conflicts().first?.number)
        #expect(throws: OfficeFault.refused([FieldProblem("other", .missing)])) {
            try here.office.settle(number, as: .other(" "), by: secretary)
        }
        try here.office.settle(number, as: .other(" 0833 "), by: secretary)
        #expect(try here.record("resident", family.father).text("phone") == "0833")
    }

    @Test("Deleting against editing: the row stays until a person decides")
    func liveness() throws {
        let here = try SampleOffice()
        let there = try SampleOffice(replica: 8)
        let family = try here.family()
        try carry(here, there)
        try there.node.store.record(
            as: Author("op2", .operator), "resident.remove_double", now: SampleOffice.start
        ) { try $0.delete("resident", family.father) }
        _ = try here.office.correct(
            "resident", family.father, shown: Entries(["phone": ""]),
            entries: Entries(["phone": "0811"]), by: try here.staff(.operator))
        try carry(there, here)
        let conflict = try #require(try here.office.conflicts().first)
        #expect(conflict.conflict.kind == .liveness)
        try here.office.settle(conflict.number, as: .delete, by: try here.staff(.villageHead))
        #expect(try here.office.conflicts().isEmpty)
        #expect(throws: OfficeFault.notFound) { try here.record("resident", family.father) }
    }

    @Test("The page shows both sides in plain words and settles")
    func pages() async throws {
        let (here, _, family) = try twoNumbers()
        let number = try #require(try here.office.conflicts().first?.number)
        try await here.browse { browser in
            try await browser.signIn(.operator, here)
            let looked = try await browser.get("/beda-data/\(number)")
            #expect(looked.html.contains("0811") && looked.html.contains("0822"))
            #expect(looked.html.contains("komputer ini"))
            #expect(!looked.html.contains("name=\"pilih\""))
        }
        try await here.browse { browser in
            try await browser.signIn(.secretary, here)
            let page = try await browser.get("/warga/\(family.father)")
            #expect(page.html.contains("/beda-data/\(number)"))
            let answer = try await browser.post("/beda-data/\(number)", ["pilih": "a"])
            #expect(answer.headers[.location] == "/beda-data?ok=beres")
            #expect(try await browser.get("/beda-data").html.contains("Tidak ada beda data"))
        }
    }
}

@Suite("The exchange in the background")
struct SyncLoopTests {
    @Test("A failed exchange is written down in plain words and disturbs nothing")
    func failing() async throws {
        let sample = try SampleOffice()
        _ = try sample.family()
        let loop = SyncLoop(
            sample.office, sample.sync, sample.web.lane, .init(label: "test")
        ) { throw EdgeFault.hubUnreachable(url: "http://x", detail: "no") }
        #expect(await !loop.once())
        #expect(await !loop.once())
        let sessions = try SyncJournal(store: sample.node.store).sessions(limit: 9)
        #expect(sessions.map(\.outcome) == [.failed(code: "unreachable")])
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let page = try await browser.get("/sinkron")
            #expect(page.html.contains("Pusat tidak dapat dihubungi"))
            #expect(page.html.contains("Impor register"))
            let answer = try await browser.post("/sinkron", [:])
            #expect(answer.headers[.location] == "/sinkron?ok=panggil")
            #expect(sample.sync.isWaiting)
        }
    }

    @Test("What a session moved is kept with its bytes")
    func succeeding() async throws {
        let sample = try SampleOffice()
        let loop = SyncLoop(
            sample.office, sample.sync, sample.web.lane, .init(label: "test")
        ) {
            var report = SyncReport()
            report.sentChanges = 3
            report.sentBytes = 1_234
            return report
        }
        #expect(await loop.once())
        #expect(await loop.once())
        let sessions = try SyncJournal(store: sample.node.store).sessions(limit: 9)
        #expect(sessions.map(\.sentBytes) == [1_234, 1_234])
    }
}

import ChangeStore
import GRDB
import Models
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("Civil registry and villages that are split")
struct RegistryTests {
    static let nik = "5202041910800001"

    private func findings(_ pc: PC) throws -> [String?] {
        try pc.rows("finding", "t.kind = 'duplicate_nik'").map { $0.text("state") }
    }

    @Test("Two villages register one NIK: both stay, both are flagged, the verdict reaches both")
    func duplicate() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        let b = try lab.pc(ChainLab.sengkol, 8)
        _ = try a.family([Self.nik])
        _ = try b.family([Self.nik])
        try lab.settle()
        for pc in [a, b] {
            #expect(try findings(pc) == ["open"])
            #expect(try pc.rows("resident").map { $0.text("vital_status") } == ["alive"])
        }
        let text = try #require(try a.rows("finding").first?.text("detail"))
        #expect(text == "Sengkol (52.02.04.2001)")
        let found = try #require(try RegistryDesk.cases(lab.hub).first)
        #expect(found.score == 90 && !found.isJudged && found.holders.count == 2)

        let desk = RegistryDesk(hub: lab.hub, by: "dukcapil", now: ChainLab.now)
        for _ in 0..<2 {
            try desk.decide(
                Self.nik, .same(livesAt: ChainLab.sengkol.code), reason: "pindah tanpa surat")
            try lab.settle()
        }
        for pc in [a, b] {
            #expect(try findings(pc) == ["acknowledged"])
            #expect(try pc.rows("resident_link").map { $0.text("kind") } == ["same"])
        }
        #expect(try b.rows("registry_match").isEmpty)
        let proposal = try a.rows("registry_match")
        #expect(proposal.map { $0.text("proposed") } == [#"{"vital_status":"moved"}"#])
        // The village accepts; the number is in use once, and nobody is flagged any more.
        try a.record("registry.accept") { draft in
            for person in try a.rows("resident") {
                try draft.update("resident", person.id, [("vital_status", "moved")])
            }
        }
        try lab.settle()
        for pc in [a, b] { #expect(try findings(pc) == ["resolved"]) }
        #expect(try RegistryDesk.cases(lab.hub).isEmpty)
    }

    @Test("A typing error that is corrected takes back both flags, whoever had typed it")
    func corrected() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        let b = try lab.pc(ChainLab.sengkol, 8)
        _ = try a.family([Self.nik])
        let other = try b.family([Self.nik])
        try lab.settle()
        try b.record("resident.correct") {
            try $0.update("resident", other.people[0], [("nik", "5202041910800009")])
        }
        try lab.settle()
        #expect(try findings(a) == ["resolved"])
        #expect(try findings(b) == ["resolved"])
        try b.record("resident.correct") {
            try $0.update("resident", other.people[0], [("nik", .text(Self.nik))])
        }
        try lab.settle()
        #expect(try findings(a) == ["open"])
    }

    @Test("What cannot be decided or proposed is said in one sentence, and nothing is written")
    func badInput() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        _ = try a.family([Self.nik])
        try lab.settle()
        let before = try lab.seq
        let desk = RegistryDesk(hub: lab.hub, by: "dukcapil", now: ChainLab.now)
        #expect(throws: HubFault.self) {
            try desk.decide(Self.nik, .same(livesAt: ChainLab.kuta.code), reason: "")
        }
        for wrong in ["birth_date=kemarin", "nik=123", "household=1", "none=1", "name"] {
            #expect(throws: HubFault.self, "\(wrong)") {
                try desk.propose(
                    office: ChainLab.kuta.code, nik: Self.nik, result: nil, assignments: [wrong],
                    note: nil)
            }
        }
        #expect(try lab.seq == before)
    }

    @Test("A centre put back to before a split brings those who went over, when it is run again")
    func splitForgotten() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        let family = try a.family(["520204191080\(1_001)", "520204191080\(1_002)"])
        try a.record("resident.correct") {
            try $0.update("resident", family.people[1], [("vital_status", "away")])
        }
        _ = try a.record("household.add") {
            try $0.insert("household", [("hamlet", "Mong"), ("status", "active")])
        }
        try lab.settle()
        let before = try lab.copyOfHub()
        let new = "52.02.04.2019"
        _ = try lab.split(["Mong"], to: new)
        try lab.settle()
        try lab.restore(before, as: 1_025)
        // From the old office it hears that they went over, and nobody has them.
        try a.sync(lab.hub.store)
        #expect(
            try lab.hub.store.query("SELECT DISTINCT vital_status FROM resident").rows
                == [["moved"]])
        let report = try lab.split(["Mong"], to: new)
        #expect(report.households == 2 && report.residents == 2)
        let there = try lab.hub.store.read { db in
            try HubRow.all("resident", where: "s.code = ?", [new], db)
        }
        #expect(there.map { $0.text("vital_status") } == ["alive", "away"])
        let homes = try lab.hub.store.read { db in
            try HubRow.all("household", where: "s.code = ?", [new], db)
        }
        #expect(homes.allSatisfy { $0.text("status") == "active" })
        let done = try lab.seq
        _ = try lab.split(["Mong"], to: new)
        #expect(try lab.seq == done)
    }

    @Test("A split forgotten by its centre brings the home that the office called moved already")
    func splitForgottenOfMovedHome() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        let family = try a.family(["520204191080\(1_001)"])
        try a.record("household.correct") {
            try $0.update("household", family.household, [("status", "moved")])
        }
        try lab.settle()
        let before = try lab.copyOfHub()
        let new = "52.02.04.2019"
        _ = try lab.split(["Mong"], to: new)
        try lab.settle()
        try lab.restore(before, as: 1_025)
        try a.sync(lab.hub.store)
        let report = try lab.split(["Mong"], to: new)
        #expect(report.households == 1 && report.residents == 1)
        let person = try #require(
            try lab.hub.store.read { try HubRow.all("resident", where: "s.code = ?", [new], $0) }
                .first)
        let home = try lab.hub.store.read { db in
            try person.row("household").flatMap { try HubRow.find("household", $0, db) }
        }
        #expect(home?.scope.code == new)
    }

    @Test("A split forgotten by its centre brings people whose home the office deleted since")
    func splitForgottenOfDeletedHome() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        let family = try a.family(["520204191080\(1_001)"])
        try lab.settle()
        let before = try lab.copyOfHub()
        let new = "52.02.04.2019"
        _ = try lab.split(["Mong"], to: new)
        try lab.settle()
        try a.record("household.delete") { try $0.delete("household", family.household) }
        try lab.restore(before, as: 1_025)
        try a.sync(lab.hub.store)
        #expect(try lab.split(["Mong"], to: new).residents == 1)
        let there = try lab.hub.store.read { db in
            try HubRow.all("resident", where: "s.code = ?", [new], db)
        }
        #expect(there.map { $0.text("vital_status") } == ["alive"])
        #expect(there.allSatisfy { $0.row("household") == nil })
        let done = try lab.seq
        #expect(try lab.split(["Mong"], to: new).residents == 0)
        #expect(try lab.seq == done)
    }

    @Test("A village is split by hamlet; interrupted it continues, repeated it changes nothing")
    func split() throws {
        let lab = try ChainLab()
        let a = try lab.pc(ChainLab.kuta, 7)
        for number in 0..<30 {
            _ = try a.family(
                ["52020419108\(10_000 + number)"], hamlet: number % 2 == 0 ? "Dusun Mawun" : "Mong")
        }
        try lab.settle()
        let new = "52.02.04.2019"
        // The second changeset after the region fails.
        try lab.hub.store.bookkeeping {
            try $0.execute(
                sql: """
                    CREATE TRIGGER kill BEFORE INSERT ON changeset
                    WHEN (SELECT count(*) FROM changeset) >= \(try lab.seq + 2)
                    BEGIN SELECT RAISE(ABORT, 'killed'); END
                    """)
        }
        #expect(throws: (any Error).self) { try lab.split(["mawun", "Nihil"], to: new) }
        try lab.hub.store.bookkeeping { try $0.execute(sql: "DROP TRIGGER kill") }
        // Half done, nobody is taken for a second person.
        try lab.settle()
        #expect(try lab.hub.store.query("SELECT count(*) FROM finding").rows == [[0]])
        let report = try lab.split(["mawun", "Nihil"], to: new)
        #expect(report.emptyHamlets == ["Nihil"])
        try lab.settle()
        let done = try lab.seq
        let again = try lab.split(["mawun", "Nihil"], to: new)
        #expect(again.households == 0 && again.residents == 0)
        #expect(try lab.seq == done)

        let b = try lab.pc(Scope(new), 8)
        try b.sync(lab.hub.store)
        #expect(try b.rows("household").count == 15)
        #expect(try b.rows("resident").count == 15)
        #expect(try b.rows("resident").allSatisfy { $0.text("vital_status") == "alive" })
        let homes = Set(try b.rows("household").map(\.id))
        #expect(try b.rows("resident").allSatisfy { homes.contains($0.row("household")!) })
        #expect(try a.rows("resident", "t.vital_status = 'moved'").count == 15)
        #expect(try a.rows("resident", "t.vital_status = 'alive'").count == 15)
        #expect(
            try Set(a.rows("transfer").compactMap { $0.row("arrived_as") })
                == Set(b.rows("resident").map(\.id)))
        let region = try #require(
            try lab.hub.store.read {
                try HubRow.all("region", where: "t.code = ?", [new], $0).first
            })
        #expect(region.text("split_from") == ChainLab.kuta.code)
        #expect(region.text("valid_from") == "2026-12-01")
        #expect(region.text("parent") == "52.02.04")
        // The new office can be enrolled like any other.
        #expect(try lab.hub.enrol(office: new, device: 1).officeName == "Mawun")
    }
}

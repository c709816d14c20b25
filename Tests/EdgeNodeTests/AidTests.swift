import ChangeStore
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Aid is handed out from a post's own share")
struct AidTests {
    private static let lot = AidLot("bpnt", "2026-11")

    private func entitled(
        _ sample: SampleOffice, _ household: RowID, quantity: Int64 = 10, state: String = "allotted"
    ) throws -> RowID {
        try sample.node.store.record(
            as: Author("agency", .agency), "aid.entitle", now: SampleOffice.start
        ) {
            try $0.insert(
                "aid_entitlement",
                [
                    ("program", .text(Self.lot.program)), ("period", .text(Self.lot.period)),
                    ("household", .integer(household.rawValue)), ("quantity", .integer(quantity)),
                    ("state", .text(state)),
                ])
        }.result
    }

    /// The centre, whose rows of this office arrive as soon as it has written them.
    private final class Centre {
        let sample: SampleOffice
        let store: ChangeStore

        init(_ sample: SampleOffice) throws {
            self.sample = sample
            store = try ChangeStore.create(
                at: sample.directory + "/centre.sqlite",
                identity: StoreIdentity(replica: .hub, home: Scope("52.02"), isHub: true))
        }

        func write(_ table: String, _ values: [(String, Value)]) throws {
            let scope = sample.node.office
            try store.record(
                as: Author("centre", .agency), "aid.allot", in: scope, now: SampleOffice.start
            ) { _ = try $0.insert(table, values) }
            let all = try store.read {
                try ChangeLog.segment(
                    of: scope, lackedBy: VersionVector(), bytesMax: 4 << 20, $0)
            }
            _ = try sample.node.store.receive(all?.changesets ?? [], now: SampleOffice.start)
        }

        func allot(_ quantity: Int64) throws {
            try write(
                "aid_allotment",
                [
                    ("program", .text(lot.program)), ("period", .text(lot.period)),
                    ("post", .integer(sample.node.store.identity.replica.number)),
                    ("quantity", .integer(quantity)),
                ])
        }

        /// Rules that one changeset of this PC is kept and not shown.
        func withhold(_ seq: UInt64) throws {
            try write(
                "ruling",
                [
                    ("replica", .integer(sample.node.store.identity.replica.number)),
                    ("first_seq", .integer(Int64(seq))), ("last_seq", .integer(Int64(seq))),
                    ("kind", "withheld"), ("code", "revoked_user"), ("state", "in_force"),
                ])
        }
    }

    private func left(_ sample: SampleOffice) throws -> Int64 {
        try sample.office.aidBook().left(of: Self.lot, at: sample.node.store.identity.replica)
    }

    @Test("A share goes down with each hand-out, and at its end only a reason goes on")
    func share() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let head = try sample.staff(.sectionHead)
        try Centre(sample).allot(25)
        let names = try (0..<4).map { _ in try entitled(sample, family.household) }
        #expect(try sample.office.handOutAid(names[0], Entries(), by: head) == 15)
        #expect(try sample.office.handOutAid(names[1], Entries(), by: head) == 5)
        #expect(throws: OfficeFault.aidShareUsed(left: 5)) {
            try sample.office.handOutAid(names[2], Entries(), by: head)
        }
        #expect(try sample.office.record("aid_entitlement", names[2]).text("state") == "allotted")
        // A part of it is within the share.
        try sample.office.handOutAid(names[2], Entries(["quantity": "5"]), by: head)
        #expect(try left(sample) == 0)
        try sample.office.handOutAid(
            names[3], Entries(["override_reason": "banjir di Pujut"]), by: head)
        let book = try sample.office.aidBook()
        let share = try #require(book.shares[Self.lot]?[sample.node.store.identity.replica])
        #expect(share.left == 0)
        #expect(share.beyond == 10)
        #expect(try sample.office.record("aid_entitlement", names[3]).text("state") == "delivered")
    }

    @Test("What was handed out is not handed out again, nor what is not decreed, nor by anybody")
    func refusals() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let head = try sample.staff(.sectionHead)
        try Centre(sample).allot(25)
        let name = try entitled(sample, family.household, state: "decreed")
        #expect(throws: OfficeFault.notAllowed([.sectionHead, .secretary, .villageHead])) {
            try sample.office.handOutAid(name, Entries(), by: sample.staff(.operator))
        }
        for quantity in ["-1", "0", "banyak", "9999999999999"] {
            #expect(throws: OfficeFault.self) {
                try sample.office.handOutAid(name, Entries(["quantity": quantity]), by: head)
            }
        }
        try sample.office.handOutAid(name, Entries(), by: head)
        #expect(throws: OfficeFault.aidHandedOut(at: SampleOffice.start)) {
            try sample.office.handOutAid(name, Entries(), by: head)
        }
        let proposed = try entitled(sample, family.household, state: "proposed")
        #expect(throws: OfficeFault.wrongState("proposed")) {
            try sample.office.handOutAid(proposed, Entries(), by: head)
        }
        #expect(throws: OfficeFault.notFound) {
            try sample.office.handOutAid(family.household, Entries(), by: head)
        }
        #expect(try left(sample) == 15)
    }

    @Test("A share is passed only to a PC of the office that is known, and not twice")
    func passing() throws {
        let sample = try SampleOffice()
        let head = try sample.staff(.sectionHead)
        try Centre(sample).allot(25)
        for post in [sample.node.store.identity.replica, .hub, ReplicaID(99)] {
            #expect(throws: OfficeFault.refused([FieldProblem("post", .notAChoice)])) {
                try sample.office.passAid(
                    Self.lot, to: post, quantity: 5, reason: "", by: head)
            }
        }
        #expect(try left(sample) == 25)
    }

    @Test("A hand-out that is withheld stays spent")
    func withheld() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let head = try sample.staff(.sectionHead)
        let centre = try Centre(sample)
        try centre.allot(25)
        let name = try entitled(sample, family.household)
        try sample.office.handOutAid(name, Entries(), by: head)
        #expect(try left(sample) == 15)
        try centre.withhold(try sample.seq())
        #expect(try sample.office.record("aid_entitlement", name).text("state") == "allotted")
        #expect(try left(sample) == 15)
    }
}

extension ReplicaID {
    fileprivate var number: Int64 { Int64(rawValue) }
}

import ChangeStore
import GRDB
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("The hub carries on what crosses offices")
struct ChainTests {
    static let niks = ["5202041910800001", "5202041910800002"]

    /// Kuta sends a family, Sengkol accepts; all have synced but for the last carrying.
    private func familyOnTheWay(_ lab: ChainLab) throws -> (a: PC, b: PC, family: PC.Family) {
        let a = try lab.pc(ChainLab.kuta, 7)
        let b = try lab.pc(ChainLab.sengkol, 8)
        let family = try a.family(Self.niks)
        try a.send(family, Self.niks, to: ChainLab.sengkol)
        try a.sync(lab.hub.store)
        return (a, b, family)
    }

    @Test("A family counts at the origin until the one acceptance, and then only there")
    func familyMoves() throws {
        let lab = try ChainLab()
        let (a, b, family) = try familyOnTheWay(lab)
        try lab.carry()
        for nik in Self.niks { #expect(try lab.counted(nik) == 1) }
        try b.sync(lab.hub.store)
        #expect(try b.rows("transfer").count == 2)
        #expect(try b.rows("resident").isEmpty)
        try b.acceptAll()
        try b.sync(lab.hub.store)
        try lab.carry()
        for nik in Self.niks { #expect(try lab.counted(nik) == 1) }
        try lab.settle()
        #expect(try a.rows("resident").allSatisfy { $0.text("vital_status") == "moved" })
        #expect(try a.rows("household").map { $0.text("status") } == ["moved"])
        #expect(try a.rows("vital_event").allSatisfy { $0.text("state") == "registered" })
        let transfers = try a.rows("transfer")
        #expect(transfers.allSatisfy { $0.text("state") == "accepted" })
        let arrived = try b.rows("resident").map(\.id)
        #expect(Set(transfers.compactMap { $0.row("arrived_as") }) == Set(arrived))
        #expect(family.people.count == 2 && arrived.count == 2)
        // What each office holds is what the hub holds of it, and no finding accuses anybody.
        #expect(try lab.hub.store.query("SELECT count(*) FROM finding").rows == [[0]])
        try lab.expectEqualDigests()
    }

    @Test("Refused, or taken back: everybody stays where they were, and their data with them")
    func refusals() throws {
        for isRefusal in [true, false] {
            let lab = try ChainLab()
            let (a, b, _) = try familyOnTheWay(lab)
            try lab.carry()
            try b.sync(lab.hub.store)
            if isRefusal { try b.returnAll() } else { try a.cancelAll() }
            try lab.settle()
            #expect(try a.rows("resident").allSatisfy { $0.text("vital_status") == "alive" })
            let state = isRefusal ? "returned" : "cancelled"
            for pc in [a, b] {
                #expect(try pc.rows("transfer").allSatisfy { $0.text("state") == state })
            }
            #expect(try b.rows("transfer").allSatisfy { $0.text("person") == nil })
        }
    }

    @Test("Killed at any write, the chain goes on and ends as if nothing had happened")
    func killPoints() throws {
        let calm = try ChainLab()
        try runWithKills(calm, at: nil)
        let wanted = try calm.digests()
        let most = try calm.seq
        #expect(most > 6)
        var point = 0
        var kills = 0
        repeat {
            let lab = try ChainLab()
            kills = try runWithKills(lab, at: point)
            #expect(try lab.digests() == wanted, "killed at \(point)")
            #expect(try lab.seq == most, "killed at \(point)")
            point += 1
        } while kills > 0
        #expect(point > 5)
    }

    /// - Parameter point: after so many of the hub's own writes the next one fails, whatever it is.
    /// - Returns: how many writes failed.
    @discardableResult
    private func runWithKills(_ lab: ChainLab, at point: Int?) throws -> Int {
        var left = point
        var kills = 0
        func carry() throws {
            if let point = left {
                let before = try lab.seq
                try lab.hub.store.bookkeeping {
                    try $0.execute(
                        sql: """
                            CREATE TRIGGER kill BEFORE INSERT ON changeset
                            WHEN (SELECT count(*) FROM changeset) >= \(before + point)
                            BEGIN SELECT RAISE(ABORT, 'killed'); END
                            """)
                }
                do { try lab.carry() } catch is DatabaseError {
                    kills += 1
                    left = nil
                }
                try lab.hub.store.bookkeeping { try $0.execute(sql: "DROP TRIGGER kill") }
                if left != nil { left = point - (try lab.seq - before) }
            }
            try lab.carry()
            let done = try lab.seq
            try lab.carry()
            #expect(try lab.seq == done)
        }
        let (a, b, _) = try familyOnTheWay(lab)
        let c = try lab.pc(ChainLab.ubung, 9)
        _ = try c.family([Self.niks[0]])
        try carry()
        try c.sync(lab.hub.store)
        try carry()
        try b.sync(lab.hub.store)
        try b.acceptAll()
        try b.sync(lab.hub.store)
        try carry()
        try a.sync(lab.hub.store)
        try carry()
        return kills
    }

    @Test(
        "Sent to two villages at once: whoever comes first counts, the other waits for a decision")
    func twoDestinations() throws {
        let lab = try ChainLab()
        let a1 = try lab.pc(ChainLab.kuta, 7)
        let a2 = try lab.pc(ChainLab.kuta, 17)
        let b = try lab.pc(ChainLab.sengkol, 8)
        let c = try lab.pc(ChainLab.ubung, 9)
        let nik = [Self.niks[0]]
        let family = try a1.family(nik)
        try lab.settle()
        try a1.send(family, nik, to: ChainLab.sengkol)
        try a2.send(family, nik, to: ChainLab.ubung)
        try lab.settle()
        // Both accept before they hear of each other.
        try b.acceptAll()
        try c.acceptAll()
        try lab.settle()
        #expect(try lab.counted(nik[0]) == 1)
        #expect(
            try Set(a1.rows("transfer").map { $0.text("state") }) == ["accepted", "suspended"])
        #expect(try b.rows("resident").map { $0.text("vital_status") } == ["alive"])
        #expect(try c.rows("resident").map { $0.text("vital_status") } == ["invalid"])
        #expect(try c.rows("finding").map { $0.text("state") } == ["open"])
        let waiting = try #require(
            try TransferDesk(hub: lab.hub).open().first { $0.state == "suspended" })
        #expect(waiting.to == ChainLab.ubung.code && waiting.hasArrived)

        // The district decides for the second: the first village is asked to let the person go.
        try TransferDesk(hub: lab.hub).decide(
            #require(RowID(waiting.transfer)), accepts: true, as: Author("camat", .district),
            note: "tinggal di Ubung", now: ChainLab.now)
        try lab.settle()
        #expect(try c.rows("resident").map { $0.text("vital_status") } == ["alive"])
        #expect(
            try c.rows("finding", "t.kind = 'transfer_suspended'").map { $0.text("state") } == [
                "resolved"
            ])
        #expect(try b.rows("registry_match").map { $0.text("state") } == ["proposed"])
        try b.record("registry.accept") { draft in
            for person in try b.rows("resident") {
                try draft.update("resident", person.id, [("vital_status", "moved")])
            }
        }
        try lab.settle()
        #expect(try lab.counted(nik[0]) == 1)
        #expect(try a1.rows("transfer").allSatisfy { $0.text("state") == "accepted" })
    }

    @Test(
        "Whatever the order in which offices send, answer and sync, a person counts once",
        arguments: 0..<40)
    func anyOrder(seed: UInt64) throws {
        let lab = try ChainLab()
        let a1 = try lab.pc(ChainLab.kuta, 7)
        let a2 = try lab.pc(ChainLab.kuta, 17)
        let b = try lab.pc(ChainLab.sengkol, 8)
        let c = try lab.pc(ChainLab.ubung, 9)
        let nik = [Self.niks[0]]
        let family = try a1.family(nik)
        try lab.settle()
        try a1.send(family, nik, to: ChainLab.sengkol)
        try a2.send(family, nik, to: ChainLab.ubung)
        var random = SplitMix(state: seed)
        for _ in 0..<24 {
            switch random.next() % 10 {
            case 0, 1: try a1.sync(lab.hub.store)
            case 2: try a2.sync(lab.hub.store)
            case 3, 4: try b.sync(lab.hub.store)
            case 5: try c.sync(lab.hub.store)
            case 6: try b.acceptAll()
            case 7: try random.next() % 2 == 0 ? c.acceptAll() : c.returnAll()
            case 8: if random.next() % 4 == 0 { try a1.cancelAll() }
            default: try lab.carry()
            }
        }
        try lab.settle()
        #expect(try lab.counted(nik[0]) == 1)
        let done = try lab.seq
        try lab.settle()
        #expect(try lab.seq == done)
        try lab.expectEqualDigests()
    }

    @Test("A hub put back from a backup redoes the chain; its own lost work comes back, not twice")
    func restoredHub() throws {
        for hasDestinationSynced in [false, true] {
            let lab = try ChainLab()
            let (a, b, _) = try familyOnTheWay(lab)
            let friday = try lab.copyOfHub()
            try lab.carry()
            if hasDestinationSynced {
                try b.sync(lab.hub.store)
                try b.acceptAll()
                try b.sync(lab.hub.store)
                try lab.carry()
                try a.sync(lab.hub.store)
            }
            try lab.restore(friday, as: 0x7000_0001)
            // Before any edge has called, the hub redoes what it knows of.
            try lab.carry()
            try lab.settle()
            try b.acceptAll()
            try lab.settle()
            for nik in Self.niks { #expect(try lab.counted(nik) == 1) }
            #expect(try b.rows("transfer").count == 2)
            #expect(try b.rows("resident").count == 2)
            #expect(try a.rows("transfer").allSatisfy { $0.text("state") == "accepted" })
            for pc in lab.pcs {
                #expect(
                    try pc.store.digests(only: pc.scope).map(\.digest)
                        == lab.hub.store.digests(only: pc.scope).map(\.digest))
                // Only that one wrote "sent" again beside the answer; the answer stands.
                for record in try pc.store.read({
                    try ConflictLog.all($0, scope: nil, onlyOpen: true)
                }) {
                    #expect(record.conflict.table == TableID(25))
                    #expect(record.conflict.column == ColumnID(4))
                }
            }
        }
    }

    @Test("A letter that claims to come from elsewhere but was not carried by the hub moves nobody")
    func forgedLetter() throws {
        let lab = try ChainLab()
        let b = try lab.pc(ChainLab.sengkol, 8)
        try b.record("forge") { draft in
            try draft.insert(
                "transfer",
                [
                    ("resident", .integer(1)), ("from_office", .text(ChainLab.kuta.code)),
                    ("to_office", .text(ChainLab.sengkol.code)), ("state", "accepted"),
                ])
        }
        try b.sync(lab.hub.store)
        let before = try lab.seq
        try lab.carry()
        #expect(try lab.seq == before)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

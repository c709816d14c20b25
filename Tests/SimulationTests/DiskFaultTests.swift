import ChangeStore
import FieldSimulator
import SyncProtocol
import Testing

/// Disks that err, fill up, slow down and lie; programs that are killed.
@Suite("Failing disks and killed programs") struct DiskFaultTests {
    private static let path = "/edge.sqlite"
    private static let author = Author("sari", .operator)

    @Test(
        "A disk that errs loses nothing recorded, and at worst the store says that it is damaged",
        arguments: [
            (DiskFault.readError, 3_000), (.writeError, 3_000), (.stuck, 500), (.syncError, 10_000),
            (.full, 1_500), (.badSector, 300), (.slow, 10_000),
        ] as [(DiskFault, UInt32)])
    func errors(fault: DiskFault, perMillion: UInt32) async throws {
        let sum = try await DiskTests.run(0..<30) { $0.faults = [fault: perMillion] }
        print("\(fault): \(sum.refusals) refusals; " + DiskTests.describe(sum))
        #expect(sum.failed.isEmpty, "\(sum.failed.prefix(3))")
        #expect(try #require(sum.outcome.counts[fault]).tookEffect > 0)
        if !fault.mayRefuse { #expect(sum.refusals == 0) }
    }

    @Test(
        "On a disk that lies the store is right, or says that it is damaged, or takes a new number",
        arguments: [
            (DiskFault.lyingSync, 100_000), (.lostWrite, 3_000), (.misdirectedWrite, 3_000),
            (.bitRot, 500),
        ] as [(DiskFault, UInt32)])
    func lies(fault: DiskFault, perMillion: UInt32) async throws {
        let sum = try await DiskTests.run(0..<30) { $0.faults = [fault: perMillion] }
        print(
            "\(fault): \(sum.refusals) refusals, \(sum.outcome.newNumbers) new numbers; "
                + DiskTests.describe(sum))
        #expect(sum.failed.isEmpty, "\(sum.failed.prefix(3))")
        #expect(try #require(sum.outcome.counts[fault]).tookEffect > 0)
    }

    @Test("Killed programs and power cuts in turn: nothing that was shown is lost")
    func killsAndCuts() async throws {
        let sum = try await DiskTests.run(0..<100) { $0.killEvery = 2 }
        print("kills: " + DiskTests.describe(sum))
        #expect(sum.failed.isEmpty, "\(sum.failed.prefix(3))")
    }

    @Test(
        "What a killed program or a failed sync left in the WAL does not go with the next power cut",
        arguments: [DiskFault.kill, .syncError])
    func unsyncedJournal(fault: DiskFault) throws {
        // SQLite shows it after opening again, and nothing had synced it.
        var shown = 0
        for seed in UInt64(0)..<120 {
            let disk = SimulatedDisk(seed: seed)
            var store: ChangeStore? = try ChangeStore.create(
                at: Self.path,
                identity: StoreIdentity(
                    replica: ReplicaID(9), home: RandomHistory.scope, isHub: false),
                schema: RandomHistory.schema, on: disk)
            // The transaction's last calls: its commit frame and its sync.
            disk.arm(fault, at: fault == .kill ? 1 + seed % 40 : 1)
            #expect(throws: (any Error).self) {
                for _ in 0..<9 { try insert(into: store) }
            }
            disk.arm(fault, at: 0)
            // First of all: a store that is closed would tidy up.
            disk.kill()
            store = nil
            disk.powerUp()
            store = try open(disk)
            let before = try count(store)
            if before > 0 { shown += 1 }
            disk.cutPower()
            store = nil
            disk.powerUp()
            #expect(try count(open(disk)) == before, "seed \(seed)")
        }
        #expect(shown > 0)
    }

    private func open(_ disk: SimulatedDisk) throws -> ChangeStore {
        try ChangeStore.open(at: Self.path, schema: RandomHistory.schema, on: disk)
    }

    private func insert(into store: ChangeStore?) throws {
        _ = try store?.record(as: Self.author, "x", now: 1) { try $0.insert("specimen", []) }
    }

    private func count(_ store: ChangeStore?) throws -> Int {
        try store?.query("SELECT id FROM specimen").rows.count ?? 0
    }
}

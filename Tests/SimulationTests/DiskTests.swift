import ChangeStore
import FieldSimulator
import SyncProtocol
import Testing

/// The real store on a disk that fails (Simulations/README.md).
@Suite("Power cuts and failing disks") struct DiskTests {
    /// What many worlds came to.
    struct Sum: Sendable {
        var outcome = DiskWorld.Outcome()
        var failed: [String] = []
        /// Worlds that ended with a store that says it is damaged.
        var refusals = 0

        mutating func add(_ world: DiskWorld.Outcome, _ seed: UInt64) {
            outcome.stops += world.stops
            outcome.recorded += world.recorded
            outcome.sent += world.sent
            outcome.takenIn += world.takenIn
            outcome.reportedErrors += world.reportedErrors
            outcome.newNumbers += world.newNumbers
            if world.refusal != nil { refusals += 1 }
            outcome.fates += world.fates
            for (fault, count) in world.counts {
                outcome.counts[fault, default: FaultCount()] += count
            }
            if let first = world.violations.first { failed.append("seed \(seed): \(first)") }
        }
    }

    /// Runs the seeds' worlds in two jobs.
    static func run(
        _ seeds: Range<UInt64>, _ change: @Sendable @escaping (inout DiskWorld.Plan) -> Void
    ) async throws -> Sum {
        try await withThrowingTaskGroup(of: Sum.self) { group in
            for job in 0..<2 {
                group.addTask {
                    var sum = Sum()
                    for seed in seeds where seed % 2 == job {
                        var plan = DiskWorld.Plan(seed: seed)
                        change(&plan)
                        sum.add(try DiskWorld.run(plan), seed)
                    }
                    return sum
                }
            }
            var all = Sum()
            for try await sum in group {
                all.add(sum.outcome, 0)
                all.failed += sum.failed
                all.refusals += sum.refusals
            }
            return all
        }
    }

    static func describe(_ sum: Sum) -> String {
        let outcome = sum.outcome
        let faults = DiskFault.allCases.compactMap { fault -> String? in
            guard let count = outcome.counts[fault], count.injected > 0 else { return nil }
            return "\(fault) \(count.injected) injected, \(count.tookEffect) took effect"
        }
        let fates = outcome.fates
        return """
            \(outcome.stops) stops, \(outcome.recorded) transactions recorded, \(outcome.sent) \
            sent, \(outcome.takenIn) taken in; pending changes: \(fates.applied) applied, \
            \(fates.dropped) dropped, \(fates.torn) torn, \(fates.garbage) garbage; \
            \(faults.joined(separator: "; "))
            """
    }

    @Test("Ten thousand power cuts: nothing recorded is lost, nothing is issued twice")
    func tenThousandPowerCuts() async throws {
        let sum = try await Self.run(0..<1_000) { $0.killEvery = 0 }
        print("power cuts: " + Self.describe(sum))
        #expect(sum.failed.isEmpty, "\(sum.failed.count) worlds failed: \(sum.failed.prefix(3))")
        let cuts = try #require(sum.outcome.counts[.powerCut])
        #expect(cuts.injected >= 10_000)
        #expect(cuts.tookEffect > 5_000)
        let fates = sum.outcome.fates
        #expect(min(fates.applied, fates.dropped, fates.torn, fates.garbage) > 1_000)
    }

    @Test(
        "With NORMAL a power cut after sending issues a dot twice; with FULL the same one does not")
    func normalIsNotEnough() throws {
        // Which seed shows it depends on how many disk calls the store makes.
        for seed in UInt64(0)..<100 {
            var plan = DiskWorld.Plan(seed: seed)
            plan.synchronous = 1
            let broken = try DiskWorld.run(plan).violations
            guard broken.contains(where: { $0.text.contains("was sent with one content") })
            else { continue }
            print("seed \(seed) under NORMAL: \(broken.prefix(4))")
            #expect(broken.first?.invariant == "S6" || broken.first?.invariant == "S4")
            #expect(Set(broken.map(\.invariant)).isSuperset(of: ["S1", "S3", "S6"]))
            plan.synchronous = 2
            let outcome = try DiskWorld.run(plan)
            #expect(outcome.violations.isEmpty, "seed \(seed): \(outcome.violations)")
            #expect(outcome.sent > 0 && outcome.fates.dropped > 0)
            return
        }
        Issue.record("no seed shows what NORMAL does: the simulator does not see it")
    }

    @Test("A seed repeats: the same disk calls, page by page, also beside another world")
    func seedsRepeat() async throws {
        let first = try (0..<12).map { try DiskWorld.run(DiskWorld.Plan(seed: $0)).trace }
        #expect(Set(first).count == 12)
        let again = try await withThrowingTaskGroup(of: (UInt64, UInt64).self) { group in
            for seed in UInt64(0)..<12 {
                group.addTask { (seed, try DiskWorld.run(DiskWorld.Plan(seed: seed)).trace) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (seed, trace) in first.enumerated() { #expect(again[UInt64(seed)] == trace) }
    }

    @Test("A power cut that garbles the store's first page does not make it another file")
    func firstPageTornInCheckpoint() throws {
        // The first 100 bytes were read past SQLite, which had them whole in the WAL.
        let disk = SimulatedDisk(seed: 1)
        let identity = StoreIdentity(
            replica: ReplicaID(9), home: RandomHistory.scope, isHub: false)
        var store: ChangeStore? = try ChangeStore.create(
            at: "/edge.sqlite", identity: identity, schema: RandomHistory.schema, on: disk)
        try store?.record(as: Author("sari", .operator), "x", now: 1) {
            try $0.insert("specimen", [])
        }
        disk.cutPower()
        store = nil
        disk.powerUp()
        #expect(disk.spoil("/edge.sqlite", from: 0, count: 512))
        let again = try ChangeStore.open(
            at: "/edge.sqlite", schema: RandomHistory.schema, on: disk)
        #expect(again.identity == identity)
        #expect(try again.query("SELECT id FROM specimen").rows.count == 1)
        try again.close()
        // Without its journal it is what it looks like.
        disk.spoil("/edge.sqlite", from: 0, count: 512)
        #expect(throws: StoreError.self) {
            try ChangeStore.open(at: "/edge.sqlite", schema: RandomHistory.schema, on: disk)
        }
    }
}

import ChangeStore
import Compression
import Exchange
import GRDB
import SyncProtocol

/// One PC and its hub: the PC records, sends, takes in and checkpoints on a disk that fails; the
/// hub's disk never does. The real store, codec and compression, nothing between.
///
/// After every stop the PC opens its store again and ``DiskWorld/check()`` asks what SYNC promises:
/// what `record` returned is there, in its order, and nothing else but at most the one transaction
/// that was under way (S6); no dot has two contents (S1); what was sent or acknowledged is there
/// (S3, S4); rows are what the log makes of them (S7); SQLite finds nothing wrong (S23).
public final class DiskWorld {
    public struct Plan: Sendable {
        public var seed: UInt64
        /// SQLite's `synchronous`: 1 is NORMAL, 2 is FULL. The product always sets FULL; the
        /// simulator can take that back.
        public var synchronous = 2
        /// How many stops (power cuts and kills) to live through.
        public var stops = 10
        /// One in so many stops is a kill instead of a power cut; 0 is never.
        public var killEvery = 6
        /// Further faults and their chance a million calls.
        public var faults: [DiskFault: UInt32] = [:]

        public init(seed: UInt64) { self.seed = seed }
    }

    /// What a promise was and what was found instead.
    public struct Violation: Hashable, Sendable, CustomStringConvertible {
        public let invariant: String
        public let text: String
        public let stop: Int

        public var description: String { "\(invariant) after stop \(stop): \(text)" }
    }

    public struct Outcome: Sendable {
        public var violations: [Violation] = []
        public var recorded = 0
        public var sent = 0
        public var takenIn = 0
        public var stops = 0
        /// Errors that the store reported while its disk was alive.
        public var reportedErrors = 0
        /// A lying disk was noticed: what was said. The world ends there.
        public var refusal: String?
        /// On a lying disk: the store had fallen back and took a new number.
        public var newNumbers = 0
        public var counts: [DiskFault: FaultCount] = [:]
        public var fates = PendingFates()
        public var trace: UInt64 = 0

        public init() {}
    }

    static let path = "/edge.sqlite"
    static let scope = RandomHistory.scope
    static let author = Author("sari", .operator)
    static let hubNumber = ReplicaID(1)

    /// One recorded transaction, as it was when `record` returned.
    struct Told {
        let dot: Dot
        let hash: HashChain
        let clock: HLC
    }

    let plan: Plan
    let disk: SimulatedDisk
    let hub: ChangeStore
    private let hubDisk: SimulatedDisk
    let codec = SegmentCodec(known: .builtIn, theirs: Set(Dictionaries.builtIn.ids))
    var random: SeededRandom
    var edge: ChangeStore?
    public internal(set) var outcome = Outcome()

    var number = ReplicaID(9)
    /// In the order of commit, since the store's present number began.
    var told: [Told] = []
    /// What was tried since the last success, and may or may not be there.
    var tried: Set<Int> = []
    var serial = 0
    var rows: [RowID] = []
    var madeRows: Set<RowID> = []
    /// Every changeset that left its store, by dot.
    var universe: [Dot: HashChain] = [:]
    var sent: UInt64 = 0
    /// What the PC told the hub it holds of the hub's.
    var acknowledged: UInt64 = 0
    var lastClock = HLC.zero
    /// The store does not open any more.
    private var isStuck = false

    public init(_ plan: Plan) throws {
        self.plan = plan
        random = SeededRandom(seed: plan.seed)
        disk = SimulatedDisk(seed: plan.seed, entity: 1)
        hubDisk = SimulatedDisk(seed: plan.seed, entity: 0)
        hub = try ChangeStore.create(
            at: "/hub.sqlite",
            identity: StoreIdentity(replica: Self.hubNumber, home: Self.scope, isHub: true),
            schema: RandomHistory.schema, on: hubDisk)
    }

    public static func run(_ plan: Plan) throws -> Outcome {
        let world = try DiskWorld(plan)
        try world.live()
        return world.outcome
    }

    var lies: Bool { plan.faults.keys.contains(where: \.isLie) }
    var mayRefuse: Bool { plan.faults.keys.contains(where: \.mayRefuse) }

    private func live() throws {
        setFaults()
        armStop()
        try start()
        while outcome.stops < plan.stops, isGoingOn {
            attempt { try step() }
            if disk.isDead {
                outcome.stops += 1
                armStop()
            }
            if disk.isDead || edge == nil { try start() }
        }
        if isGoingOn { try settle() }
        edge = nil
        for fault in DiskFault.allCases { outcome.counts[fault] = disk.count(of: fault) }
        outcome.fates = disk.fates
        outcome.trace = disk.trace
    }

    private var isGoingOn: Bool {
        outcome.refusal == nil && outcome.violations.count < 8 && !isStuck
    }

    /// Stops not counted: they are armed one by one.
    func setFaults(on isOn: Bool = true) {
        for (fault, perMillion) in plan.faults {
            disk.set(fault, perMillion: isOn ? perMillion : 0)
        }
    }

    func violate(_ invariant: String, _ text: String) {
        outcome.violations.append(
            Violation(invariant: invariant, text: text, stop: outcome.stops))
    }

    /// The next stop: soon, or many calls away.
    private func armStop() {
        let calls = UInt64(1 + random.below(1 << (2 + random.below(8))))
        let isKill = plan.killEvery > 0 && random.below(plan.killEvery) == 0
        disk.arm(.powerCut, at: isKill ? 0 : calls)
        disk.arm(.kill, at: isKill ? calls : 0)
    }

    /// Runs something that the disk may fail.
    func attempt(_ work: () throws -> Void) {
        do {
            try work()
        } catch {
            guard !disk.isDead else { return }
            outcome.reportedErrors += 1
            if mayRefuse, isDamage(error) { outcome.refusal = "\(error)" }
            // What lasts ends, as when somebody makes room or a cable is put back.
            if random.chance(30) { disk.mend() }
        }
    }

    func isDamage(_ error: any Error) -> Bool {
        switch error {
        case StoreError.damaged, StoreError.notAStore, StoreError.missing, StoreError.newerVersion:
            true
        case let error as DatabaseError:
            error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
        default: error is DecodeError
        }
    }

    /// Opens the store, through as many stops and errors as come while it opens.
    private func start() throws {
        var last: (any Error)?
        for _ in 0..<50 {
            edge = nil
            disk.powerUp()
            disk.set(time: wall())
            do {
                edge = try open()
                try settings()
                try check()
                return
            } catch {
                last = error
                if disk.isDead {
                    outcome.stops += 1
                    armStop()
                } else if mayRefuse, isDamage(error) {
                    outcome.refusal = "\(error)"
                    return
                } else {
                    outcome.reportedErrors += 1
                    disk.mend()
                    if plan.faults.isEmpty {
                        violate("S23", "the store does not open: \(error)")
                        isStuck = true
                        return
                    }
                }
            }
        }
        isStuck = true
        if plan.faults[.badSector] != nil {
            outcome.refusal = "the disk cannot be read"
        } else {
            violate("L3", "the store does not open in 50 attempts: \(last!)")
        }
    }

    private func open() throws -> ChangeStore {
        if disk.exists(Self.path) {
            return try ChangeStore.open(at: Self.path, schema: RandomHistory.schema, on: disk)
        }
        guard told.isEmpty else { throw StoreError.missing(path: Self.path) }
        return try ChangeStore.create(
            at: Self.path,
            identity: StoreIdentity(replica: number, home: Self.scope, isHub: false),
            schema: RandomHistory.schema, on: disk)
    }

    private func settings() throws {
        let (synchronous, seed) = (plan.synchronous, plan.seed)
        try edge?.onWriter { db in
            if synchronous != 2 { try db.execute(sql: "PRAGMA synchronous = \(synchronous)") }
            // Small ones, so that a short life sees many checkpoints and cache spills.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(8 << (seed % 8))")
            if seed % 3 == 0 { try db.execute(sql: "PRAGMA cache_size = 8") }
        }
    }

    func wall() -> Int64 { 1_789_000_000_000 + Int64(serial) * 1_000 - random64(576_000) }

    private func random64(_ bound: Int) -> Int64 { Int64(random.below(bound)) }
}

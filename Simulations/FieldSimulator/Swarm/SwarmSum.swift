/// What many worlds came to.
public struct SwarmSum: Sendable {
    public private(set) var worlds = 0
    public private(set) var tally = WorldTally()
    public private(set) var ledger = FaultLedger()
    public private(set) var failures: [WorldReport] = []
    public private(set) var refusals = 0
    /// Pairs of families that both made a difference in one world.
    public private(set) var pairs: Set<FaultPair> = []
    /// Milliseconds of the worlds' own time.
    public private(set) var span: Int64 = 0

    public init() {}

    public mutating func add(_ report: WorldReport) {
        worlds += 1
        tally.recorded += report.tally.recorded
        tally.syncs += report.tally.syncs
        tally.failedSyncs += report.tally.failedSyncs
        tally.stops += report.tally.stops
        tally.reportedErrors += report.tally.reportedErrors
        tally.newNumbers += report.tally.newNumbers
        refusals += report.refusals
        span += report.span
        var counts = FaultLedger()
        for (name, count) in report.faults {
            guard let family = FaultFamily(rawValue: name), count.count == 2 else { continue }
            counts.add(family, FaultCount(injected: count[0], tookEffect: count[1]))
        }
        ledger += counts
        let effective = FaultFamily.allCases.filter { counts[$0].tookEffect > 0 }
        for (index, a) in effective.enumerated() {
            for b in effective[(index + 1)...] { pairs.insert(FaultPair(a, b)) }
        }
        if report.breach != nil { failures.append(report) }
    }

    /// Families that were to be there and never made a difference.
    public var idle: [FaultFamily] {
        FaultFamily.allCases.filter { ledger[$0].tookEffect == 0 }
    }

    /// Pairs that may come together and never made a difference in one world.
    public var idlePairs: [FaultPair] {
        FaultPair.all.filter { !pairs.contains($0) }
    }

    /// What a program ends with for the failures.
    var exitCode: Int32 {
        if failures.contains(where: { $0.invariant == "crash" }) { return SimExit.crash }
        guard let first = failures.first else { return 0 }
        return first.invariant?.hasPrefix("L") == true ? SimExit.liveness : SimExit.safety
    }

    /// The greatest share of worlds that may fail when none of so many did, with 95 % confidence
    /// (the rule of three).
    public var bound: Double { worlds == 0 ? 1 : 3 / Double(worlds) }
}

/// Two families of faults, in the order of their list.
public struct FaultPair: Hashable, Sendable, CustomStringConvertible {
    public let a: FaultFamily
    public let b: FaultFamily

    init(_ a: FaultFamily, _ b: FaultFamily) {
        (self.a, self.b) = (a, b)
    }

    public var description: String { "\(a.rawValue) with \(b.rawValue)" }

    static let all = FaultFamily.allCases.enumerated().flatMap { index, a in
        FaultFamily.allCases[(index + 1)...].map { FaultPair(a, $0) }
    }
}

/// One world in the ledger, a line of JSON.
public struct WorldReport: Codable, Sendable {
    public var seed: UInt64
    public var edges: Int
    public var days: Int
    public var events: Int
    public var milliseconds: Int
    /// Milliseconds of its own time.
    public var span: Int64
    public var trace: String
    public var tally: WorldTally
    public var refusals: Int
    /// By family: injected, took effect.
    public var faults: [String: [Int]]
    public var invariant: String?
    public var breach: String?

    public init(_ outcome: WorldOutcome, milliseconds: Int) {
        seed = outcome.script.seed
        edges = outcome.script.edges
        days = Int(outcome.span / WorldTime.day)
        events = outcome.events
        self.milliseconds = milliseconds
        span = outcome.span
        trace = String(outcome.traceHash, radix: 16)
        tally = outcome.tally
        refusals = outcome.refusals
        faults = Dictionary(
            uniqueKeysWithValues: outcome.ledger.counts.map {
                ($0.key.rawValue, [$0.value.injected, $0.value.tookEffect])
            })
        invariant = outcome.breaches.first?.invariant
        breach = outcome.breaches.first?.description
    }

    /// The world could not be run to its end.
    public init(seed: UInt64, crash: String) {
        self.seed = seed
        (edges, days, events, milliseconds, refusals) = (0, 0, 0, 0, 0)
        span = 0
        trace = ""
        tally = WorldTally()
        faults = [:]
        invariant = "crash"
        breach = crash
    }
}

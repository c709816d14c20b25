import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// A regency in virtual time: the programs' own EdgeNode and Hub on disks that fail, with lines
/// that are cut, clocks that lie and people who write the same rows at once.
///
/// Idea: the programs are synchronous and are given their disk, clock and dice. So a request, its
/// way, the answer and its way back are separate events on one heap, everything between is as it
/// was drawn, and a seed repeats. After each event the logs that it may have touched are looked at.
///
/// Invariant: nothing in here depends on the wall clock, on addresses or on the order of a
/// dictionary; the same seed gives the same ``traceHash`` in every process.
public final class World {
    typealias Happening = (label: String, run: (World) throws -> Void)

    public let seed: UInt64
    let time: WorldTime
    let town: Town
    let hub: SimHub
    var edges: [SimEdge] = []
    var universe: Universe
    var links: [LinkName: Link] = [:]
    var linkChances: [LinkName: Chance] = [:]
    var defaultQuality = Link.Quality()
    /// Far enough ahead for the hub to rule on.
    var hasFarClocks = false
    /// The second phase has begun: nothing fails any more.
    var isHealed = false
    var ledger = FaultLedger()
    var talks = 0
    /// Rows that people added, by the names they are called by.
    var named: [Scope: [RowName: RowID]] = [:]
    /// Which transaction added it: one that is recorded anew under another number gives it another.
    var makers: [Scope: [RowName: Int]] = [:]
    /// Who wrote a row last, to see who meets whom.
    var lastWriter: [RowID: SimEdge] = [:]
    /// Disks as they were when they were backed up.
    var images: [String: SimulatedDisk] = [:]
    /// Villages that were split.
    var splits: [Split] = []
    /// Whatever stood in the centre's log once: it may let go of it.
    var archive: [Scope: [Dot: Changeset]] = [:]
    var hasCanary = false
    var serial = 0
    var bytesSent = 0
    public internal(set) var tally = WorldTally()
    public internal(set) var breaches: [Breach] = []
    public private(set) var events = 0
    public private(set) var traceHash: UInt64
    var recorder: Recorder?
    /// Each line of the log as it comes.
    var listener: ((TraceLine) -> Void)?
    private var queue = EventQueue<Happening>()
    private var touched: [Machine] = []

    /// - Parameters:
    ///   - edges: how many office PCs; at most ``Town/edgesMax``.
    ///   - villages: how many offices share them.
    ///   - hasRelay: whether the district has a node of its own.
    init(seed: UInt64, edges count: Int, villages: Int, hasRelay: Bool = false) throws {
        precondition(count <= Town.edgesMax, "the town has \(Town.edgesMax) PCs")
        self.seed = seed
        time = WorldTime(WorldTime.start)
        town = try Town.shared()
        universe = Universe(town)
        traceHash = seed
        hub = SimHub(
            name: "hub", entity: Town.hubEntity, seed: seed, image: town.hub,
            machine: Town.hubEntity, time: time)
        for (index, pc) in Town.pcs(edges: count, villages: villages).enumerated() {
            let image = town.edges[pc]
            edges.append(
                SimEdge(
                    name: "edge-\(index + 1)", entity: image.machine, seed: seed, image: image,
                    home: Scope(Town.offices[pc]), isRelay: false, time: time))
        }
        if hasRelay {
            edges.append(
                SimEdge(
                    name: "relay", entity: Town.relayEntity, seed: seed, image: town.relay,
                    home: Town.district, isRelay: true, time: time))
        }
        for machine in machines { start(machine) }
    }

    /// Whatever still holds a store goes before the disk under it: what waits on the heap, too.
    deinit {
        queue = EventQueue()
        for machine in machines { machine.stop() }
    }

    var machines: [Machine] { [hub] + edges }

    /// Devices that take part to the end.
    var liveEdges: [SimEdge] { edges.filter { !$0.isWiped && $0.refusal == nil } }

    var offices: [Scope] {
        Set(edges.filter { !$0.isRelay }.map(\.home) + splits.map(\.to)).sorted()
    }

    func machine(named name: String) -> Machine? { machines.first { $0.name == name } }

    func edge(named name: String) -> SimEdge? { edges.first { $0.name == name } }

    // MARK: - Time

    var now: Int64 { time.now }

    func plan(
        _ label: String, at time: Int64, _ run: @escaping (World) throws -> Void
    ) {
        queue.add(at: max(now, time), (label, run))
    }

    /// For whatever the machine's program was about: let go when the program stops.
    func plan<M: Machine>(
        _ label: String, for machine: M, in delay: Int64,
        _ run: @escaping (World, M) throws -> Void
    ) {
        let life = machine.life
        plan(label, at: now + delay) { world in
            guard machine.life == life, machine.isUp else { return }
            if world.standsStill(machine) {
                return world.plan(
                    label, for: machine, in: machine.pausedUntil - world.now, run)
            }
            try run(world, machine)
        }
    }

    /// Whether the machine's program does nothing at the moment, now that it is asked to.
    func standsStill(_ machine: Machine) -> Bool {
        guard now < machine.pausedUntil else { return false }
        met(.pause, machine)
        return true
    }

    /// A fault that was done to the machine has made a difference.
    func met(_ family: FaultFamily, _ machine: Machine) {
        if machine.unmet.remove(family) != nil { ledger.tookEffect(family) }
    }

    /// Runs what happens until then, or until a promise is broken.
    func run(until end: Int64) throws {
        while let next = queue.next, next <= end, breaches.isEmpty, let entry = queue.pop() {
            time.now = entry.time
            events += 1
            try entry.body.run(self)
            try lookAround()
            recorder?.sample(self)
        }
        if breaches.isEmpty { time.now = max(now, end) }
    }

    /// Looks at the logs of the machines that had something to do.
    func lookAround() throws {
        var seen: [Machine] = []
        while !touched.isEmpty {
            let machine = touched.removeFirst()
            guard !seen.contains(where: { $0 === machine }) else { continue }
            seen.append(machine)
            if machine.disk.isDead { crash(machine) }
            guard machine.isUp else { continue }
            try look(at: machine, isWhole: false)
        }
        for machine in seen { chain(machine.disk.trace) }
    }

    func touch(_ machine: Machine) { touched.append(machine) }

    // MARK: - The log of what happens

    func note(
        _ machine: String, _ kind: TraceLine.Kind, _ text: String,
        message: TraceLine.Message? = nil
    ) {
        let line = TraceLine(
            time: now, event: events, machine: machine, kind: kind, text: text, hash: traceHash,
            message: message)
        chain(UInt64(bitPattern: now))
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in (machine + " " + text).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        chain(hash)
        listener?(line)
        recorder?.take(line)
    }

    /// What the disks came to.
    func chainEnd() {
        for machine in machines { chain(machine.disk.trace) }
    }

    private func chain(_ word: UInt64) { traceHash = mix(traceHash, word, 0, UInt64(events)) }

    func breach(_ invariant: any Invariant.Type, _ found: String, at machine: String) {
        breach(invariant.name, invariant.sentence, found, at: machine)
    }

    func breach(_ name: String, _ sentence: String, _ found: String, at machine: String) {
        let breach = Breach(
            invariant: name, sentence: sentence, found: found, machine: machine, time: now,
            event: events)
        breaches.append(breach)
        note(machine, .breach, "\(name): \(found)")
    }
}

/// One line of what happened in a world.
public struct TraceLine: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable {
        case work, send, arrive, lost, sync, fault, stop, start, breach, heal
    }

    /// UTC milliseconds.
    public let time: Int64
    public let event: Int
    public let machine: String
    public let kind: Kind
    public let text: String
    /// Over all that came before it, disk call by disk call.
    public let hash: UInt64
    /// Somebody's work was refused as a value or a row that cannot be.
    public var isUnsaved: Bool { kind == .sync && text.hasPrefix("saves nothing") }
    public let message: Message?

    /// What was sent.
    public struct Message: Hashable, Sendable {
        public let to: String
        public let bytes: Int
        /// When it arrived; nil when it was lost.
        public let arrival: Int64?
    }

    public var description: String {
        "\(event)\t\(WorldTime.text(time))\t\(machine)\t\(text)"
    }
}

/// How much a world did.
public struct WorldTally: Hashable, Sendable, Codable {
    public var recorded = 0
    public var syncs = 0
    public var failedSyncs = 0
    public var stops = 0
    public var reportedErrors = 0
    public var newNumbers = 0
    public var rounds = 0
    /// Of everybody with the centre, until all were alike.
    public var healRounds = 0
}

struct LinkName: Hashable, Comparable {
    let from: String
    let to: String

    static func < (a: LinkName, b: LinkName) -> Bool { (a.from, a.to) < (b.from, b.to) }
}

import ChangeStore
import EdgeNode
import Foundation
import SyncHub
import SyncProtocol
import Synchronization

/// A computer of a world: its disk, its clock, its dice, and whether it runs.
class Machine {
    let name: String
    let entity: UInt64
    let disk: SimulatedDisk
    let clock: SimClock
    let surroundings: Surroundings
    /// The versions of the protocol that its program speaks.
    var versions = Preface.versions
    /// What was last seen in its log.
    let watch: LogWatch
    /// What was seen in it before its program stopped.
    var seenBefore: [Scope: VersionVector] = [:]
    /// Rises whenever its program stops, so that what was planned for the old one is let go.
    private(set) var life = 0
    /// Its power is off, or nobody is there, until then.
    var darkUntil: Int64 = 0
    /// Its program stands still until then.
    var pausedUntil: Int64 = 0
    /// Faults that were done to it and have not made a difference yet.
    var unmet: Set<FaultFamily> = []
    /// Its disk may fail, or lie: errors are no surprise.
    var diskFaults: Set<DiskFault> = []
    /// It said that its store is damaged, which on a disk that lies is right.
    var refusal: String?
    /// What is on its disk is another state than before, and has not been looked at.
    var wasPutBack = false

    init(
        name: String, entity: UInt64, seed: UInt64, image: SimulatedDisk, machine: UInt64,
        time: WorldTime
    ) {
        self.name = name
        self.entity = entity
        let disk = SimulatedDisk(seed: seed, entity: entity)
        disk.copyContents(of: image)
        disk.move(to: machine)
        self.disk = disk
        let clock = SimClock(time)
        self.clock = clock
        let dice = Mutex(Chance(seed: seed, .node, entity: entity))
        surroundings = Surroundings(
            volume: disk, now: { clock.now }, dice: { dice.withLock { $0.next() } })
        watch = LogWatch(name: name)
    }

    var store: ChangeStore? { nil }
    var isUp: Bool { store != nil }
    /// It takes no part any more.
    var isGone: Bool { refusal != nil }

    /// Opens the program's store.
    func open() throws {}

    /// The program is gone, with all it had in memory.
    func stop() { life += 1 }

    var lies: Bool { diskFaults.contains { $0.isLie } }
    var mayRefuse: Bool { diskFaults.contains { $0.mayRefuse } }
}

/// An office's PC, or a district's relay.
final class SimEdge: Machine {
    private(set) var node: EdgeNode?
    let home: Scope
    let isRelay: Bool
    /// The exchange that is under way.
    var talk: Talk?
    /// Exchanges that failed since the last that did not.
    var failures = 0
    /// What people here were told is recorded, in its order.
    var told: [Told] = []
    /// Its store was copied, so two may write under one number until they meet.
    var isCopied = false
    /// It lost its disk, or was put back, at some time: what it alone held is gone.
    var hasLostWork = false
    /// It joined while the world ran.
    var isNew = false
    /// What the centre had let go of when it first heard of this new PC: a snapshot is to bring it.
    var floorsBefore: [Scope: VersionVector] = [:]
    /// The centre does not wait for it.
    var isGivenUp = false
    /// Everything of it is another device now.
    var isWiped = false
    /// Numbers it must not write under any more.
    var forbidden: Set<ReplicaID> = []

    init(
        name: String, entity: UInt64, seed: UInt64, image: Town.Image, home: Scope,
        isRelay: Bool, time: WorldTime
    ) {
        self.home = home
        self.isRelay = isRelay
        super.init(
            name: name, entity: entity, seed: seed, image: image.disk, machine: image.machine,
            time: time)
    }

    override var store: ChangeStore? { node?.store }

    override var isGone: Bool { isWiped || super.isGone }

    override func open() throws { node = try EdgeNode.open(NodeFolder("", in: surroundings)) }

    override func stop() {
        super.stop()
        talk = nil
        node = nil
    }
}

/// A transaction that was recorded: its call returned.
struct Told {
    /// Its number in the world; its intent is `op.<serial>`.
    let serial: Int
    let dot: Dot
    let body: [UInt8]
    let clock: HLC
    /// It went with a disk that was lost before anybody else had it.
    var isExcused = false
}

final class SimHub: Machine {
    private(set) var hub: Hub?
    /// Backups: the disk as it was, and when.
    var backups: [(disk: SimulatedDisk, madeAt: Int64)] = []
    var wasRestored = false

    override var store: ChangeStore? { hub?.store }

    override func open() throws { hub = try Hub.open("", on: surroundings) }

    /// Opens the store that was just put back.
    func openRestored() throws { hub = try Hub.open(unpublished: "", on: surroundings) }

    override func stop() {
        super.stop()
        hub = nil
    }
}

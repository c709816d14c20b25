import CSimulatedDisk
import ChangeStore
import Synchronization

/// What can go wrong with a disk, and with the machine around it. `simulated_disk.h` says what each
/// does; the numbers are its own.
public enum DiskFault: UInt32, CaseIterable, Hashable, Sendable {
    case powerCut, kill, readError, writeError, stuck, syncError, lyingSync, full, bitRot
    case badSector, lostWrite, misdirectedWrite, slow

    /// The disk says that bytes are safe which are not, or gives back others than were written.
    /// No program can always be right on such a disk; it can only notice.
    public var isLie: Bool {
        switch self {
        case .lyingSync, .bitRot, .lostWrite, .misdirectedWrite: true
        default: false
        }
    }

    /// The store may have to say that it is damaged: what it needs cannot be read, or went with a
    /// failed sync, a kill and a cut in the checkpoint after it.
    public var mayRefuse: Bool { isLie || self == .badSector || self == .syncError }

    fileprivate var number: disk_fault { disk_fault(rawValue: rawValue) }
}

/// How often a fault was done, and how often it made a difference that somebody could see.
public struct FaultCount: Hashable, Sendable {
    public var injected: Int
    public var tookEffect: Int

    public init(injected: Int = 0, tookEffect: Int = 0) {
        self.injected = injected
        self.tookEffect = tookEffect
    }

    public static func += (a: inout FaultCount, b: FaultCount) {
        a.injected += b.injected
        a.tookEffect += b.tookEffect
    }
}

/// What power cuts did with changes that no sync had made safe.
public struct PendingFates: Hashable, Sendable {
    public var applied: Int
    public var dropped: Int
    public var torn: Int
    public var garbage: Int

    public init(applied: Int = 0, dropped: Int = 0, torn: Int = 0, garbage: Int = 0) {
        self.applied = applied
        self.dropped = dropped
        self.torn = torn
        self.garbage = garbage
    }

    public static func += (a: inout PendingFates, b: PendingFates) {
        a.applied += b.applied
        a.dropped += b.dropped
        a.torn += b.torn
        a.garbage += b.garbage
    }
}

/// One node's disk, in memory, under the real SQLite: fails as told, and the same way each time.
///
/// Stores are opened on it as a ``StoreVolume``. Close or let go every store before the disk.
///
/// `@unchecked Sendable`: each C function takes the disk's own lock.
public final class SimulatedDisk: @unchecked Sendable {
    let disk: OpaquePointer
    /// Which machine it is in, and which file its store is there.
    let machine: Mutex<UInt64>

    /// - Parameter entity: which disk of its world this is, so that equal seeds differ between
    ///   nodes.
    public init(seed: UInt64, entity: UInt64 = 0) {
        guard let disk = disk_create(seed, entity) else {
            preconditionFailure("this SQLite was built without SQLITE_USE_URI")
        }
        self.disk = disk
        machine = Mutex(entity)
    }

    /// It is in another machine now, or its files were put back one by one.
    public func move(to machine: UInt64) { self.machine.withLock { $0 = machine } }

    deinit { disk_destroy(disk) }

    // MARK: - Faults

    /// - Parameter perMillion: the chance at each eligible call.
    public func set(_ fault: DiskFault, perMillion: UInt32) {
        disk_set_rate(disk, fault.number, perMillion)
    }

    /// The fault comes at the so-manieth eligible call from now on, once; 0 takes it back.
    public func arm(_ fault: DiskFault, at calls: UInt64) { disk_arm(disk, fault.number, calls) }

    /// Ends what lasts: a disk that is full or stuck.
    public func mend() { disk_mend(disk) }

    public func count(of fault: DiskFault) -> FaultCount {
        let count = disk_fault_count(disk, fault.number)
        return FaultCount(injected: Int(count.injected), tookEffect: Int(count.took_effect))
    }

    public var fates: PendingFates {
        let fates = disk_fate_counts(disk)
        return PendingFates(
            applied: Int(fates.applied), dropped: Int(fates.dropped), torn: Int(fates.torn),
            garbage: Int(fates.garbage))
    }

    // MARK: - Power

    /// Whether the power is gone or the program was killed; every call fails.
    public var isDead: Bool { disk_is_dead(disk) }

    public func cutPower() { disk_cut(disk) }

    public func kill() { disk_kill(disk) }

    /// Serves again. After a cut, each change that no sync had made safe is there, gone, torn or
    /// garbage, as drawn. Connections from before fail for ever.
    public func powerUp() { disk_power_up(disk) }

    // MARK: - Time and what happened

    /// UTC milliseconds, as SQLite on this disk sees them.
    public func set(time milliseconds: Int64) { disk_set_time(disk, milliseconds) }

    /// Virtual milliseconds that slow calls and waiting for locks took so far.
    public var waitedMilliseconds: UInt64 { disk_waited(disk) }

    /// Writes, syncs, truncates and deletes so far: where ``DiskFault/powerCut`` can come.
    public var changingCalls: UInt64 { disk_changing_calls(disk) }

    /// Over every call, its place, size, pages and result.
    public var trace: UInt64 { disk_trace(disk) }

    public var bytes: UInt64 { disk_bytes(disk) }

    /// Becomes what programs see on the other: a backup put back, a cloned disk.
    public func copyContents(of other: SimulatedDisk) { disk_copy_contents(other.disk, disk) }

    /// Puts noise over bytes of a file.
    /// - Returns: whether there is such a file.
    @discardableResult
    public func spoil(_ path: String, from offset: Int64, count: Int64) -> Bool {
        disk_spoil(disk, path, offset, count) == 0
    }

    /// Makes SQLite's own randomness follow from the seed, in this whole process: for a process
    /// that runs one world at a time.
    public static func seedSQLite(_ seed: UInt64) { disk_seed_sqlite(seed) }
}

/// What a world can be made to suffer (SIMULATION, *Faults*).
public enum FaultFamily: String, CaseIterable, Codable, Hashable, Sendable {
    case loss, duplicate, replay, streamCut, bitFlip, slowLine, clog
    case partition, flap
    case outage, kill, pause, powerCut
    case diskError, diskFull, slowDisk, lyingDisk
    case restoredBackup, restoredImage, clone, wipe, hubRestored
    case clockSkew, clockDrift, clockReset, clockAhead
    case version
    case concurrentWork, lan, relay, stick
    case compaction, join, split

    /// They make a difference when something is recorded by such a clock.
    static let ofClocks: [FaultFamily] = [.clockSkew, .clockDrift, .clockReset, .clockAhead]

    /// `power cut`.
    var words: String {
        rawValue.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
    }
}

/// How often each fault was done, and how often it made a difference.
public struct FaultLedger: Hashable, Sendable {
    public private(set) var counts: [FaultFamily: FaultCount] = [:]

    public init() {}

    mutating func inject(_ family: FaultFamily) {
        counts[family, default: FaultCount()].injected += 1
    }

    mutating func tookEffect(_ family: FaultFamily) {
        counts[family, default: FaultCount()].tookEffect += 1
    }

    mutating func add(_ family: FaultFamily, _ count: FaultCount) {
        guard count.injected > 0 else { return }
        counts[family, default: FaultCount()] += count
    }

    public static func += (a: inout FaultLedger, b: FaultLedger) {
        for (family, count) in b.counts { a.counts[family, default: FaultCount()] += count }
    }

    public subscript(_ family: FaultFamily) -> FaultCount { counts[family] ?? FaultCount() }

    /// The disks' own counts.
    mutating func add(_ disk: SimulatedDisk) {
        add(.powerCut, disk.count(of: .powerCut))
        add(.kill, disk.count(of: .kill))
        for fault in [DiskFault.readError, .writeError, .syncError, .stuck, .badSector] {
            add(.diskError, disk.count(of: fault))
        }
        add(.diskFull, disk.count(of: .full))
        add(.slowDisk, disk.count(of: .slow))
        for fault in DiskFault.allCases where fault.isLie {
            add(.lyingDisk, disk.count(of: fault))
        }
    }
}

public import SyncProtocol

/// One thing that somebody or something does in a world: what a scenario says in one sentence, what
/// a seed draws, and what the shrinker takes away.
public enum Action: Hashable, Sendable {
    /// One transaction of somebody at a PC.
    case work(String, [Write])
    /// With the hub, or with another PC.
    case sync(Who, with: String)
    /// The PC's bundle goes to the centre on a stick, and the centre's answer back.
    /// Each way takes so long.
    case stick(String, takes: Int64, Carrying)
    case cut(Route, for: Int64)
    case clog(Route, for: Int64)
    /// The line is there and not there in turn.
    case flap(Route, on: Int64, off: Int64, for: Int64)
    /// What the lines are like from now on.
    case line(Route, Link.Quality)
    case outage(Who, for: Int64)
    /// Comes at the so-manieth disk call from now on, once.
    case arm(String, DiskFault, atCall: UInt64)
    /// Comes at any eligible disk call from now on.
    case disk(Who, DiskFault, perMillion: UInt32)
    case kill(Who)
    case pause(Who, for: Int64)
    /// Keeps what is on the disk now: the centre's backup, or a PC's image.
    case backUp(String)
    case restore(String, Restoring)
    /// The second PC with a copy of this one's disk is called as this one, with a "b".
    case clone(String, isAlike: Bool)
    case wipe(String)
    case clock(Who, ClockChange)
    /// A program that speaks the next version of the protocol, too; or again the present one only.
    case program(Who, isNewer: Bool)
    /// A PC that was not there is enrolled and set up, empty.
    case join(String, village: String)
    /// Lets go of what of the log everybody has: the centre, or a PC.
    case compact(String)
    /// The centre waits no longer for a silent PC.
    case giveUp(String)
    /// The households of a hamlet go over to another village's office.
    case split(from: String, hamlet: String, to: String)
    case healAll
}

/// Which machines.
public enum Who: Hashable, Sendable {
    /// Every PC; a relay, too.
    case all
    case village(String)
    case machine(String)
}

/// A line between a PC, or several, and somebody else.
public struct Route: Hashable, Sendable {
    public enum Direction: String, CaseIterable, Hashable, Sendable {
        case there = "->"
        case both = "<->"
        case back = "<-"
    }

    public var from: Who
    public var direction = Direction.both
    public var to = "hub"

    public init(_ from: Who, _ direction: Direction = .both, to: String = "hub") {
        self.from = from
        self.direction = direction
        self.to = to
    }
}

public enum Restoring: Hashable, Sendable {
    /// A PC by its program's own `restore`.
    case backup
    /// The whole disk: nothing tells it from before.
    case image
    /// The centre, by `synchub restore`.
    case hub(backupsAgo: Int)
}

public enum ClockChange: Hashable, Sendable {
    /// Milliseconds; behind when negative.
    case ahead(Int64)
    /// The first of January of that year.
    case reads(year: Int)
    /// Parts of a million.
    case drifts(Int64)
}

public enum Carrying: String, CaseIterable, Hashable, Sendable {
    case once, twice
    /// Only there: the answer never comes back.
    case lost
}

/// One row operation of a transaction.
public enum Write: Hashable, Sendable {
    case add(RowName, [WrittenCell])
    case edit(RowName, [WrittenCell])
    case delete(RowName)
    case revive(RowName)

    public var row: RowName {
        switch self {
        case .add(let row, _), .edit(let row, _), .delete(let row), .revive(let row): row
        }
    }
}

/// A row as a scenario calls it: "household 2" is the second that the office has had from the
/// beginning, "household h7" the one that somebody added under this name.
public struct RowName: Hashable, Sendable {
    public var table: String
    public var name: String

    public init(_ table: String, _ name: String) {
        self.table = table
        self.name = name
    }

    /// Among those that the office has had from the beginning, from 1.
    var ordinal: Int? { Int(name) }
}

public struct WrittenCell: Hashable, Sendable {
    public var column: String
    public var value: Value

    public init(_ column: String, _ value: Value) {
        self.column = column
        self.value = value
    }
}

public import SyncProtocol

/// A whole world, written down: a scenario of a tester, or what a seed draws.
public struct Script: Hashable, Sendable {
    public var title = ""
    /// What it is about, a line each.
    public var story: [String] = []
    /// The disks' and lines' own dice follow from it.
    public var seed: UInt64 = 1
    public var edges = 3
    /// How many offices share the PCs.
    public var villages = 2
    public var hasRelay = false
    public var steps: [Step] = []
    public var expectations: [Expectation] = []
    /// Whether everything is made well in the end, and must then come to be alike.
    public var heals = true
    /// A planted fault that must be found, to see whether anything is.
    public var hasCanary = false

    public init() {}

    /// Milliseconds since the world's beginning at which nothing is left to do.
    public var end: Int64 {
        max(
            steps.map { $0.until ?? $0.at }.max() ?? 0,
            expectations.map(\.at).max() ?? 0)
    }
}

/// What happens when.
public struct Step: Hashable, Sendable {
    /// Milliseconds since the world's beginning, a Monday at midnight in Lombok.
    public var at: Int64
    /// Again and again after so many milliseconds, through `until`.
    public var every: Int64?
    public var until: Int64?
    public var action: Action

    public init(at: Int64, every: Int64? = nil, until: Int64? = nil, _ action: Action) {
        self.at = at
        self.every = every
        self.until = until
        self.action = action
    }
}

/// What must be so at a moment.
public struct Expectation: Hashable, Sendable {
    public enum Claim: Hashable, Sendable {
        /// Every PC holds and shows what the centre does.
        case converged
        /// The centre's list of differing data has a pair of these values, in any order.
        case conflict(RowName, of: String, column: String, Value, Value)
        case shows(Who, RowName, of: String?, column: String, Value)
        case nothingWaits(Who)
        case waits(Who)
        case runs(Who)
        case isOff(Who)
        /// Its program refuses to go on, and says why.
        case refuses(Who)
    }

    public var at: Int64
    public var claim: Claim

    public init(at: Int64, _ claim: Claim) {
        self.at = at
        self.claim = claim
    }
}

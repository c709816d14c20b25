/// A promise of the protocol (SIMULATION, *Invariants*), and how it is looked at.
protocol Invariant {
    /// `S1`, `L3`.
    static var name: String { get }
    /// What a tester reads when it breaks.
    static var sentence: String { get }
}

/// Looked at for each changeset that comes into a log.
protocol LogInvariant: Invariant {
    /// - Returns: what was found instead; nil when all is well.
    static func fault(in entry: LogEntry, at machine: Machine, _ world: World) -> String?
}

/// Looked at when a machine's program has opened its store again.
protocol ReopenInvariant: Invariant {
    static func fault(at machine: Machine, _ world: World) throws -> String?
}

/// Looked at when everything is healed and everybody has exchanged.
protocol QuietInvariant: Invariant {
    static func fault(in world: World) throws -> String?
}

/// A promise that was broken.
public struct Breach: Hashable, Sendable, CustomStringConvertible {
    /// `S1`, `L3`; `error` for what nobody expected.
    public let invariant: String
    /// The promise, for a tester.
    public let sentence: String
    /// What was found instead.
    public let found: String
    public let machine: String
    /// UTC milliseconds.
    public let time: Int64
    public let event: Int

    public var description: String {
        "\(invariant) at \(machine), day \(WorldTime.text(time)), event \(event): \(sentence); "
            + found
    }

    /// Whether it is about what is shown and kept, not about coming to an end.
    public var isSafety: Bool { !invariant.hasPrefix("L") }
}

/// What the centre says of a run of changesets: that they are not shown, or that their clock was
/// wrong.
///
/// Problem: a changeset that breaks a rule must neither be applied nor lost nor hold up what comes
/// after it; and all replicas must decide alike, in any order of arrival. Idea: the decision is
/// itself a row that the hub writes into the office's scope. So every replica that holds the same
/// changesets knows the same rulings, and what is shown stays a function of the set.
///
/// Rules:
/// - A changeset under a ruling is in the log, the vector and the chain like any other: it is
///   acknowledged and passed on. Withheld, it writes nothing; with a wrong clock, it is ordered by
///   the clock of the ruling.
/// - Only the hub writes rulings (``Schema/fault(in:)``), and none speaks of the hub's own
///   changesets: so no ruling can speak of a ruling.
public struct Ruling: Hashable, Sendable {
    public enum Effect: Hashable, Sendable {
        /// The row operations are not applied.
        case withheld
        /// Ordered as if written no later than this.
        case clock(HLC)
    }

    public let replica: ReplicaID
    public let seqs: ClosedRange<UInt64>
    public let effect: Effect

    public init(_ replica: ReplicaID, _ seqs: ClosedRange<UInt64>, _ effect: Effect) {
        self.replica = replica
        self.seqs = seqs
        self.effect = effect
    }
}

/// Some changesets of one author, one after the other.
public struct RulingRun: Hashable, Sendable {
    public let replica: ReplicaID
    public let seqs: ClosedRange<UInt64>

    public init(_ replica: ReplicaID, _ seqs: ClosedRange<UInt64>) {
        self.replica = replica
        self.seqs = seqs
    }
}

/// All rulings in force on one scope's changesets.
public struct Rulings: Hashable, Sendable {
    private var byReplica: [ReplicaID: [Ruling]] = [:]

    public init(_ rulings: some Sequence<Ruling> = []) {
        for ruling in rulings { add(ruling) }
    }

    public var isEmpty: Bool { byReplica.isEmpty }

    public mutating func add(_ ruling: Ruling) {
        guard !ruling.replica.isHub else { return }
        byReplica[ruling.replica, default: []].append(ruling)
    }

    public func isWithheld(_ dot: Dot) -> Bool {
        byReplica[dot.replica]?.contains {
            $0.effect == .withheld && $0.seqs.contains(dot.seq)
        } ?? false
    }

    /// The clock by which a changeset is ordered.
    /// - Parameter raw: as its author's PC read it. A ruling never makes it later.
    public func clock(of dot: Dot, raw: HLC) -> HLC {
        var clock = raw
        for ruling in byReplica[dot.replica] ?? [] where ruling.seqs.contains(dot.seq) {
            if case .clock(let ruled) = ruling.effect { clock = min(clock, ruled) }
        }
        return clock
    }

    /// Runs of changesets of which these rulings say something else than the others. Rises by
    /// replica and first `seq`; runs may overlap.
    public func differences(from others: Rulings) -> [RulingRun] {
        let replicas = Set(byReplica.keys).union(others.byReplica.keys).sorted()
        return replicas.flatMap { replica in
            let mine = Set(byReplica[replica] ?? [])
            let theirs = Set(others.byReplica[replica] ?? [])
            return mine.symmetricDifference(theirs).map(\.seqs)
                .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
                .map { RulingRun(replica, $0) }
        }
    }
}

/// What a replica holds of one scope: for each author replica, the last `seq` without a gap.
///
/// Problem: a vector as long as the fleet costs a megabyte. Idea: one small vector a scope.
/// Invariant: sorted by replica, no zero entries, so equal knowledge has equal bytes.
public struct VersionVector: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let replica: ReplicaID
        public let seq: UInt64

        public init(replica: ReplicaID, seq: UInt64) {
            self.replica = replica
            self.seq = seq
        }
    }

    public private(set) var entries: [Entry]

    public init() { entries = [] }

    public init(_ dots: some Sequence<Dot>) {
        entries = []
        for dot in dots { self[dot.replica] = max(self[dot.replica], dot.seq) }
    }

    public var isEmpty: Bool { entries.isEmpty }

    public subscript(replica: ReplicaID) -> UInt64 {
        get {
            let index = position(of: replica)
            return index < entries.count && entries[index].replica == replica
                ? entries[index].seq : 0
        }
        set {
            let index = position(of: replica)
            let present = index < entries.count && entries[index].replica == replica
            switch (present, newValue) {
            case (true, 0): entries.remove(at: index)
            case (true, _): entries[index] = Entry(replica: replica, seq: newValue)
            case (false, 0): break
            case (false, _): entries.insert(Entry(replica: replica, seq: newValue), at: index)
            }
        }
    }

    /// Vectors hold a handful of entries, so a walk beats a binary search.
    private func position(of replica: ReplicaID) -> Int {
        entries.firstIndex { $0.replica >= replica } ?? entries.count
    }

    public func covers(_ dot: Dot) -> Bool { self[dot.replica] >= dot.seq }

    /// Whether this vector holds all that `other` holds.
    public func covers(_ other: VersionVector) -> Bool {
        other.entries.allSatisfy { self[$0.replica] >= $0.seq }
    }

    /// The least vector that covers both.
    public mutating func merge(_ other: VersionVector) {
        for entry in other.entries where self[entry.replica] < entry.seq {
            self[entry.replica] = entry.seq
        }
    }

    /// The greatest vector that both cover.
    public func meet(_ other: VersionVector) -> VersionVector {
        var meet = VersionVector()
        for entry in entries { meet[entry.replica] = min(entry.seq, other[entry.replica]) }
        return meet
    }

    /// How many changesets of this vector `other` lacks.
    public func excess(over other: VersionVector) -> UInt64 {
        entries.reduce(0) { $0 + ($1.seq - min($1.seq, other[$1.replica])) }
    }
}

extension VersionVector: CustomStringConvertible {
    public var description: String {
        "{" + entries.map { "\($0.replica):\($0.seq)" }.joined(separator: ", ") + "}"
    }
}

import SyncProtocol

/// Every changeset that was ever seen in any log of a world.
struct Universe {
    struct Known {
        let changeset: Changeset
        let body: [UInt8]
        /// In whose log it was seen first.
        let seenAt: String
    }

    private(set) var known: [Scope: [Dot: Known]] = [:]
    /// Numbers under which two copies of a store may have written before they met.
    var copied: Set<ReplicaID> = []

    init(_ town: Town) {
        for item in town.changesets {
            known[item.changeset.scope, default: [:]][item.changeset.dot] = Known(
                changeset: item.changeset, body: item.body, seenAt: "the town")
        }
    }

    subscript(_ dot: Dot, in scope: Scope) -> Known? { known[scope]?[dot] }

    mutating func add(_ changeset: Changeset, _ body: [UInt8], at name: String) {
        known[changeset.scope, default: [:]][changeset.dot] = Known(
            changeset: changeset, body: body, seenAt: name)
    }
}

/// A changeset that has come into somebody's log.
struct LogEntry {
    let changeset: Changeset
    let body: [UInt8]
    /// What that log held of the scope before.
    let before: VersionVector
    /// It stands in the log still, and might be gone.
    let isBelowFloor: Bool

    var dot: Dot { changeset.dot }
    var scope: Scope { changeset.scope }
}

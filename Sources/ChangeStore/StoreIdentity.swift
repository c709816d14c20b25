public import SyncProtocol

/// Who this store is.
public struct StoreIdentity: Hashable, Sendable {
    public let replica: ReplicaID
    /// The scope that the node belongs to: an office, or the regency for the hub.
    public let home: Scope
    /// Whether this is the hub, which may write every scope.
    public let isHub: Bool

    public init(replica: ReplicaID, home: Scope, isHub: Bool) {
        self.replica = replica
        self.home = home
        self.isHub = isHub
    }

    public func mayWrite(_ scope: Scope) -> Bool { isHub || scope == home }
}

public import ChangeStore
public import GRDB
public import SyncProtocol

/// Who calls, as the answering side knows it.
public struct CallerInfo: Sendable {
    public let replica: ReplicaID
    /// The scope it belongs to.
    public let home: Scope
    public let key: LinkKey
    /// The greatest number of an earlier request; what a lower one says is old.
    public let lastNonce: UInt64
    public let reads: Set<Scope>
    public let writes: Set<Scope>

    public init(
        replica: ReplicaID, home: Scope, key: LinkKey, lastNonce: UInt64, reads: Set<Scope>,
        writes: Set<Scope>
    ) {
        self.replica = replica
        self.home = home
        self.key = key
        self.lastNonce = lastNonce
        self.reads = reads
        self.writes = writes
    }
}

/// What one exchange told about its caller.
public struct Contact: Sendable {
    public let hello: Hello
    /// Changesets of its hello that are not held here even now.
    public let stillPending: UInt64
    public let nonce: UInt64
    public let bytesIn: Int
    public let bytesOut: Int
    /// Whether it was a conversation, not a file from some days ago.
    public let isDirect: Bool
    public let notices: [Notice]
}

/// The store and the knowledge of an answering side: the hub, or a PC that answers its neighbours.
public protocol ResponderHost: Sendable {
    var store: ChangeStore { get }
    /// UTC milliseconds.
    func now() -> Int64
    /// - Throws: ``Refusal`` for whoever may not exchange.
    func caller(_ replica: ReplicaID) throws -> CallerInfo
    /// Takes in what the caller sends of a scope that it may write. Durable when it returns.
    func take(_ segment: Segment, from caller: CallerInfo) throws -> Receipt
    /// Shares of letter numbers after those that the caller knows.
    func grants(for caller: CallerInfo, known: UInt64, _ db: Database) throws -> [NumberGrant]
    func note(_ contact: Contact, of caller: CallerInfo, _ db: Database) throws
    func countRefusal(of caller: CallerInfo, _ reason: String, _ db: Database) throws
    /// What of a scope may be passed on to the caller; at most what is held.
    func limit(
        of scope: Scope, for caller: CallerInfo, _ db: Database
    ) throws -> VersionVector
    /// New parts for one request of this caller.
    func parts(for caller: CallerInfo) throws -> [any ResponderPart]
    /// Scopes of which nothing that the caller sends in this request is to be taken in.
    func unheard(
        _ hello: Hello, of caller: CallerInfo, _ db: Database
    ) throws -> Set<Scope>
    /// The caller believes of this author another past than is known here.
    func differ(on author: ReplicaID, in scope: Scope) throws
}

extension ResponderHost {
    public func take(_ segment: Segment, from caller: CallerInfo) throws -> Receipt {
        try store.receive(segment.changesets, pasts: segment.pasts, now: now())
    }

    public func limit(
        of scope: Scope, for caller: CallerInfo, _ db: Database
    ) throws -> VersionVector {
        try ChangeLog.vector(of: scope, db)
    }

    public func unheard(
        _ hello: Hello, of caller: CallerInfo, _ db: Database
    ) throws -> Set<Scope> { [] }

    public func differ(on author: ReplicaID, in scope: Scope) throws {}
}

/// The store and the knowledge of a calling side.
public protocol CallerHost: Sendable {
    var store: ChangeStore { get }
    /// UTC milliseconds.
    func now() -> Int64
    func grantsKnown(_ db: Database) throws -> UInt64
    func keep(_ grants: [NumberGrant], _ db: Database) throws
    func health(_ db: Database) throws -> HealthReport
    /// What of a scope may be passed on; at most what is held.
    func limit(of scope: Scope, _ db: Database) throws -> VersionVector
    /// Takes in what the peer sends. Durable when it returns.
    func take(_ segment: Segment) throws -> Receipt
    /// Pasts that the peer is to compare with its own before anything of their scopes is sent.
    func claims(_ db: Database) throws -> [PastClaim]
    /// Whether they are told once in an exchange, when there is something to exchange: what comes
    /// meanwhile comes from the peer itself.
    var claimsOnce: Bool { get }
    /// The peer holds the same past as far as both go.
    /// - Parameter seq: what was held here when it was told.
    func proved(_ author: ReplicaID, in scope: Scope, upTo seq: UInt64, _ db: Database) throws
}

extension CallerHost {
    public func limit(of scope: Scope, _ db: Database) throws -> VersionVector {
        try ChangeLog.vector(of: scope, db)
    }

    public func take(_ segment: Segment) throws -> Receipt {
        try store.receive(segment.changesets, pasts: segment.pasts, now: now())
    }

    public func claims(_ db: Database) throws -> [PastClaim] { [] }

    public var claimsOnce: Bool { false }

    public func proved(
        _ author: ReplicaID, in scope: Scope, upTo seq: UInt64, _ db: Database
    ) throws {}
}

/// The link to one peer.
public struct Line: Sendable {
    /// Under which name the store remembers what the peer holds.
    public let peer: String
    /// The number under which the peer knows us.
    public let replica: ReplicaID
    public let key: LinkKey
    /// What is sent there when it lacks it.
    public let carries: Set<Scope>
    /// What is spoken of there at all; nil for everything held.
    public let shares: Set<Scope>?
    /// Whether the first request only asks what the peer holds: where a round trip is cheap, or
    /// what it holds changes without us.
    public let asksFirst: Bool

    public init(
        peer: String, replica: ReplicaID, key: LinkKey, carries: Set<Scope>,
        shares: Set<Scope>? = nil, asksFirst: Bool = false
    ) {
        self.peer = peer
        self.replica = replica
        self.key = key
        self.carries = carries
        self.shares = shares
        self.asksFirst = asksFirst
    }
}

/// Why an exchange ended without reaching its end. What was exchanged before stays.
public enum ExchangeFault: Error, Hashable, Sendable {
    case answerDamaged(String)
    /// A piece under a good seal cannot be read, and cannot be asked for in another form.
    case pieceUnreadable(String)
    /// The line died before the answer was whole.
    case cut
    /// Neither side could take in what the other sent.
    case noProgress
    /// The peer refused some author's changes; all else was exchanged.
    case refused
}

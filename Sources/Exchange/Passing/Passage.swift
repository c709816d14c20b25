public import ChangeStore
public import GRDB
public import SyncProtocol

/// Under which proof changes of others travel over a link that does not end at the hub (decision
/// 0022).
///
/// Rule: what a sender passes on is taken on its word only where it could have written it itself;
/// everything else needs a checkpoint that its author or the hub signed. Why: PCs of an office may
/// write there anyway, but nobody may write what every office reads, and a district's relay may
/// write nothing. What if not: whoever holds a relay rewrites the villages' registers.
public struct Passage: Sendable {
    /// What is spoken of at all.
    public let scopes: Set<Scope>
    /// Where the sender's word is enough for its own changes.
    let writes: Set<Scope>
    /// Whether it is enough there for those of other devices, too.
    let isAmongMates: Bool
    /// Ed25519 public keys that may sign for an author in a scope.
    let keys: @Sendable (Scope, ReplicaID, Database) throws -> [[UInt8]]

    public init(
        scopes: Set<Scope>, writes: Set<Scope>, isAmongMates: Bool,
        keys: @escaping @Sendable (Scope, ReplicaID, Database) throws -> [[UInt8]]
    ) {
        self.scopes = scopes
        self.writes = writes
        self.isAmongMates = isAmongMates
        self.keys = keys
    }

    /// What is held of all who wrote where the two exchange what offices write.
    public func claims(_ db: Database) throws -> [PastClaim] {
        Array(
            try writes.sorted().flatMap { try UnprovenPasts.claims(in: $0, db) }
                .prefix(PastClaim.countMax))
    }

    func needsProof(_ author: ReplicaID, in scope: Scope, from sender: ReplicaID) -> Bool {
        author.isHub || !writes.contains(scope) || !isAmongMates && author != sender
    }

    func isSigned(_ checkpoint: Checkpoint, _ db: Database) throws -> Bool {
        try keys(checkpoint.scope, checkpoint.dot.replica, db).contains {
            checkpoint.isSigned(by: $0)
        }
    }

    /// What the receiver will take of what this store holds.
    public func limit(
        of scope: Scope, from sender: ReplicaID, _ db: Database
    ) throws -> VersionVector {
        var limit = try ChangeLog.vector(of: scope, db)
        let proven = VersionVector(try KeptCheckpoints.reached(in: scope, db).map(\.dot))
        for entry in limit.entries where needsProof(entry.replica, in: scope, from: sender) {
            limit[entry.replica] = min(entry.seq, proven[entry.replica])
        }
        return limit
    }
}

/// What this store can show for what it passes on.
public struct Proofs: Sendable {
    private let passage: Passage
    private let sender: ReplicaID
    /// Ed25519 private key, 32 bytes.
    private let key: [UInt8]

    public init(passage: Passage, sender: ReplicaID, key: [UInt8]) {
        self.passage = passage
        self.sender = sender
        self.key = key
    }

    /// The checkpoints over what a holder of `known` lacks, with one of our own, so that it can
    /// show it to others in turn.
    func due(
        _ known: [Scope: VersionVector], _ db: Database
    ) throws -> [Checkpoint] {
        var due: [Checkpoint] = []
        for scope in passage.scopes.sorted() {
            let theirs = known[scope] ?? VersionVector()
            due += try KeptCheckpoints.reached(in: scope, db).filter { !theirs.covers($0.dot) }
            let own = Dot(sender, try ChangeLog.vector(of: scope, db)[sender])
            guard own.seq > theirs[sender],
                let chain = try ChangeLog.chainHead(of: sender, in: scope, db),
                let checkpoint = Checkpoint(scope: scope, dot: own, chain: chain, key: key)
            else { continue }
            due.append(checkpoint)
        }
        return due
    }
}

/// Shows proofs on the calling side, and hears those of the answer.
public final class PassingCaller: CallerPart {
    private let proofs: Proofs
    /// Under which name the store remembers what the peer holds.
    private let peer: String
    /// nil towards the hub, whose word is enough.
    private let intake: Intake?
    private(set) public var notices: [Notice] = []

    public init(proofs: Proofs, peer: String, intake: Intake? = nil) {
        self.proofs = proofs
        self.peer = peer
        self.intake = intake
    }

    public func hello(_ fields: inout MessageFields, _ db: Database) throws {
        let due = try proofs.due(try PeerVectors.all(of: peer, db), db)
        guard !due.isEmpty else { return }
        let others = try fields[HelloField.checkpoints].map(Checkpoints.init(decoding:))
        fields[HelloField.checkpoints] = Checkpoints((others?.list ?? []) + due).encoded()
    }

    public func began(_ answer: Answer) throws {
        guard let field = answer.fields[AnswerField.checkpoints] else { return }
        try intake?.show(Checkpoints(decoding: field).list)
    }

    public func answered(_ answer: Answer) throws { notices = intake?.finish() ?? [] }
}

/// The same on the answering side of a device.
public final class PassingResponder: ResponderPart {
    private let store: ChangeStore
    private let proofs: Proofs
    private let intake: Intake
    private var told: [Scope: VersionVector] = [:]
    private(set) public var notices: [Notice] = []

    public init(store: ChangeStore, proofs: Proofs, intake: Intake) {
        self.store = store
        self.proofs = proofs
        self.intake = intake
    }

    public func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        told = Dictionary(
            hello.scopes.map { ($0.scope, $0.vector) }, uniquingKeysWith: { a, _ in a })
        guard let field = hello.fields[HelloField.checkpoints] else { return }
        guard let list = try? Checkpoints(decoding: field).list else {
            throw Refusal(.badRequest, "field 11 of the hello cannot be read")
        }
        try intake.show(list)
    }

    public func take(foreign segment: Segment) throws -> Receipt? { try intake.take(segment) }

    public func prepare() throws { notices += intake.finish() }

    public func answer(_ fields: inout MessageFields, _ db: Database) throws {
        let due = try proofs.due(told, db)
        if !due.isEmpty { fields[AnswerField.checkpoints] = Checkpoints(due).encoded() }
    }
}

public import ChangeStore
import GRDB
public import SyncProtocol

/// Takes in what somebody passes on, as far as it is proven.
///
/// Function: what the sender may write itself is taken at once. Of everybody else's a run is
/// collected, link by link from the head that is held here, and taken when it has reached a head
/// under a signature. Nothing of a run is taken before that, so it has to come whole.
///
/// `@unchecked Sendable`: not shared; one exchange, one segment after the other.
public final class Intake: @unchecked Sendable {
    public typealias Receive =
        @Sendable (Scope, [Changeset], [ReplicaID: ChainPast]) throws -> Receipt

    fileprivate struct Author: Hashable {
        let scope: Scope
        let replica: ReplicaID
    }

    /// What came of one author and is not proven yet.
    private struct Run {
        var chain: HashChain
        var seq: UInt64
        var changesets: [Changeset] = []
    }

    private let store: ChangeStore
    private let sender: ReplicaID
    private let passage: Passage
    private let receive: Receive
    private var shown: [Author: [UInt64: HashChain]] = [:]
    private var runs: [Author: Run] = [:]
    private var forged: [Author: UInt64] = [:]
    private var foreign: Set<Scope> = []

    /// - Parameters:
    ///   - sender: who passes on.
    ///   - receive: merges what was found good.
    public init(
        store: ChangeStore, sender: ReplicaID, passage: Passage, receive: @escaping Receive
    ) {
        self.store = store
        self.sender = sender
        self.passage = passage
        self.receive = receive
    }

    /// Keeps the checkpoints that bear a good signature: they go on with what they cover.
    public func show(_ checkpoints: [Checkpoint]) throws {
        try store.bookkeeping { db in
            for checkpoint in checkpoints
            where try passage.scopes.contains(checkpoint.scope) && passage.isSigned(checkpoint, db)
            {
                try KeptCheckpoints.keep(checkpoint, db)
                let author = Author(scope: checkpoint.scope, replica: checkpoint.dot.replica)
                shown[author, default: [:]][checkpoint.dot.seq] = checkpoint.chain
            }
        }
    }

    public func take(_ segment: Segment) throws -> Receipt {
        guard passage.scopes.contains(segment.scope) else {
            foreign.insert(segment.scope)
            return Receipt()
        }
        let scope = segment.scope
        let free = segment.changesets.filter {
            !passage.needsProof($0.dot.replica, in: scope, from: sender)
        }
        var receipt = Receipt()
        if !free.isEmpty {
            let authors = Set(free.map(\.dot.replica))
            receipt += try receive(
                scope, free, segment.pasts.filter { authors.contains($0.key) })
        }
        for changeset in segment.changesets
        where passage.needsProof(changeset.dot.replica, in: scope, from: sender) {
            receipt += try collect(changeset)
        }
        return receipt
    }

    private func collect(_ changeset: Changeset) throws -> Receipt {
        let author = Author(scope: changeset.scope, replica: changeset.dot.replica)
        guard forged[author] == nil else { return Receipt() }
        var run = try runs[author] ?? begin(author)
        guard changeset.dot.seq == run.seq + 1 else { return Receipt() }
        run.seq += 1
        run.chain = run.chain.appending(changeset.encoded())
        run.changesets.append(changeset)
        defer { runs[author] = run }
        guard let signed = shown[author]?[run.seq] else { return Receipt() }
        let proven = run.changesets
        run.changesets = []
        guard signed == run.chain else {
            forged[author] = proven.first?.dot.seq
            return Receipt()
        }
        return try receive(author.scope, proven, [:])
    }

    private func begin(_ author: Author) throws -> Run {
        try store.read { db in
            Run(
                chain: try ChangeLog.chainHead(of: author.replica, in: author.scope, db)
                    ?? HashChain(),
                seq: try ChangeLog.vector(of: author.scope, db)[author.replica])
        }
    }

    /// Authors whose changes were not what they signed.
    public var forgedAuthors: [(scope: Scope, replica: ReplicaID)] {
        forged.keys.map { ($0.scope, $0.replica) }.sorted { $0 < $1 }
    }

    /// The message is over: what was not taken, in words.
    public func finish() -> [Notice] {
        var notices = foreign.sorted().map {
            Notice(.scopeRefused, "\(sender) may not pass on \($0)")
        }
        for (author, seq) in forged.sorted(by: { $0.key.order < $1.key.order }) {
            notices.append(
                Notice(
                    .changesetRejected,
                    "\(author.scope) \(author.replica):\(seq): what \(sender) passes on is not "
                        + "what its author signed"))
        }
        for (author, run) in runs.sorted(by: { $0.key.order < $1.key.order })
        where !run.changesets.isEmpty {
            notices.append(
                Notice(
                    .changesetRejected,
                    "\(author.scope) \(author.replica): \(run.changesets.count) changes came "
                        + "from \(sender) without a signature over them"))
        }
        // A later message begins anew, from what is held then.
        runs = [:]
        foreign = []
        return notices
    }
}

extension Intake.Author {
    fileprivate var order: (Scope, ReplicaID) { (scope, replica) }
}

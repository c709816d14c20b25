import ChangeStore
import GRDB
import SyncProtocol

/// The pasts that a caller tells, beside those that are known here.
struct PastComparison {
    /// Authors of whom the caller holds another past.
    private(set) var forks: [OtherFork] = []
    /// Where the caller's own past is another one.
    private(set) var ownForks: Set<Scope> = []
    /// Where less is known here than was told: how far, for the caller to compare.
    private(set) var shorter: [PastClaim] = []
    /// The caller will tell its pasts when it has heard that something is to be exchanged.
    private(set) var isAnnounced = false

    init() {}

    init(_ hello: Hello, of caller: CallerInfo, _ db: Database) throws {
        guard let field = hello.fields[HelloField.incarnations],
            let claims = try? PastClaim.decode(field)
        else { return }
        isAnnounced = claims.isEmpty
        for claim in claims where caller.reads.contains(claim.scope) {
            let (scope, author) = (claim.scope, claim.author)
            let held = try ChangeLog.vector(of: scope, db)[author]
            guard held > 0 else { continue }
            let seq = min(held, claim.seq)
            guard let head = try ChangeLog.past(of: Dot(author, seq + 1), in: scope, db) else {
                continue
            }
            if seq < claim.seq {
                shorter.append(PastClaim(scope: scope, author: author, seq: seq, head: head))
            } else if head != claim.head {
                if author == caller.replica {
                    ownForks.insert(scope)
                } else {
                    forks.append(try Self.fork(of: author, in: scope, db))
                }
            }
        }
    }

    /// What is known here of an author's past.
    static func fork(
        of author: ReplicaID, in scope: Scope, _ db: Database
    ) throws -> OtherFork {
        OtherFork(
            author: author,
            notice: ForkNotice(
                scope: scope, held: try ChangeLog.vector(of: scope, db)[author],
                pasts: try ChangeLog.pasts(
                    of: author, in: scope, limit: ForkNotice.pastsMax, db)))
    }

    /// Scopes of which nothing may be taken in: it would build on another past.
    var closed: Set<Scope> { ownForks.union(forks.map(\.notice.scope)) }

    /// Scopes of which nothing is to be sent before the caller has compared.
    var waiting: Set<Scope> { Set(shorter.map(\.scope)) }
}

import ChangeStore
import GRDB
import SyncProtocol

/// Whether both sides mean the same by an author's numbers.
///
/// Problem: a vector says "up to 60", not which 60. Of a store that was copied there are two; who
/// holds the one and builds on it would overwrite, where the other is held, what it never saw.
/// Rule: while that is open for some author of a scope, nothing of the scope is sent; the pasts are
/// compared first, as far as both go.
extension Caller {
    /// What the peer is to compare with its own, cut to what it was found to hold.
    func claims(_ db: Database) throws -> [PastClaim] {
        guard !host.claimsOnce || tally.rounds > 1 && !hasCompared else { return [] }
        let own = host.store.identity.replica
        return try host.claims(db).filter { claim in
            let seq = agreed[claim.scope]?[claim.author] ?? 0
            // What is recorded here meanwhile builds on what was compared.
            return claim.author == own ? seq == 0 : seq < claim.seq
        }.map { claim in
            guard let seq = shorter[claim.scope]?[claim.author], seq < claim.seq,
                let head = try ChangeLog.past(
                    of: Dot(claim.author, seq + 1), in: claim.scope, db)
            else { return claim }
            return PastClaim(scope: claim.scope, author: claim.author, seq: seq, head: head)
        }
    }

    /// Of which scopes something may be sent in this round.
    var openScopes: [Scope] {
        let open = isOneWay ? [] : Set(round.claims.map(\.scope))
        return line.carries.subtracting(open).subtracting(untaken).sorted()
    }

    /// - Returns: whether the peer knows other pasts than this store does.
    func readForks(
        _ answer: Answer, holding held: [Scope: VersionVector]
    ) throws -> Bool {
        if let field = answer.fields[AnswerField.incarnations],
            let notices = try? ForkNotice.decode(field)
        {
            forks = notices
        }
        if let field = answer.fields[AnswerField.otherForks],
            let notices = try? OtherFork.decode(field)
        {
            otherForks = notices
        }
        guard forks.isEmpty, otherForks.isEmpty else { return true }
        if !round.claims.isEmpty {
            hasCompared = true
            try settle(answer)
        }
        try prove(holding: held)
        return !differing.isEmpty
    }

    private func settle(_ answer: Answer) throws {
        let theirs = answer.fields[AnswerField.pasts].flatMap { try? PastClaim.decode($0) } ?? []
        for claim in round.claims {
            let (scope, author) = (claim.scope, claim.author)
            let short = theirs.first { $0.scope == scope && $0.author == author }
            if let short, try host.store.read({ try isOther(short, $0) }) {
                if host.claimsOnce { differing.append((scope, author)) }
                shorter[scope, default: [:]][author] = short.seq
                round.wantsAgain = true
                continue
            }
            let told = round.hello?.scopes.first { $0.scope == scope }?.vector[author]
            agreed[scope, default: VersionVector()][author] = told ?? claim.seq
        }
    }

    /// Only what the peer holds is proven: until then it may hear of another past first.
    private func prove(holding held: [Scope: VersionVector]) throws {
        let due = agreed.flatMap { scope, vector in
            vector.entries.filter { held[scope]?[$0.replica] ?? 0 >= $0.seq }
                .map { (scope: scope, entry: $0) }
        }.sorted { ($0.scope, $0.entry.replica) < ($1.scope, $1.entry.replica) }
        guard !due.isEmpty else { return }
        try host.store.bookkeeping { db in
            for (scope, entry) in due {
                try host.proved(entry.replica, in: scope, upTo: entry.seq, db)
            }
        }
    }

    /// Where the log does not reach, both have the same: everybody has seen it.
    private func isOther(_ claim: PastClaim, _ db: Database) throws -> Bool {
        let own = try ChangeLog.past(of: Dot(claim.author, claim.seq + 1), in: claim.scope, db)
        return own.map { $0 != claim.head } ?? false
    }

    /// Something came that builds on another past than the one here: which of the two is the
    /// peer's is asked at once.
    var isForkNews: Bool {
        !host.claimsOnce && !hasCompared && round.receipt.rejected.contains(where: \.isFork)
    }
}

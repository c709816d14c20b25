import ChangeStore
import GRDB
import SyncProtocol

/// What is still to be told.
extension Caller {
    /// How many changesets the peer lacks that can be sent. Who lacks what the log here no longer
    /// holds has been away, and gets a snapshot from the hub.
    func lacked(_ known: [Scope: VersionVector], _ db: Database) throws -> UInt64 {
        try line.carries.subtracting(untaken).reduce(UInt64(0)) { sum, scope in
            let known = known[scope] ?? VersionVector()
            guard try known.covers(LogFloor.of(scope, db)) else {
                let detail = "\(line.peer) lacks changes of \(scope) that this log no longer holds"
                if !tally.notices.contains(where: { $0.detail == detail }) {
                    tally.notices.append(Notice(.belowFloor, detail))
                }
                return sum
            }
            return try sum + host.limit(of: scope, db).excess(over: known)
        }
    }

    /// Keeps whose changes the peer refused: a centre that was put back does not know a number that
    /// was taken since, until that PC itself has spoken to it. The rest must not wait for that.
    func noteRefused(
        of sent: [(scope: Scope, dot: Dot)], by answer: Answer, holding: [Scope: VersionVector]
    ) {
        guard answer.notices.contains(where: { $0.code == .changesetRejected }) else { return }
        for (scope, dot) in sent where !(holding[scope]?.covers(dot) ?? false) {
            refused[scope, default: []].insert(dot.replica)
        }
    }

    /// What need not be sent: what the peer holds, and what it refused in this exchange.
    func settled(
        _ held: [Scope: VersionVector], _ db: Database
    ) throws -> [Scope: VersionVector] {
        var settled = held
        for (scope, authors) in refused {
            let own = try ChangeLog.vector(of: scope, db)
            for author in authors {
                settled[scope, default: VersionVector()][author] = own[author]
            }
        }
        return settled
    }

    /// Whether somebody recorded while the answer was on its way.
    func hasGrown(since hello: Hello?, _ db: Database) throws -> Bool {
        guard let hello else { return false }
        return try line.carries.contains { scope in
            let told = hello.scopes.first { $0.scope == scope }?.vector ?? VersionVector()
            return try ChangeLog.vector(of: scope, db) != told
        }
    }
}

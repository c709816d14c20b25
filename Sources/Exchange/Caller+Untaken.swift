import ChangeStore
import GRDB
import SyncProtocol

/// Scopes that the peer does not know of: a centre that was put back to before a village was split
/// has no such office until it is split again.
///
/// Rule: what an answer does not name, though the hello did, is neither sent nor missed until an
/// answer names it. What if not: a relay that holds rows of the new village would talk without end.
extension Caller {
    static func untaken(_ peer: String, _ db: Database) throws -> Set<Scope> {
        let codes = try StoreInfo.text(PeerKey.untaken(peer), db) ?? ""
        return Set(codes.split(separator: "\n").map { Scope(String($0)) })
    }

    /// Keeps which they are. Nothing of them is believed to be at the peer.
    func noteUntaken(by answer: Answer, _ db: Database) throws {
        // An answer to a hello that is forgotten says nothing of what it leaves out.
        guard let hello = round.hello else { return }
        let named = Set(answer.holdings.map(\.scope))
        let now = line.carries.intersection(hello.scopes.map(\.scope)).subtracting(named)
        guard now != untaken else { return }
        for scope in now.subtracting(untaken).sorted() {
            try PeerVectors.set(VersionVector(), of: scope, at: line.peer, db)
        }
        untaken = now
        let key = PeerKey.untaken(line.peer)
        if now.isEmpty {
            try StoreInfo.remove(key, db)
        } else {
            try StoreInfo.set(key, now.sorted().map(\.code).joined(separator: "\n"), db)
        }
    }
}

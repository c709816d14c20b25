import ChangeStore
import GRDB
import SyncProtocol

/// What the peer is believed to hold.
///
/// Rule: only a sealed answer says so, and only one that was given after every answer that was read
/// before. What if not: an old stick would make work count as received that the peer has lost since.
extension Caller {
    /// Keeps what the peer said it holds.
    /// - Returns: nil when a later answer said it already: an old stick must not lower (or raise)
    ///   what is believed now.
    func remember(_ answer: Answer) throws -> [Scope: VersionVector]? {
        let told = (round.hello?.scopes ?? []).reduce(into: [:]) { $0[$1.scope] = $1.vector }
        return try host.store.bookkeeping { db in
            try host.keep(answer.grants, db)
            guard try isNews(db) else { return nil }
            var held: [Scope: VersionVector] = [:]
            for (scope, holding) in answer.holdings {
                let vector =
                    switch holding {
                    case .same: told[scope]
                    case .vector(let vector): vector
                    }
                // "The same" as in a hello that is forgotten says nothing.
                guard let vector else { continue }
                held[scope] = vector
                try PeerVectors.set(vector, of: scope, at: line.peer, db)
            }
            try noteUntaken(by: answer, db)
            let last = try StoreInfo.integer(PeerKey.nonce(line.peer), db) ?? 0
            if round.nonce >= UInt64(clamping: last) {
                try StoreInfo.set(PeerKey.doubt(line.peer), 0, db)
            }
            return held
        }
    }

    /// Whether this answer was given after every answer that was read before.
    private func isNews(_ db: Database) throws -> Bool {
        let (nonceKey, numberKey) = (PeerKey.answered(line.peer), PeerKey.answerNumber(line.peer))
        let nonce = Int64(clamping: round.nonce)
        let number = Int64(clamping: round.number)
        let known = try (
            StoreInfo.integer(nonceKey, db) ?? -1, StoreInfo.integer(numberKey, db) ?? -1
        )
        guard (nonce, number) > known else { return false }
        try StoreInfo.set(nonceKey, nonce, db)
        try StoreInfo.set(numberKey, number, db)
        return true
    }
}

import ChangeStore
import GRDB
import SyncProtocol

/// How far a record has come, said honestly (DOMAIN §5).
public enum Delivery: Sendable {
    /// Safe on this PC.
    case stored
    /// It went out; the centre has not confirmed it.
    case sent
    /// The centre said that it holds it.
    case received
}

extension Office {
    /// How far this PC's own changes of the home scope may have gone in an exchange whose answer
    /// never came.
    static let sentKey = "local_sent_up_to"
    private static let doubtKey = "hub_doubt"

    /// The state of the slowest write that these rows still show.
    func delivery(of versions: [RowVersion], _ db: Database) throws -> Delivery {
        let known = try PeerVectors.all(of: EdgeNode.hubPeer, db)[scope] ?? VersionVector()
        let lacking = versions.flatMap(\.standingDots).filter { !known.covers($0) }
        if lacking.isEmpty { return .received }
        guard try StoreInfo.integer(Self.doubtKey, db) == 1 else { return .stored }
        let sent = UInt64(clamping: try StoreInfo.integer(Self.sentKey, db) ?? 0)
        let own = store.identity.replica
        return lacking.allSatisfy { $0.replica == own && $0.seq <= sent } ? .sent : .stored
    }

    /// Notes, before an exchange, what it may carry.
    func noteSending() throws {
        try store.bookkeeping { db in
            let mine = try ChangeLog.vector(of: scope, db)[store.identity.replica]
            try StoreInfo.set(Self.sentKey, Int64(clamping: mine), db)
        }
    }
}

extension RowVersion {
    /// Every write that the row shows or keeps.
    var standingDots: [Dot] {
        (base.map { [$0] } ?? []) + groups.map(\.dot) + siblings.map(\.dot)
            + (grave?.deletions ?? [])
    }
}

import Foundation
import GRDB
import SyncProtocol

/// Whether the change-log still is what was hashed when each changeset was applied. It begins at
/// its floor, of which the chains are kept.
struct ChainCheck {
    let db: Database
    let scope: Int64

    enum Finding: Hashable {
        case sound
        case damaged
    }

    /// Hashes everything held of one author again: about 0.3 GB/s.
    func check(_ entry: VersionVector.Entry) throws -> Finding {
        var last: (seq: UInt64, head: HashChain) = try beginning(of: entry.replica)
        let isGapless = try forEachHead(of: entry.replica, upTo: entry.seq) { last = ($0, $1) }
        guard isGapless, last.seq == entry.seq else { return .damaged }
        let kept = try Data.fetchOne(
            db, sql: "SELECT chain FROM scope_vector WHERE scope = ? AND replica = ?",
            arguments: [scope, Int64(entry.replica.rawValue)])
        return kept.map { [UInt8]($0) } == last.head.head ? .sound : .damaged
    }

    /// The floor, and the chain's head there.
    func beginning(of author: ReplicaID) throws -> (seq: UInt64, head: HashChain) {
        let floor = try LogFloor.head(of: author, scope, db)
        return (floor?.seq ?? 0, floor?.chain ?? HashChain())
    }

    /// The chain's head after each changeset above the floor.
    /// - Returns: false when there is a gap; the body sees what comes before it.
    @discardableResult
    func forEachHead(
        of author: ReplicaID, upTo end: UInt64, _ body: (UInt64, HashChain) -> Void
    ) throws -> Bool {
        var (next, chain) = try beginning(of: author)
        next += 1
        let bodies = try Row.fetchCursor(
            db,
            .kept(
                """
                SELECT seq, body FROM log
                WHERE scope = ? AND replica = ? AND seq BETWEEN ? AND ? ORDER BY seq
                """,
                [
                    scope, Int64(author.rawValue), Int64(clamping: next), Int64(clamping: end),
                ]))
        while let row = try bodies.next() {
            guard UInt64(row[0] as Int64) == next else { return false }
            chain = chain.appending([UInt8](row[1] as Data))
            body(next, chain)
            next += 1
        }
        return true
    }
}

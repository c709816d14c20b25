import Foundation
import GRDB
import SyncProtocol

/// Whether the change-log still is what was hashed when each changeset was applied.
struct ChainCheck {
    let db: Database
    let scope: Int64

    enum Finding: Hashable {
        case sound
        /// The beginning is not here: compacted, or never received because a snapshot stood for it.
        case partial
        case damaged
    }

    /// Hashes everything held of one author again: about 0.3 GB/s.
    func check(_ entry: VersionVector.Entry) throws -> Finding {
        let first = try Int64.fetchOne(
            db, sql: "SELECT min(seq) FROM changeset WHERE scope = ? AND replica = ?",
            arguments: [scope, Int64(entry.replica.rawValue)])
        var last: (seq: UInt64, head: HashChain) = (0, HashChain())
        let isGapless = try forEachHead(of: entry.replica, upTo: entry.seq) { last = ($0, $1) }
        guard isGapless, last.seq == entry.seq else {
            return first.map { $0 > 1 } ?? true ? .partial : .damaged
        }
        let kept = try Data.fetchOne(
            db, sql: "SELECT chain FROM scope_vector WHERE scope = ? AND replica = ?",
            arguments: [scope, Int64(entry.replica.rawValue)])
        return kept.map { [UInt8]($0) } == last.head.head ? .sound : .damaged
    }

    /// The chain's head after each changeset that is here.
    /// - Returns: false when there is a gap; the body sees what comes before it.
    @discardableResult
    func forEachHead(
        of author: ReplicaID, upTo end: UInt64, _ body: (UInt64, HashChain) -> Void
    ) throws -> Bool {
        var chain = HashChain()
        var next: UInt64 = 1
        let bodies = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, body FROM changeset
                WHERE scope = ? AND replica = ? AND seq <= ? ORDER BY seq
                """,
            arguments: [scope, Int64(author.rawValue), Int64(clamping: end)])
        while let row = try bodies.next() {
            guard UInt64(row[0] as Int64) == next else { return false }
            chain = chain.appending([UInt8](row[1] as Data))
            body(next, chain)
            next += 1
        }
        return true
    }
}

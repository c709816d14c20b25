import Foundation
import GRDB
import SyncProtocol

/// The short chains of changesets that the log has let go of, four bytes each.
///
/// Problem: whoever comes with a copy's past after that must be told where the two pasts part, and
/// the log that would tell is gone. Idea: what is compared is short enough to stay.
///
/// Rule: one run for each author, without a hole, up to the last that was let go of; at most
/// ``ForkNotice/pastsMax``. What the log still holds between two that it let go of is in the run,
/// too.
enum KeptPasts {
    struct Run {
        fileprivate(set) var first: UInt64
        fileprivate(set) var pasts: [UInt8]

        private static let width = 4

        var end: UInt64 { first + UInt64(pasts.count / Self.width) }

        fileprivate mutating func append(_ past: ShortChain) { pasts += past.bytes }

        fileprivate mutating func trim() {
            let surplus = pasts.count / Self.width - ForkNotice.pastsMax
            guard surplus > 0 else { return }
            pasts.removeFirst(surplus * Self.width)
            first += UInt64(surplus)
        }

        /// The chain before that changeset.
        subscript(seq: UInt64) -> ShortChain? {
            guard seq >= first, seq < end else { return nil }
            let at = Int(seq - first) * Self.width
            return ShortChain(bytes: pasts[at..<at + Self.width])
        }
    }

    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS kept_past (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    first INTEGER NOT NULL,
                    pasts BLOB NOT NULL,
                    PRIMARY KEY (scope, replica)) WITHOUT ROWID;
                """)
    }

    /// Called before the log lets go of these.
    static func keep(_ dots: [Dot], of scope: Int64, _ db: Database) throws {
        for (author, dots) in Dictionary(grouping: dots, by: \.replica).sorted(by: {
            $0.key < $1.key
        }) {
            guard let first = dots.map(\.seq).min(), let last = dots.map(\.seq).max() else {
                continue
            }
            let known = try run(of: author, scope, db)
            let start = known?.end ?? first
            guard last >= start else { continue }
            let rows = try Row.fetchAll(
                db,
                .kept(
                    """
                    SELECT seq, past FROM changeset
                    WHERE scope = ? AND replica = ? AND seq BETWEEN ? AND ? ORDER BY seq
                    """,
                    [
                        scope, Int64(author.rawValue), Int64(clamping: start),
                        Int64(clamping: last),
                    ]))
            var run = known ?? Run(first: first, pasts: [])
            for row in rows {
                let seq = UInt64(row[0] as Int64)
                // After a hole the older ones are of no use: pasts are compared one by one, downwards.
                if seq != run.end { run = Run(first: seq, pasts: []) }
                run.append(ShortChain(rawValue: UInt32(truncatingIfNeeded: row[1] as Int64)))
            }
            run.trim()
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO kept_past (scope, replica, first, pasts)
                    VALUES (?, ?, ?, ?)
                    """
            ).execute(arguments: [
                scope, Int64(author.rawValue), Int64(clamping: run.first), Data(run.pasts),
            ])
        }
    }

    static func run(
        of author: ReplicaID, _ scope: Int64, _ db: Database
    ) throws -> Run? {
        try Row.fetchOne(
            db,
            .kept(
                "SELECT first, pasts FROM kept_past WHERE scope = ? AND replica = ?",
                [scope, Int64(author.rawValue)])
        ).map { Run(first: UInt64($0[0] as Int64), pasts: [UInt8]($0[1] as Data)) }
    }
}

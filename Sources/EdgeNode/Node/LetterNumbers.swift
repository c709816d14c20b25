import ChangeStore
import GRDB
import Models
import SyncProtocol

/// Takes letter numbers from this replica's own shares, so that two PCs that are offline never
/// take the same one (DOMAIN, *Letters*; C9).
///
/// Shares come from the hub (``NumberGrant``) and wait in a local table. A share that is begun is
/// a `number_lease` row, which every replica sees; only `next` moves, and only here. A share is
/// ours when we made its row: a trace's rows name PCs by numbers of their own.
enum LetterNumbers {
    /// There is no number left: the next exchange with the hub brings some.
    struct UsedUp: Error, Hashable {
        let series: String
        let year: Int
    }

    /// So few are some days' work: time to look for a line. The hub refills much earlier.
    static let lowMark = 50

    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS number_grant (
                    id INTEGER PRIMARY KEY,
                    series TEXT NOT NULL,
                    year INTEGER NOT NULL,
                    first INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    UNIQUE (series, year, first))
                """)
    }

    /// The shares of a number that this store no longer writes under.
    static func dropGrants(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM number_grant")
    }

    static func grantCount(_ db: Database) throws -> UInt64 {
        UInt64(try Int.fetchOne(db, sql: "SELECT count(*) FROM number_grant") ?? 0)
    }

    /// The latest ones, at most as many as may be told.
    static func grants(_ db: Database) throws -> [NumberGrant] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT series, year, first, last FROM number_grant
                ORDER BY year DESC, first DESC LIMIT \(NumberGrant.countMax)
                """
        ).map {
            NumberGrant(
                series: $0["series"], year: UInt32($0["year"] as Int64),
                first: UInt64($0["first"] as Int64), last: UInt64($0["last"] as Int64))
        }
    }

    static func keep(_ grants: [NumberGrant], _ db: Database) throws {
        for grant in grants {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO number_grant (series, year, first, last)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [
                    grant.series, Int64(grant.year), Int64(clamping: grant.first),
                    Int64(clamping: grant.last),
                ])
        }
    }

    /// The next number, taken within the transaction that uses it.
    /// - Throws: ``UsedUp``.
    static func take(
        series: String, year: Int, replica: ReplicaID, in recording: inout Recording
    ) throws -> Int64 {
        let mine = String(replica.rawValue)
        let withheld = try recording.read { try spentByWithheld(of: replica, $0) }
        let begun = try recording.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, next, last FROM number_lease
                    WHERE series = ? AND year = ? AND replica = ? AND next <= last
                      AND (id >> 32) = ? ORDER BY first
                    """, arguments: [series, year, mine, replica.rowPrefix])
        }
        for lease in begun {
            let spent = withheld[RowID(rawValue: lease["id"])] ?? 0
            let free = try recording.read {
                try firstFree(
                    from: max(lease["next"], spent), through: lease["last"], series, year, $0)
            }
            guard let free else { continue }
            try recording.update(
                "number_lease", RowID(rawValue: lease["id"]), [("next", .integer(free + 1))])
            return free
        }
        let fresh = try recording.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT first, last FROM number_grant g WHERE series = ? AND year = ?
                    AND NOT EXISTS (SELECT 1 FROM number_lease l WHERE l.series = g.series
                        AND l.year = g.year AND (l.id >> 32) = ? AND l.first = g.first)
                    ORDER BY first LIMIT 1
                    """, arguments: [series, year, replica.rowPrefix])
        }
        guard let fresh else { throw UsedUp(series: series, year: year) }
        // A share whose beginning is withheld goes on where it was: a printed number stays taken.
        let begin: Int64 = fresh["first"]
        let spent = withheld.values.filter { begin < $0 && $0 <= (fresh["last"] as Int64) + 1 }
        let first = max(begin, spent.max() ?? begin)
        guard first <= fresh["last"] else { throw UsedUp(series: series, year: year) }
        try recording.insert(
            "number_lease",
            [
                ("series", .text(series)), ("year", .integer(Int64(year))),
                ("replica", .text(mine)), ("first", .integer(begin)),
                ("last", .integer(fresh["last"])), ("next", .integer(first + 1)),
            ])
        return first
    }

    /// What this replica's withheld changesets would have `next` be, by the share's row.
    private static func spentByWithheld(
        of replica: ReplicaID, _ db: Database
    ) throws -> [RowID: Int64] {
        guard let table = Domain.schema.table(named: "number_lease"),
            let next = table.column(named: "next")?.id
        else { return [:] }
        var spent: [RowID: Int64] = [:]
        let ruled = try Quarantine.rulings(db, onlyInForce: true)
            .filter { $0.clock == nil && $0.run.replica == replica }
            .flatMap { try Quarantine.changesets(of: $0, db) }
        for operation in ruled.flatMap(\.changeset.operations) where operation.table == table.id {
            guard let number = operation.value(of: next)?.integer else { continue }
            spent[operation.row] = max(spent[operation.row] ?? 0, number)
        }
        return spent
    }

    /// After a restored backup `next` may lag behind what was printed (C9).
    private static func firstFree(
        from next: Int64, through last: Int64, _ series: String, _ year: Int, _ db: Database
    ) throws -> Int64? {
        let used = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(number) FROM letter
                WHERE series = ? AND year = ? AND number BETWEEN ? AND ?
                """, arguments: [series, year, next, last])
        let free = max(next, (used ?? 0) + 1)
        return free <= last ? free : nil
    }

    /// How many numbers are in stock: of begun shares and of those that wait.
    static func left(
        series: String, year: Int, replica: ReplicaID, _ db: Database
    ) throws -> Int {
        let begun = try Int.fetchOne(
            db,
            sql: """
                SELECT sum(max(0, last - next + 1)) FROM number_lease
                WHERE series = ? AND year = ? AND replica = ? AND (id >> 32) = ?
                """, arguments: [series, year, String(replica.rawValue), replica.rowPrefix])
        let waiting = try Int.fetchOne(
            db,
            sql: """
                SELECT sum(last - first + 1) FROM number_grant g WHERE series = ? AND year = ?
                AND NOT EXISTS (SELECT 1 FROM number_lease l WHERE l.series = g.series
                    AND l.year = g.year AND (l.id >> 32) = ? AND l.first = g.first)
                """, arguments: [series, year, replica.rowPrefix])
        return (begun ?? 0) + (waiting ?? 0)
    }
}

extension ReplicaID {
    /// What `id >> 32` gives in SQL for the rows that this replica made.
    fileprivate var rowPrefix: Int64 { Int64(Int32(bitPattern: rawValue)) }
}

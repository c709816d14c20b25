private import ChangeStore
import GRDB
import Models
import SyncProtocol

/// Hands out shares of letter numbers: a replica takes numbers only from its own (C9).
///
/// Invariant: shares of one series and year in one office never overlap; each begins after the
/// greatest number that was ever granted there. This year's and next year's are kept in stock at
/// every replica, so that an office without a line on New Year's Day goes on.
enum NumberGrants {
    /// A busy PC's letters of some weeks.
    private static let share: UInt64 = 500
    /// Another share follows when so few are left.
    private static let lowMark: Int64 = 200
    /// Nobody has had more grants; a caller that says so is not believed.
    private static let knownMax: UInt64 = 1 << 20
    private static let series = "UMUM"

    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS number_grant (
                    office TEXT NOT NULL,
                    series TEXT NOT NULL,
                    year INTEGER NOT NULL,
                    first INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    replica INTEGER NOT NULL,
                    ordinal INTEGER NOT NULL,
                    PRIMARY KEY (office, series, year, first),
                    UNIQUE (replica, ordinal)) WITHOUT ROWID
                """)
    }

    /// Grants what the replica will need soon, and returns the grants that it does not know.
    static func due(
        to replica: ReplicaID, in office: Scope, known: UInt64, now: Int64, _ db: Database
    ) throws -> [NumberGrant] {
        let year = CivilDate(localDayOf: now).year
        for year in [year, year + 1]
        where try left(replica, office, year, db) < lowMark {
            try grant(to: replica, in: office, year, after: known, db)
        }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT series, year, first, last FROM number_grant
                WHERE replica = ? AND ordinal > ? ORDER BY ordinal LIMIT 100
                """, arguments: [Int64(replica.rawValue), Int64(clamping: known)]
        ).map {
            NumberGrant(
                series: $0["series"], year: UInt32($0["year"] as Int64),
                first: UInt64($0["first"] as Int64), last: UInt64($0["last"] as Int64))
        }
    }

    /// What no office numbers in a year; more is not believed.
    private static let numberMax: UInt64 = 10_000_000

    /// Learns of grants that a hub before this one made and the backup does not know. They get
    /// ordinals of their own, below those that are handed out.
    static func note(
        _ told: [NumberGrant], toldBy replica: ReplicaID, in office: Scope, _ db: Database
    ) throws {
        for grant in told
        where grant.first > 0 && grant.first <= grant.last && grant.last <= numberMax {
            try db.execute(
                sql: """
                    INSERT INTO number_grant (office, series, year, first, last, replica, ordinal)
                    SELECT ?1, ?2, ?3, ?4, ?5, ?6,
                        (SELECT min(0, coalesce(min(ordinal), 0)) - 1 FROM number_grant
                        WHERE replica = ?6)
                    WHERE NOT EXISTS (SELECT 1 FROM number_grant WHERE office = ?1 AND series = ?2
                        AND year = ?3 AND first = ?4)
                    """,
                arguments: [
                    office.code, grant.series, Int64(grant.year), Int64(grant.first),
                    Int64(grant.last), Int64(replica.rawValue),
                ])
        }
    }

    /// Numbers granted for the year less those that the replica's lease rows say are spent.
    private static func left(
        _ replica: ReplicaID, _ office: Scope, _ year: Int, _ db: Database
    ) throws -> Int64 {
        let granted = try Int64.fetchOne(
            db,
            .kept(
                """
                SELECT sum(last - first + 1) FROM number_grant
                WHERE replica = ? AND series = ? AND year = ?
                """, [Int64(replica.rawValue), series, year]))
        let spent = try Int64.fetchOne(
            db,
            .kept(
                """
                SELECT sum(l.next - l.first) FROM number_lease l
                JOIN number_grant g ON g.series = l.series AND g.year = l.year
                    AND g.first = l.first AND g.replica = ?
                WHERE l.replica = ? AND l.series = ? AND l.year = ?
                  AND l.scope = (SELECT id FROM scope WHERE code = ?)
                """,
                [
                    Int64(replica.rawValue), String(replica.rawValue), series, year, office.code,
                ]))
        return (granted ?? 0) - (spent ?? 0)
    }

    private static func grant(
        to replica: ReplicaID, in office: Scope, _ year: Int, after known: UInt64, _ db: Database
    ) throws {
        let last = try Int64.fetchOne(
            db,
            sql: "SELECT max(last) FROM number_grant WHERE office = ? AND series = ? AND year = ?",
            arguments: [office.code, series, year])
        let ordinal = try Int64.fetchOne(
            db, sql: "SELECT max(ordinal) FROM number_grant WHERE replica = ?",
            arguments: [Int64(replica.rawValue)])
        // What a hub before this one may have granted to devices that its backup did not know.
        let floor = try RestoreLog.numberFloor(office, series, year, db)
        let first = max(last ?? 0, floor) + 1
        try db.execute(
            sql: """
                INSERT INTO number_grant (office, series, year, first, last, replica, ordinal)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                office.code, series, year, first, first + Int64(share) - 1,
                // A hub that was put back has forgotten grants that the device still has.
                Int64(replica.rawValue),
                max(ordinal ?? 0, Int64(clamping: min(known, knownMax))) + 1,
            ])
    }
}

import ChangeStore
import GRDB
import Models
import SyncProtocol

/// What a hub that was put back knows of that, and whom it still has to hear.
///
/// Problem: between its backup and its end the hub gave out numbers, took in devices and wrote.
/// All of it came to its edges, none of it is here. Idea: a new log epoch; until every device that
/// was live has called in it, nothing is given out that may have been given out already.
enum RestoreLog {
    private static let epochKey = "log_epoch"
    private static let floorKey = "replica_floor"
    private static let restoredAtKey = "restored_at"

    /// Letter numbers set aside in an office for devices that the backup does not know: four
    /// shares, more than an office is given in a year.
    static let numbersSetAside: Int64 = 2_000
    /// Replica numbers set aside for devices enrolled since the backup.
    static let replicasSetAside: Int64 = 1_024

    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS epoch_call (
                    replica INTEGER PRIMARY KEY, epoch INTEGER NOT NULL);
                CREATE TABLE IF NOT EXISTS number_floor (
                    office TEXT NOT NULL, series TEXT NOT NULL, year INTEGER NOT NULL,
                    last INTEGER NOT NULL, PRIMARY KEY (office, series, year)) WITHOUT ROWID;
                """)
    }

    /// 0 for a hub that was never put back.
    static func epoch(_ db: Database) throws -> UInt32 {
        UInt32(truncatingIfNeeded: try StoreInfo.integer(epochKey, db) ?? 0)
    }

    /// UTC milliseconds: when it was put back, and when the backup was made.
    static func times(_ db: Database) throws -> (restored: Int64, backup: Int64)? {
        guard let restored = try StoreInfo.integer(restoredAtKey, db),
            let backup = try StoreInfo.integer(StoreBackup.restoredFromKey, db)
        else { return nil }
        return (restored, backup)
    }

    /// Makes a store that was copied from a backup the hub of a new epoch.
    static func begin(epoch: UInt32, now: Int64, _ db: Database) throws {
        try StoreInfo.set(epochKey, Int64(epoch), db)
        try StoreInfo.set(restoredAtKey, now, db)
        // A second restore from the same backup must not come to the same floor, so time counts
        // as well: a number a minute, which nobody enrols.
        let known = try NodeRegistry.lastNumber(db)
        let minutes = max(0, (now - firstDay) / 60_000)
        try StoreInfo.set(floorKey, max(known + replicasSetAside, minutes), db)
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO number_floor (office, series, year, last)
                SELECT office, series, year, max(last) + ? FROM
                    (SELECT office, series, year, last FROM number_grant
                    UNION ALL SELECT office, series, year, last FROM number_floor)
                GROUP BY office, series, year
                """, arguments: [numbersSetAside])
    }

    /// No letter number up to here is granted in the office.
    static func numberFloor(
        _ office: Scope, _ series: String, _ year: Int, _ db: Database
    ) throws -> Int64 {
        let known = try Int64.fetchOne(
            db, sql: "SELECT last FROM number_floor WHERE office = ? AND series = ? AND year = ?",
            arguments: [office.code, series, year])
        if let known { return known }
        // Its first device may have come after the backup.
        guard let restored = try StoreInfo.integer(restoredAtKey, db),
            year <= CivilDate(localDayOf: restored).year + 1
        else { return 0 }
        return numbersSetAside
    }

    /// 1 January 2026 UTC, in milliseconds.
    private static let firstDay: Int64 = 1_767_225_600_000

    /// No number up to here is given to a new device.
    static func replicaFloor(_ db: Database) throws -> Int64 {
        try StoreInfo.integer(floorKey, db) ?? 0
    }

    /// Whether a device of this number may have been enrolled, or may have taken the number by
    /// itself, between a backup and the end of the hub that made it.
    static func mayBeLost(_ replica: ReplicaID, _ db: Database) throws -> Bool {
        try mayBeLost(replica, floor: replicaFloor(db), epoch: epoch(db))
    }

    static func mayBeLost(_ replica: ReplicaID, floor: Int64, epoch: UInt32) -> Bool {
        guard epoch != 0, replica > .hub, !replica.isHub else { return false }
        return replica.isProvisional || Int64(replica.rawValue) <= floor
    }

    // MARK: - Who has called

    static func heard(_ replica: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO epoch_call (replica, epoch) VALUES (?, ?)",
            arguments: [Int64(replica.rawValue), Int64(try epoch(db))])
    }

    static func hasCalled(_ replica: ReplicaID, _ db: Database) throws -> Bool {
        try Int64.fetchOne(
            db, sql: "SELECT epoch FROM epoch_call WHERE replica = ?",
            arguments: [Int64(replica.rawValue)]) == Int64(epoch(db))
    }

    /// Live devices that have not called in this epoch.
    /// - Parameter office: nil for all offices.
    static func awaited(in office: Scope? = nil, _ db: Database) throws -> [NodeRecord] {
        guard try epoch(db) != 0 else { return [] }
        return try NodeRegistry.all(db).filter { node in
            guard node.state == .enrolled, office.map({ $0 == node.office }) ?? true else {
                return false
            }
            return try !hasCalled(node.replica, db)
        }
    }
}

import ChangeStore
import Exchange
import Foundation
import GRDB
import SyncProtocol

/// What each device is known to have seen, so that the log need not keep it for their sake.
///
/// A device that told its vector, while the hub held all of it, writes nothing any more that had
/// not seen that much. So what all of them have seen is causally stable. Two kinds of device do
/// not hold the log up: retired ones, and those that were silent for longer than central IT waits
/// (``HubSettings/expireDays``). When such a one comes with old changes after all, its rows merge
/// like any other's (`LogFloor`), and it is given a snapshot for what it lacks.
///
/// A hub that was put back does not know who was enrolled after its backup, so for as long as a
/// silent device is waited for nothing more becomes stable (``waitsForUnknown(now:_:)``).
enum Stability {
    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS seen (
                    replica INTEGER NOT NULL,
                    scope TEXT NOT NULL,
                    vector BLOB NOT NULL,
                    told BLOB,
                    PRIMARY KEY (replica, scope)) WITHOUT ROWID;

                CREATE TABLE IF NOT EXISTS expired (
                    replica INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL);

                CREATE TABLE IF NOT EXISTS durable_floor (
                    scope TEXT PRIMARY KEY NOT NULL,
                    vector BLOB NOT NULL) WITHOUT ROWID;
                """)
    }

    /// Notes what a device told, when this store holds all of it; and what it was answered.
    static func note(_ hello: Hello, from caller: CallerInfo, _ db: Database) throws {
        let replica = Int64(caller.replica.rawValue)
        try db.execute(sql: "DELETE FROM expired WHERE replica = ?", arguments: [replica])
        let told = Dictionary(hello.scopes.map { ($0.scope, $0.vector) }) { first, _ in first }
        for scope in caller.reads.sorted() {
            let vector = told[scope] ?? VersionVector()
            guard try ChangeLog.vector(of: scope, db).covers(vector) else { continue }
            let floor = try durableFloor(of: scope, db)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO seen (replica, scope, vector, told)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [
                    replica, scope.code, vector.stored,
                    vector.covers(floor) ? floor.stored : nil,
                ])
        }
    }

    /// Ends a device's say in what the log keeps, until it calls again.
    static func expire(_ replica: ReplicaID, now: Int64, _ db: Database) throws {
        guard try NodeRegistry.find(replica, db) != nil else {
            throw HubFault.unknownReplica(replica.rawValue)
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO expired (replica, at) VALUES (?, ?)",
            arguments: [Int64(replica.rawValue), now])
    }

    /// What all devices that read or write the scope have seen, and the latest backup holds.
    /// - Parameter now: UTC milliseconds.
    static func stable(
        _ scope: Scope, hub: Hub, now: Int64, _ db: Database
    ) throws -> VersionVector {
        guard try waitsForUnknown(now: now, db) == nil else { return VersionVector() }
        let expired = Set(try Int64.fetchAll(db, sql: "SELECT replica FROM expired"))
        let silent = now - Int64(try HubSettings.expireDays(db)) * HubSettings.dayMilliseconds
        let held = try ChangeLog.vector(of: scope, db)
        var stable = held.clipped(
            to: try BackupLog.durable(in: [scope], db)[scope] ?? VersionVector())
        for node in try NodeRegistry.all(db) where node.state == .enrolled {
            guard try hub.rights(of: node.office, db).reads.contains(scope),
                !expired.contains(Int64(node.replica.rawValue)), let last = node.lastContact,
                last >= silent
            else { continue }
            stable = stable.clipped(to: try seen(node.replica, scope, db) ?? VersionVector())
        }
        return stable
    }

    /// - Parameter now: UTC milliseconds.
    /// - Returns: until when devices that this hub may have forgotten are waited for, UTC
    ///   milliseconds; nil when there are none.
    static func waitsForUnknown(now: Int64, _ db: Database) throws -> Int64? {
        guard let restored = try RestoreLog.times(db)?.restored else { return nil }
        let end = restored + Int64(try HubSettings.expireDays(db)) * HubSettings.dayMilliseconds
        return now < end ? end : nil
    }

    private static func seen(
        _ replica: ReplicaID, _ scope: Scope, _ db: Database
    ) throws -> VersionVector? {
        try Data.fetchOne(
            db, sql: "SELECT vector FROM seen WHERE replica = ? AND scope = ?",
            arguments: [Int64(replica.rawValue), scope.code]
        ).map { try VersionVector(stored: $0) }
    }

    static func told(
        _ replica: ReplicaID, _ scope: Scope, _ db: Database
    ) throws -> VersionVector? {
        try Data.fetchOne(
            db, sql: "SELECT told FROM seen WHERE replica = ? AND scope = ?",
            arguments: [Int64(replica.rawValue), scope.code]
        ).map { try VersionVector(stored: $0) }
    }

    // MARK: - Floors in the backup

    /// The floor that the latest backup has too. Only this one is told: a hub that was put back
    /// must not rule on what an office has let go of.
    static func durableFloor(of scope: Scope, _ db: Database) throws -> VersionVector {
        try Data.fetchOne(
            db, .kept("SELECT vector FROM durable_floor WHERE scope = ?", [scope.code])
        ).map { try VersionVector(stored: $0) } ?? VersionVector()
    }

    /// - Parameter floors: as they were before the backup was begun.
    static func noteDurable(
        _ floors: [(scope: Scope, floor: VersionVector)], _ db: Database
    ) throws {
        for (scope, floor) in floors where !floor.isEmpty {
            try db.execute(
                sql: "INSERT OR REPLACE INTO durable_floor (scope, vector) VALUES (?, ?)",
                arguments: [scope.code, floor.stored])
        }
    }
}

/// The hub's knowledge of its devices, for `SnapshotOffering`.
struct HubFloors: FloorKeeper {
    func floorNews(
        of scope: Scope, for replica: ReplicaID, _ db: Database
    ) throws -> VersionVector? {
        let floor = try Stability.durableFloor(of: scope, db)
        guard !floor.isEmpty else { return nil }
        return try Stability.told(replica, scope, db) == floor ? nil : floor
    }
}

public import Foundation
public import GRDB
public import SyncProtocol

/// Floors that the hub told, and from when on each holds here.
///
/// Everybody's having seen a floor says nothing about what is still on its way to this store: it
/// may become the floor here only when this store holds all that the hub held when it said so. A
/// PC may wait longer than the hub, for people look at what happened to a row; so a few are kept.
public enum ToldFloors {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS told_floor (
                    scope TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    floor BLOB NOT NULL,
                    once BLOB NOT NULL,
                    PRIMARY KEY (scope, at)) WITHOUT ROWID
                """)
    }

    /// - Parameters:
    ///   - held: what the hub held.
    ///   - now: UTC milliseconds.
    public static func keep(
        _ floor: VersionVector, once held: VersionVector, in scope: Scope, now: Int64,
        _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO told_floor (scope, at, floor, once) VALUES (?, ?, ?, ?)",
            arguments: [scope.code, now, floor.stored, held.stored])
    }

    /// The latest that was told before a moment and holds here. Older ones are forgotten.
    /// - Parameter moment: UTC milliseconds.
    public static func latest(
        of scope: Scope, before moment: Int64, _ db: Database
    ) throws -> VersionVector? {
        let held = try ChangeLog.vector(of: scope, db)
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT at, floor, once FROM told_floor WHERE scope = ? AND at <= ? ORDER BY at DESC",
            arguments: [scope.code, moment])
        for row in rows where try held.covers(VersionVector(stored: row[2])) {
            try db.execute(
                sql: "DELETE FROM told_floor WHERE scope = ? AND at < ?",
                arguments: [scope.code, row[0] as Int64])
            return try VersionVector(stored: row[1])
        }
        return nil
    }
}

extension VersionVector {
    public var stored: Data {
        var out = ByteWriter()
        encode(to: &out)
        return Data(out.bytes)
    }

    public init(stored: Data) throws {
        var input = ByteReader([UInt8](stored))
        try self.init(reading: &input)
        try input.finish()
    }

    /// The greatest vector that both cover.
    public func clipped(to other: VersionVector) -> VersionVector {
        var clipped = VersionVector()
        for entry in entries { clipped[entry.replica] = min(entry.seq, other[entry.replica]) }
        return clipped
    }
}

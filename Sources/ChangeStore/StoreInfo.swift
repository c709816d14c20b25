package import GRDB
import SyncProtocol

/// The few facts a store keeps about itself.
package enum StoreInfo {
    static func write(_ identity: StoreIdentity, schema: Schema, _ db: Database) throws {
        try set("replica", Int64(identity.replica.rawValue), db)
        try set("home", identity.home.code, db)
        try set("is_hub", identity.isHub ? 1 : 0, db)
        try setSchemaVersion(schema.version, db)
    }

    static func identity(_ db: Database, _ path: String) throws -> StoreIdentity {
        guard let replica = try Int64.fetchOne(db, sql: select, arguments: ["replica"]),
            let number = UInt32(exactly: replica),
            let home = try String.fetchOne(db, sql: select, arguments: ["home"])
        else { throw StoreError.damaged(path: path, detail: "no identity") }
        let isHub = try Int.fetchOne(db, sql: select, arguments: ["is_hub"]) == 1
        return StoreIdentity(replica: ReplicaID(number), home: Scope(home), isHub: isHub)
    }

    static func schemaVersion(_ db: Database) throws -> UInt32 {
        UInt32(try Int64.fetchOne(db, sql: select, arguments: ["schema_version"]) ?? 0)
    }

    static func setSchemaVersion(_ version: UInt32, _ db: Database) throws {
        try set("schema_version", Int64(version), db)
    }

    package static func set(
        _ key: String, _ value: some DatabaseValueConvertible, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO store_info (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
        ).execute(arguments: [key, value])
    }

    package static func remove(_ key: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM store_info WHERE key = ?", arguments: [key])
    }

    package static func integer(_ key: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, .kept(select, [key]))
    }

    package static func text(_ key: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, .kept(select, [key]))
    }

    private static let select = "SELECT value FROM store_info WHERE key = ?"
}

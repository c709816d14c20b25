import Foundation
import GRDB
import SyncProtocol

/// What each device said last, so that a bundle can be made for one that is not there to ask.
enum LastHello {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS node_hello (
                    replica INTEGER PRIMARY KEY, hello BLOB NOT NULL)
                """)
    }

    static func keep(_ hello: Hello, of replica: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO node_hello (replica, hello) VALUES (?, ?)",
            arguments: [Int64(replica.rawValue), Data(hello.encoded())])
    }

    /// Of a device that never spoke: a hello that holds nothing.
    static func of(_ replica: ReplicaID, schemaVersion: UInt32, _ db: Database) throws -> Hello {
        let found = try Data.fetchOne(
            db, sql: "SELECT hello FROM node_hello WHERE replica = ?",
            arguments: [Int64(replica.rawValue)])
        guard let found, let hello = try? Hello(decoding: [UInt8](found)) else {
            return Hello(
                schemaVersion: schemaVersion, wallMilliseconds: 0, grantsKnown: 0,
                health: HealthReport(), scopes: [])
        }
        return hello
    }
}

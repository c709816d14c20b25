import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// With whom this device may exchange besides the hub, as the hub told, and where they answer, as
/// people told.
enum PeerBook {
    /// Where a neighbour answers.
    struct Address: Codable, Sendable {
        var url: String
        /// Who answered there last.
        var replica: UInt32?
        /// UTC milliseconds.
        var reachedAt: Int64?
        /// Why the last try failed, for IT.
        var trouble: String?

        enum CodingKeys: String, CodingKey {
            case url, replica, trouble
            case reachedAt = "reached_at"
        }
    }

    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS peer (
                    replica INTEGER PRIMARY KEY,
                    kind INTEGER NOT NULL,
                    office TEXT NOT NULL,
                    device INTEGER NOT NULL,
                    link_key BLOB NOT NULL,
                    signing_key BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS peer_address (
                    url TEXT PRIMARY KEY NOT NULL,
                    replica INTEGER,
                    reached_at INTEGER,
                    trouble TEXT) WITHOUT ROWID;
                """)
    }

    static func replace(with list: PeerList, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM peer")
        for peer in list.peers {
            try db.execute(
                sql: """
                    INSERT INTO peer (replica, kind, office, device, link_key, signing_key)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Int64(peer.replica.rawValue), Int64(peer.kind.rawValue), peer.office.code,
                    Int64(peer.device), Data(peer.linkKey), Data(peer.signingKey),
                ])
        }
    }

    static func list(_ db: Database) throws -> PeerList {
        PeerList(try Row.fetchAll(db, .kept("SELECT * FROM peer")).compactMap(Peer.init))
    }

    static func find(_ replica: ReplicaID, _ db: Database) throws -> Peer? {
        try Row.fetchOne(
            db, .kept("SELECT * FROM peer WHERE replica = ?", [Int64(replica.rawValue)])
        ).flatMap(Peer.init)
    }

    // MARK: - Addresses

    static func addresses(_ db: Database) throws -> [Address] {
        try Row.fetchAll(db, sql: "SELECT * FROM peer_address ORDER BY url").map {
            Address(
                url: $0["url"], replica: ($0["replica"] as Int64?).map { UInt32($0) },
                reachedAt: $0["reached_at"], trouble: $0["trouble"])
        }
    }

    static func add(_ url: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO peer_address (url) VALUES (?)", arguments: [url])
    }

    /// - Returns: whether it was there.
    static func remove(_ url: String, _ db: Database) throws -> Bool {
        try db.execute(sql: "DELETE FROM peer_address WHERE url = ?", arguments: [url])
        return db.changesCount > 0
    }

    static func noteReached(
        _ url: String, _ replica: ReplicaID, at now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql:
                "UPDATE peer_address SET replica = ?, reached_at = ?, trouble = NULL WHERE url = ?",
            arguments: [Int64(replica.rawValue), now, url])
    }

    static func noteTrouble(_ url: String, _ trouble: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE peer_address SET trouble = ? WHERE url = ?", arguments: [trouble, url])
    }
}

extension Peer {
    fileprivate init?(_ row: Row) {
        self.init(
            replica: ReplicaID(UInt32(row["replica"] as Int64)),
            kind: Kind(rawValue: UInt8(truncatingIfNeeded: row["kind"] as Int64)),
            office: Scope(row["office"]), device: UInt32(row["device"] as Int64),
            linkKey: [UInt8](row["link_key"] as Data),
            signingKey: [UInt8](row["signing_key"] as Data))
    }
}

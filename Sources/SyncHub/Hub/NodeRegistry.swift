private import ChangeStore
import Exchange
import Foundation
import GRDB
import SyncProtocol

/// One device as the hub knows it. Retired ones stay for ever, so that a number is never reused.
struct NodeRecord: Sendable {
    enum State: String, Sendable {
        /// The file was made, the device has not called yet.
        case issued
        case enrolled
        /// Its store goes on under another number.
        case superseded
        case retired
    }

    let replica: ReplicaID
    let office: Scope
    let device: Int
    let state: State
    let secret: [UInt8]
    let linkKey: [UInt8]?
    let signingKey: [UInt8]?
    let issuedAt: Int64
    let lastContact: Int64?
    let lastNonce: UInt64
    let bytesIn: Int64
    let bytesOut: Int64
    let sessions: Int64
    let refusals: Int64
    let clockOffset: Int64?
    let health: HealthReport?
    let schemaVersion: Int64?
    let lastNotice: String?
}

/// The hub's own bookkeeping of devices. Local: it is not part of any scope.
enum NodeRegistry {
    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS node (
                    replica INTEGER PRIMARY KEY,
                    office TEXT NOT NULL,
                    device INTEGER NOT NULL,
                    state TEXT NOT NULL,
                    secret BLOB NOT NULL,
                    link_key BLOB,
                    signing_key BLOB,
                    issued_at INTEGER NOT NULL,
                    enrolled_at INTEGER,
                    last_contact INTEGER,
                    last_nonce INTEGER,
                    bytes_in INTEGER NOT NULL DEFAULT 0,
                    bytes_out INTEGER NOT NULL DEFAULT 0,
                    sessions INTEGER NOT NULL DEFAULT 0,
                    refusals INTEGER NOT NULL DEFAULT 0,
                    clock_offset INTEGER,
                    pending INTEGER, oldest_pending_seconds INTEGER, held INTEGER,
                    conflicts INTEGER, rejected INTEGER, store_kilobytes INTEGER,
                    schema_version INTEGER,
                    last_notice TEXT);
                CREATE INDEX IF NOT EXISTS node_office ON node (office, device);
                """)
    }

    static func all(_ db: Database) throws -> [NodeRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM node ORDER BY office, device, replica")
            .map(NodeRecord.init)
    }

    /// Devices that may be talked to: live, with keys, of the office or below the district.
    static func live(in place: Scope, _ db: Database) throws -> [NodeRecord] {
        try Row.fetchAll(
            db,
            .kept(
                """
                SELECT * FROM node WHERE (office = ?1 OR office LIKE ?1 || '.%')
                AND state = 'enrolled' ORDER BY replica
                """, [place.code])
        ).map(NodeRecord.init)
    }

    /// Offices of a district that ever had a device.
    static func offices(in district: Scope, _ db: Database) throws -> Set<Scope> {
        let codes = try String.fetchAll(
            db, sql: "SELECT DISTINCT office FROM node WHERE office LIKE ? || '.%'",
            arguments: [district.code])
        return Set(codes.map { Scope($0) })
    }

    static func find(_ replica: ReplicaID, _ db: Database) throws -> NodeRecord? {
        try Row.fetchOne(
            db, .kept("SELECT * FROM node WHERE replica = ?", [Int64(replica.rawValue)])
        ).map(NodeRecord.init)
    }

    /// Takes the next replica number for a device.
    static func issue(
        office: Scope, device: Int, secret: (ReplicaID) -> [UInt8], now: Int64, _ db: Database
    ) throws -> ReplicaID {
        let taken = try Int64.fetchOne(
            db,
            sql: """
                SELECT replica FROM node WHERE office = ? AND device = ? AND state != 'retired'
                """, arguments: [office.code, device])
        if let taken {
            throw HubFault.deviceExists(
                office: office.code, device: device, replica: UInt32(taken))
        }
        let last = try max(lastNumber(db), RestoreLog.replicaFloor(db))
        let replica = ReplicaID(UInt32(last + 1))
        try add(replica, office: office, device: device, secret: secret(replica), now: now, db)
        return replica
    }

    /// The greatest number known to have been given to a device. What only the changes know was
    /// given out by a hub that was restored since.
    static func lastNumber(_ db: Database) throws -> Int64 {
        let floor = ReplicaID.restoredHubs.lowerBound
        return try Int64.fetchOne(
            db,
            sql: """
                SELECT max(replica) FROM (SELECT replica FROM node UNION ALL
                SELECT replica FROM scope_vector) WHERE replica < \(floor)
                """) ?? 1
    }

    static func add(
        _ replica: ReplicaID, office: Scope, device: Int, secret: [UInt8], now: Int64,
        _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO node (replica, office, device, state, secret, issued_at)
                VALUES (?, ?, ?, 'issued', ?, ?)
                """,
            arguments: [
                Int64(replica.rawValue), office.code, device, Data(secret), now,
            ])
    }

    static func bind(
        _ replica: ReplicaID, linkKey: [UInt8], signingKey: [UInt8], now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE node SET state = 'enrolled', link_key = ?, signing_key = ?,
                enrolled_at = ? WHERE replica = ?
                """,
            arguments: [Data(linkKey), Data(signingKey), now, Int64(replica.rawValue)])
    }

    /// A number that a store took by itself; it proves the same enrolment as its device.
    static func addIncarnation(
        _ replica: ReplicaID, of node: NodeRecord, linkKey: [UInt8], signingKey: [UInt8],
        now: Int64, _ db: Database
    ) throws {
        try add(
            replica, office: node.office, device: node.device, secret: node.secret, now: now, db)
        try bind(replica, linkKey: linkKey, signingKey: signingKey, now: now, db)
    }

    static func supersede(_ replica: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE node SET state = 'superseded' WHERE replica = ? AND state = 'enrolled'",
            arguments: [Int64(replica.rawValue)])
    }

    static func retire(_ replica: ReplicaID, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE node SET state = 'retired' WHERE replica = ?",
            arguments: [Int64(replica.rawValue)])
        guard db.changesCount == 1 else { throw HubFault.unknownReplica(replica.rawValue) }
    }

    static func countRefusal(of replica: ReplicaID, _ reason: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE node SET refusals = refusals + 1, last_notice = ? WHERE replica = ?",
            arguments: [reason, Int64(replica.rawValue)])
    }

    /// What one exchange told about the device.
    static func noteContact(
        of replica: ReplicaID, _ contact: Contact, now: Int64, _ db: Database
    ) throws {
        let hello = contact.hello
        var health = hello.health
        health.pending = contact.stillPending
        if contact.stillPending == 0 { health.oldestPendingSeconds = 0 }
        try db.execute(
            sql: """
                UPDATE node SET last_contact = ?,
                    state = CASE state WHEN 'superseded' THEN 'enrolled' ELSE state END,
                    last_nonce = max(coalesce(last_nonce, 0), ?), sessions = sessions + 1,
                    bytes_in = bytes_in + ?, bytes_out = bytes_out + ?,
                    clock_offset = coalesce(?, clock_offset),
                    pending = ?, oldest_pending_seconds = ?, held = ?, conflicts = ?,
                    rejected = ?, store_kilobytes = ?, schema_version = ?,
                    last_notice = coalesce(?, last_notice)
                WHERE replica = ?
                """,
            arguments: [
                now, Int64(clamping: contact.nonce), contact.bytesIn, contact.bytesOut,
                // What a stick says of the clock is as old as the stick.
                contact.isDirect ? hello.wallMilliseconds - now : nil,
                Int64(clamping: health.pending), Int64(clamping: health.oldestPendingSeconds),
                Int64(clamping: health.held), Int64(clamping: health.conflicts),
                Int64(clamping: health.rejected), Int64(clamping: health.storeKilobytes),
                Int64(hello.schemaVersion), contact.notices.last?.detail,
                Int64(replica.rawValue),
            ])
    }
}

extension NodeRecord {
    /// A device that was enrolled by a hub before this one.
    init(lost replica: ReplicaID, office: Scope, device: Int, secret: [UInt8]) {
        self.replica = replica
        self.office = office
        self.device = device
        self.secret = secret
        state = .issued
        (linkKey, signingKey, lastContact, clockOffset) = (nil, nil, nil, nil)
        (health, schemaVersion, lastNotice) = (nil, nil, nil)
        (issuedAt, lastNonce, bytesIn, bytesOut, sessions, refusals) = (0, 0, 0, 0, 0, 0)
    }

    fileprivate init(_ row: Row) {
        func bytes(_ column: String) -> [UInt8]? { (row[column] as Data?).map { [UInt8]($0) } }
        func number(_ column: String) -> UInt64 { UInt64(row[column] as Int64? ?? 0) }
        replica = ReplicaID(UInt32(row["replica"] as Int64))
        office = Scope(row["office"])
        device = row["device"]
        state = State(rawValue: row["state"]) ?? .retired
        secret = bytes("secret") ?? []
        linkKey = bytes("link_key")
        signingKey = bytes("signing_key")
        issuedAt = row["issued_at"]
        lastContact = row["last_contact"]
        lastNonce = number("last_nonce")
        bytesIn = row["bytes_in"]
        bytesOut = row["bytes_out"]
        sessions = row["sessions"]
        refusals = row["refusals"]
        clockOffset = row["clock_offset"]
        schemaVersion = row["schema_version"]
        lastNotice = row["last_notice"]
        if lastContact == nil {
            health = nil
        } else {
            var report = HealthReport()
            report.pending = number("pending")
            report.oldestPendingSeconds = number("oldest_pending_seconds")
            report.held = number("held")
            report.conflicts = number("conflicts")
            report.rejected = number("rejected")
            report.storeKilobytes = number("store_kilobytes")
            health = report
        }
    }
}

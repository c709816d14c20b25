import ChangeStore
import Console
import GRDB
import Models
import SyncProtocol

/// How every device is, for `synchub status` and the IT page.
struct FleetReport: Codable, Sendable {
    /// Three different conditions, never mixed up (SYNC §7).
    enum Condition: String, Codable, Sendable {
        /// Enrolled, but has never called.
        case new
        /// In contact, nothing waits.
        case quiet
        /// It said that something waits, and has not called for a while.
        case late
        /// No contact for days.
        case lost
        /// Its store goes on under another number.
        case superseded
        case retired
    }

    struct Device: Codable, Sendable {
        var replica: UInt32
        var office: String
        var officeName: String
        var district: String
        var device: Int
        var state: String
        var condition: Condition
        var lastContact: String?
        var silentSeconds: Int64?
        var pending: UInt64?
        var oldestPendingSeconds: UInt64?
        var conflicts: UInt64?
        var held: UInt64?
        var rejected: UInt64?
        var clockOffsetSeconds: Int64?
        var sessions: Int64
        var refusals: Int64
        var bytesIn: Int64
        var bytesOut: Int64
        var storeKilobytes: UInt64?
        var schemaVersion: Int64?
        var lastNotice: String?
    }

    var at: String
    var regency: String
    var offices: Int
    var officesWithDevices: Int
    var changes: UInt64
    var openConflicts: Int
    var held: Int
    var rejected: Int
    /// Rulings that wait for a decision of central IT.
    var undecided: Int
    var rulings: [RulingListing]
    var devices: [Device]
    /// The latest first.
    var events: [HubEvents.Event]
    /// What was found altered in the hub's own store outside the program, the latest first.
    var altered: [String]
    /// When the latest backup was made; nil for never.
    var lastBackup: String?
    /// Why the backup that was due was not made.
    var backupTrouble: String?
    var restore: Restore?

    /// Of a hub that was put back.
    struct Restore: Codable, Sendable {
        var at: String
        var backupOf: String
        /// Offices with live devices that have not called since.
        var awaited: [String]
    }

    /// Silence after which something that waits is late, and a device is lost. Milliseconds.
    private static let lateAfter: Int64 = 24 * 3_600_000
    private static let lostAfter: Int64 = 7 * 24 * 3_600_000

    static func of(_ hub: Hub, now: Int64) throws -> FleetReport {
        try hub.store.read { db in
            let devices = try NodeRegistry.all(db).map { device($0, now) }
            let changes = try ChangeLog.vectors(db).reduce(UInt64(0)) {
                $0 + $1.vector.excess(over: VersionVector())
            }
            let rulings = try Quarantine.rulings(db, onlyInForce: true)
                .map { try RulingListing($0, db) }
            return FleetReport(
                at: Instant.text(now), regency: hub.regency.code, offices: Regions.offices.count,
                officesWithDevices: Set(
                    devices.map(\.office).filter { !Hub.isDistrict(Scope($0)) }
                ).count, changes: changes,
                openConflicts: try ConflictLog.openCount(db),
                held: try ChangeLog.heldCount(db), rejected: try ChangeLog.rejectedCount(db),
                undecided: rulings.count { $0.state == Ruling.State.inForce.rawValue },
                rulings: rulings, devices: devices, events: try HubEvents.latest(20, db),
                altered: try DamageLog.all(limit: 20, db).map {
                    "\(Instant.text($0.at)) \($0)"
                },
                lastBackup: try BackupLog.latest(db).map { Instant.text($0.madeAt) },
                backupTrouble: try BackupLog.trouble(db), restore: try restore(db))
        }
    }

    private static func restore(_ db: Database) throws -> Restore? {
        guard let times = try RestoreLog.times(db) else { return nil }
        let awaited = Set(try RestoreLog.awaited(db).map(\.office.code)).sorted()
        return Restore(
            at: Instant.text(times.restored), backupOf: Instant.text(times.backup),
            awaited: awaited)
    }

    private static func device(_ node: NodeRecord, _ now: Int64) -> Device {
        let silent = node.lastContact.map { max(0, now - $0) }
        return Device(
            replica: node.replica.rawValue, office: node.office.code,
            officeName: Regions.region(code: node.office.code)?.name ?? "",
            district: Regions.district(ofOffice: node.office.code)?.name ?? "",
            device: node.device, state: node.state.rawValue,
            condition: condition(node, silent), lastContact: node.lastContact.map(Instant.text),
            silentSeconds: silent.map { $0 / 1_000 }, pending: node.health?.pending,
            oldestPendingSeconds: node.health?.oldestPendingSeconds,
            conflicts: node.health?.conflicts, held: node.health?.held,
            rejected: node.health?.rejected,
            clockOffsetSeconds: node.clockOffset.map { $0 / 1_000 }, sessions: node.sessions,
            refusals: node.refusals, bytesIn: node.bytesIn, bytesOut: node.bytesOut,
            storeKilobytes: node.health?.storeKilobytes, schemaVersion: node.schemaVersion,
            lastNotice: node.lastNotice)
    }

    private static func condition(_ node: NodeRecord, _ silent: Int64?) -> Condition {
        if node.state == .retired { return .retired }
        if node.state == .superseded { return .superseded }
        guard let silent else { return .new }
        if silent > lostAfter { return .lost }
        return silent > lateAfter && (node.health?.pending ?? 0) > 0 ? .late : .quiet
    }
}

extension FleetReport.Device {
    var line: String {
        let contact = lastContact ?? "never"
        let waits = pending.map { "\($0) pending" } ?? "unknown pending"
        return
            "\(office) \(officeName) device \(device) (replica \(replica)): \(condition.rawValue), "
            + "last contact \(contact), \(waits) after it, "
            + "\(conflicts ?? 0) conflicts, \(bytesIn + bytesOut) bytes in \(sessions) sessions"
            + (refusals > 0 ? ", \(refusals) refused" : "")
            + (lastNotice.map { "; \($0)" } ?? "")
    }
}

import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What is unsent, how old, and how the store is.")

    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    struct Status: Codable {
        var office: String
        var officeName: String
        var device: Int
        var replica: UInt32
        var pending: Int
        var oldestPending: String?
        var held: Int
        var openConflicts: Int
        var rejected: Int
        var lastSync: String?
        var hub: String
        var storeKilobytes: UInt64
        /// What was found altered outside the program, the latest first.
        var altered: [String]

        enum CodingKeys: String, CodingKey {
            case office, device, replica, pending, held, rejected, hub, altered
            case officeName = "office_name"
            case oldestPending = "oldest_pending"
            case openConflicts = "open_conflicts"
            case lastSync = "last_sync"
            case storeKilobytes = "store_kilobytes"
        }
    }

    func run() throws {
        let node = try options.open()
        let status = try Self.status(of: node)
        if json { return print(try JSONText.of(status)) }
        let age = status.oldestPending.map { ", oldest of \($0)" } ?? ""
        print(
            """
            office         \(status.office) \(status.officeName), device \(status.device) \
            (replica \(status.replica))
            unsent         \(status.pending) changes\(age)
            last sync      \(status.lastSync ?? "never") with \(status.hub)
            beda data      \(status.openConflicts) open
            waiting        \(status.held) held, \(status.rejected) rejected
            store          \(status.storeKilobytes) kB
            """)
        for line in status.altered { print("altered        \(line)") }
    }

    static func status(of node: EdgeNode) throws -> Status {
        let pending = try node.pending()
        return try node.store.read { db in
            let health = try NodeHealth.report(node, db)
            return Status(
                office: node.office.code, officeName: node.enrolment.officeName,
                device: node.enrolment.device, replica: node.store.identity.replica.rawValue,
                pending: pending.count,
                oldestPending: pending.oldest.map { Instant.text($0.milliseconds) },
                held: Int(health.held), openConflicts: Int(health.conflicts),
                rejected: Int(health.rejected),
                lastSync: try StoreInfo.integer("last_sync", db).map(Instant.text),
                hub: node.enrolment.hub, storeKilobytes: health.storeKilobytes,
                altered: try DamageLog.all(limit: 20, db).map {
                    "\(Instant.text($0.at)) \($0)"
                })
        }
    }
}

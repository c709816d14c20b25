import ArgumentParser
import ChangeStore
import Console
import Foundation
import Models
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
        /// Changes that the centre's backup does not hold; nil while it has told of none.
        var notDurable: Int?
        var held: Int
        var openConflicts: Int
        var rejected: Int
        /// Kept, not shown: the centre has ruled so.
        var withheld: Int
        var clockIsWrong: Bool
        /// Numbers in stock for letters of this year, and of the next.
        var letterNumbers: Int
        var letterNumbersNextYear: Int
        var lastSync: String?
        var lastBackup: String?
        var hub: String
        var storeKilobytes: UInt64
        /// What was found altered outside the program, the latest first.
        var altered: [String]

        enum CodingKeys: String, CodingKey {
            case office, device, replica, pending, held, rejected, withheld, hub
            case altered
            case clockIsWrong = "clock_is_wrong"
            case letterNumbers = "letter_numbers"
            case letterNumbersNextYear = "letter_numbers_next_year"
            case officeName = "office_name"
            case oldestPending = "oldest_pending"
            case notDurable = "not_durable"
            case openConflicts = "open_conflicts"
            case lastSync = "last_sync"
            case lastBackup = "last_backup"
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
            \(node.isRelay ? "relay of   " : "office     ")    \(status.office) \(status.officeName), device \(status.device) \
            (replica \(status.replica))
            unsent         \(status.pending) changes\(age)
            not backed up  \(status.notDurable.map { "\($0) changes" } ?? "the centre has told of no backup")
            last sync      \(status.lastSync ?? "never") with \(status.hub)
            last backup    \(status.lastBackup ?? "never: see 'edgenode backup'")
            beda data      \(status.openConflicts) open
            waiting        \(status.held) held, \(status.rejected) rejected
            withheld       \(status.withheld) changes kept but not shown
            store          \(status.storeKilobytes) kB
            """)
        if !node.isRelay {
            let advice =
                status.letterNumbers < LetterNumbers.lowMark
                ? ": sync, or take a stick to the centre, before they run out" : ""
            print(
                "letter numbers \(status.letterNumbers) left this year, "
                    + "\(status.letterNumbersNextYear) for the next\(advice)")
        }
        for line in status.altered { print("altered        \(line)") }
        for entry in try Office(node: node).rulings().withheld {
            let names = Set(entry.works.map(\.author)).sorted().joined(separator: ", ")
            let stands = entry.state == .upheld ? "the centre upheld it" : "waits for central IT"
            print(
                "  withheld     \(entry.works.count) of \(names): \(entry.code), "
                    + (entry.state == nil ? "never shown" : stands))
        }
        if status.clockIsWrong {
            print("clock          this PC's clock is wrong: put it right; work goes on")
        }
    }

    static func status(of node: EdgeNode) throws -> Status {
        let pending = try node.pending()
        let notDurable = try node.notDurable()
        let office = try Office(node: node)
        return try node.store.read { db in
            let year = office.today.year
            let health = try NodeHealth.report(node, db)
            let rulings = try OfficeRulings.read(node, now: EdgeNode.now(), db)
            return Status(
                office: node.office.code, officeName: node.enrolment.officeName,
                device: node.enrolment.device, replica: node.store.identity.replica.rawValue,
                pending: pending.count,
                oldestPending: pending.oldest.map { Instant.text($0.milliseconds) },
                notDurable: notDurable,
                held: Int(health.held), openConflicts: Int(health.conflicts),
                rejected: try ChangeLog.rejectedCount(db), withheld: rulings.count,
                clockIsWrong: rulings.clockIsWrong,
                letterNumbers: try office.numbersLeft(in: year, db),
                letterNumbersNextYear: try office.numbersLeft(in: year + 1, db),
                lastSync: try StoreInfo.integer("last_sync", db).map(Instant.text),
                lastBackup: try StoreInfo.integer(EdgeBackup.lastKey, db).map(Instant.text),
                hub: node.enrolment.hub, storeKilobytes: health.storeKilobytes,
                altered: try DamageLog.all(limit: 20, db).map {
                    "\(Instant.text($0.at)) \($0)"
                })
        }
    }
}

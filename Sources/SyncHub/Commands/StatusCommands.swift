import ArgumentParser
import ChangeStore
import Console
import Foundation
import Models
import SyncProtocol

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Each office that has a device, and how it is.")

    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func run() throws {
        let report = try FleetReport.of(options.open(), now: Hub.now())
        if json { return print(try JSONText.of(report)) }
        print(
            "\(report.officesWithDevices) of \(report.offices) offices have a device; "
                + "\(report.changes) changes held, \(report.openConflicts) conflicts open, "
                + "\(report.held) held, \(report.rejected) rejected, "
                + "\(report.undecided) rulings to decide")
        print(
            "last backup \(report.lastBackup ?? "never")"
                + (report.backupTrouble.map { "; \($0)" } ?? ""))
        if let restore = report.restore {
            let awaited =
                restore.awaited.isEmpty
                ? "every device has called" : "waits for \(restore.awaited.joined(separator: ", "))"
            print("put back \(restore.at) from a backup of \(restore.backupOf): \(awaited)")
        }
        for device in report.devices { print(device.line) }
        for event in report.events {
            print("event \(Instant.text(event.at)) \(event.office ?? "hub"): \(event.text)")
        }
        for line in report.altered { print("altered: \(line)") }
    }
}

struct ReplicasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replicas", abstract: "Every replica number that was ever given out.")

    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func run() throws {
        let report = try FleetReport.of(options.open(), now: Hub.now())
        if json { return print(try JSONText.of(report.devices)) }
        for device in report.devices {
            print(
                "\(device.replica)\t\(device.office)\tdevice \(device.device)\t\(device.state)"
                    + "\tlast contact \(device.lastContact ?? "never")")
        }
    }
}

struct RetireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Ends a device's right to exchange. Its data stays.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "The replica number, from 'synchub replicas'.")
    var replica: UInt32

    func run() throws {
        let hub = try options.open()
        try hub.store.bookkeeping { try NodeRegistry.retire(ReplicaID(replica), $0) }
        print("replica \(replica) is retired")
    }
}

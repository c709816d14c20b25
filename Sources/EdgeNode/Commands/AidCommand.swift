import ArgumentParser
import ChangeStore
import Console
import GRDB
import Models
import SyncProtocol

/// Aid on the command line, as the screens hand it out.
struct AidCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aid", abstract: "Hands out aid from this PC's share.",
        subcommands: [Shares.self, List.self, HandOut.self, Pass.self],
        defaultSubcommand: Shares.self)

    struct Shares: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "What each PC of the office still may hand out, and what was handed out twice.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let node = try options.open()
            let book = try Office(node: node).aidBook()
            try AidListing.print(book, here: node.store.identity.replica, asJSON: json)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Who is entitled and has not been given anything.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        private struct Entitled: Codable {
            var entitlement: String
            var program: String
            var period: String
            var quantity: Int64?
            var state: String
        }

        func run() throws {
            let office = try Office(node: options.open())
            let rows = try office.store.read { db in
                try office.all(
                    "aid_entitlement",
                    where: """
                        t.state IN ('decreed', 'allotted')
                        AND NOT EXISTS (SELECT 1 FROM aid_delivery d WHERE d.entitlement = t.id)
                        """, [], db)
            }.map {
                Entitled(
                    entitlement: $0.id.description, program: $0.text("program") ?? "",
                    period: $0.text("period") ?? "", quantity: $0["quantity"].integer,
                    state: $0.text("state") ?? "")
            }
            if json { return print(try JSONText.of(rows)) }
            if rows.isEmpty { return print("nobody waits for aid") }
            for row in rows {
                print(
                    "\(row.entitlement)\t\(row.program) \(row.period)\t"
                        + "\(row.quantity.map(String.init) ?? "–")\t\(row.state)")
            }
        }
    }

    struct HandOut: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records that aid was handed over, and lowers this PC's share.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The entitlement, from 'aid list'.")
        var entitlement: RowID
        @Option(name: .long, help: "How much; the entitlement's quantity when left out.")
        var quantity: Int64?
        @Option(name: .long, help: "Who takes it: a resident's row.")
        var recipient: RowID?
        @Option(name: .long, help: "What proves it: a signature, a thumbprint.")
        var evidence: String?
        @Option(name: .long, help: "Why more is handed out than the share has, in an emergency.")
        var overrideReason: String?
        @Option(name: .long, help: "Who hands it out.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            let fields = [
                "quantity": quantity.map { String($0) }, "recipient": recipient?.description,
                "evidence": evidence, "override_reason": overrideReason,
            ].compactMapValues(\.self)
            var left: Int64 = 0
            try Self.plainly {
                left = try office.handOutAid(entitlement, Entries(fields), by: .handingOut(by))
            }
            print("handed out; \(left) left of this PC's share")
        }
    }

    struct Pass: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Passes a part of this PC's share to another PC of the office.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The programme's code.")
        var program: String
        @Option(name: .long, help: "The period, as the entitlements name it.")
        var period: String
        @Option(name: .long, help: "The replica number of the PC that takes it.")
        var to: UInt32
        @Option(name: .long, help: "How much.")
        var quantity: Int64
        @Option(name: .long, help: "Why.")
        var reason: String?
        @Option(name: .long, help: "Who passes it on.")
        var by: String

        func run() throws {
            let office = try Office(node: options.open())
            try Self.plainly {
                try office.passAid(
                    AidLot(program, period), to: ReplicaID(to), quantity: quantity,
                    reason: reason ?? "", by: .handingOut(by))
            }
            print("passed on; replica \(to) may hand it out once the two have synced")
        }
    }
}

import ArgumentParser
import ChangeStore
import Console
import Models
import SyncProtocol

struct AidCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aid", abstract: "Allots aid to the PCs of an office, which hand it out.",
        subcommands: [Shares.self, Allot.self, Recover.self], defaultSubcommand: Shares.self)

    struct Shares: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What each PC of an office still may hand out, and what was handed out twice."
        )

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The office's code.")
        var office: String
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let hub = try options.open()
            let office = office
            let book = try hub.store.read { db in
                guard try hub.officeName(office, db) != nil else {
                    throw HubFault.unknownOffice(office)
                }
                return try AidBook.read(of: Scope(office), db)
            }
            try AidListing.print(book, here: nil, asJSON: json)
        }
    }

    struct Allot: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a PC a share of a programme, or adds to it.",
            discussion: "Each run adds: look at 'aid shares' before repeating one.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The office's code.")
        var office: String
        @Option(name: .long, help: "The replica number of the PC, from 'synchub replicas'.")
        var post: UInt32
        @Option(name: .long, help: "The programme's code.")
        var program: String
        @Option(name: .long, help: "The period, as the entitlements name it.")
        var period: String
        @Option(name: .long, help: "How much.")
        var quantity: Int64
        @Option(name: .long, help: "Who allots.")
        var by: String

        func run() throws {
            let hub = try options.open()
            try AidDesk(hub: hub, by: by, now: Hub.now()).allot(
                AidLot(program, period), quantity: quantity, to: ReplicaID(post), of: office)
            print("allotted; the PC may hand it out after its next sync")
        }
    }

    struct Recover: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hands what a PC that is gone had left to another PC of its office.",
            discussion: """
                Only for a PC that is retired or goes on under a new number. What it handed out and \
                never sent may still arrive; its share then shows less than nothing.
                """)

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "The office's code.")
        var office: String
        @Option(name: .long, help: "The replica number of the PC that is gone.")
        var from: UInt32
        @Option(name: .long, help: "The replica number of the PC that takes over.")
        var to: UInt32
        @Option(name: .long, help: "Why, for the office to read.")
        var reason: String
        @Option(name: .long, help: "Who decides.")
        var by: String

        func run() throws {
            let hub = try options.open()
            let lots = try AidDesk(hub: hub, by: by, now: Hub.now()).recover(
                from: ReplicaID(from), to: ReplicaID(to), of: office, reason: reason)
            for (lot, quantity) in lots {
                print("\(lot.program) \(lot.period): \(quantity) to replica \(to)")
            }
        }
    }
}

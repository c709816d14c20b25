import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "Lists and settles beda data.",
        subcommands: [List.self, Settle.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every pair of changes that did not know of each other, with both values.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Only what still has to be looked at.")
        var open = false
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let store = try options.open().store
            try ConflictListing.print(store, scope: nil, onlyOpen: open, asJSON: json)
        }
    }

    struct Settle: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decides one conflict, for every replica.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The number that 'conflicts list' shows.")
        var id: Int64
        @Option(
            name: .long, help: "Whose value to keep: a or b. For a deletion, the side to keep.")
        var keep: String?
        @Option(name: .long, help: "Another value for the column.")
        var value: String?
        @Option(name: .long, help: "Who decides.")
        var by: String

        func run() throws {
            let node = try options.open()
            let choice: ConflictSettlement.Choice
            switch (keep, value) {
            case ("a", nil): choice = .a
            case ("b", nil): choice = .b
            case (nil, let text?): choice = .other(text)
            default: throw EdgeFault.usage("say either --keep a, --keep b or --value TEXT")
            }
            let settlement = ConflictSettlement(store: node.store)
            try settlement.settle(
                id, choice, by: Author(by, .secretary), now: EdgeNode.now())
            print("settled; the next sync tells the others")
        }
    }
}

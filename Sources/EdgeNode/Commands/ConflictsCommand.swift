import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "Lists and settles beda data.",
        subcommands: [ConflictList<StoreOptions>.self, Settle.self],
        defaultSubcommand: ConflictList<StoreOptions>.self)

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

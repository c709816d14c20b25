import ArgumentParser
import ChangeStore
import Console
import Foundation
import GRDB
import SyncProtocol

/// What the hub keeps without showing it, and what central IT decides about it.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Changes that broke a rule or came with a wrong clock: kept, not lost.",
        subcommands: [List.self, Show.self, Release.self, Uphold.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One line a ruling: its number, whom it is about, why, how it stands.")

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "Only this scope.")
        var scope: String?
        @Flag(name: .long, help: "Also those that were released.")
        var all = false
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        func run() throws {
            let hub = try options.open()
            let (listings, refused) = try hub.store.read { db in
                let scope = scope.map { Scope($0) }
                return (
                    try Quarantine.rulings(db, scope: scope, onlyInForce: !all)
                        .map { try RulingListing($0, db) },
                    try Quarantine.refused(db, scope: scope)
                )
            }
            if json { return print(try JSONText.of(listings)) }
            if listings.isEmpty, refused.isEmpty { return print("nothing is in quarantine") }
            for listing in listings { print(listing.line) }
            for ruled in refused {
                let changeset = ruled.changeset
                print(
                    "–\t\(changeset.scope) \(changeset.dot)\t\(changeset.author.name)\t"
                        + "\(ruled.code): \(ruled.reason)\tnever shown: no program writes this")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the changes of one ruling would write.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "The ruling's number, from 'quarantine list'.")
        var ruling: String

        func run() throws {
            let hub = try options.open()
            let (listing, changesets) = try hub.store.read { db in
                let record = try find(ruling, db)
                return (
                    try RulingListing(record, db),
                    try Quarantine.changesets(of: record, db).map(\.changeset)
                )
            }
            print(listing.line)
            for changeset in changesets {
                print(
                    "\(changeset.dot)\t\(Instant.text(changeset.clock.milliseconds))\t"
                        + "\(changeset.author.name)\t\(changeset.intent)")
                for operation in changeset.operations {
                    let table = hub.store.schema.table(operation.table)
                    // Central IT sees what kind of work it is, never a resident's data (DOMAIN §2).
                    let columns = operation.cells.map {
                        table?.column($0.column)?.name ?? "column \($0.column.rawValue)"
                    }
                    print(
                        "\t\(operation.kind) "
                            + "\(table?.name ?? "table \(operation.table.rawValue)") "
                            + "\(operation.row): \(columns.joined(separator: ", "))")
                }
            }
        }
    }

    struct Decision: ParsableArguments {
        @OptionGroup var options: StoreOptions
        @Argument(help: "The ruling's number, from 'quarantine list'.")
        var ruling: String
        @Option(name: .long, help: "Who decides: it is recorded.")
        var by: String

        func decide(_ state: Ruling.State) throws {
            let hub = try options.open()
            let record = try hub.store.read { try find(ruling, $0) }
            try hub.store.decide(
                state, on: record, as: Author(by, .centralIT), now: Hub.now())
            let meaning =
                state == .released
                ? "released: shown again wherever the next sync brings it"
                : "upheld: kept, and not shown"
            print("ruling \(record.row) is \(meaning)")
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The changes count again, as if they had never been ruled on.")

        @OptionGroup var decision: Decision

        func run() throws { try decision.decide(.released) }
    }

    struct Uphold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Somebody looked: the changes stay in quarantine.")

        @OptionGroup var decision: Decision

        func run() throws { try decision.decide(.upheld) }
    }
}

private func find(_ id: String, _ db: Database) throws -> RulingRecord {
    let found = try Quarantine.rulings(db).first { $0.row.description == id.uppercased() }
    guard let found else { throw ChangeStore.DecisionFault.unknown(id) }
    return found
}

/// One ruling as the hub prints it.
struct RulingListing: Codable, Sendable {
    var ruling: String
    var scope: String
    var replica: UInt32
    var first: UInt64
    var last: UInt64
    var kind: String
    var code: String
    var detail: String
    var state: String
    var by: String
    var at: String
    var changes: Int
    var authors: [String]

    init(_ record: RulingRecord, _ db: Database) throws {
        let changesets = try Quarantine.changesets(of: record, db).map(\.changeset)
        ruling = record.row.description
        scope = record.scope.code
        replica = record.run.replica.rawValue
        first = record.run.seqs.lowerBound
        last = record.run.seqs.upperBound
        kind = record.kind
        code = record.code
        detail = record.detail
        state = record.state.rawValue
        by = record.by
        at = Instant.text(record.at)
        changes = changesets.count
        authors = Set(changesets.map(\.author.name)).sorted()
    }

    var line: String {
        "\(ruling)\t\(scope) r\(replica):\(first)-\(last)\t\(kind)\t\(changes) changes of "
            + "\(authors.joined(separator: ", "))\t\(code): \(detail)\t\(state), \(by), \(at)"
    }
}

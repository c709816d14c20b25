import ArgumentParser
import ChangeStore
import Console
import Exchange
import SyncProtocol

/// What offices reported of emergencies, as soon as it is here.
struct UrgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "urgent",
        abstract: "The latest incidents and situation reports, also those that came before what "
            + "they build on.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "How many at most.")
    var limit = 50
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit starts at 1") }
    }

    func run() throws {
        let store = try options.open().store
        let listings = try store.read { db in
            try UrgentChanges.all(limit: limit, schema: store.schema, db)
                .map { UrgentListing($0.changeset, $0.isWaiting, store.schema) }
        }
        if json { return print(try JSONText.of(listings)) }
        if listings.isEmpty { return print("nothing urgent is here") }
        for listing in listings { print(listing.line) }
    }
}

/// One urgent changeset as the hub prints it.
struct UrgentListing: Codable, Sendable {
    var at: String
    var scope: String
    var by: String
    var intent: String
    /// Tables, with the values of those that are not about a person.
    var rows: [String]
    /// Whether it came before what it builds on: shown nowhere else yet.
    var waiting: Bool

    /// Central IT sees no resident's data (DOMAIN §2).
    private static let impersonal: Set = ["incident", "situation_report"]

    init(_ changeset: Changeset, _ isWaiting: Bool, _ schema: Schema) {
        at = Instant.text(changeset.clock.milliseconds)
        scope = changeset.scope.code
        by = changeset.author.name
        intent = changeset.intent
        waiting = isWaiting
        rows = changeset.operations.map { operation in
            guard let table = schema.table(operation.table) else {
                return "table \(operation.table.rawValue)"
            }
            guard Self.impersonal.contains(table.name) else { return table.name }
            let cells = operation.cells.compactMap { cell in
                table.column(cell.column).map { "\($0.name)=\(cell.value)" }
            }
            return ([table.name] + cells).joined(separator: " ")
        }
    }

    var line: String {
        "\(at)\t\(scope)\t\(by)\t\(rows.joined(separator: "; "))"
            + (waiting ? "\twaits for what came before it" : "")
    }
}

/// Asks offices to call later, for maintenance or when everybody calls at once.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Asks offices to call later. What is urgent, and whoever asks by hand, may call.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "For how many minutes from now; 0 ends a pause.")
    var minutes: Int

    func validate() throws {
        guard (0...1_440).contains(minutes) else {
            throw ValidationError("a pause is 0 to 1440 minutes")
        }
    }

    func run() throws {
        let until = minutes == 0 ? nil : Hub.now() + Int64(minutes) * 60_000
        try options.open().store.bookkeeping { try PauseResponder.set(until: until, $0) }
        print(
            until.map { "offices that call are asked to call again after \(Instant.text($0))" }
                ?? "the pause is over")
    }
}

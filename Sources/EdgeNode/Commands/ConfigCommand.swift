import ArgumentParser
import ChangeStore

/// What the line may cost this office.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows or sets how many bytes the line may cost, and when photos travel. 0 is no "
            + "limit.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "Bytes both ways from midnight to midnight in Lombok.")
    var bytesPerDay: Int?
    @Option(name: .long, help: "Bytes both ways of one exchange.")
    var bytesPerSync: Int?
    @Option(name: .long, help: "Hours in Lombok in which photos travel, like 20-5; or 'always'.")
    var photos: String?

    private func photoHours() throws -> LinkBudget.Hours? {
        guard let photos, photos != "always" else { return nil }
        let hours = photos.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard hours.count == 2, let from = hours[0], let to = hours[1], from != to,
            (0...23).contains(from), (0...23).contains(to)
        else {
            throw ValidationError("--photos \(photos) is not two hours like 20-5, nor 'always'")
        }
        return LinkBudget.Hours(from: from, to: to)
    }

    func validate() throws {
        _ = try photoHours()
        if bytesPerDay != 0 { try Self.check(bytesPerDay, "--bytes-per-day") }
        if bytesPerSync != 0 { try Self.check(bytesPerSync, "--bytes-per-sync") }
    }

    static func check(_ bytes: Int?, _ option: String) throws {
        guard let bytes, bytes < LinkBudget.least else { return }
        throw ValidationError(
            "\(option) \(bytes) is too little to work with: give at least \(LinkBudget.least)")
    }

    func run() throws {
        let node = try options.open()
        let hours = try photoHours()
        let (budget, spent) = try node.store.bookkeeping { db in
            var budget = try LinkBudget.load(db)
            if let bytesPerDay { budget.perDay = bytesPerDay == 0 ? nil : bytesPerDay }
            if let bytesPerSync { budget.perSession = bytesPerSync == 0 ? nil : bytesPerSync }
            if photos != nil { budget.photoHours = hours }
            try budget.save(db)
            return (budget, try LinkBudget.spent(now: node.now(), db))
        }
        func text(_ bytes: Int?) -> String { bytes.map { "\($0) bytes" } ?? "no limit" }
        print("a day: \(text(budget.perDay)), \(spent) spent today")
        print("an exchange: \(text(budget.perSession))")
        print(
            "photos: "
                + (budget.photoHours.map { "from \($0.from) to \($0.to) o'clock" } ?? "always"))
    }
}

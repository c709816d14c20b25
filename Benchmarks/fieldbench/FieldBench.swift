import ArgumentParser

/// What the benchmark measures inside one process; `scripts/bench` runs it.
@main
struct FieldBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldbench",
        abstract: "Measures processor time of the store beside plain SQLite.",
        subcommands: [CPUCommand.self, OnceCommand.self, HubCommand.self])
}

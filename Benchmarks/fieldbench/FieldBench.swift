import ArgumentParser
import Dispatch

/// What the benchmark measures inside one process; `scripts/bench` runs it.
///
/// Not asynchronous itself: callgrind falls over a program whose first thread waits for others.
@main
struct FieldBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldbench",
        abstract: "Measures processor time of the store beside plain SQLite.",
        subcommands: [CPUCommand.self, OnceCommand.self, HubCommand.self])

    static func main() {
        do {
            var command = try parseAsRoot()
            guard let hub = command as? HubCommand else { return try command.run() }
            Task {
                do { try await hub.run() } catch { exit(withError: error) }
                exit()
            }
            dispatchMain()
        } catch {
            exit(withError: error)
        }
    }
}

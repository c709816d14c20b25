import ArgumentParser
import ChangeStore

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Lets the log go where every PC and the hub have it. Happens by itself, too.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "Keep what the hub let go of in the last days (370).")
    var keepDays = EdgeCompaction.logDays

    func validate() throws {
        guard (0...36_500).contains(keepDays) else {
            throw ValidationError("--keep-days is 0 to 36500")
        }
    }

    func run() throws {
        let node = try options.open()
        let done = try EdgeCompaction(node: node).run(days: keepDays, now: EdgeNode.now())
        print("took \(done.changesets) changes out of the log, \(done.bytes) bytes")
    }
}

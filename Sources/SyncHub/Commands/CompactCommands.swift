import ArgumentParser
import ChangeStore
import Models
import SyncProtocol

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Lets the log go where every device has seen it. Happens by itself, too.",
        discussion: """
            Only what the latest backup holds can go, so make one first. Devices that were silent \
            for longer than --expire-days are not waited for; when they come back they get a \
            snapshot, and what they wrote is merged.
            """)

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "Only this scope.")
    var scope: String?
    @Option(name: .long, help: "Keep changes younger than this many days (30).")
    var keepDays: Int?
    @Option(name: .long, help: "Wait for silent devices for so many days (400).")
    var expireDays: Int?
    @Flag(name: .long, help: "Use these days from now on, by itself too.")
    var remember = false

    func validate() throws {
        for (name, days) in [("--keep-days", keepDays), ("--expire-days", expireDays)] {
            guard let days else { continue }
            guard (0...36_500).contains(days) else {
                throw ValidationError("\(name) is 0 to 36500")
            }
        }
        guard expireDays == nil || remember else {
            throw ValidationError("--expire-days is a setting: add --remember")
        }
    }

    func run() throws {
        let hub = try options.open()
        if remember {
            try hub.store.bookkeeping {
                try HubSettings.set(logDays: keepDays, expireDays: expireDays, $0)
            }
        }
        let (scopes, days, hasBackup) = try hub.store.read { db in
            (
                try ChangeLog.vectors(db).map(\.scope), try keepDays ?? HubSettings.logDays(db),
                try BackupLog.latest(db) != nil
            )
        }
        guard scope.map({ scopes.contains(Scope($0)) }) ?? true else {
            throw ValidationError("there is no scope \(scope ?? "") in this hub")
        }
        guard hasBackup else {
            return print("nothing can go: there is no backup yet; see 'synchub backup'")
        }
        if let end = try hub.store.read({ try Stability.waitsForUnknown(now: Hub.now(), $0) }) {
            print(
                "this hub was put back, and does not know the devices that were enrolled after its "
                    + "backup: until \(CivilDate(localDayOf: end).iso) nothing more of the log "
                    + "goes (--expire-days N --remember waits for fewer days)")
        }
        var all = CompactionStep()
        var undecided = 0
        for one in scopes where scope == nil || scope == one.code {
            all += try hub.compact(one, days: days, now: Hub.now())
            undecided += all.undecided
        }
        print("took \(all.changesets) changes out of the log, \(all.bytes) bytes")
        if undecided > 0 {
            print(
                "\(undecided) ruling\(undecided == 1 ? " waits" : "s wait") for a decision, and "
                    + "until then what came after it stays in the log: see "
                    + "'synchub quarantine'")
        }
    }
}

struct ExpireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Waits no longer for a silent device. It may come back: it gets a snapshot.")

    @OptionGroup var options: StoreOptions
    @Argument(help: "The replica number, from 'synchub replicas'.")
    var replica: UInt32

    func run() throws {
        let hub = try options.open()
        try hub.giveUp(ReplicaID(replica), now: Hub.now())
        print("replica \(replica) is not waited for any more")
    }
}

import ArgumentParser
import SyncHub

@main
struct SyncHubProgram {
    static func main() async { await SyncHubCommand.main() }
}

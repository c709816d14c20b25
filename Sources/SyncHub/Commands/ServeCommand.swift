import ArgumentParser
import ChangeStore
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answers the offices and shows the IT page.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "HOST:PORT to listen on.")
    var listen = "127.0.0.1:8800"

    func run() async throws {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]) else {
            throw HubFault.badListen(listen)
        }
        let hub = try options.open()
        try await HubServer(hub: hub).run(host: String(parts[0]), port: Int(port)) { port in
            print("synchub: ready on http://\(parts[0]):\(port)")
            fflush(nil)
        }
    }
}

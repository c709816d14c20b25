import ArgumentParser
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the office's screens on the LAN and syncs in the background.")

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "HOST:PORT to listen on; 0.0.0.0:8700 for the office's LAN.")
    var listen = "127.0.0.1:8700"

    func run() async throws {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]) else {
            throw EdgeFault.usage("\"\(listen)\" is not HOST:PORT, like 127.0.0.1:8700")
        }
        let node = try options.open()
        try await EdgeServer.run(node: node, host: String(parts[0]), port: Int(port)) { port in
            print("edgenode: ready on http://\(parts[0]):\(port)")
            fflush(nil)
        }
    }
}

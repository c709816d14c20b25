import ChangeStore
import Foundation
import Hummingbird
import Logging
import NIOCore

/// The hub's web server: the exchange and the IT page.
struct HubServer: Sendable {
    let hub: Hub
    private let writer = StoreLane("hub.writer", isSerial: true)
    private let readers = StoreLane("hub.readers", isSerial: false)

    init(hub: Hub) { self.hub = hub }

    var router: Router<BasicRequestContext> {
        let router = Router()
        SyncRoutes(hub: hub, writer: writer).add(to: router)
        ITPage(hub: hub, readers: readers).add(to: router)
        LetterCheckPage(hub: hub, readers: readers).add(to: router)
        return router
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT).
    /// - Throws: ``HubFault`` when it cannot listen.
    func run(
        host: String, port: Int, ready: @escaping @Sendable (Int) -> Void
    ) async throws {
        var logger = Logger(label: "synchub")
        logger.logLevel = .warning
        // What a run that was cut left behind.
        ChainWork(hub: hub, writer: writer).start()
        let application = Application(
            router: router,
            // A dead line from a village must not hold a place for ever.
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(address: .hostname(host, port: port), serverName: "trasne"),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? port) },
            logger: logger)
        do {
            try await application.runService()
        } catch let error as IOError {
            switch error.errnoCode {
            case EADDRINUSE: throw HubFault.portInUse(host: host, port: port)
            case EACCES, EPERM: throw HubFault.listenDenied(host: host, port: port)
            default: throw error
            }
        }
    }
}

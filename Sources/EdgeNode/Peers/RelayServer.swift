import AsyncHTTPClient
import ChangeStore
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// `edgenode serve` on a district's relay: answers the villages and exchanges with the hub. No
/// screens: nobody works with the registers of other people's villages here.
enum RelayServer {
    static func run(
        node: EdgeNode, host: String, port: Int, logger: Logger,
        ready: @escaping @Sendable (Int) -> Void
    ) async throws {
        let router = Router(context: BasicRequestContext.self)
        PeerRoutes(node: node, lane: StoreLane("trasne.store", isSerial: false)).add(to: router)
        try await HubLine.open { http in
            var application = Application(
                router: router,
                server: .http1(configuration: .init(idleTimeout: .seconds(60))),
                configuration: ApplicationConfiguration(
                    address: .hostname(host, port: port), serverName: "trasne"),
                onServerRunning: { channel in ready(channel.localAddress?.port ?? port) },
                logger: logger)
            application.addServices(RelayLoop(node: node, http: http, logger: logger))
            try await application.runService()
        }
    }
}

/// Exchanges with the hub, again and again; longer apart while it cannot be reached.
private struct RelayLoop: Service {
    let node: EdgeNode
    let http: HTTPClient
    let logger: Logger
    private static let pauseSeconds = 30.0
    private static let pauseSecondsMax = 300.0

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Self.pauseSeconds
            while !Task.isCancelled {
                do {
                    _ = try await SyncClient(node: node, http: http).sync()
                    pause = Self.pauseSeconds
                } catch {
                    logger.notice("the hub", metadata: ["error": "\(error)"])
                    pause = min(pause * 2, Self.pauseSecondsMax)
                }
                do {
                    try await Task.sleep(for: .seconds(pause * .random(in: 0.75...1.25)))
                } catch {
                    return
                }
            }
        }
    }
}

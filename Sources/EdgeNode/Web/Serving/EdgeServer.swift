import AsyncHTTPClient
import ChangeStore
import Foundation
import Hummingbird
import Logging
import NIOCore

/// `edgenode serve`: the screens for the office's LAN and the exchange in the background.
public enum EdgeServer {
    /// Runs until SIGTERM or SIGINT, then finishes what is under way.
    /// - Parameter ready: told the port once it listens.
    /// - Throws: ``EdgeFault`` when it cannot listen.
    public static func run(
        node: EdgeNode, host: String, port: Int, ready: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        var logger = Logger(label: "edgenode")
        logger.logLevel = .notice
        let status = SyncStatus()
        let web = try EdgeWeb(node: node, sync: status)
        var application = web.application(
            host: host, port: port, logger: logger, ready: ready)
        let http = Self.client()
        var loop = SyncLoop(web.office, status, web.lane, logger)
        loop.exchange = { try await SyncClient(node: node, http: http).sync() }
        application.addServices(loop)
        let result = await Self.outcome { try await application.runService() }
        try await http.shutdown()
        do {
            try result.get()
        } catch let error as IOError {
            switch error.errnoCode {
            case EADDRINUSE: throw EdgeFault.portInUse(host: host, port: port)
            case EACCES, EPERM: throw EdgeFault.listenDenied(host: host, port: port)
            case EADDRNOTAVAIL:
                throw EdgeFault.usage(
                    "this PC has no address \(host): use 127.0.0.1, 0.0.0.0 or its own address")
            default: throw error
            }
        }
    }

    private static func outcome(
        _ body: () async throws -> Void
    ) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// The shared client goes on trying a dead line for a minute and a half; the loop has its own
    /// pauses, and whoever pressed "Sinkronkan sekarang" should soon read why it failed.
    private static func client() -> HTTPClient {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(30)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

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
        if node.isRelay {
            return try await RelayServer.run(
                node: node, host: host, port: port, logger: logger, ready: ready)
        }
        let status = SyncStatus()
        let web = try EdgeWeb(node: node, sync: status)
        do {
            try await HubLine.open { http in
                var application = web.application(
                    host: host, port: port, logger: logger, ready: ready)
                application.addServices(
                    SyncLoop(web.office, status, web.lane, logger) {
                        try await SyncClient(node: node, http: http, showFetch: status.show).sync()
                    },
                    PeerLoop(node: node, http: http, logger: logger) {
                        try await web.lane.run { try LocalIndex(office: web.office).catchUp() }
                    })
                try await application.runService()
            }
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
}

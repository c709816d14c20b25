import AsyncHTTPClient
import ChangeStore
import Logging
import ServiceLifecycle

/// Exchanges with the neighbours whose addresses are known, for as long as the program runs,
/// whether or not the hub can be reached. A neighbour that is off today disturbs nobody.
struct PeerLoop: Service {
    let node: EdgeNode
    let http: HTTPClient
    let logger: Logger
    /// What follows when something came.
    let arrived: @Sendable () async throws -> Void
    private static let pauseSeconds = 30.0

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: .seconds(Self.pauseSeconds * .random(in: 0.5...1)))
                    try await round()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("neighbours", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func round() async throws {
        for address in try node.store.read({ try PeerBook.addresses($0) }) {
            do {
                let client = try PeerClient(node: node, http: http, url: address.url)
                if try await client.sync().receivedChanges > 0 { try await arrived() }
            } catch is EdgeFault {
                // Written down beside the address; the sync page shows it.
            }
        }
    }
}

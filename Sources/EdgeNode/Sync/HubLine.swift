import AsyncHTTPClient
import NIOCore

/// A client for the one hub, for as long as the body runs.
///
/// The shared client goes on trying a dead line for a minute and a half; the background loop has
/// its own pauses, and whoever pressed "Sinkronkan sekarang" should soon read why it failed.
enum HubLine {
    static func open<T>(_ body: (HTTPClient) async throws -> T) async throws -> T {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(30)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<T, any Error>
        do {
            result = .success(try await body(http))
        } catch {
            result = .failure(error)
        }
        try await http.shutdown()
        return try result.get()
    }
}

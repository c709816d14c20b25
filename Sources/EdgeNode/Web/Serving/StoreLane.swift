import Dispatch

/// Where SQLite work runs: threads that may block, away from the event loops and from the
/// cooperative pool, which may not.
final class StoreLane: Sendable {
    private let queue = DispatchQueue(label: "trasne.store", attributes: .concurrent)

    func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

import Dispatch

/// Where blocking store work runs, so that it never holds up the cooperative threads that serve
/// the network.
public struct StoreLane: Sendable {
    private let queue: DispatchQueue

    /// - Parameter isSerial: one at a time, in order of arrival (a writer), or side by side
    ///   (readers).
    public init(_ label: String, isSerial: Bool) {
        queue = DispatchQueue(label: label, attributes: isSerial ? [] : .concurrent)
    }

    /// Puts work in line without waiting for it.
    public func add(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    public func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

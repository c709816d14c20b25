public import Exchange
import Synchronization

/// What the background exchange is doing, for the screens, and the bell that wakes it.
public final class SyncStatus: Sendable {
    private struct State {
        var isRunning = false
        var isRung = false
        var fetch: FetchProgress?
        var bell: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    public init() {}

    public var isRunning: Bool { state.withLock { $0.isRunning } }

    /// Whether somebody asked for an exchange that has not begun.
    public var isWaiting: Bool { state.withLock { $0.isRung } }

    /// Asks for an exchange now. Returns at once.
    public func ring() {
        let bell = state.withLock { state in
            state.isRung = true
            defer { state.bell = nil }
            return state.bell
        }
        bell?.resume()
    }

    func begin() {
        state.withLock {
            $0.isRunning = true
            $0.isRung = false
        }
    }

    func end() {
        state.withLock {
            $0.isRunning = false
            $0.fetch = nil
        }
    }

    /// How far a large answer is; nil when none is on its way.
    public var fetch: FetchProgress? { state.withLock { $0.fetch } }

    /// Notes how far it is.
    @Sendable func show(_ progress: FetchProgress) {
        state.withLock { $0.fetch = progress.bytes < progress.bytesAll ? progress : nil }
    }

    /// Returns when the bell rings, or when the task is cancelled.
    func waitForBell() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isRung || Task.isCancelled { return true }
                    state.bell = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let bell = state.withLock { state in
                defer { state.bell = nil }
                return state.bell
            }
            bell?.resume()
        }
    }
}

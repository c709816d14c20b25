import Console
import Exchange
import Foundation
import Synchronization

/// How far a large answer is, on standard error: a bar where somebody watches, else a line for each
/// tenth.
final class FetchBar: Sendable {
    private struct State: Sendable {
        var bar = ProgressBar(label: "fetching")
        var tenths = -1
        var isShown = false
    }

    private let isSilent: Bool
    private let state = Mutex(State())

    init(isSilent: Bool) { self.isSilent = isSilent }

    @Sendable func show(_ progress: FetchProgress) {
        guard !isSilent else { return }
        state.withLock { state in
            if isatty(STDERR_FILENO) == 1 {
                state.isShown = true
                return state.bar.show(progress.bytes, of: progress.bytesAll)
            }
            let tenths = progress.bytesAll == 0 ? 10 : progress.bytes * 10 / progress.bytesAll
            guard tenths != state.tenths else { return }
            state.tenths = tenths
            FileHandle.standardError.write(Data((progress.line + "\n").utf8))
        }
    }

    func finish() {
        state.withLock { state in
            if state.isShown { state.bar.finish() }
        }
    }
}

extension FetchProgress {
    /// One line for people.
    var line: String {
        let left = secondsLeft.map { "about \($0) s left" } ?? "time left not known yet"
        return "fetched \(bytes) of about \(bytesAll) bytes, \(left)"
    }
}

import Foundation

/// A line on standard error that says how far long work is; silent when nobody watches.
public struct ProgressBar: Sendable {
    private let label: String
    private let isVisible = isatty(STDERR_FILENO) == 1
    private var lastPercent = -1

    public init(label: String) { self.label = label }

    public mutating func show(_ done: Int, of all: Int) {
        let percent = all == 0 ? 100 : done * 100 / all
        guard isVisible, percent != lastPercent else { return }
        lastPercent = percent
        let filled = String(repeating: "█", count: percent / 4)
        let rest = String(repeating: "░", count: 25 - percent / 4)
        write("\r\(label) \(filled)\(rest) \(percent) % (\(done)/\(all))")
    }

    public mutating func finish() {
        if isVisible { write("\n") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

import Hummingbird
import Synchronization

/// A form is good for one submission.
///
/// Problem: a slow PC and an impatient click send the same form twice, and one family arrives
/// twice. Idea: every rendering of a form carries an id of its own. The first submission that
/// leads on to another page uses the id up; the same form again, at once or later, is led to that
/// same page and does nothing. A form that comes back with something to mend gets a new id, and
/// its old one stays good. In memory: a restart ends every form anyway, with its token.
final class Submissions: Sendable {
    private enum State {
        case running([CheckedContinuation<String?, Never>])
        case done(location: String)
    }

    private struct Book {
        var states: [String: State] = [:]
        /// Used ids in the order they came, so that the oldest is forgotten first.
        var used: [String] = []
    }

    /// More than an office submits while a page is open.
    private static let usedMax = 2_000

    private let book = Mutex(Book())

    static func newID() -> String { Sessions.newCookie() }

    /// Runs the work unless this form was submitted before.
    /// - Parameter id: bound to the browser by the caller; empty for a form without one.
    func once(
        _ id: String, _ work: () async throws -> Response
    ) async throws -> Response {
        guard !id.isEmpty else { return try await work() }
        while !begin(id) {
            // nil: the first came back with something to mend, so this one may try.
            if let location = await outcome(of: id) {
                return .redirect(to: location, type: .normal)
            }
        }
        do {
            let response = try await work()
            let isDone = (300..<400).contains(response.status.code)
            end(id, location: isDone ? response.headers[.location] : nil)
            return response
        } catch {
            end(id, location: nil)
            throw error
        }
    }

    private func begin(_ id: String) -> Bool {
        book.withLock { book in
            guard book.states[id] == nil else { return false }
            book.states[id] = .running([])
            return true
        }
    }

    private func outcome(of id: String) async -> String? {
        await withCheckedContinuation { continuation in
            let known: String?? = book.withLock { book in
                switch book.states[id] {
                case .done(let location): return .some(location)
                case .running(let waiting):
                    book.states[id] = .running(waiting + [continuation])
                    return nil
                case nil: return .some(nil)
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func end(_ id: String, location: String?) {
        let waiting = book.withLock { book -> [CheckedContinuation<String?, Never>] in
            guard case .running(let waiting)? = book.states[id] else { return [] }
            guard let location else {
                book.states[id] = nil
                return waiting
            }
            book.states[id] = .done(location: location)
            book.used.append(id)
            if book.used.count > Self.usedMax {
                book.states[book.used.removeFirst()] = nil
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: location) }
    }
}

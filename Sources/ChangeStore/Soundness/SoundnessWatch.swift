import GRDB
public import SyncProtocol
import Synchronization

/// Remembers which scopes were looked through, so that it is done when there is reason to: first
/// after the program started, when another program wrote to the store, and once a day.
final class SoundnessWatch: Sendable {
    private struct Look {
        let dataVersion: Int64
        let at: Int64
    }

    private static let dayMilliseconds: Int64 = 86_400_000
    private let looks = Mutex<[Scope: Look]>([:])

    func isDue(_ scope: Scope, dataVersion: Int64, now: Int64) -> Bool {
        guard let last = looks.withLock({ $0[scope] }) else { return true }
        return last.dataVersion != dataVersion || abs(now - last.at) > Self.dayMilliseconds
    }

    func note(_ scope: Scope, dataVersion: Int64, now: Int64) {
        looks.withLock { $0[scope] = Look(dataVersion: dataVersion, at: now) }
    }
}

extension ChangeStore {
    /// ``lookThrough(_:now:)`` when there is reason to, the log's hash chains with it.
    /// - Returns: what to ask the peer about the log, and whether the rows add up.
    public func inspect(
        _ scope: Scope, now: Int64
    ) throws -> (isSound: Bool, questions: [Reconciliation]) {
        // Counts what other connections committed, so the writer's own work is not seen.
        let version = try onWriter { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        guard watch.isDue(scope, dataVersion: version, now: now) else { return (true, []) }
        let questions = try Reconciler(store: self, now: now, reads: [], writes: [])
            .questions(scope)
        let isSound = try lookThrough(scope, now: now) != .damaged
        if isSound, questions.isEmpty { watch.note(scope, dataVersion: version, now: now) }
        return (isSound, questions)
    }
}

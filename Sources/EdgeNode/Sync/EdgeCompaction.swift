package import ChangeStore
import SyncProtocol

/// Lets the log of this PC go where every device has seen it and the centre holds it twice.
///
/// A PC follows the hub: its floor is always one that the hub told it. It lets go much later than
/// the hub, for people look at what happened to a resident, and so that a hub which was put back
/// from an old backup finds in the offices what it lost.
package struct EdgeCompaction {
    /// Days since the hub told a floor before this PC follows.
    static let logDays = 370
    private static let dayMilliseconds: Int64 = 86_400_000
    /// Canonical bytes of a scope's log below which nobody would notice.
    private static let worthBytes = 256 << 10
    /// Of 500 changesets each, in one go.
    private static let stepsMax = 4

    let node: EdgeNode

    package init(node: EdgeNode) { self.node = node }

    private static let doneKey = "compacted_at"

    /// A few short steps, when it is worth them, until there is nothing more to do today.
    func tidy(now: Int64) throws {
        let last = try node.store.read { try StoreInfo.integer(Self.doneKey, $0) } ?? 0
        guard abs(now - last) > Self.dayMilliseconds else { return }
        var isFinished = true
        for scope in try scopes() {
            let bytes = try node.store.read {
                try ChangeLog.bytes(of: scope, above: VersionVector(), $0)
            }
            guard bytes >= Self.worthBytes else { continue }
            let step = try compact(
                scope, days: Self.logDays, stepsMax: Self.stepsMax, now: now)
            isFinished = isFinished && step.isFinished
        }
        if isFinished { try node.store.bookkeeping { try StoreInfo.set(Self.doneKey, now, $0) } }
    }

    /// Without waiting for the day's turn.
    /// - Parameter days: floors that the hub told since then are not followed yet.
    package func run(days: Int, now: Int64) throws -> CompactionStep {
        var done = CompactionStep()
        for scope in try scopes() {
            done += try compact(scope, days: days, stepsMax: .max, now: now)
        }
        return done
    }

    private func compact(
        _ scope: Scope, days: Int, stepsMax: Int, now: Int64
    ) throws -> CompactionStep {
        let told = try node.store.bookkeeping {
            try ToldFloors.latest(
                of: scope, before: now - Int64(days) * Self.dayMilliseconds, $0)
        }
        if let told { try node.store.raiseFloor(of: scope, to: told, now: now) }
        var done = CompactionStep()
        var steps = 0
        repeat {
            done += try node.store.dropLog(of: scope)
            steps += 1
        } while !done.isFinished && steps < stepsMax
        return done
    }

    private func scopes() throws -> [Scope] {
        try node.store.read { try ChangeLog.vectors($0).map(\.scope) }
    }
}

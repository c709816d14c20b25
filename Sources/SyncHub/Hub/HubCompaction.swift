package import ChangeStore
import Foundation
import Logging
package import SyncProtocol
import Synchronization

extension Hub {
    /// Lets a scope's log go where every device has seen it and the backup holds it.
    ///
    /// - Parameters:
    ///   - days: changes younger than this stay.
    ///   - stepsMax: of 500 changesets each.
    @discardableResult
    package func compact(
        _ scope: Scope, days: Int, stepsMax: Int = .max, now: Int64
    ) throws -> CompactionStep {
        let stable = try store.read {
            try Stability.stable(scope, hub: self, now: now, $0)
        }
        let raised = try store.raiseFloor(
            of: scope, to: stable, before: now - Int64(days) * HubSettings.dayMilliseconds,
            now: now)
        let read = try Chains(hub: self).position()
        var done = CompactionStep()
        var steps = 0
        repeat {
            done += try store.dropLog(of: scope, readTo: read)
            steps += 1
        } while !done.isFinished && steps < stepsMax
        done.undecided = raised.undecided
        return done
    }
}

extension Hub {
    /// Waits no longer for a silent device. It may come back: it gets a snapshot.
    package func giveUp(_ replica: ReplicaID, now: Int64) throws {
        try store.bookkeeping { try Stability.expire(replica, now: now, $0) }
    }
}

/// Lets the log go by itself, a scope at a time and each at most once a day.
final class CompactionWork: Sendable {
    private static let stepsMax = 4
    /// Canonical bytes of a scope's log below which nobody would notice.
    private static let worthBytes = 256 << 10

    private let hub: Hub
    private let writer: StoreLane
    private let looked = Mutex<[Scope: Int64]>([:])
    private let logger = Logger(label: "synchub.compaction")

    init(hub: Hub, writer: StoreLane) {
        self.hub = hub
        self.writer = writer
    }

    /// In line behind whoever exchanges now.
    func start() {
        let now = hub.now()
        writer.add { [self] in
            do {
                let days = try hub.store.read { try HubSettings.logDays($0) }
                for scope in try due(now) {
                    let step = try hub.compact(
                        scope, days: days, stepsMax: Self.stepsMax, now: now)
                    // The rest with the next exchange.
                    if !step.isFinished { looked.withLock { $0[scope] = nil } }
                }
            } catch {
                logger.error("the log stays as it is: \(error)")
            }
        }
    }

    private func due(_ now: Int64) throws -> [Scope] {
        let scopes = try hub.store.read { try ChangeLog.vectors($0).map(\.scope) }
        guard
            let scope = looked.withLock({ looked in
                let next = scopes.first { scope in
                    looked[scope].map { now - $0 > HubSettings.dayMilliseconds } ?? true
                }
                if let next { looked[next] = now }
                return next
            })
        else { return [] }
        let bytes = try hub.store.read {
            try ChangeLog.bytes(of: scope, above: VersionVector(), $0)
        }
        return bytes >= Self.worthBytes ? [scope] : []
    }
}

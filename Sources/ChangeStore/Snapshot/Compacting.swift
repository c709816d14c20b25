import Foundation
import GRDB
public import SyncProtocol

/// What one step of compaction took away.
public struct CompactionStep: Hashable, Sendable {
    public var changesets = 0
    /// Their bytes in the log. The file keeps its size; the room is used again.
    public var bytes = 0
    /// Whether nothing is left to do.
    public var isFinished = true
    /// Changesets in quarantine on which somebody has to decide before the floor can rise.
    public var undecided = 0

    public init() {}

    public static func += (a: inout CompactionStep, b: CompactionStep) {
        a.changesets += b.changesets
        a.bytes += b.bytes
        a.isFinished = b.isFinished
        a.undecided = b.undecided
    }
}

extension ChangeStore {
    /// Changesets taken away in one transaction, so that staff never wait behind it.
    public static let compactionStep = 500

    /// Raises the floor of a scope's log as far as is sound, and writes down how the scope stood
    /// there. Rows, versions and conflicts stay as they are.
    ///
    /// A scope in which a newer program wrote what this one cannot merge is left alone until this
    /// one was updated.
    ///
    /// - Parameters:
    ///   - stable: what everybody who may still write the scope has seen, and what is safe
    ///     elsewhere. The caller answers for both, and for that of everything held here.
    ///   - moment: changes of this moment or later stay above; nil for any age. UTC milliseconds.
    /// - Returns: the floor, and how many undecided rulings hold it down.
    @discardableResult
    public func raiseFloor(
        of scope: Scope, to stable: VersionVector, before moment: Int64? = nil, now: Int64
    ) throws -> (floor: VersionVector, undecided: Int) {
        // Written down in a read: others go on recording meanwhile.
        let (found, before, made) = try read { db in
            let before = try LogFloor.of(scope, db)
            guard !before.covers(stable) else {
                return (FloorSearch.Found(floor: before, undecided: 0), before, MadeSnapshot?.none)
            }
            let found = try FloorSearch(db: db, schema: schema, scope: scope)
                .highest(below: stable, before: moment)
            guard found.floor != before else { return (found, before, MadeSnapshot?.none) }
            let made = try SnapshotMaking(db: db, schema: schema, scope: scope)
                .make(at: found.floor)
            return (found, before, made)
        }
        guard let made, !made.hasUnread else { return (before, found.undecided) }
        let isRaised = try bookkeeping { db in
            let search = FloorSearch(db: db, schema: schema, scope: scope)
            // Somebody ruled, or another program raised it, meanwhile: another time.
            guard let id = try db.scopeID(of: scope), try LogFloor.of(id, db) == before,
                try search.highest(below: found.floor).floor == found.floor
            else { return false }
            try made.keep(.base, now: now, db)
            try LogFloor.set(id, made.heads, made.origins, db)
            return true
        }
        return (isRaised ? found.floor : before, found.undecided)
    }

    /// Takes away a part of the log at or below the floor.
    ///
    /// What is in quarantine stays, for whoever wants to look at it; so does the last changeset,
    /// since readers of the log go by positions, which must only rise.
    ///
    /// - Parameter read: whoever reads the log has read up to this position; nil for the end.
    public func dropLog(
        of scope: Scope, readTo read: Int64? = nil, changesetsMax: Int = compactionStep
    ) throws -> CompactionStep {
        try writing { db, replica in
            guard let id = try db.scopeID(of: scope) else { return CompactionStep() }
            let last = try Int64.fetchOne(db, sql: "SELECT max(position) FROM changeset") ?? 0
            let rulings = try replica.rulings(in: scope)
            var step = CompactionStep()
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT c.position, c.replica, c.seq, length(c.body) FROM log c
                    JOIN log_floor f ON f.scope = c.scope AND f.replica = c.replica
                    WHERE c.scope = ? AND c.seq <= f.seq AND c.position <= ?
                    ORDER BY c.position
                    """, arguments: [id, min(last - 1, read ?? .max)])
            var positions: [Int64] = []
            var dots: [Dot] = []
            while positions.count < changesetsMax, let row = try rows.next() {
                let dot = Dot(ReplicaID(UInt32(row[1] as Int64)), UInt64(row[2] as Int64))
                guard !rulings.isWithheld(dot) else { continue }
                positions.append(row[0])
                dots.append(dot)
                step.bytes += row[3]
            }
            try KeptPasts.keep(dots, of: id, db)
            let delete = try db.cachedStatement(sql: "DELETE FROM changeset WHERE position = ?")
            for position in positions { try delete.execute(arguments: [position]) }
            try LogBlocks.sweep(db)
            step.changesets = positions.count
            step.isFinished = positions.count < changesetsMax
            return step
        }
    }
}

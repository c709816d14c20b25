import Foundation
public import GRDB
public import SyncProtocol

/// What two holders of one vector both know of a scope's latest past, so that what comes next can be
/// foreseen from it (SYNC §5, *shared history*).
///
/// Rule: a function of the vector and of the changesets at or below it, nothing else. Why: both sides make
/// it by themselves. What if not: the piece that was made with it cannot be read, is named, and
/// comes again without.
///
/// Clocks count as the rulings say: a far clock would be the newest for ever. A ruling that only one side
/// knows yet costs one such piece.
public enum ChangeHistory {
    /// Canonical bytes: what half a month of an office's work takes. More helps little, and each
    /// exchange that carries something learns it on both sides.
    static let bytesMax = 64 << 10
    /// Logs are let go of after a month at the soonest, so this much both sides still have.
    static let daysMax: Int64 = 21

    /// The latest changesets at or below `cut`, in the order of their clocks; those of one author in
    /// the order of its numbers.
    ///
    /// - Returns: nil where this log does not reach back far enough, does not hold `cut`, or cannot
    ///   be read: what rotted is put right elsewhere, and until then pieces go without a history.
    public static func latest(
        of scope: Scope, within cut: VersionVector, schema: Schema, _ db: Database
    ) throws -> [Changeset]? {
        guard let id = try db.scopeID(of: scope), try db.vector(ofScope: id).covers(cut)
        else { return nil }
        let rulings = try Rulings.inForce(id, schema, db)
        var found: [Entry] = []
        var gone: [HLC] = []
        for entry in cut.entries {
            let (tail, rest) = try tail(of: entry, in: id, rulings, db)
            found += tail
            if let rest { gone.append(rest) }
        }
        found.sort { ($0.clock, $0.changeset.dot) > ($1.clock, $1.changeset.dot) }
        guard let newest = found.first else { return gone.isEmpty ? [] : nil }
        let oldest = newest.clock.milliseconds - daysMax * 86_400_000
        // Whoever still has it would learn it.
        guard gone.allSatisfy({ $0.milliseconds < oldest }) else { return nil }
        var bytes = 0
        let latest = found.prefix { entry in
            defer { bytes += entry.changeset.encoded().count }
            return bytes < bytesMax && entry.clock.milliseconds >= oldest
        }
        return latest.reversed().map(\.changeset)
    }

    private struct Entry {
        /// No later than that of what its author did next: a clock that was far ahead was put right,
        /// and numbers would fall otherwise.
        let clock: HLC
        let changeset: Changeset
    }

    /// One author's latest changesets, the latest first, as far as they can matter.
    /// - Returns: where the log does not hold all of them, also the clock that none of the rest is
    ///   after.
    private static func tail(
        of entry: VersionVector.Entry, in scope: Int64, _ rulings: Rulings, _ db: Database
    ) throws -> (found: [Entry], rest: HLC?) {
        let bodies = try db.cachedStatement(
            sql: """
                SELECT body FROM log WHERE scope = ? AND replica = ? AND seq <= ?
                ORDER BY seq DESC
                """)
        let rows = try Row.fetchCursor(
            bodies,
            arguments: [scope, Int64(entry.replica.rawValue), Int64(clamping: entry.seq)])
        var tail: [Entry] = []
        var bytes = 0
        while let row = try rows.next() {
            let body = [UInt8](row[0] as Data)
            guard let changeset = try? Changeset(decoding: body),
                changeset.dot == Dot(entry.replica, entry.seq &- UInt64(tail.count))
            else { break }
            let clock = min(
                rulings.clock(of: changeset.dot, raw: changeset.clock), tail.last?.clock ?? .max)
            tail.append(Entry(clock: clock, changeset: changeset))
            bytes += body.count
            let reach = (tail[0].clock.milliseconds - clock.milliseconds) / 86_400_000
            if bytes >= bytesMax || reach > daysMax { return (tail, nil) }
        }
        let missing = entry.seq - UInt64(tail.count)
        guard missing > 0 else { return (tail, nil) }
        let floor = try LogFloor.head(of: entry.replica, scope, db)
        guard let floor, missing <= floor.seq else { return (tail, .max) }
        return (tail, min(floor.clock, tail.last?.clock ?? .max))
    }
}

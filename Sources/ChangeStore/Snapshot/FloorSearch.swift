import Foundation
import GRDB
import SyncProtocol

/// Finds how high the floor of a scope's log may rise.
///
/// A floor is sound when three things hold of it:
/// - every changeset above it that is held here had seen all of it;
/// - every ruling on what is at or below it is itself at or below it, as it stands;
/// - nothing at or below it still waits for somebody's decision: released, it would have to be
///   merged as if it had always counted.
///
/// Each of these only ever lowers a vector, and lowers a lower one at least as far; so lowering
/// until nothing changes gives the highest sound floor below the one that was wanted.
struct FloorSearch {
    private struct Entry {
        let dot: Dot
        let context: VersionVector
        let clock: HLC
    }

    private struct Ruled {
        let run: RulingRun
        let dots: [Dot]
        let isUndecided: Bool
    }

    let db: Database
    let schema: Schema
    let scope: Scope

    /// What a search found.
    struct Found {
        let floor: VersionVector
        /// Rulings that hold it down until somebody decides on them.
        let undecided: Int
    }

    /// - Parameters:
    ///   - wanted: what everybody who may still write the scope has seen, and what is safe
    ///     elsewhere.
    ///   - moment: changes of this moment or later stay above, UTC milliseconds; nil for any age.
    func highest(below wanted: VersionVector, before moment: Int64? = nil) throws -> Found {
        guard let id = try db.scopeID(of: scope) else {
            return Found(floor: VersionVector(), undecided: 0)
        }
        let lowest = try LogFloor.of(id, db)
        let entries = try self.entries(id, above: lowest)
        let ruled = try self.rulings(id)
        var floor = wanted.clipped(to: try db.vector(ofScope: id))
        floor.merge(lowest)
        if let moment {
            for entry in entries where entry.clock.milliseconds >= moment {
                let replica = entry.dot.replica
                floor[replica] = max(lowest[replica], min(floor[replica], entry.dot.seq - 1))
            }
        }
        let aged = floor
        var last: VersionVector
        repeat {
            last = floor
            for entry in entries where !floor.covers(entry.dot) {
                floor = floor.clipped(to: entry.context)
                floor.merge(lowest)
            }
            for ruling in ruled {
                let (replica, first) = (ruling.run.replica, ruling.run.seqs.lowerBound)
                guard floor[replica] >= first,
                    ruling.isUndecided || !ruling.dots.allSatisfy(floor.covers)
                else { continue }
                floor[replica] = max(lowest[replica], first - 1)
            }
        } while floor != last
        let undecided = ruled.count {
            $0.isUndecided && aged[$0.run.replica] >= $0.run.seqs.lowerBound
        }
        return Found(floor: floor, undecided: undecided)
    }

    private func entries(_ id: Int64, above lowest: VersionVector) throws -> [Entry] {
        let rulings = try Rulings.inForce(id, schema, db)
        var found: [Entry] = []
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM log WHERE scope = ?", arguments: [id])
        while let body = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            guard !lowest.covers(changeset.dot) else { continue }
            found.append(
                Entry(
                    dot: changeset.dot, context: changeset.context,
                    clock: rulings.clock(of: changeset.dot, raw: changeset.clock)))
        }
        return found
    }

    private func rulings(_ id: Int64) throws -> [Ruled] {
        guard let table = schema.table(Ruling.table.id) else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, s.code AS scope_code FROM \(DomainTables.quoted(table.name)) r
                JOIN scope s ON s.id = r.scope WHERE r.scope = ?
                """, arguments: [id]
        ).compactMap { row in
            guard let record = RulingRecord(row) else { return nil }
            let version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
            return Ruled(
                run: record.run, dots: version.dots,
                isUndecided: record.state == .inForce && record.clock == nil)
        }
    }
}

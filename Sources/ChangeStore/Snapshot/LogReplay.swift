import Foundation
import GRDB
import SyncProtocol

/// Merges rows of a scope again from all that is kept of their past: the base at the floor of the
/// log, when there is one, and the log after it. Whoever makes rows again does it here.
struct LogReplay {
    let db: Database
    let schema: Schema
    let scope: Int64

    /// - Parameters:
    ///   - only: these rows; nil for all.
    ///   - end: up to here; nil for all that is held.
    /// - Throws: `DecodeError` or ``SnapshotFault`` when the past is damaged.
    func run(
        _ only: Set<RowKey>?, rulings: Rulings, upTo end: VersionVector? = nil
    ) throws -> RowReplay {
        let floor = try LogFloor.of(scope, db)
        let replay = RowReplay(only: only, schema: schema, rulings: rulings, floor: floor)
        if !floor.isEmpty { try begin(replay, only) }
        guard let end else {
            try forEach(after: floor) { try replay.take($0) }
            return replay
        }
        for changeset in try changesets(from: floor, to: end) { try replay.take(changeset) }
        return replay
    }

    private func begin(_ replay: RowReplay, _ only: Set<RowKey>?) throws {
        guard
            let code = try String.fetchOne(
                db, sql: "SELECT code FROM scope WHERE id = ?", arguments: [scope]),
            let manifest = try SnapshotShelf.manifest(of: Scope(code), .base, db)
        else { throw SnapshotFault.noBase(scope) }
        for entry in manifest.chunks {
            switch try SnapshotShelf.piece(entry.name, of: manifest.scope, db) {
            case .heads: break
            case .rows(let piece):
                let table = schema.table(piece.table)
                for row in piece.rows
                where only?.contains(RowKey(piece.table, row.id)) ?? true {
                    guard let fitted = row.fitted(to: table) else {
                        throw SnapshotFault.unreadable(
                            manifest.scope, "row \(row.id) holds a wrong type")
                    }
                    replay.begin(RowKey(piece.table, row.id), fitted)
                }
            case .conflicts(let known):
                for item in known { replay.begin(item.conflict, item.state) }
            case .origins(let known): for item in known { replay.begin(item.dot, item.origin) }
            }
        }
    }

    /// Everything in the log after the floor, in the order it was applied; but what was put back
    /// into a damaged log (`LogRepair`) may stand before what it had seen, and waits for that.
    private func forEach(
        after floor: VersionVector, _ body: (Changeset) throws -> Void
    ) throws {
        var known = floor
        var waiting: [Changeset] = []
        func take(_ changeset: Changeset) throws {
            try body(changeset)
            known[changeset.dot.replica] = changeset.dot.seq
        }
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM log WHERE scope = ? ORDER BY position",
            arguments: [scope])
        while let bytes = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](bytes))
            guard !floor.covers(changeset.dot) else { continue }
            guard known.covers(changeset.context) else {
                waiting.append(changeset)
                continue
            }
            try take(changeset)
            while let index = waiting.firstIndex(where: { known.covers($0.context) }) {
                try take(waiting.remove(at: index))
            }
        }
        // Of a log with holes.
        for changeset in waiting { try take(changeset) }
    }

    /// The part of the log after `floor` up to `end`, in an order that every store finds alike:
    /// always the least author whose next changeset had seen no more than came before.
    func changesets(from floor: VersionVector, to end: VersionVector) throws -> [Changeset] {
        var queues: [ReplicaID: ArraySlice<Changeset>] = [:]
        try forEach(after: floor) { changeset in
            guard end.covers(changeset.dot) else { return }
            queues[changeset.dot.replica, default: []].append(changeset)
        }
        let authors = queues.keys.sorted()
        for author in authors { queues[author]?.sort { $0.dot < $1.dot } }
        var known = floor
        var found: [Changeset] = []
        while let next = authors.first(where: { author in
            queues[author]?.first.map { known.covers($0.context) } ?? false
        }), let changeset = queues[next]?.popFirst() {
            known[next] = changeset.dot.seq
            found.append(changeset)
        }
        guard known == end else { throw SnapshotFault.noBase(scope) }
        return found
    }
}

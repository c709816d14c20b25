import Foundation
import GRDB
import SyncProtocol

/// Takes some authors' last changesets of one scope out of the store, with everything that builds
/// on them, as if they had never come. The rows concerned are merged again from what is left of
/// the past.
struct Rollback {
    let replica: SQLiteReplica
    let scope: Scope
    /// The last changeset of each of these authors that stays.
    let ends: [ReplicaID: UInt64]

    private var db: Database { replica.db }

    /// What would be taken out, in the order of the log, each with its position.
    func removed() throws -> [(position: Int64, changeset: Changeset)] {
        let id = try replica.id(of: scope)
        let held = try replica.vector(of: scope)
        guard ends.contains(where: { held[$0.key] > $0.value }) else { return [] }
        // What is below the floor, everybody has.
        let floor = try LogFloor.of(id, db)
        var kept = floor
        var found: [(position: Int64, changeset: Changeset)] = []
        let log = try Row.fetchCursor(
            db, sql: "SELECT position, body FROM log WHERE scope = ? ORDER BY position",
            arguments: [id])
        while let row = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](row[1] as Data))
            let dot = changeset.dot
            if floor.covers(dot) { continue }
            if dot.seq <= ends[dot.replica] ?? .max, kept.covers(changeset.context) {
                kept[dot.replica] = dot.seq
            } else {
                found.append((row[0], changeset))
            }
        }
        return found
    }

    /// - Returns: what was taken out, in the order of the log.
    func run() throws -> [Changeset] {
        let id = try replica.id(of: scope)
        let found = try removed()
        guard !found.isEmpty else { return [] }
        for (position, _) in found {
            try db.execute(
                sql: "DELETE FROM changeset WHERE position = ?", arguments: [position])
        }
        try LogBlocks.sweep(db)
        let gone = found.map(\.changeset)
        let authors = Dictionary(grouping: gone.map(\.dot), by: \.replica)
        for (author, all) in authors {
            let first = all.map(\.seq).min() ?? 1
            try setEnd(of: author, to: first - 1, id)
            try db.execute(
                sql: "DELETE FROM refused WHERE scope = ? AND replica = ? AND seq >= ?",
                arguments: [id, Int64(author.rawValue), Int64(clamping: first)])
        }
        // What waited may build on what is gone; whoever sent it sends it again in its turn.
        try db.execute(sql: "DELETE FROM held WHERE scope = ?", arguments: [id])
        replica.writer.forget()
        try replica.writer.recording { try makeAgain(gone) }
        // A far clock that was taken out must not go on here for ever.
        for author in authors.keys.sorted() { try replica.readClockAgain(of: author, in: scope) }
        return gone
    }

    /// The rows that these changesets wrote, without them.
    private func makeAgain(_ gone: [Changeset]) throws {
        var rows = Set(gone.flatMap(\.operations).map { RowKey($0.table, $0.row) })
        let rulings = rows.filter { $0.table == Ruling.table.id }
        if !rulings.isEmpty {
            let before = try replica.rulings(in: scope)
            try replica.deriveAgain(rulings, in: scope)
            let changed = try replica.rulings(in: scope).differences(from: before)
            try replica.deriveAgain(changed, in: scope)
            rows.subtract(rulings)
        }
        if !rows.isEmpty { try replica.deriveAgain(rows, in: scope) }
    }

    private func setEnd(of author: ReplicaID, to seq: UInt64, _ scope: Int64) throws {
        let arguments: StatementArguments = [scope, Int64(author.rawValue)]
        guard seq > 0 else {
            return try db.execute(
                sql: "DELETE FROM scope_vector WHERE scope = ? AND replica = ?",
                arguments: arguments)
        }
        let floor = try LogFloor.head(of: author, scope, db)
        var chain = floor?.chain ?? HashChain()
        let bodies = try Data.fetchCursor(
            db,
            sql: """
                SELECT body FROM log
                WHERE scope = ? AND replica = ? AND seq > ? ORDER BY seq
                """, arguments: arguments + [Int64(clamping: floor?.seq ?? 0)])
        while let body = try bodies.next() { chain = chain.appending([UInt8](body)) }
        try db.execute(
            sql: "UPDATE scope_vector SET seq = ?, chain = ? WHERE scope = ? AND replica = ?",
            arguments: [Int64(seq), Data(chain.head)] + arguments)
    }
}

import Foundation
import GRDB
import SyncProtocol

/// Takes an author's last changesets of one scope out of the store, as if they had never come.
///
/// What others wrote on top of them waits in the hold queue until the original's arrive. The rows
/// concerned are merged again from what is left of the past.
struct Rollback {
    let replica: SQLiteReplica
    let scope: Scope
    let author: ReplicaID

    private var db: Database { replica.db }

    /// - Parameter seq: the last one that stays.
    /// - Returns: what was taken out of the author's own, oldest first.
    func run(to seq: UInt64) throws -> [Changeset] {
        let id = try replica.id(of: scope)
        guard try replica.vector(of: scope)[author] > seq else { return [] }
        // What is below the floor, everybody has.
        let floor = try LogFloor.of(id, db)
        var kept = floor
        let seq = max(seq, floor[author])
        var lost: [Changeset] = []
        var displaced: [Changeset] = []
        var positions: [Int64] = []
        let log = try Row.fetchAll(
            db, sql: "SELECT position, body FROM changeset WHERE scope = ? ORDER BY position",
            arguments: [id])
        for row in log {
            let changeset = try Changeset(decoding: [UInt8](row[1] as Data))
            if floor.covers(changeset.dot) { continue }
            if changeset.dot.replica == author, changeset.dot.seq > seq {
                lost.append(changeset)
            } else if kept.covers(changeset.context) {
                kept[changeset.dot.replica] = changeset.dot.seq
                continue
            } else {
                displaced.append(changeset)
            }
            positions.append(row[0])
        }
        for position in positions {
            try db.execute(
                sql: "DELETE FROM changeset WHERE position = ?", arguments: [position])
        }
        for author in Set((lost + displaced).map(\.dot.replica)) {
            try setEnd(of: author, to: kept[author], id)
        }
        try db.execute(
            sql: "DELETE FROM refused WHERE scope = ? AND replica = ? AND seq > ?",
            arguments: [id, Int64(author.rawValue), Int64(clamping: seq)])
        replica.writer.forget()
        try replica.writer.recording { try makeAgain(lost + displaced) }
        for changeset in displaced {
            try replica.hold(changeset, encoded: changeset.encoded())
        }
        return lost
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
                SELECT body FROM changeset
                WHERE scope = ? AND replica = ? AND seq > ? ORDER BY seq
                """, arguments: arguments + [Int64(clamping: floor?.seq ?? 0)])
        while let body = try bodies.next() { chain = chain.appending([UInt8](body)) }
        // The clock stays: it never falls.
        try db.execute(
            sql: "UPDATE scope_vector SET seq = ?, chain = ? WHERE scope = ? AND replica = ?",
            arguments: [Int64(seq), Data(chain.head)] + arguments)
    }
}

import Foundation
import GRDB
import SyncProtocol

/// Takes an author's last changesets of one scope out of the store, as if they had never come.
///
/// What others wrote on top of them waits in the hold queue until the original's arrive. The rows
/// concerned are merged again from what is left of the log.
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
        var kept = VersionVector()
        var lost: [Changeset] = []
        var displaced: [Changeset] = []
        var positions: [Int64] = []
        let log = try Row.fetchAll(
            db, sql: "SELECT position, body FROM changeset WHERE scope = ? ORDER BY position",
            arguments: [id])
        for row in log {
            let changeset = try Changeset(decoding: [UInt8](row[1] as Data))
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
        replica.writer.forget()
        try RowRebuild(replica: replica).run(touchedBy: lost + displaced)
        for changeset in displaced {
            try replica.hold(changeset, encoded: changeset.encoded())
        }
        return lost
    }

    private func setEnd(of author: ReplicaID, to seq: UInt64, _ scope: Int64) throws {
        let arguments: StatementArguments = [scope, Int64(author.rawValue)]
        guard seq > 0 else {
            return try db.execute(
                sql: "DELETE FROM scope_vector WHERE scope = ? AND replica = ?",
                arguments: arguments)
        }
        var chain = HashChain()
        let bodies = try Data.fetchCursor(
            db,
            sql: "SELECT body FROM changeset WHERE scope = ? AND replica = ? ORDER BY seq",
            arguments: arguments)
        while let body = try bodies.next() { chain = chain.appending([UInt8](body)) }
        // The clock stays: it never falls.
        try db.execute(
            sql: "UPDATE scope_vector SET seq = ?, chain = ? WHERE scope = ? AND replica = ?",
            arguments: [Int64(seq), Data(chain.head)] + arguments)
    }
}

/// Merges rows again from the log.
struct RowRebuild {
    struct Key: Hashable, Comparable {
        let table: TableID
        let row: RowID

        static func < (a: Key, b: Key) -> Bool { (a.table, a.row) < (b.table, b.row) }
    }

    let replica: SQLiteReplica

    func run(touchedBy changesets: [Changeset]) throws {
        var rows = Set<Key>()
        for changeset in changesets {
            for operation in changeset.operations {
                rows.insert(Key(table: operation.table, row: operation.row))
            }
        }
        try run(rows)
    }

    func run(_ rows: Set<Key>) throws {
        guard !rows.isEmpty else { return }
        try replica.writer.recording {
            for row in rows.sorted() { try remove(row) }
            try mergeAgain(rows)
        }
    }

    private func remove(_ key: Key) throws {
        try replica.discount(RowKey(key.table, key.row))
        let arguments: StatementArguments = [Int64(key.table.rawValue), key.row.rawValue]
        for table in ["shadow_row", "conflict"] {
            try replica.db.execute(
                sql: "DELETE FROM \(table) WHERE table_id = ? AND row_id = ?",
                arguments: arguments)
        }
        guard let table = replica.schema.table(key.table) else { return }
        try replica.db.execute(
            sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE id = ?",
            arguments: [key.row.rawValue])
    }

    private func mergeAgain(_ rows: Set<Key>) throws {
        let replaying = ReplayingReplica(replica)
        let log = try Data.fetchCursor(
            replica.db, sql: "SELECT body FROM changeset ORDER BY position")
        while let body = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            let operations = changeset.operations.filter {
                rows.contains(Key(table: $0.table, row: $0.row))
            }
            guard !operations.isEmpty else { continue }
            let part = Changeset(
                scope: changeset.scope, dot: changeset.dot, clock: changeset.clock,
                author: changeset.author, intent: changeset.intent, context: changeset.context,
                operations: operations)
            try Merger(replaying).apply(part, encoded: [])
        }
    }
}

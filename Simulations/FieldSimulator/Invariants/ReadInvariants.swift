import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// Looked at for each change that came into a log, in the store's own tables: what a screen would
/// read at this moment.
enum WholeOrNothing: Invariant {
    static let name = "S7"
    static let sentence = "a transaction is there whole or not at all, in every read"

    static func fault(in entries: [LogEntry], at machine: Machine, _ world: World) throws -> String?
    {
        guard let store = machine.store, !entries.isEmpty else { return nil }
        return try store.read { db in
            for entry in entries {
                for operation in entry.changeset.operations {
                    guard let table = world.town.schema.table(operation.table),
                        let missing = try missing(operation, of: table, db)
                            ?? overlooked(operation, of: entry, table, world, db),
                        // Kept, and not shown: the centre has ruled so.
                        try !isWithheld(entry, db)
                    else { continue }
                    return "\(entry.scope) \(entry.dot) is in the log, and \(missing)"
                }
            }
            return nil
        }
    }

    private static func missing(
        _ operation: RowOperation, of table: SyncProtocol.Table, _ db: Database
    ) throws -> String? {
        let row = operation.row.rawValue
        let isShown = try Bool.fetchOne(
            db, .kept("SELECT count(*) FROM \"\(table.name)\" WHERE id = ?", [row]))
        let isDead = try Bool.fetchOne(
            db,
            .kept(
                "SELECT count(*) FROM shadow_row WHERE table_id = ? AND row_id = ?",
                [Int64(operation.table.rawValue), row]))
        switch (isShown ?? false, isDead ?? false) {
        case (false, false):
            return "nothing is known of \(table.name) \(operation.row), which it wrote"
        case (true, true): return "\(table.name) \(operation.row) is shown and dead at once"
        default: return nil
        }
    }

    /// A column that still shows what the author had seen when it was written anew.
    private static func overlooked(
        _ operation: RowOperation, of entry: LogEntry, _ table: SyncProtocol.Table,
        _ world: World, _ db: Database
    ) throws -> String? {
        // Under a number that was copied two changes bear one dot.
        guard !world.universe.copied.contains(entry.dot.replica),
            let row = try Row.fetchOne(
                db,
                .kept("SELECT * FROM \"\(table.name)\" WHERE id = ?", [operation.row.rawValue]))
        else { return nil }
        let version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
        for cell in operation.cells {
            guard let column = table.column(cell.column) else { continue }
            let isNull = (row[column.name] as DatabaseValue).isNull
            let dot = version.dot(of: cell.column, current: isNull ? .null : .integer(0))
            let isOld =
                switch dot {
                case nil: !cell.value.isNull
                case let dot?:
                    dot != entry.dot && entry.changeset.context.covers(dot)
                        && !world.universe.copied.contains(dot.replica)
                }
            guard isOld else { continue }
            return "\(table.name) \(operation.row) shows in \(column.name) what "
                + (dot.map { "\($0)" } ?? "nobody") + " wrote"
        }
        return nil
    }

    private static func isWithheld(_ entry: LogEntry, _ db: Database) throws -> Bool {
        let isRuled = try Quarantine.rulings(db, scope: entry.scope).contains {
            $0.run.replica == entry.dot.replica && $0.run.seqs.contains(entry.dot.seq)
        }
        let refused = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM refused WHERE replica = ? AND seq = ?",
            arguments: [Int64(entry.dot.replica.rawValue), Int64(clamping: entry.dot.seq)])
        return isRuled || refused != 0
    }
}

/// Session guarantees (Terry and others, "Session guarantees for weakly consistent replicated
/// data", 1994): monotonic reads and read your writes, at the screen somebody comes back to.
enum SeenIsSeenAgain: ReopenInvariant {
    static let name = "S9"
    static let sentence = "what a person saw and wrote at a PC he sees there again after a restart"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let edge = machine as? SimEdge, let store = edge.store, edge.diskFaults.isEmpty,
            !edge.isCopied
        else { return nil }
        for (scope, seen) in edge.seenBefore.sorted(by: { $0.key < $1.key }) {
            let held = edge.watch.vectors[scope] ?? VersionVector()
            guard !held.covers(seen) else { continue }
            return "\(scope): it showed what follows from \(seen.entries), and now from "
                + "\(held.entries)"
        }
        return try shown(at: edge, store, world)
    }

    /// What is shown is what follows from what is held: own writes with it.
    private static func shown(
        at edge: SimEdge, _ store: ChangeStore, _ world: World
    ) throws -> String? {
        let log = try store.read { db -> [Changeset]? in
            // Of what was let go of only the centre's archive is whole; of a past that was refused
            // nothing counts.
            guard !edge.isRelay, try LogFloor.of(edge.home, db).isEmpty,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM refused") == 0
            else { return nil }
            return try Data.fetchAll(
                db,
                sql: """
                    SELECT c.body FROM log c JOIN scope s ON s.id = c.scope
                    WHERE s.code = ? ORDER BY c.position
                    """, arguments: [edge.home.code]
            ).map { try Changeset(decoding: [UInt8]($0)) }
        }
        return try log.flatMap { try StateIsReference.difference(edge.home, $0, store) }
    }
}

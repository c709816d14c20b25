import ChangeStore
import GRDB
import SyncProtocol

/// Looked at when the centre has let go of a part of its log.
enum FloorIsSeen: Invariant {
    static let name = "S4"
    static let sentence = "the log is let go of only below what every PC holds"

    /// Whoever was put back, is a copy, lies or was given up is not waited for: it gets a snapshot.
    static func fault(at store: ChangeStore, _ world: World) throws -> String? {
        for (scope, _) in try store.read({ try ChangeLog.vectors($0) }) {
            let floor = try store.read { try LogFloor.of(scope, $0) }
            for edge in world.liveEdges
            where !edge.isCopied && !edge.lies && !edge.isGivenUp {
                guard let held = edge.watch.vectors[scope], !held.covers(floor),
                    // A new PC may work before the centre has heard of it at all, or filled it.
                    !edge.isNew || edge.watch.vectors[Town.regency] != nil,
                    held.covers(edge.floorsBefore[scope] ?? VersionVector())
                else { continue }
                return "\(scope): the floor is \(floor.entries), \(edge.name) holds "
                    + "\(held.entries)"
            }
        }
        return nil
    }
}

enum EmptyIsFilled: QuietInvariant {
    static let name = "L4"
    static let sentence = "a PC that begins empty comes to hold all of its office"

    static func fault(in world: World) throws -> String? {
        guard let hub = world.hub.store else { return nil }
        for edge in world.liveEdges where !edge.isRelay {
            guard let store = edge.store else { continue }
            for scope in [Town.regency, edge.home] {
                let there = try hub.read { try ChangeLog.vector(of: scope, $0) }
                let here = try store.read { try ChangeLog.vector(of: scope, $0) }
                guard !here.covers(there) else { continue }
                return "\(edge.name) holds \(here.entries) of \(scope), the centre "
                    + "\(there.entries)"
            }
        }
        return nil
    }
}

enum SplitIsWhole: QuietInvariant {
    static let name = "S21"
    static let sentence = "when a village is split nobody is left behind, lost or counted twice"

    static func fault(in world: World) throws -> String? {
        for split in world.splits {
            if let found = try lost(split, world) ?? twice(split, world) { return found }
        }
        return nil
    }

    /// Right after the split.
    static func leftBehind(_ split: Split, _ world: World) throws -> String? {
        guard let hub = world.hub.store else { return nil }
        let rest = try hub.read { try SplitPeople.going(split.from.code, split.hamlet, $0) }
        if let row = rest.residents.min() ?? rest.households.min() {
            return "\(row) of \(split.hamlet) still is of \(split.from)"
        }
        return try lost(split, world)
    }

    private static func lost(_ split: Split, _ world: World) throws -> String? {
        guard let hub = world.hub.store else { return nil }
        // What its office deleted or says otherwise since, a centre that has forgotten the split
        // takes as that says.
        let decided =
            world.hub.wasRestored
            ? try decided(
                since: split, world,
                by: [
                    "resident": ["vital_status", "household"], "household": ["status", "hamlet"],
                ])
            : []
        for table in ["household", "resident"] {
            guard let id = world.town.schema.table(named: table)?.id else { continue }
            for row in split.people.rows(of: table).sorted() {
                guard let carried = row.carried else { return "\(row) cannot go over" }
                let (isThere, isDead) = try hub.read { db in
                    (
                        try isKnown(carried, table, id, in: split.to, db),
                        try isShadow(row, id, in: split.from, db)
                    )
                }
                if isThere || world.hub.wasRestored && isDead { continue }
                if decided.contains(RowKey(id, row)) { continue }
                if table == "resident", world.hub.wasRestored,
                    try hub.read({ try isHomeless(row, in: split.from, $0) })
                {
                    continue
                }
                return "\(table) \(row) of \(split.from) is not in \(split.to)"
            }
        }
        return nil
    }

    /// Whether somebody counts at the old office and has no household there any more: in which
    /// hamlet nobody can say who has not heard of the split.
    private static func isHomeless(
        _ resident: RowID, in office: Scope, _ db: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM resident r JOIN scope s ON s.id = r.scope
                WHERE s.code = ? AND r.id = ?
                AND coalesce(r.vital_status, 'alive') IN ('alive', 'away', 'missing')
                AND NOT EXISTS (SELECT 1 FROM household h WHERE h.id = r.household)
                """, arguments: [office.code, resident.rawValue]) == true
    }

    private static func isKnown(
        _ row: RowID, _ table: String, _ id: TableID, in scope: Scope, _ db: Database
    ) throws -> Bool {
        let isShown = try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM \(table) r JOIN scope s ON s.id = r.scope
                WHERE s.code = ? AND r.id = ?
                """, arguments: [scope.code, row.rawValue])
        return try isShown == true || isShadow(row, id, in: scope, db)
    }

    private static func isShadow(
        _ row: RowID, _ table: TableID, in scope: Scope, _ db: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM shadow_row r JOIN scope s ON s.id = r.scope
                WHERE s.code = ? AND r.table_id = ? AND r.row_id = ?
                """, arguments: [scope.code, Int64(table.rawValue), row.rawValue]) == true
    }

    /// Unless somebody at the old office wrote since, or at the same time, how the person is: the
    /// village is the master of its residents.
    private static func twice(_ split: Split, _ world: World) throws -> String? {
        guard let hub = world.hub.store,
            let table = world.town.schema.table(named: "resident")?.id
        else { return nil }
        let decided = try decided(since: split, world, by: ["resident": ["vital_status"]])
        for row in split.people.residents.sorted() where !decided.contains(RowKey(table, row)) {
            let count = try hub.read {
                try Int.fetchOne(
                    $0,
                    sql: """
                        SELECT count(*) FROM resident WHERE id IN (?, ?)
                        AND coalesce(vital_status, 'alive') IN ('alive', 'away', 'missing')
                        """, arguments: [row.rawValue, row.carried?.rawValue ?? 0])
            }
            if (count ?? 0) > 1 { return "resident \(row) counts in both villages" }
        }
        return nil
    }

    /// Rows of which the old office wrote how they stand, and the split did not know it.
    /// - Parameter columns: by table, those that say so.
    private static func decided(
        since split: Split, _ world: World, by columns: [String: [String]]
    ) throws -> Set<RowKey> {
        let deciding = Dictionary(
            uniqueKeysWithValues: columns.compactMap { name, columns in
                world.town.schema.table(named: name).map { table in
                    (table.id, columns.compactMap { table.column(named: $0)?.id })
                }
            })
        let later = try world.hubChangesets().filter {
            $0.scope == split.from && !split.held.covers($0.dot) && !$0.dot.replica.isHub
        }
        return Set(
            later.flatMap(\.operations).filter { operation in
                guard let columns = deciding[operation.table] else { return false }
                return operation.kind == .revive
                    || columns.contains { operation.value(of: $0) != nil }
            }.map { RowKey($0.table, $0.row) })
    }
}

import Foundation
import GRDB
public import SyncProtocol

/// How a scope stands after it was looked through.
public enum Soundness: Hashable, Sendable {
    /// The rows add up to what was recorded.
    case sound
    /// They did not; so many were made again from the change-log, and now they do.
    case repaired(Int)
    /// They do not, and the log cannot tell what is right: it is damaged or begins too late.
    case damaged
}

/// Finds rows that something else altered, and makes them again from the change-log.
///
/// Problem: an SQLite file is open to any tool, and disks err. Idea: the sum kept by every
/// recorded write says what the rows must add up to; the log, guarded by hash chains, says what
/// each must be. Rule: a row is replaced only by what the log proves or a peer that can prove it
/// sends; so a sound row is never lost to a damaged one.
struct SelfRepair {
    let db: Database
    let schema: Schema
    let scope: Scope

    /// A row that is not what it must be.
    struct Difference {
        let key: RowKey
        /// nil when it should live and does not, or the other way round.
        let found: StoredRow?
        let right: StoredRow?
    }

    func id() throws -> Int64? { try db.scopeID(of: scope) }

    /// Whether the live rows add up to what was recorded.
    func addsUp() throws -> Bool {
        guard let id = try id() else { return true }
        let kept = try ScopeSums.kept(id, db)
        let authors = try db.vector(ofScope: id).entries.map(\.replica)
        if try RowScan(db: db, schema: schema, scope: id, namedBy: authors).sum() == kept {
            return true
        }
        // Rows may carry the number of a device that never wrote.
        return try RowScan(db: db, schema: schema, scope: id).sum() == kept
    }

    /// How much of the past can be proven.
    func log() throws -> ChainCheck.Finding {
        guard let id = try id() else { return .sound }
        let check = ChainCheck(db: db, scope: id)
        let findings = try db.vector(ofScope: id).entries.map(check.check)
        return try findings.contains(.damaged) || !SnapshotShelf.isReadable(scope, .base, db)
            ? .damaged : .sound
    }

    /// Live rows that differ from what the log makes of them. Rises by row.
    ///
    /// - Parameter only: these rows; nil for all.
    func differences(_ log: ChainCheck.Finding, only: Set<RowKey>? = nil) throws -> [Difference] {
        guard let id = try id(), log != .damaged else { return [] }
        var right = try RowDeriver(db: db, schema: schema, scope: id, only: only).derive()
        var found: [Difference] = []
        try RowScan(db: db, schema: schema, scope: id).forEach { key, version, cells in
            if let only, !only.contains(key) { return }
            let stored = StoredRow(version: version, cells: cells)
            let derived = right.removeValue(forKey: key)
            if derived?.sum(key) != stored.sum(key) {
                found.append(Difference(key: key, found: stored, right: derived))
            }
        }
        for (key, row) in right where row.version.isAlive {
            found.append(Difference(key: key, found: nil, right: row))
        }
        return found.sorted { $0.key < $1.key }
    }

    /// Within a write transaction: makes the rows what they must be, and says so.
    func apply(
        _ differences: [Difference], remedy: Damage.Remedy, now: Int64, _ replica: SQLiteReplica
    ) throws {
        guard let id = try id() else { return }
        for difference in differences {
            try replica.place(difference.key, id, difference.right)
            try DamageLog.add(
                damage(difference, remedy: remedy, now: now),
                found: difference.found.map { ShadowCells.encode($0.cells) }, db)
        }
    }

    func damage(_ difference: Difference, remedy: Damage.Remedy, now: Int64) -> Damage {
        let table = schema.table(difference.key.table)
        var columns: [String] = []
        if let found = difference.found, let right = difference.right {
            let ids = Set(found.cells.keys).union(right.cells.keys).sorted()
            columns = ids.filter { found.cells[$0] != right.cells[$0] }
                .map { table?.column($0)?.name ?? "column \($0.rawValue)" }
            if columns.isEmpty { columns = ["_version"] }
        }
        func name(_ row: StoredRow?) -> String {
            guard let row, row.version.isAlive else { return "gone" }
            let hex = String(row.sum(difference.key), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }
        return Damage(
            id: 0, at: now, scope: scope.code,
            what: "\(table?.name ?? "table \(difference.key.table.rawValue)") "
                + difference.key.row.description,
            columns: columns, was: name(difference.found), now: name(difference.right),
            remedy: remedy)
    }
}

extension SQLiteReplica {
    /// Puts a row as it must be, past the log and the sums.
    func place(_ key: RowKey, _ scope: Int64, _ row: StoredRow?) throws {
        try db.execute(
            sql: "DELETE FROM shadow_row WHERE table_id = ? AND row_id = ?",
            arguments: [Int64(key.table.rawValue), key.row.rawValue])
        let table = schema.table(key.table)
        if let table {
            try db.execute(
                sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE id = ?",
                arguments: [key.row.rawValue])
        }
        guard let row else { return }
        if let table, row.version.isAlive {
            let columns = table.columns.filter { row.cells[$0.id] != nil }
            let names = ["id", "scope", "_version"] + columns.map { DomainTables.quoted($0.name) }
            let arguments =
                [
                    key.row.rawValue.databaseValue, scope.databaseValue,
                    Data(row.version.encoded()).databaseValue,
                ] + columns.map { (row.cells[$0.id] ?? .null).databaseValue }
            try db.execute(
                sql: """
                    INSERT INTO \(DomainTables.quoted(table.name))
                    (\(names.joined(separator: ", ")))
                    VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
                    """, arguments: StatementArguments(arguments))
        } else {
            try db.execute(
                sql: """
                    INSERT INTO shadow_row (table_id, row_id, scope, is_alive, version, cells)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Int64(key.table.rawValue), key.row.rawValue, scope, row.version.isAlive,
                    Data(row.version.encoded()), Data(ShadowCells.encode(row.cells)),
                ])
        }
    }
}

extension ChangeStore {
    /// Looks a scope through, and puts right what its own log can put right.
    /// - Parameter now: UTC milliseconds, for the record of what was found.
    @discardableResult
    public func lookThrough(_ scope: Scope, now: Int64) throws -> Soundness {
        let (found, vector) = try read { db in
            let repair = SelfRepair(db: db, schema: schema, scope: scope)
            guard try !repair.addsUp() else {
                return ((log: ChainCheck.Finding, [SelfRepair.Difference])?.none, VersionVector())
            }
            let log = try repair.log()
            return ((log, try repair.differences(log)), try ChangeLog.vector(of: scope, db))
        }
        guard let (log, differences) = found else { return .sound }
        return try writing { db, replica in
            let repair = SelfRepair(db: db, schema: schema, scope: scope)
            // Something was recorded meanwhile: the next look finds the rest.
            guard try ChangeLog.vector(of: scope, db) == vector, let id = try repair.id() else {
                return .damaged
            }
            try writer.recording {
                try repair.apply(differences, remedy: .ownLog, now: now, replica)
            }
            if log == .sound {
                let sum = try RowScan(db: db, schema: schema, scope: id).sum()
                try ScopeSums.set(sum, of: id, db)
            }
            return try repair.addsUp() ? .repaired(differences.count) : .damaged
        }
    }

    /// Everything at once, for `verify`: rows against sums and log, log against its chains.
    /// - Returns: what is wrong, one sentence each.
    public func soundnessProblems() throws -> [String] {
        try read { db in
            try ChangeLog.vectors(db).flatMap { scope, vector -> [String] in
                let repair = SelfRepair(db: db, schema: schema, scope: scope)
                guard let id = try repair.id() else { return [] }
                let check = ChainCheck(db: db, scope: id)
                let broken = try vector.entries.filter { try check.check($0) == .damaged }.map {
                    "the change-log of \(scope) by \($0.replica) is not what was recorded"
                }
                let rows = try repair.differences(repair.log()).map {
                    String(describing: repair.damage($0, remedy: .open, now: 0))
                }
                return try broken + rows
                    + (rows.isEmpty && !repair.addsUp()
                        ? ["rows of \(scope) do not add up to what was recorded"] : [])
            }
        }
    }
}

import Foundation
import GRDB
import SyncProtocol

// Rulings in force, and rows made again under them.
extension SQLiteReplica {
    func rulings(in scope: Scope) throws -> Rulings {
        if let known = writer.rulings[scope] { return known }
        let found = try Rulings.inForce(id(of: scope), schema, db)
        writer.rulings[scope] = found
        return found
    }

    func refuse(_ changeset: Changeset, because fault: AdmissionFault) throws {
        try RefusedTable.add(changeset.dot, id(of: changeset.scope), fault, db)
        writer.rulings[changeset.scope] = nil
        refusals.append((changeset, fault))
    }

    func deriveAgain(_ runs: [RulingRun], in scope: Scope) throws {
        let rows = try rows(writtenBy: runs, in: scope)
        if !rows.isEmpty { try deriveAgain(rows, in: scope) }
        for replica in Set(runs.map(\.replica)).sorted() {
            try readClockAgain(of: replica, in: scope)
        }
    }

    /// Puts what the past makes of these rows in the place of what lies in the tables.
    func deriveAgain(_ rows: Set<RowKey>, in scope: Scope) throws {
        let home = try id(of: scope)
        let replay = try LogReplay(db: db, schema: schema, scope: home)
            .run(rows, rulings: rulings(in: scope))
        for key in rows.sorted() {
            try remove(key)
            if key.table == Ruling.table.id { writer.rulings[scope] = nil }
            guard let row = replay.rows[key] else { continue }
            try write(
                RowChange(
                    scope: scope, table: key.table, row: key.row, before: nil,
                    after: row.version,
                    cells: row.values.sorted { $0.key < $1.key }.map {
                        ($0.key, .set($0.value))
                    }))
        }
        // In one order everywhere: a seed of the simulator repeats to the page.
        let disputes = replay.disputes.sorted {
            ($0.conflict.a.dot, $0.conflict.b.dot, $0.conflict.row)
                < ($1.conflict.a.dot, $1.conflict.b.dot, $1.conflict.row)
        }
        for (conflict, state) in disputes {
            try record(conflict)
            try setState(state, of: conflict)
        }
    }

    /// Takes a row and its conflicts out of the tables.
    func remove(_ key: RowKey) throws {
        try discount(key)
        let arguments: StatementArguments = [Int64(key.table.rawValue), key.row.rawValue]
        for table in ["shadow_row", "conflict"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE table_id = ? AND row_id = ?",
                arguments: arguments)
        }
        guard let table = schema.table(key.table) else { return }
        try db.execute(
            sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE id = ?",
            arguments: [key.row.rawValue])
    }

    private func rows(writtenBy runs: [RulingRun], in scope: Scope) throws -> Set<RowKey> {
        var rows = Set<RowKey>()
        for run in runs {
            let bodies = try Data.fetchCursor(
                db,
                sql: """
                    SELECT body FROM log WHERE scope = ? AND replica = ?
                    AND seq BETWEEN ? AND ?
                    """,
                arguments: [
                    try id(of: scope), Int64(run.replica.rawValue),
                    Int64(clamping: run.seqs.lowerBound), Int64(clamping: run.seqs.upperBound),
                ])
            while let body = try bodies.next() {
                let changeset = try Changeset(decoding: [UInt8](body))
                rows.formUnion(changeset.operations.map { RowKey($0.table, $0.row) })
            }
        }
        return rows
    }

    /// The scope's clock follows what is held of an author, and what the rulings say of its readings.
    func readClockAgain(of replica: ReplicaID, in scope: Scope) throws {
        let home = try id(of: scope)
        let rulings = try rulings(in: scope)
        var latest = try LogFloor.head(of: replica, home, db)?.clock ?? .zero
        let bodies = try Data.fetchCursor(
            db, sql: "SELECT body FROM log WHERE scope = ? AND replica = ?",
            arguments: [home, Int64(replica.rawValue)])
        while let body = try bodies.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            latest = max(latest, rulings.clock(of: changeset.dot, raw: changeset.clock))
        }
        try db.execute(
            sql: "UPDATE scope_vector SET clock = ? WHERE scope = ? AND replica = ?",
            arguments: [Int64(bitPattern: latest.rawValue), home, Int64(replica.rawValue)])
        writer.forgetClock(of: scope)
    }
}

extension Rulings {
    /// What the scope's rulings in force and the store's own refusals say.
    static func inForce(_ scope: Int64, _ schema: Schema, _ db: Database) throws -> Rulings {
        var rulings = Rulings(try RefusedTable.rulings(scope, db))
        guard let table = schema.table(Ruling.table.id) else { return rulings }
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM \(DomainTables.quoted(table.name)) WHERE scope = ?",
            arguments: [scope])
        while let row = try rows.next() {
            if let ruling = Ruling(inForce: table.cells(of: row)) { rulings.add(ruling) }
        }
        return rulings
    }
}

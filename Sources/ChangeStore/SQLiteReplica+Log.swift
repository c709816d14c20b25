import Foundation
import GRDB
import SyncProtocol

// The change-log, the hold queue and the chain heads.
extension SQLiteReplica {
    func operations(
        on row: RowID, in table: TableID, scope: Scope, notIn context: VersionVector
    ) throws -> [PastOperation] {
        var found: [PastOperation] = []
        let scopeID = try id(of: scope)
        let rulings = try rulings(in: scope)
        let floor = try LogFloor.of(scopeID, db)
        for entry in try vector(of: scope).entries where entry.seq > context[entry.replica] {
            let after = max(context[entry.replica], floor[entry.replica])
            let entries = try writer.tail.operations(
                on: RowKey(table, row), of: entry.replica, in: scopeID, after..<entry.seq, db)
            for (changeset, operation) in entries where !rulings.isWithheld(changeset.dot) {
                found.append(
                    PastOperation(
                        dot: changeset.dot, origin: changeset.origin(under: rulings),
                        operation: operation))
            }
        }
        guard !context.covers(floor),
            let version = try version(of: row, in: table, scope: scope)
        else { return found }
        return found
            + (try version.standingWrites(
                of: RowKey(table, row), values(of: row, in: table), upTo: floor, notIn: context
            ) { try LogFloor.origin(of: $0, scopeID, db) })
    }

    func origin(of dot: Dot, in scope: Scope) throws -> Origin? {
        guard let encoded = try encodedChangeset(dot, in: scope) else {
            return try LogFloor.origin(of: dot, id(of: scope), db)
        }
        return try Changeset(decoding: encoded).origin(under: rulings(in: scope))
    }

    func encodedChangeset(_ dot: Dot, in scope: Scope) throws -> [UInt8]? {
        let statement = try writer.statements.fixed(.body, db)
        try statement.bind(1, id(of: scope))
        try statement.bind(2, Int64(dot.replica.rawValue))
        try statement.bind(3, Int64(clamping: dot.seq))
        return try statement.first { $0.bytes(0) }
    }

    func append(_ changeset: Changeset, encoded: [UInt8]) throws {
        let scope = try id(of: changeset.scope)
        let replica = Int64(changeset.dot.replica.rawValue)
        let seq = Int64(clamping: changeset.dot.seq)
        let past = try chainHead(of: changeset.dot.replica, scope)
        let log = try writer.statements.fixed(.appendToLog, db)
        try log.bind(1, scope)
        try log.bind(2, replica)
        try log.bind(3, seq)
        try log.bind(4, encoded)
        try log.bind(5, Int64(past.shortest.rawValue))
        try log.run()
        writer.looseBytes = writer.looseBytes.map { $0 + encoded.count }
        if schema.isUrgent(changeset) { try UrgentChanges.note(changeset, scope, db) }
        let chain = past.appending(encoded)
        let clock = try rulings(in: changeset.scope).clock(of: changeset.dot, raw: changeset.clock)
        let vector = try writer.statements.fixed(.moveVector, db)
        try vector.bind(1, scope)
        try vector.bind(2, replica)
        try vector.bind(3, seq)
        try vector.bind(4, chain.head)
        try vector.bind(5, Int64(bitPattern: clock.rawValue))
        try vector.run()
        var known = try self.vector(of: changeset.scope)
        known[changeset.dot.replica] = changeset.dot.seq
        writer.vectors[changeset.scope] = known
        writer.tail.append(changeset, scope)
        try writer.observe(clock, in: changeset.scope, id: scope, db)
    }

    func chainHead(of replica: ReplicaID, _ scope: Int64) throws -> HashChain {
        let statement = try writer.statements.fixed(.chain, db)
        try statement.bind(1, scope)
        try statement.bind(2, Int64(replica.rawValue))
        return try statement.first { HashChain(head: $0.bytes(0)) }?.flatMap { $0 } ?? HashChain()
    }

    /// Whether an author's chain here, before one of its changesets, is the one the sender told.
    /// Where the log does not reach it is not asked.
    func agrees(with past: ChainPast, in scope: Scope) throws -> Bool {
        let author = past.first.replica
        let held = try vector(of: scope)[author]
        guard past.first.seq <= held + 1 else { return true }
        let id = try id(of: scope)
        if past.first.seq == held + 1 {
            return try chainHead(of: author, id).shortest == past.chain
        }
        let known = try Int64.fetchOne(
            db, sql: "SELECT past FROM changeset WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: [id, Int64(author.rawValue), Int64(clamping: past.first.seq)])
        return known.map { UInt32(truncatingIfNeeded: $0) == past.chain.rawValue } ?? true
    }

    func hold(_ changeset: Changeset, encoded: [UInt8]) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO held (scope, replica, seq, body) VALUES (?, ?, ?, ?)",
            arguments: [
                try id(of: changeset.scope), Int64(changeset.dot.replica.rawValue),
                Int64(clamping: changeset.dot.seq), Data(encoded),
            ])
        guard db.changesCount == 0 else { return }
        let parked = try Data.fetchOne(
            db, sql: "SELECT body FROM held WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: [
                try id(of: changeset.scope), Int64(changeset.dot.replica.rawValue),
                Int64(clamping: changeset.dot.seq),
            ])
        guard parked == Data(encoded) else {
            throw MergeFault.fork(changeset.dot, changeset.scope)
        }
    }

    func held(in scope: Scope) throws -> [Changeset] {
        // Asked after each changeset, and nearly always there is nothing.
        let any = try writer.statements.fixed(.anyHeld, db)
        try any.bind(1, id(of: scope))
        guard try any.first({ _ in true }) != nil else { return [] }
        return try Data.fetchAll(
            db, sql: "SELECT body FROM held WHERE scope = ? ORDER BY replica, seq",
            arguments: [id(of: scope)]
        ).map { try Changeset(decoding: [UInt8]($0)) }
    }

    func release(_ dot: Dot, in scope: Scope) throws {
        try db.execute(
            sql: "DELETE FROM held WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: [
                try id(of: scope), Int64(dot.replica.rawValue), Int64(clamping: dot.seq),
            ])
    }
}

extension Changeset {
    func origin(under rulings: Rulings) -> Origin {
        Origin(clock: rulings.clock(of: dot, raw: clock), author: author, intent: intent)
    }
}

extension Database {
    func scopeID(of scope: Scope) throws -> Int64? {
        try Int64.fetchOne(
            self, .kept("SELECT id FROM scope WHERE code = ?", [scope.code]))
    }

    func vector(ofScope id: Int64) throws -> VersionVector {
        var vector = VersionVector()
        let rows = try Row.fetchCursor(
            self, .kept("SELECT replica, seq FROM scope_vector WHERE scope = ?", [id]))
        while let row = try rows.next() {
            vector[ReplicaID(UInt32(row[0] as Int64))] = UInt64(row[1] as Int64)
        }
        return vector
    }
}

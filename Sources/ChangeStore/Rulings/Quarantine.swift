import Foundation
public import GRDB
public import SyncProtocol

/// One ruling as people look at it.
public struct RulingRecord: Sendable {
    public let row: RowID
    public let scope: Scope
    public let run: RulingRun
    public let kind: String
    /// The clock that counts instead, in UTC milliseconds; nil when the changesets are withheld.
    public let clock: Int64?
    public let code: String
    public let detail: String
    public let state: Ruling.State
    public let by: String
    /// UTC milliseconds.
    public let at: Int64
}

/// A changeset of the log with why it is not shown, or not ordered by its own clock.
public struct RuledChangeset: Sendable {
    public let changeset: Changeset
    /// nil when this store refuses it by itself: then ``reason`` says why.
    public let ruling: RulingRecord?
    public let code: String
    public let reason: String
}

/// What is kept without being shown, for lists and decisions.
public enum Quarantine {
    /// Rulings, oldest first.
    public static func rulings(
        _ db: Database, scope: Scope? = nil, onlyInForce: Bool = false
    ) throws -> [RulingRecord] {
        guard try db.tableExists(Ruling.tableName) else { return [] }
        let rows = try Row.fetchAll(
            db,
            .kept(
                """
                SELECT r.*, s.code AS scope_code FROM ruling r JOIN scope s ON s.id = r.scope
                WHERE (? IS NULL OR s.code = ?) AND (? = 0 OR r.state != 'released')
                ORDER BY r.at, r.id
                """, [scope?.code, scope?.code, onlyInForce]))
        return rows.compactMap(RulingRecord.init)
    }

    /// What a person decided already.
    static func decided(in scope: Scope, _ db: Database) throws -> [Ruling] {
        try rulings(db, scope: scope).filter { $0.state != .inForce && $0.clock == nil }
            .map { Ruling($0.run.replica, $0.run.seqs, .withheld) }
    }

    /// The changesets held here that a ruling speaks of.
    public static func changesets(
        of ruling: RulingRecord, _ db: Database
    ) throws -> [RuledChangeset] {
        try changesets(
            scope: ruling.scope, ruling.run.replica, ruling.run.seqs, db
        ).map {
            RuledChangeset(
                changeset: $0, ruling: ruling, code: ruling.code, reason: ruling.detail)
        }
    }

    /// What this store refuses by itself.
    public static func refused(_ db: Database, scope: Scope? = nil) throws -> [RuledChangeset] {
        try Row.fetchAll(
            db,
            .kept(
                """
                SELECT c.body, f.code, f.detail FROM refused f
                JOIN log c ON c.scope = f.scope AND c.replica = f.replica AND c.seq = f.seq
                JOIN scope s ON s.id = f.scope WHERE ? IS NULL OR s.code = ?
                ORDER BY c.position
                """, [scope?.code, scope?.code])
        ).map {
            RuledChangeset(
                changeset: try Changeset(decoding: [UInt8]($0["body"] as Data)), ruling: nil,
                code: $0["code"], reason: $0["detail"])
        }
    }

    /// How many changesets held here are not shown.
    public static func withheldCount(_ db: Database) throws -> Int {
        var dots = Set<[String]>()
        for ruling in try rulings(db, onlyInForce: true) where ruling.clock == nil {
            for ruled in try changesets(of: ruling, db) {
                dots.insert([ruling.scope.code, ruled.changeset.dot.description])
            }
        }
        for ruled in try refused(db) {
            dots.insert([ruled.changeset.scope.code, ruled.changeset.dot.description])
        }
        return dots.count
    }

    private static func changesets(
        scope: Scope, _ replica: ReplicaID, _ seqs: ClosedRange<UInt64>, _ db: Database
    ) throws -> [Changeset] {
        try Data.fetchAll(
            db,
            sql: """
                SELECT body FROM log WHERE scope = (SELECT id FROM scope WHERE code = ?)
                AND replica = ? AND seq BETWEEN ? AND ? ORDER BY seq
                """,
            arguments: [
                scope.code, Int64(replica.rawValue), Int64(clamping: seqs.lowerBound),
                Int64(clamping: seqs.upperBound),
            ]
        ).map { try Changeset(decoding: [UInt8]($0)) }
    }
}

extension RulingRecord {
    init?(_ row: Row) {
        guard let replica = UInt32(exactly: row["replica"] as Int64? ?? 0),
            let first = row["first_seq"] as Int64?, let last = row["last_seq"] as Int64?,
            0 < first, first <= last
        else { return nil }
        self.row = RowID(rawValue: row["id"])
        scope = Scope(row["scope_code"])
        run = RulingRun(ReplicaID(replica), UInt64(first)...UInt64(last))
        kind = row["kind"] ?? ""
        clock = (row["clock"] as Int64?).map {
            HLC(rawValue: UInt64(bitPattern: $0)).milliseconds
        }
        code = row["code"] ?? ""
        detail = row["detail"] ?? ""
        state = (row["state"] as String?).flatMap(Ruling.State.init) ?? .inForce
        by = row["by"] ?? ""
        at = row["at"] ?? 0
    }
}

extension ChangeStore {
    /// Why a ruling was not changed.
    public enum DecisionFault: Error, Hashable, Sendable {
        case unknown(String)
        /// Another office's row lies in the place of what the changeset would write.
        case cannotBeShown(String)
        /// It is at or below the floor of the log: everybody's rows were made without it.
        case final(String)
    }

    /// Central IT decides on a ruling. Released, its changesets are as if it had never been made.
    /// - Throws: ``DecisionFault`` and what recording throws.
    public func decide(
        _ state: Ruling.State, on ruling: RulingRecord, as author: Author, now: Int64
    ) throws {
        if state == .released, ruling.code == AdmissionFault.foreignRowCode {
            throw DecisionFault.cannotBeShown(ruling.row.description)
        }
        let floor = try read { try LogFloor.of(ruling.scope, $0) }
        guard floor[ruling.run.replica] < ruling.run.seqs.lowerBound else {
            throw DecisionFault.final(ruling.row.description)
        }
        try record(as: author, "ruling.\(state.rawValue)", in: ruling.scope, now: now) {
            try $0.update(
                Ruling.tableName, ruling.row,
                [
                    ("state", .text(state.rawValue)), ("by", .text(author.name)),
                    ("at", .integer(now)),
                ])
        }
    }
}

extension ChangeStore.DecisionFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id): "there is no ruling \(id): see 'quarantine list'"
        case .cannotBeShown(let id):
            "ruling \(id) is about a row that belongs to another office: it cannot be released; "
                + "ask the office to enter it anew"
        case .final(let id):
            "ruling \(id) is final: it is about changes that are older than the log, which every "
                + "office has let go of; see 'quarantine show' for what they held, and ask the "
                + "office to enter it anew"
        }
    }
}

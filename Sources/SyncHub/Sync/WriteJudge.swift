import ChangeStore
import Foundation
import GRDB
import Models
import SyncProtocol

/// What speaks against a changeset that an office sends: replica × scope × table × person × clock
/// (SYNC §6, DOMAIN C17).
///
/// The scope was checked for the whole segment. Here: the author is a device of that office, the
/// tables are the office's own kind, new rows carry a number of one of its devices, the person was
/// not disabled by then, and the clock is not far ahead. What breaks a rule is withheld, never
/// refused: the work is kept, and central IT decides.
struct WriteJudge {
    /// How far a clock may be ahead before it is put right. Below this it may win for a day.
    static let aheadMillisecondsMax: Int64 = 24 * 3_600_000

    private let schema: Schema
    private let replicas: Set<ReplicaID>
    private let disabled: DisabledUsers
    /// UTC milliseconds, never behind the hub's own last reading: a hub whose clock fell back must
    /// not rule on everybody.
    private let now: Int64
    private let others: Set<ReplicaID>
    /// The hub's own number, and its last changeset in the scope.
    private let own: Dot
    private let mayBeLost: (ReplicaID) -> Bool

    init(hub: Hub, office: Scope, now: Int64) throws {
        schema = hub.store.schema
        let number = hub.store.identity.replica
        let (nodes, written, floor, epoch) = try hub.store.read { db in
            (
                try NodeRegistry.all(db), try ChangeLog.vector(of: office, db)[number],
                try RestoreLog.replicaFloor(db), try RestoreLog.epoch(db)
            )
        }
        (disabled, self.now) = try hub.store.read { db in
            (
                try DisabledUsers(of: office, db),
                max(now, try ChangeLog.lastClock(of: hub.regency, db).milliseconds)
            )
        }
        replicas = Set(nodes.filter { $0.office == office }.map(\.replica))
        others = Set(nodes.filter { $0.office != office }.map(\.replica))
        own = Dot(number, written)
        mayBeLost = { RestoreLog.mayBeLost($0, floor: floor, epoch: epoch) }
    }

    /// A device of this office: known, or enrolled between a backup and the end of the hub that
    /// made it; or the number of a past that was refused, under which no device writes (`Reissue`).
    /// Devices of an office may write there under each other's numbers anyway.
    private func isOfOffice(_ replica: ReplicaID) -> Bool {
        replicas.contains(replica)
            || !others.contains(replica) && (replica.isProvisional || mayBeLost(replica))
    }

    /// What this hub wrote is held here; what a hub before it wrote may come back.
    private func isOfHub(_ dot: Dot) -> Bool {
        guard dot.replica.isHub else { return false }
        return dot.replica == own.replica ? dot.seq <= own.seq : own.replica != .hub
    }

    func verdict(on changeset: Changeset) -> Verdict {
        var verdict = Verdict(objection: objection(to: changeset))
        var effective = changeset.clock
        if changeset.clock.milliseconds > now + Self.aheadMillisecondsMax {
            verdict.clock = now
            effective = HLC(milliseconds: now)
        }
        if verdict.objection == nil {
            verdict.objection = disabled.objection(to: changeset, at: effective)
        }
        return verdict
    }

    private func objection(to changeset: Changeset) -> Verdict.Objection? {
        let author = changeset.dot.replica
        guard isOfOffice(author) || isOfHub(changeset.dot) else {
            return .init("foreign_author", "\(author) is not a device of \(changeset.scope)")
        }
        for operation in changeset.operations {
            if let table = schema.table(operation.table), table.scope == .regency {
                return .init("regency_table", "\(table.name) is written by the regency only")
            }
            if operation.kind == .insert, !author.isHub, !isOfOffice(operation.row.replica) {
                return .init(
                    "foreign_number",
                    "row \(operation.row) carries the number of another office's device")
            }
        }
        return nil
    }
}

/// Users of one office who may no longer work, and since when (DOMAIN C17).
struct DisabledUsers {
    static let code = "revoked_user"

    private struct End {
        /// UTC milliseconds.
        let at: Int64
        /// The changeset that says so.
        let told: Dot?
    }

    private var ends: [String: End] = [:]

    /// A name that somebody bears again is not disabled.
    init(of office: Scope, _ db: Database) throws {
        var working = Set<String>()
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT u.name, u.disabled_at, u._version FROM office_user u
                JOIN scope s ON s.id = u.scope WHERE s.code = ? AND u.name IS NOT NULL
                """, arguments: [office.code])
        let column = Domain.schema.table(named: "office_user")?.column(named: "disabled_at")
        for row in rows {
            let name: String = row["name"]
            guard let at = row["disabled_at"] as Int64? else {
                working.insert(name)
                continue
            }
            guard at > ends[name]?.at ?? .min else { continue }
            let version = try RowVersion(decoding: [UInt8](row["_version"] as Data))
            ends[name] = End(
                at: at, told: column.flatMap { version.dot(of: $0.id, current: .integer(at)) })
        }
        for name in working { ends[name] = nil }
    }

    var isEmpty: Bool { ends.isEmpty }

    /// - Parameter clock: the changeset's, as the rulings have it.
    func objection(to changeset: Changeset, at clock: HLC) -> Verdict.Objection? {
        let name = changeset.author.name
        guard let end = ends[name] else { return nil }
        // A clock that is behind hides nothing from whoever had been told.
        guard clock.milliseconds > end.at || end.told.map(changeset.hasSeen) ?? false,
            end.told != changeset.dot
        else { return nil }
        return .init(Self.code, "\(name) was disabled before")
    }
}

extension Hub {
    /// Takes in what a device sends, and rules on it where something speaks against it.
    func take(_ segment: Segment, now: Int64) throws -> Receipt {
        let judge = try WriteJudge(hub: self, office: segment.scope, now: now)
        var receipt = try store.receive(
            segment.changesets, pasts: segment.pasts, now: now, judge: judge.verdict(on:))
        let users = Domain.schema.table(named: "office_user")?.id
        if segment.changesets.contains(where: { users.map($0.writes) ?? false }) {
            receipt.withheld += try withholdDisabled(in: segment.scope, now: now)
        }
        return receipt
    }

    /// The news that somebody was disabled may come after what that person did since.
    func withholdDisabled(in office: Scope, now: Int64) throws -> [Rejection] {
        let disabled = try store.read { try DisabledUsers(of: office, $0) }
        guard !disabled.isEmpty else { return [] }
        return try store.rule(again: office, now: now) { changeset, clock in
            disabled.objection(to: changeset, at: clock)
        }
    }
}

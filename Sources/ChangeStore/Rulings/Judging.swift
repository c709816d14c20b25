import Foundation
import GRDB
public import SyncProtocol

/// What speaks against a changeset, by whoever may rule.
public struct Verdict: Hashable, Sendable {
    /// Why it must not be shown.
    public struct Objection: Hashable, Sendable {
        /// For machines: `revoked_user`, `foreign_author`, …
        public let code: String
        /// For people, in one sentence.
        public let detail: String

        public init(_ code: String, _ detail: String) {
            self.code = code
            self.detail = detail
        }
    }

    public var objection: Objection?
    /// By which its clock is wrong: ordered by this one instead, in UTC milliseconds.
    public var clock: Int64?

    public init(objection: Objection? = nil, clock: Int64? = nil) {
        self.objection = objection
        self.clock = clock
    }
}

public typealias Judge = (Changeset) throws -> Verdict

/// One ruling as it is to be recorded.
public struct NewRuling: Hashable, Sendable {
    public let run: RulingRun
    public let effect: Ruling.Effect
    public let reason: Verdict.Objection

    public init(_ run: RulingRun, _ effect: Ruling.Effect, _ reason: Verdict.Objection) {
        self.run = run
        self.effect = effect
        self.reason = reason
    }
}

extension ChangeStore {
    /// The hub itself, when no person decided.
    public static let judgeAuthor = Author("synchub", .system)
    public static let wrongClockCode = "clock_ahead"

    /// Records rulings on a scope's changesets, whether they are held here already or not.
    /// - Throws: ``DecisionFault/final(_:)`` for what is at or below the floor of the log.
    public func rule(
        _ rulings: [NewRuling], in scope: Scope, as author: Author = judgeAuthor, now: Int64
    ) throws {
        guard !rulings.isEmpty else { return }
        try writing { db, replica in
            let floor = try LogFloor.of(scope, db)
            for run in rulings.map(\.run) where floor[run.replica] >= run.seqs.lowerBound {
                throw DecisionFault.final("on \(Dot(run.replica, run.seqs.lowerBound))")
            }
            try record(rulings, in: scope, as: author, now: now, replica)
        }
    }

    /// Before what a segment brings is applied: rules on what is new here. A ruling that is known
    /// when its changeset comes costs nothing; neither here nor elsewhere is anything made again.
    func rule(
        _ changesets: [Changeset], _ judge: Judge, now: Int64, _ replica: SQLiteReplica
    ) throws -> [Rejection] {
        guard let scope = changesets.first?.scope else { return [] }
        let held = try replica.vector(of: scope)
        let known = try replica.rulings(in: scope)
        var found: [NewRuling] = []
        var withheld: [Rejection] = []
        for changeset in changesets.sorted(by: { $0.dot < $1.dot }) {
            let dot = changeset.dot
            guard !held.covers(dot), !dot.replica.isHub else { continue }
            let verdict = try judge(changeset)
            if let objection = verdict.objection, !known.isWithheld(dot) {
                found.extend(to: dot, .withheld, objection)
                withheld.append(Rejection(dot: dot, scope: scope, reason: objection.detail))
            }
            if let clock = verdict.clock.map({ HLC(milliseconds: $0) }),
                known.clock(of: dot, raw: changeset.clock) > clock
            {
                let detail = "the PC's clock was ahead of the hub's"
                found.extend(
                    to: dot, .clock(clock), Verdict.Objection(Self.wrongClockCode, detail))
            }
        }
        try record(found, in: scope, as: Self.judgeAuthor, now: now, replica)
        return withheld
    }

    /// Looks through a scope's log once more and withholds what speaks against it. What was
    /// decided once, upheld or released, is left alone; so is what is below the floor of the log.
    ///
    /// - Parameter objection: asked with the clock as the rulings have it.
    /// - Returns: what is withheld from now on.
    public func rule(
        again scope: Scope, now: Int64,
        _ objection: (Changeset, HLC) -> Verdict.Objection?
    ) throws -> [Rejection] {
        try writing { db, replica in
            let rulings = try replica.rulings(in: scope)
            let decided = Rulings(try Quarantine.decided(in: scope, db))
            let floor = try LogFloor.of(scope, db)
            var found: [NewRuling] = []
            var withheld: [Rejection] = []
            let log = try Data.fetchCursor(
                db, sql: "SELECT body FROM log WHERE scope = ? ORDER BY replica, seq",
                arguments: [try replica.id(of: scope)])
            while let body = try log.next() {
                let changeset = try Changeset(decoding: [UInt8](body))
                let dot = changeset.dot
                guard !dot.replica.isHub, !floor.covers(dot), !rulings.isWithheld(dot),
                    !decided.isWithheld(dot),
                    let reason = objection(
                        changeset, rulings.clock(of: dot, raw: changeset.clock))
                else { continue }
                found.extend(to: dot, .withheld, reason)
                withheld.append(Rejection(dot: dot, scope: scope, reason: reason.detail))
            }
            try record(found, in: scope, as: Self.judgeAuthor, now: now, replica)
            return withheld
        }
    }

    /// What was refused in this transaction. The hub rules on what only it can tell, so that all
    /// decide alike.
    func settleRefusals(now: Int64, _ replica: SQLiteReplica) throws -> [Rejection] {
        defer { replica.refusals = [] }
        if identity.isHub {
            for (changeset, fault) in replica.refusals {
                guard case .foreignRow = fault else { continue }
                let dot = changeset.dot
                let ruling = NewRuling(
                    RulingRun(dot.replica, dot.seq...dot.seq), .withheld,
                    Verdict.Objection(fault.code, String(describing: fault)))
                try record([ruling], in: changeset.scope, as: Self.judgeAuthor, now: now, replica)
            }
        }
        return replica.refusals.map { changeset, fault in
            Rejection(
                dot: changeset.dot, scope: changeset.scope, reason: String(describing: fault))
        }
    }

    private func record(
        _ rulings: [NewRuling], in scope: Scope, as author: Author, now: Int64,
        _ replica: SQLiteReplica
    ) throws {
        guard !rulings.isEmpty, schema.table(Ruling.table.id) != nil else { return }
        var recording = try Recording(
            db: replica.db, replica: replica, scope: scope, identity: identity)
        for ruling in rulings {
            var values: [(String, Value)] = [
                ("replica", .integer(Int64(ruling.run.replica.rawValue))),
                ("first_seq", .integer(Int64(clamping: ruling.run.seqs.lowerBound))),
                ("last_seq", .integer(Int64(clamping: ruling.run.seqs.upperBound))),
                ("code", .text(ruling.reason.code)), ("detail", .text(ruling.reason.detail)),
                ("state", .text(Ruling.State.inForce.rawValue)), ("by", .text(author.name)),
                ("at", .integer(now)),
            ]
            switch ruling.effect {
            case .withheld: values.append(("kind", "withheld"))
            case .clock(let clock):
                values.append(("kind", "clock"))
                values.append(("clock", .integer(Int64(bitPattern: clock.rawValue))))
            }
            try recording.insert(Ruling.tableName, values)
        }
        _ = try commit(
            recording.draft, as: author, "ruling.make", in: scope, now: now, replica)
    }
}

extension [NewRuling] {
    /// One ruling for neighbours of which the same is to be said.
    fileprivate mutating func extend(
        to dot: Dot, _ effect: Ruling.Effect, _ reason: Verdict.Objection
    ) {
        let index = lastIndex {
            $0.run.replica == dot.replica && $0.run.seqs.upperBound + 1 == dot.seq
                && $0.effect == effect && $0.reason == reason
        }
        if let index {
            self[index] = NewRuling(
                RulingRun(dot.replica, self[index].run.seqs.lowerBound...dot.seq), effect, reason)
        } else {
            append(NewRuling(RulingRun(dot.replica, dot.seq...dot.seq), effect, reason))
        }
    }
}

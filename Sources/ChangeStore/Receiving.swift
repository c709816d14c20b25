import Foundation
import GRDB
public import SyncProtocol

/// What became of a piece that came from elsewhere. It is durable when this is returned.
public struct Receipt: Hashable, Sendable {
    public var applied = 0
    public var duplicates = 0
    /// Parked by this piece and still waiting when it was done.
    public var held = 0
    public var rejected: [Rejection] = []
    /// Taken in, but not shown.
    public var withheld: [Rejection] = []

    public init() {}

    public static func += (a: inout Receipt, b: Receipt) {
        a.applied += b.applied
        a.duplicates += b.duplicates
        a.held += b.held
        a.rejected += b.rejected
        a.withheld += b.withheld
    }
}

/// A changeset that was not taken in, or not applied. It is kept with its reason; the rest went
/// on.
public struct Rejection: Hashable, Sendable {
    public let dot: Dot
    public let scope: Scope
    public let reason: String
    /// Its author's past is another one than here.
    public var isFork = false
}

extension ChangeStore {
    /// Merges a segment in one transaction.
    ///
    /// One bad changeset never stops the others: the whole is tried first, and only when
    /// something is wrong again with a savepoint for each. An author whose past is another one
    /// than here is another incarnation that did not say so: nothing of it is taken in (SYNC §4,
    /// *Fork*), for what builds on another past would overwrite what it never saw. What breaks a
    /// rule is taken in without being shown: under a ruling that the hub makes in the same
    /// transaction, or by the rules that every replica knows.
    ///
    /// - Parameters:
    ///   - pasts: the authors' chains before their first changesets here, as the sender told.
    ///   - now: UTC milliseconds, for the record of what was rejected.
    ///   - judge: at the hub, what speaks against a changeset.
    ///   - isCentres: from the hub, whose pasts count: a centre that was put back may hold what was
    ///     refused before, and recorded anew here.
    public func receive(
        _ changesets: [Changeset], pasts: [ReplicaID: ChainPast] = [:], now: Int64,
        judge: Judge? = nil, isCentres: Bool = false
    ) throws -> Receipt {
        do {
            return try writing { db, replica in
                var receipt = Receipt()
                for past in pasts.values.sorted(by: { $0.first < $1.first }) {
                    guard let scope = changesets.first?.scope else { continue }
                    guard try replica.agrees(with: past, in: scope) else {
                        throw MergeFault.fork(past.first, scope)
                    }
                }
                if let judge {
                    receipt.withheld += try rule(changesets, judge, now: now, replica)
                }
                for changeset in changesets {
                    try receive(changeset, isCentres, replica, &receipt)
                }
                receipt.withheld += try settleRefusals(now: now, replica)
                return receipt
            }
        } catch is MergeFault {
            return try receiveOneByOne(changesets, pasts, now: now, judge, isCentres)
        }
    }

    /// Merges what somebody passed on who did not write it. Until the hub has compared them, its
    /// authors' pasts are unproven.
    public func receivePassedOn(
        _ changesets: [Changeset], pasts: [ReplicaID: ChainPast] = [:], now: Int64
    ) throws -> Receipt {
        try bookkeeping { try UnprovenPasts.note(changesets, by: identity.replica, $0) }
        return try receive(changesets, pasts: pasts, now: now)
    }

    private func receiveOneByOne(
        _ changesets: [Changeset], _ pasts: [ReplicaID: ChainPast], now: Int64, _ judge: Judge?,
        _ isCentres: Bool
    ) throws -> Receipt {
        try writing { db, replica in
            var receipt = Receipt()
            // Each with the first change of it that is another one.
            var forked: [ReplicaID: UInt64] = [:]
            for (author, past) in pasts {
                guard let scope = changesets.first?.scope else { continue }
                if try !replica.agrees(with: past, in: scope) { forked[author] = 1 }
            }
            for changeset in changesets {
                // It comes again when its sender has let go of what it builds on.
                guard
                    forked[changeset.dot.replica] != nil
                        || !forked.contains(where: { changeset.context[$0.key] >= $0.value })
                else { continue }
                let before = (receipt: receipt, sums: replica.sums)
                func take() throws {
                    guard forked[changeset.dot.replica] == nil else {
                        throw MergeFault.fork(changeset.dot, changeset.scope)
                    }
                    try db.inSavepoint {
                        if let judge {
                            receipt.withheld += try rule([changeset], judge, now: now, replica)
                        }
                        try receive(changeset, isCentres, replica, &receipt)
                        return .commit
                    }
                }
                do {
                    do {
                        try take()
                    } catch MergeFault.rowOfOtherScope(let table, let row) {
                        writer.forget()
                        receipt = before.receipt
                        replica.sums = before.sums
                        try replica.refuse(changeset, because: .foreignRow(table: table, row: row))
                        try take()
                    }
                } catch let fault as MergeFault {
                    if case .fork(let dot, _) = fault, forked[dot.replica] == nil {
                        forked[dot.replica] = dot.seq
                    }
                    writer.forget()
                    receipt = before.receipt
                    replica.sums = before.sums
                    // Whose past is the hub's is to be asked.
                    if forked[changeset.dot.replica] != nil, !identity.isHub,
                        changeset.dot.replica != identity.replica
                    {
                        try UnprovenPasts.note(changeset.scope, changeset.dot.replica, db)
                    }
                    let reason = String(describing: fault)
                    receipt.rejected.append(
                        Rejection(
                            dot: changeset.dot, scope: changeset.scope, reason: reason,
                            isFork: forked[changeset.dot.replica] != nil))
                    try keep(rejected: changeset, reason: reason, now: now, db)
                }
            }
            receipt.withheld += try settleRefusals(now: now, replica)
            return receipt
        }
    }

    private func receive(
        _ changeset: Changeset, _ isCentres: Bool, _ replica: SQLiteReplica,
        _ receipt: inout Receipt
    ) throws {
        let encoded = changeset.encoded()
        if try replica.isRecordedAnew(changeset, encoded) {
            guard isCentres else { throw MergeFault.fork(changeset.dot, changeset.scope) }
            // It may be an old stick's: the centre is asked whether it is its past still.
            try UnprovenPasts.note(changeset.scope, changeset.dot.replica, replica.db)
        }
        let outcome = try writer.recording {
            try Merger(replica).receive(changeset, encoded: encoded)
        }
        switch outcome {
        case .applied(let released):
            receipt.applied += 1 + released
            // Some may have been parked long before.
            receipt.held -= min(receipt.held, released)
        case .duplicate: receipt.duplicates += 1
        case .held: receipt.held += 1
        }
    }

    /// Forgets what was set aside of a number whose store has since recorded it anew.
    public func dropForked(of replica: ReplicaID) throws {
        try bookkeeping { db in
            try db.execute(
                sql: "DELETE FROM rejected WHERE replica = ? AND reason LIKE '%' || ?",
                arguments: [Int64(replica.rawValue), MergeFault.forkMark])
        }
    }

    func keep(
        rejected changeset: Changeset, reason: String, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO rejected (scope, replica, seq, reason, at, body)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                changeset.scope.code, Int64(changeset.dot.replica.rawValue),
                Int64(clamping: changeset.dot.seq), reason, now, Data(changeset.encoded()),
            ])
    }
}

extension MergeFault: CustomStringConvertible {
    /// How the reason of a fork ends.
    fileprivate static let forkMark = ": the sender's store is a copy"

    public var description: String {
        switch self {
        case .rowOfOtherScope(let table, let row):
            "writes row \(row) of table \(table.rawValue), which belongs to another scope"
        case .fork(let dot, let scope):
            "\(scope) \(dot) came with other content than before" + Self.forkMark
        }
    }
}

extension AdmissionFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongType(let table, let column):
            "table \(table.rawValue) column \(column.rawValue) holds a value of a wrong type"
        case .rowTwice(let table, let row):
            "row \(row) of table \(table.rawValue) stands twice in one changeset"
        case .notTheHub: "somebody else than the hub wrote a ruling"
        case .foreignRow(let table, let row):
            "writes row \(row) of table \(table.rawValue), which belongs to another scope"
        }
    }
}

import Foundation
public import GRDB
public import SyncProtocol

/// The numbers under which this store wrote before, each with why it took the next.
public struct PastIncarnation: Hashable, Sendable {
    public let replica: ReplicaID
    /// UTC milliseconds.
    public let until: Int64
    public let reason: String
}

extension ChangeStore {
    /// Writes under a new number from now on (SYNC §1: a restored, cloned or copied store is a new
    /// replica), and records anew what nobody else will ever take from the old one.
    ///
    /// Problem: two stores that write under one number lose one another's changes in silence.
    /// Idea: what is common stays. What this store wrote after that is taken out, its rows are
    /// merged again without it, and each such changeset is recorded anew under the number of its
    /// branch (``Reissue``): same author, time and meaning, and rows of its own. One transaction; a
    /// power cut leaves all or nothing of it.
    ///
    /// - Parameters:
    ///   - common: for each scope where pasts part, the last `seq` that the hub has too of this
    ///     store's number and of others'.
    ///   - atHub: what the hub holds. Of others' changes that build on what is taken out, those that
    ///     are there come again from it, in the past that it keeps; they are not recorded anew.
    ///   - now: UTC milliseconds.
    ///   - alongside: bookkeeping to commit with it, or not at all.
    /// - Returns: how many changesets were recorded anew.
    @discardableResult
    public func begin(
        incarnation new: ReplicaID, because reason: String,
        keeping common: [Scope: [ReplicaID: UInt64]] = [:],
        atHub: [Scope: VersionVector] = [:], now: Int64,
        alongside: (Database) throws -> Void = { _ in }
    ) throws -> Int {
        try writing { db, replica in
            let old = identity.replica
            guard new != old else { return 0 }
            try IncarnationLog.add(old, until: now, reason, db)
            try StoreInfo.set("replica", Int64(new.rawValue), db)
            try writer.beginRowNumbers(db)
            setIdentity(try StoreInfo.identity(db, path))
            let count = try letGo(of: common, by: old, atHub, replica, db, now: now)
            // Another copy may have shown the hub another past under the old number.
            for (scope, vector) in try ChangeLog.vectors(db)
            where vector[old] > 0 && common[scope] == nil {
                try UnprovenPasts.note(scope, old, db)
            }
            try alongside(db)
            return count
        }
    }

    /// Takes out what the hub refused of other authors, and records it anew: nobody else may have it
    /// (``Reissue``). A store that may not write there keeps it set aside.
    ///
    /// - Parameters:
    ///   - common: the last `seq` that the hub has too; no change of this store's own may build on
    ///     what comes after it (``ownEnds(without:)``).
    ///   - atHub: as for ``begin(incarnation:because:keeping:atHub:now:alongside:)``.
    /// - Returns: how many changesets were recorded anew.
    @discardableResult
    public func letGo(
        of common: [Scope: [ReplicaID: UInt64]], atHub: [Scope: VersionVector] = [:], now: Int64
    ) throws -> Int {
        try writing { db, replica in
            try letGo(of: common, by: identity.replica, atHub, replica, db, now: now)
        }
    }

    /// Where own changes build on what is to be let go of: the last own `seq` that does not.
    public func ownEnds(
        without common: [Scope: [ReplicaID: UInt64]]
    ) throws -> [Scope: UInt64] {
        try writing { _, replica in
            var ends: [Scope: UInt64] = [:]
            for (scope, authors) in common {
                let gone = try Rollback(replica: replica, scope: scope, ends: authors).removed()
                let own = gone.map(\.changeset.dot).filter { $0.replica == identity.replica }
                if let first = own.map(\.seq).min() { ends[scope] = first - 1 }
            }
            return ends
        }
    }

    private func letGo(
        of common: [Scope: [ReplicaID: UInt64]], by own: ReplicaID,
        _ atHub: [Scope: VersionVector], _ replica: SQLiteReplica, _ db: Database, now: Int64
    ) throws -> Int {
        var count = 0
        for (scope, ends) in common.sorted(by: { $0.key < $1.key }) {
            let held = atHub[scope] ?? VersionVector()
            let lost = try Rollback(replica: replica, scope: scope, ends: ends).run()
            let due = lost.filter {
                ($0.dot.replica == own || ends[$0.dot.replica] != nil || !held.covers($0.dot))
                    && !isRuling($0)
            }
            guard identity.mayWrite(scope) else {
                for changeset in due {
                    let fault = MergeFault.fork(changeset.dot, scope)
                    try keep(rejected: changeset, reason: "\(fault)", now: now, db)
                }
                continue
            }
            var reissue = Reissue(replica: replica, scope: scope, lost: lost, due: due)
            count += try reissue.record()
        }
        return count
    }

    /// The centre rules anew on what comes to it under another number.
    private func isRuling(_ changeset: Changeset) -> Bool {
        changeset.dot.replica.isHub && changeset.writes(Ruling.table.id)
    }

    public func pastIncarnations() throws -> [PastIncarnation] {
        try read { try IncarnationLog.all($0) }
    }
}

enum IncarnationLog {
    static func createTable(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS incarnation (
                    replica INTEGER PRIMARY KEY,
                    until INTEGER NOT NULL,
                    reason TEXT NOT NULL)
                """)
    }

    static func add(_ replica: ReplicaID, until: Int64, _ reason: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO incarnation (replica, until, reason) VALUES (?, ?, ?)",
            arguments: [Int64(replica.rawValue), until, reason])
    }

    static func all(_ db: Database) throws -> [PastIncarnation] {
        try Row.fetchAll(db, sql: "SELECT * FROM incarnation ORDER BY until").map {
            PastIncarnation(
                replica: ReplicaID(UInt32($0["replica"] as Int64)), until: $0["until"],
                reason: $0["reason"])
        }
    }
}

import Foundation
import GRDB
import SyncProtocol

/// Finds a changeset of the log that was altered, and takes it from a peer (SYNC §4).
///
/// The damaged side tells the heads of its chain at some places; whoever holds a log that is as it
/// was hashed answers with what lies before the first head that differs. What comes is believed
/// only when the chain then fits.
struct LogRepair {
    let store: ChangeStore
    let now: Int64

    /// Heads in one question, and canonical bytes in one answer, about.
    private static let headsMax: UInt64 = 256
    private static let answerBytes = 64 << 10

    /// Authors whose part of the log is not what was hashed.
    func damaged(_ scope: Scope) throws -> [ReplicaID] {
        try store.read { db in
            guard let id = try db.scopeID(of: scope) else { return [] }
            let check = ChainCheck(db: db, scope: id)
            return try db.vector(ofScope: id).entries
                .filter { try check.check($0) == .damaged }.map(\.replica)
        }
    }

    /// - Parameter low: up to here the peer's chain is ours.
    /// - Returns: nil when the log of this author is as it was hashed.
    func question(
        _ scope: Scope, _ author: ReplicaID, after low: UInt64 = 0
    ) throws -> Reconciliation? {
        try store.read { db in
            guard let id = try db.scopeID(of: scope) else { return nil }
            let end = try db.vector(ofScope: id)[author]
            let check = ChainCheck(db: db, scope: id)
            let low = try max(low, check.beginning(of: author).seq)
            guard low <= end,
                try check.check(.init(replica: author, seq: end)) == .damaged
            else { return nil }
            let step = max(1, (end - low) / Self.headsMax)
            var heads: [(seq: UInt64, head: UInt64)] = []
            try check.forEachHead(of: author, upTo: end) { at, head in
                if at == low || at == end || at > low && (at - low) % step == 0 {
                    heads.append((at, head.short))
                }
            }
            // What is missing altogether has no head.
            if heads.last?.seq != end { heads.append((end, 0)) }
            return .heads(scope, author, heads)
        }
    }

    /// What lies before the first head that is not ours.
    func answer(
        _ scope: Scope, _ author: ReplicaID, _ heads: [(seq: UInt64, head: UInt64)]
    ) throws -> [Reconciliation] {
        try store.read { db in
            guard let id = try db.scopeID(of: scope) else { return [] }
            let seq = try db.vector(ofScope: id)[author]
            let check = ChainCheck(db: db, scope: id)
            guard try check.check(.init(replica: author, seq: seq)) == .sound else { return [] }
            // What is below our floor we cannot prove.
            let floor = try check.beginning(of: author)
            let heads = heads.filter { $0.seq >= floor.seq }
            var own = [floor.seq: floor.head.short]
            let asked = Set(heads.map(\.seq))
            try check.forEachHead(of: author, upTo: seq) { at, head in
                if asked.contains(at) { own[at] = head.short }
            }
            var low = floor.seq
            guard
                let wrong = heads.first(where: { entry in
                    guard own[entry.seq] == entry.head else { return true }
                    low = entry.seq
                    return false
                })
            else {
                // The log is right, the kept head is not.
                guard let last = heads.last, own[last.seq] == last.head else { return [] }
                return [
                    .changesets(
                        scope, author, first: last.seq + 1, headAfter: last.head, [])
                ]
            }
            var bodies: [[UInt8]] = []
            var bytes = 0
            let rows = try Data.fetchCursor(
                db,
                sql: """
                    SELECT body FROM log
                    WHERE scope = ? AND replica = ? AND seq > ? AND seq <= ? ORDER BY seq
                    """,
                arguments: [
                    id, Int64(author.rawValue), Int64(clamping: low), Int64(clamping: wrong.seq),
                ])
            while bytes < Self.answerBytes, let body = try rows.next() {
                bytes += body.count
                bodies.append([UInt8](body))
            }
            var after = floor.head.short
            let last = low + UInt64(bodies.count)
            try check.forEachHead(of: author, upTo: last) { after = $1.short }
            return [.changesets(scope, author, first: low + 1, headAfter: after, bodies)]
        }
    }

    /// - Returns: how many changesets were put right; nil when nothing could be believed.
    func take(
        _ scope: Scope, _ author: ReplicaID, first: UInt64, head: UInt64, _ bodies: [[UInt8]]
    ) throws -> Int? {
        try store.writing { db, replica in
            guard let id = try db.scopeID(of: scope), first > 0 else { return nil }
            let seq = try db.vector(ofScope: id)[author]
            let check = ChainCheck(db: db, scope: id)
            let floor = try check.beginning(of: author)
            guard try check.check(.init(replica: author, seq: seq)) == .damaged,
                first > floor.seq,
                first - 1 + UInt64(bodies.count) <= seq
            else { return nil }
            var before = floor.head
            try check.forEachHead(of: author, upTo: first - 1) { _, head in before = head }
            let after = bodies.reduce(before) { $0.appending($1) }
            guard after.short == head else { return nil }
            var repaired = 0
            var past = before
            for (index, body) in bodies.enumerated() {
                let dot = Dot(author, first + UInt64(index))
                repaired += try put(body, dot, past, id, scope, db) ? 1 : 0
                past = past.appending(body)
            }
            // Everything fits up to the end: then the kept head was what did not.
            if first + UInt64(bodies.count) == seq + 1, repaired == 0 {
                try db.execute(
                    sql: "UPDATE scope_vector SET chain = ? WHERE scope = ? AND replica = ?",
                    arguments: [Data(after.head), id, Int64(author.rawValue)])
                repaired = 1
            }
            return repaired
        }
    }

    private func put(
        _ body: [UInt8], _ dot: Dot, _ past: HashChain, _ id: Int64, _ scope: Scope,
        _ db: Database
    ) throws -> Bool {
        let arguments: StatementArguments = [
            id, Int64(dot.replica.rawValue), Int64(clamping: dot.seq),
        ]
        let found = try Data.fetchOne(
            db, sql: "SELECT body FROM log WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: arguments
        ).map { [UInt8]($0) }
        guard found != body else { return false }
        if found == nil {
            // Where it stood, or before: the first empty place after all that it had seen.
            let seen = try lastPosition(seenBy: Changeset(decoding: body), id, db)
            try db.execute(
                sql: """
                    INSERT INTO changeset (position, scope, replica, seq, body, past)
                    SELECT min(p) + 1, ?, ?, ?, ?, ? FROM (
                        SELECT 0 AS p UNION ALL SELECT position FROM changeset)
                    WHERE p >= ? AND NOT EXISTS (SELECT 1 FROM changeset WHERE position = p + 1)
                    """,
                arguments: arguments + [Data(body), Int64(past.shortest.rawValue), seen])
        } else {
            try db.execute(
                sql: "UPDATE changeset SET body = ? WHERE scope = ? AND replica = ? AND seq = ?",
                arguments: [Data(body)] + arguments)
        }
        func name(_ bytes: [UInt8]?) -> String {
            guard let bytes else { return "gone" }
            let hex = String(HashChain().appending(bytes).short, radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }
        try DamageLog.add(
            Damage(
                id: 0, at: now, scope: scope.code, what: "changeset \(dot)", columns: [],
                was: name(found), now: name(body), remedy: .peer), found: found, db)
        return true
    }

    private func lastPosition(
        seenBy changeset: Changeset, _ id: Int64, _ db: Database
    ) throws -> Int64 {
        try changeset.context.entries.reduce(0) { last, entry in
            let position = try Int64.fetchOne(
                db,
                sql: "SELECT position FROM changeset WHERE scope = ? AND replica = ? AND seq = ?",
                arguments: [id, Int64(entry.replica.rawValue), Int64(clamping: entry.seq)])
            return max(last, position ?? 0)
        }
    }
}

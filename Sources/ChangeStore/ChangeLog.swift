import Foundation
public import GRDB
public import SyncProtocol

/// Reading the change-log: vectors, what a peer lacks, counts.
public enum ChangeLog {
    /// Every scope this store knows, once, with what it holds of it. Rises by scope.
    /// - Throws: SQLite's "corrupt" when one stands there twice: the index that should have kept
    ///   the second away is not sound.
    public static func vectors(_ db: Database) throws -> [(scope: Scope, vector: VersionVector)] {
        let found = try Row.fetchAll(db, .kept("SELECT id, code FROM scope")).map {
            (scope: Scope($0["code"]), vector: try db.vector(ofScope: $0["id"]))
        }.sorted { $0.scope < $1.scope }
        for (one, next) in zip(found, found.dropFirst()) where one.scope == next.scope {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "\(one.scope) stands in it twice")
        }
        return found
    }

    public static func vector(of scope: Scope, _ db: Database) throws -> VersionVector {
        guard let id = try db.scopeID(of: scope) else { return VersionVector() }
        return try db.vector(ofScope: id)
    }

    /// The chain head of what is held of one author, to tell a copy from the original.
    public static func chainHead(
        of replica: ReplicaID, in scope: Scope, _ db: Database
    ) throws -> HashChain? {
        try Data.fetchOne(
            db,
            .kept(
                """
                SELECT chain FROM scope_vector
                WHERE scope = (SELECT id FROM scope WHERE code = ?) AND replica = ?
                """, [scope.code, Int64(replica.rawValue)])
        ).flatMap { HashChain(head: [UInt8]($0)) }
    }

    /// The next piece of what a holder of `known` lacks, in the order it was applied here.
    ///
    /// - Parameters:
    ///   - bytesMax: canonical bytes to aim at; one changeset may exceed it.
    ///   - limit: what may be told of; nil for all that is held.
    /// - Returns: nil when nothing is lacking, or only what the log no longer holds.
    public static func segment(
        of scope: Scope, lackedBy known: VersionVector, within limit: VersionVector? = nil,
        bytesMax: Int, _ db: Database
    ) throws -> Segment? {
        guard let id = try db.scopeID(of: scope) else { return nil }
        let held = try limit ?? db.vector(ofScope: id)
        let floor = try LogFloor.of(id, db)
        guard !known.covers(held), known.covers(floor) else { return nil }
        var places: [Place] = []
        for entry in held.entries where entry.seq > known[entry.replica] {
            // A segment never takes more than this many, so no more need be looked at.
            let positions = try Int64.fetchAll(
                db,
                sql: """
                    SELECT position FROM changeset
                    WHERE scope = ? AND replica = ? AND seq > ? AND seq <= ?
                    ORDER BY seq LIMIT \(changesetsMax)
                    """,
                arguments: [
                    id, Int64(entry.replica.rawValue), Int64(known[entry.replica]),
                    Int64(clamping: entry.seq),
                ])
            places += Place.ofOneAuthor(positions)
        }
        places.sort { ($0.order, $0.number) < ($1.order, $1.number) }
        var changesets: [Changeset] = []
        var pasts: [ReplicaID: ChainPast] = [:]
        var bytes = 0
        let body = try db.cachedStatement(
            sql: "SELECT body, past FROM log WHERE position = ?")
        for place in places.prefix(changesetsMax) {
            guard let row = try Row.fetchOne(body, arguments: [place.position]) else { continue }
            let encoded: Data = row[0]
            if !changesets.isEmpty, bytes + encoded.count > bytesMax { break }
            bytes += encoded.count
            let changeset = try Changeset(decoding: [UInt8](encoded))
            changesets.append(changeset)
            let author = changeset.dot.replica
            if pasts[author] == nil {
                let chain = ShortChain(rawValue: UInt32(truncatingIfNeeded: row[1] as Int64))
                pasts[author] = ChainPast(first: changeset.dot, chain: chain)
            }
        }
        guard !changesets.isEmpty else { return nil }
        return Segment(
            scope: scope, changesets: changesets, pasts: pasts.filter { $1.chain != .unknown })
    }

    private static let changesetsMax = 1_024

    /// Where a changeset lies in the log. What was lost and came again may lie before what its author did
    /// earlier, and no segment tells it in that order.
    private struct Place {
        let order: Int64
        let number: Int
        let position: Int64

        /// - Parameter positions: of one author's changesets, as its numbers rise.
        static func ofOneAuthor(_ positions: [Int64]) -> [Place] {
            var latest = Int64.min
            return positions.enumerated().map { number, position in
                latest = max(latest, position)
                return Place(order: latest, number: number, position: position)
            }
        }
    }

    /// An author's chains before its next changeset, before its last, and so on down.
    public static func pasts(
        of replica: ReplicaID, in scope: Scope, limit: Int, _ db: Database
    ) throws -> [ShortChain] {
        guard let id = try db.scopeID(of: scope),
            let head = try chainHead(of: replica, in: scope, db)
        else { return [.unknown] }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT seq, past FROM changeset WHERE scope = ? AND replica = ?
                ORDER BY seq DESC LIMIT ?
                """, arguments: [id, Int64(replica.rawValue), limit - 1])
        var pasts = [head.shortest]
        var inLog = rows.map { (seq: UInt64($0[0] as Int64), past: $0[1] as Int64) }[...]
        let kept = try KeptPasts.run(of: replica, id, db)
        var seq = try db.vector(ofScope: id)[replica]
        while seq > 0, pasts.count < limit {
            if inLog.first?.seq == seq, let next = inLog.popFirst() {
                pasts.append(ShortChain(rawValue: UInt32(truncatingIfNeeded: next.past)))
            } else if let past = kept?[seq] {
                pasts.append(past)
            } else {
                break
            }
            seq -= 1
        }
        return pasts
    }

    /// An author's chain before one of its changesets.
    /// - Returns: nil where nothing is known of it.
    public static func past(
        of dot: Dot, in scope: Scope, _ db: Database
    ) throws -> ShortChain? {
        if try vector(of: scope, db)[dot.replica] + 1 == dot.seq {
            return try chainHead(of: dot.replica, in: scope, db)?.shortest ?? .unknown
        }
        guard let id = try db.scopeID(of: scope) else { return nil }
        let inLog = try Int64.fetchOne(
            db,
            sql: "SELECT past FROM changeset WHERE scope = ? AND replica = ? AND seq = ?",
            arguments: [id, Int64(dot.replica.rawValue), Int64(clamping: dot.seq)])
        guard let inLog else { return try KeptPasts.run(of: dot.replica, id, db)?[dot.seq] }
        return ShortChain(rawValue: UInt32(truncatingIfNeeded: inLog))
    }

    /// Canonical bytes of what a holder of `known` lacks, as far as the log holds it.
    public static func bytes(
        of scope: Scope, above known: VersionVector, _ db: Database
    ) throws -> Int {
        guard let id = try db.scopeID(of: scope) else { return 0 }
        return try db.vector(ofScope: id).entries.reduce(0) { bytes, entry in
            guard entry.seq > known[entry.replica] else { return bytes }
            let more = try Int.fetchOne(
                db,
                sql: """
                    SELECT sum(length(body)) FROM log
                    WHERE scope = ? AND replica = ? AND seq > ?
                    """,
                arguments: [
                    id, Int64(entry.replica.rawValue), Int64(clamping: known[entry.replica]),
                ])
            return bytes + (more ?? 0)
        }
    }

    /// The scope's latest reading, as the rulings have it.
    public static func lastClock(of scope: Scope, _ db: Database) throws -> HLC {
        let clock = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(clock) FROM scope_vector
                WHERE scope = (SELECT id FROM scope WHERE code = ?)
                """, arguments: [scope.code])
        return HLC(rawValue: UInt64(bitPattern: clock ?? 0))
    }

    public static func heldCount(_ db: Database) throws -> Int {
        try Int.fetchOne(db, .kept("SELECT count(*) FROM held")) ?? 0
    }

    public static func rejectedCount(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM rejected") ?? 0
    }
}

/// What a peer said it holds. Remembered so that the first flight carries what it lacks; a peer
/// that says less than before is believed (it was restored), and is filled again.
public enum PeerVectors {
    public static func all(of peer: String, _ db: Database) throws -> [Scope: VersionVector] {
        var vectors: [Scope: VersionVector] = [:]
        let rows = try Row.fetchAll(
            db,
            .kept(
                """
                SELECT s.code, p.replica, p.seq FROM peer_vector p
                JOIN scope s ON s.id = p.scope WHERE p.peer = ?
                """, [peer]))
        for row in rows {
            let replica = ReplicaID(UInt32(row["replica"] as Int64))
            vectors[Scope(row["code"]), default: VersionVector()][replica] =
                UInt64(row["seq"] as Int64)
        }
        return vectors
    }

    /// Whether peers whose names begin so hold what this one is not known to hold: they may have
    /// brought it there meanwhile.
    public static func isElsewhere(
        _ prefix: String, than peer: String, _ db: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            db,
            .kept(
                """
                SELECT EXISTS (SELECT 1 FROM peer_vector a LEFT JOIN peer_vector b
                ON b.peer = ? AND b.scope = a.scope AND b.replica = a.replica
                WHERE substr(a.peer, 1, ?) = ? AND a.seq > coalesce(b.seq, 0))
                """, [peer, prefix.count, prefix])) ?? false
    }

    /// Forgets what the peer was believed to hold.
    public static func drop(_ peer: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM peer_vector WHERE peer = ?", arguments: [peer])
    }

    public static func set(
        _ vector: VersionVector, of scope: Scope, at peer: String, _ db: Database
    ) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO scope (code) VALUES (?)")
            .execute(arguments: [scope.code])
        let id = try db.scopeID(of: scope)
        try db.cachedStatement(sql: "DELETE FROM peer_vector WHERE peer = ? AND scope = ?")
            .execute(arguments: [peer, id])
        let insert = try db.cachedStatement(
            sql: "INSERT INTO peer_vector (peer, scope, replica, seq) VALUES (?, ?, ?, ?)")
        for entry in vector.entries {
            try insert.execute(
                arguments: [peer, id, Int64(entry.replica.rawValue), Int64(clamping: entry.seq)])
        }
    }

    /// Changesets written or held here that the peer has not acknowledged, with the clock of the
    /// oldest one written here.
    public static func pending(
        in scope: Scope, by replica: ReplicaID, at peer: String, _ db: Database
    ) throws -> (count: Int, oldest: HLC?) {
        let known = try all(of: peer, db)[scope] ?? VersionVector()
        let mine = try ChangeLog.vector(of: scope, db)
        let next = try Data.fetchOne(
            db,
            .kept(
                """
                SELECT body FROM log
                WHERE scope = (SELECT id FROM scope WHERE code = ?) AND replica = ? AND seq = ?
                """,
                [
                    scope.code, Int64(replica.rawValue), Int64(clamping: known[replica] &+ 1),
                ]))
        return (
            Int(mine.excess(over: known)),
            try next.map { try Changeset(decoding: [UInt8]($0)).clock }
        )
    }
}

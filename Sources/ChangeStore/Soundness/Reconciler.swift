import Foundation
public import GRDB
public import SyncProtocol

/// Compares scopes with a peer that holds the same changes, and lets the better proof win.
///
/// Overview: each message is answered from itself and the store; `Reconciliation.swift` says what
/// they mean. Rule: a row is taken only from a peer that is surer of it than this store is. What
/// if both are equally sure: nothing is overwritten, and people are told.
public final class Reconciler {
    private let store: ChangeStore
    /// UTC milliseconds.
    private let now: Int64
    /// Scopes that the peer may compare, and those of which its rows are taken.
    private let reads: Set<Scope>
    private let writes: Set<Scope>
    private var known: [Scope: (mark: UInt64, entries: [RowRange.Entry])] = [:]
    /// Rows and changesets that were put right.
    public private(set) var repairs = 0

    private static let pieces = 16
    private static let listMax = 24
    private static let rowsMax = 256

    public init(store: ChangeStore, now: Int64, reads: Set<Scope>, writes: Set<Scope>) {
        self.store = store
        self.now = now
        self.reads = reads
        self.writes = writes
    }

    /// The first message about a scope that differs.
    public func begin(_ scope: Scope) throws -> Reconciliation {
        let (mark, entries) = try entries(of: scope)
        return .ranges(scope, mark: mark, split(entries[...], bound: RowRange.top))
    }

    /// - Returns: what to say to it; empty when there is nothing to say.
    public func take(_ message: Reconciliation) throws -> [Reconciliation] {
        switch message {
        case .ranges(let scope, let mark, let ranges):
            guard reads.contains(scope) else { return [] }
            return try compare(scope, mark, ranges)
        case .rows(let scope, let mark, let isReply, let rows):
            guard writes.contains(scope) else { return [] }
            return try weigh(scope, mark, rows, isReply: isReply)
        case .heads(let scope, let replica, let heads):
            guard reads.contains(scope) else { return [] }
            return try LogRepair(store: store, now: now).answer(scope, replica, heads)
        case .changesets(let scope, let replica, let first, let head, let bodies):
            guard writes.contains(scope) else { return [] }
            let repair = LogRepair(store: store, now: now)
            guard
                let count = try repair.take(scope, replica, first: first, head: head, bodies)
            else { return [] }
            repairs += count
            let low = first - 1 + UInt64(bodies.count)
            return try repair.question(scope, replica, after: low).map { [$0] } ?? []
        }
    }

    /// Questions about what is damaged in this store's own log.
    public func questions(_ scope: Scope) throws -> [Reconciliation] {
        let repair = LogRepair(store: store, now: now)
        return try repair.damaged(scope).compactMap { try repair.question(scope, $0) }
    }

    // MARK: - Ranges

    private func entries(of scope: Scope) throws -> (UInt64, [RowRange.Entry]) {
        try store.read { db in
            let vector = try ChangeLog.vector(of: scope, db)
            let mark = ScopeSum.mark(vector)
            if let known = known[scope], known.mark == mark { return known }
            var entries: [RowRange.Entry] = []
            if let id = try db.scopeID(of: scope) {
                try RowScan(
                    db: db, schema: store.schema, scope: id,
                    namedBy: vector.entries.map(\.replica)
                ).forEach { entries.append(RowRange.Entry($0, RowSum.of($0, $1, $2))) }
            }
            entries.sort { $0.key < $1.key }
            known[scope] = (mark, entries)
            return (mark, entries)
        }
    }

    private func split(
        _ entries: ArraySlice<RowRange.Entry>, bound: RowKey
    ) -> [RowRange] {
        guard entries.count > Self.listMax else {
            return [RowRange(bound: bound, .list(Array(entries)))]
        }
        let size = (entries.count + Self.pieces - 1) / Self.pieces
        return stride(from: entries.startIndex, to: entries.endIndex, by: size).map { start in
            let end = min(start + size, entries.endIndex)
            let piece = entries[start..<end]
            return RowRange(
                bound: end == entries.endIndex ? bound : entries[end].key, sum(of: piece))
        }
    }

    private func sum(of entries: ArraySlice<RowRange.Entry>) -> RowRange.Content {
        .sum(entries.reduce(0) { $0 &+ $1.hash }, rows: entries.count)
    }

    private func compare(
        _ scope: Scope, _ mark: UInt64, _ ranges: [RowRange]
    ) throws -> [Reconciliation] {
        let (own, entries) = try entries(of: scope)
        guard own == mark else { return [] }
        var rest = entries[...]
        var answer: [RowRange] = []
        var rows: Set<RowKey> = []
        for range in ranges {
            let end = rest.firstIndex { $0.key >= range.bound && range.bound != RowRange.top }
            let piece = rest[..<(end ?? rest.endIndex)]
            rest = rest[piece.endIndex...]
            switch range.content {
            case .sum(let sum, let count) where self.sum(of: piece) != .sum(sum, rows: count):
                answer += split(piece, bound: range.bound)
            case .list(let theirs):
                rows.formUnion(Set(theirs).symmetricDifference(piece).map(\.key))
                fallthrough
            case .nothing, .sum:
                answer.append(RowRange(bound: range.bound, .nothing))
            }
        }
        var messages: [Reconciliation] = []
        if answer.contains(where: { $0.content != .nothing }) {
            messages.append(.ranges(scope, mark: mark, answer))
        }
        if !rows.isEmpty {
            let sent = try rows.sorted().prefix(Self.rowsMax).map { try row($0, in: scope) }
            messages.append(.rows(scope, mark: mark, isReply: false, sent))
        }
        return messages
    }

    // MARK: - Rows

    /// A row as it is here, once more made from the log where that is possible.
    private func row(_ key: RowKey, in scope: Scope) throws -> Reconciliation.Row {
        let (stored, evidence) = try store.account(of: key, in: scope, now: now)
        guard let stored, stored.version.isAlive else {
            return Reconciliation.Row(key, evidence, version: [], cells: [])
        }
        return Reconciliation.Row(
            key, evidence, version: stored.version.encoded(),
            cells: ShadowCells.encode(stored.cells))
    }

    private func weigh(
        _ scope: Scope, _ mark: UInt64, _ rows: [Reconciliation.Row], isReply: Bool
    ) throws -> [Reconciliation] {
        guard try store.read({ ScopeSum.mark(try ChangeLog.vector(of: scope, $0)) }) == mark
        else { return [] }
        known[scope] = nil
        var better: [Reconciliation.Row] = []
        for theirs in rows.prefix(Self.rowsMax) {
            let mine = try row(theirs.key, in: scope)
            let right =
                theirs.version.isEmpty
                ? nil
                : StoredRow(
                    version: try RowVersion(decoding: theirs.version),
                    cells: try ShadowCells.decode(theirs.cells))
            let own =
                mine.version.isEmpty
                ? nil
                : StoredRow(
                    version: try RowVersion(decoding: mine.version),
                    cells: try ShadowCells.decode(mine.cells))
            guard right?.sum(theirs.key) != own?.sum(theirs.key) else { continue }
            let difference = SelfRepair.Difference(key: theirs.key, found: own, right: right)
            if theirs.evidence > mine.evidence {
                repairs += try store.take(difference, in: scope, mark: mark, now: now) ? 1 : 0
            } else {
                if theirs.evidence == mine.evidence {
                    try store.keepOpen(difference, in: scope, now: now)
                }
                better.append(mine)
            }
        }
        return isReply || better.isEmpty
            ? [] : [.rows(scope, mark: mark, isReply: true, better)]
    }
}

extension ChangeStore {
    /// A row, after it was made from the log once more where the log can, and how sure that is.
    fileprivate func account(
        of key: RowKey, in scope: Scope, now: Int64
    ) throws -> (StoredRow?, RowEvidence) {
        try writing { db, replica in
            let repair = SelfRepair(db: db, schema: schema, scope: scope)
            guard let id = try repair.id() else { return (nil, .addsUp) }
            let log = try repair.log()
            let derived =
                log == .damaged
                ? nil
                : try RowDeriver(db: db, schema: schema, scope: id, only: [key]).derive()[key]
            if log == .sound {
                let addedUp = try repair.addsUp()
                let differences = try repair.differences(log, only: [key])
                try writer.recording {
                    try repair.apply(differences, remedy: .ownLog, now: now, replica)
                }
                if addedUp, !differences.isEmpty { try repair.keepSum() }
                return (derived, .proven)
            }
            return (try replica.stored(key), try repair.addsUp() ? .addsUp : .suspect)
        }
    }

    /// - Returns: false when something was recorded meanwhile.
    fileprivate func take(
        _ difference: SelfRepair.Difference, in scope: Scope, mark: UInt64, now: Int64
    ) throws -> Bool {
        try writing { db, replica in
            guard ScopeSum.mark(try replica.vector(of: scope)) == mark else { return false }
            let repair = SelfRepair(db: db, schema: schema, scope: scope)
            let addedUp = try repair.addsUp()
            try writer.recording {
                try repair.apply([difference], remedy: .peer, now: now, replica)
            }
            // A sum that was true of the rows follows them; one that was not waits for the rest.
            if addedUp { try repair.keepSum() }
            return true
        }
    }

    fileprivate func keepOpen(
        _ difference: SelfRepair.Difference, in scope: Scope, now: Int64
    ) throws {
        try bookkeeping { db in
            let repair = SelfRepair(db: db, schema: schema, scope: scope)
            try DamageLog.add(
                repair.damage(difference, remedy: .open, now: now), found: nil, db)
        }
    }

    /// What the rows of a scope add up to now: the kept sum where it is true.
    public func sum(of scope: Scope, isSound: Bool, _ db: Database) throws -> UInt64 {
        guard let id = try db.scopeID(of: scope) else { return 0 }
        return isSound
            ? try ScopeSums.kept(id, db) : try RowScan(db: db, schema: schema, scope: id).sum()
    }

    /// The peer's rows add up to the same: so they are right, whatever was kept.
    public func confirmSum(of scope: Scope) throws {
        try bookkeeping { db in
            try SelfRepair(db: db, schema: schema, scope: scope).keepSum()
        }
    }
}

extension SelfRepair {
    fileprivate func keepSum() throws {
        guard let id = try id() else { return }
        try ScopeSums.set(try RowScan(db: db, schema: schema, scope: id).sum(), of: id, db)
    }
}

extension SQLiteReplica {
    /// A live row as it lies in the tables.
    fileprivate func stored(_ key: RowKey) throws -> StoredRow? {
        if let table = schema.table(key.table) {
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT _version\(DomainTables.columnList(of: table))
                    FROM \(DomainTables.quoted(table.name)) WHERE id = ?
                    """, arguments: [key.row.rawValue])
            guard let row else { return nil }
            guard let version = RowScan.version(row[0]) else { return .unreadable }
            return StoredRow(version: version, cells: table.cells(of: row, from: 1))
        }
        let row = try Row.fetchOne(
            db, sql: "SELECT version FROM shadow_row WHERE table_id = ? AND row_id = ?",
            arguments: [Int64(key.table.rawValue), key.row.rawValue])
        guard let row, let version = RowScan.version(row[0]) else { return nil }
        return StoredRow(version: version, cells: try values(of: key.row, in: key.table))
    }
}

import Foundation
public import GRDB
public import SyncProtocol

/// Puts a snapshot in the place of what the store holds of its scope, then merges on top what the
/// store holds beyond it: changes that staff recorded while it was away, which nobody else has.
///
/// The outcome is that of a store which merged every changeset of both, one by one. All of it is
/// one transaction: screens show the old state until the new one is complete.
struct SnapshotLoading {
    let db: Database
    let replica: SQLiteReplica
    let manifest: SnapshotManifest
    /// The number under which this store writes.
    let own: ReplicaID
    private var scope: Scope { manifest.scope }

    /// Store info that rises with each load, for whoever follows the change-log.
    static let countKey = "snapshot_loads"

    /// - Returns: changesets held here that the snapshot lacks, merged on top.
    func run() throws -> Int {
        let id = try replica.id(of: scope)
        let pieces = try manifest.chunks.map { try SnapshotShelf.piece($0.name, of: scope, db) }
        guard case .heads(let heads)? = pieces.first,
            VersionVector(heads.map(\.dot)) == manifest.vector
        else { throw SnapshotFault.unreadable(scope, "its heads are not its vector") }
        let beyond = try beyond(id)
        try checkPast(id, heads, beyond)
        try replica.writer.recording {
            try clear(id)
            try begin(id, heads)
            var origins: [SnapshotPiece.KnownOrigin] = []
            for piece in pieces {
                switch piece {
                case .heads: break
                case .rows(let rows): for row in rows.rows { try load(row, rows.table) }
                case .conflicts(let known):
                    for item in known {
                        try replica.record(item.conflict)
                        try replica.setState(item.state, of: item.conflict)
                    }
                case .origins(let known): origins += known
                }
            }
            try LogFloor.set(id, heads, origins, db)
            try SnapshotShelf.settle(scope, db)
            replica.writer.forget()
            let merger = Merger(replica)
            for changeset in beyond {
                _ = try merger.receive(changeset, encoded: changeset.encoded())
            }
            _ = try merger.releaseHeld(in: scope)
        }
        try StoreInfo.set(
            Self.countKey, (try StoreInfo.integer(Self.countKey, db) ?? 0) + 1, db)
        return beyond.count
    }

    /// Changesets of the scope in our log that the snapshot does not stand for, in our order.
    private func beyond(_ id: Int64) throws -> [Changeset] {
        let log = try Data.fetchCursor(
            db, sql: "SELECT body FROM log WHERE scope = ? ORDER BY position",
            arguments: [id])
        var found: [Changeset] = []
        while let body = try log.next() {
            let changeset = try Changeset(decoding: [UInt8](body))
            if !manifest.vector.covers(changeset.dot) { found.append(changeset) }
        }
        return found
    }

    /// Every author's chain here must go on from where the snapshot stands, or end there; and what
    /// this store wrote under its own number, nobody may know more of than itself.
    private func checkPast(
        _ id: Int64, _ heads: [SnapshotPiece.Head], _ beyond: [Changeset]
    ) throws {
        let held = try db.vector(ofScope: id)
        for head in heads {
            let (author, known) = (head.dot.replica, held[head.dot.replica])
            guard author != own || known >= head.dot.seq else {
                throw MergeFault.fork(Dot(author, known + 1), scope)
            }
        }
        let chains = Dictionary(heads.map { ($0.dot.replica, $0.chain) }) { first, _ in first }
        for entry in held.entries where entry.seq >= manifest.vector[entry.replica] {
            var seq = manifest.vector[entry.replica]
            var chain = chains[entry.replica] ?? HashChain()
            for changeset in beyond where changeset.dot.replica == entry.replica {
                guard changeset.dot.seq == seq + 1 else { throw SnapshotFault.tooOld(scope) }
                seq += 1
                chain = chain.appending(changeset.encoded())
            }
            guard seq == entry.seq else { throw SnapshotFault.tooOld(scope) }
            guard try chain == replica.chainHead(of: entry.replica, id) else {
                throw MergeFault.fork(Dot(entry.replica, entry.seq), scope)
            }
        }
    }

    private func clear(_ id: Int64) throws {
        for table in replica.schema.tables {
            try db.execute(
                sql: "DELETE FROM \(DomainTables.quoted(table.name)) WHERE scope = ?",
                arguments: [id])
        }
        for table in ["shadow_row", "conflict", "changeset", "kept_past", "scope_vector"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE scope = ?", arguments: [id])
        }
        try LogBlocks.sweep(db)
        try ScopeSums.set(0, of: id, db)
        replica.sums[id] = 0
        replica.writer.forget()
    }

    private func begin(_ id: Int64, _ heads: [SnapshotPiece.Head]) throws {
        for head in heads {
            try db.execute(
                sql: """
                    INSERT INTO scope_vector (scope, replica, seq, chain, clock)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, Int64(head.dot.replica.rawValue), Int64(clamping: head.dot.seq),
                    Data(head.chain.head), Int64(bitPattern: head.clock.rawValue),
                ])
        }
    }

    private func load(_ row: SnapshotRows.Row, _ table: TableID) throws {
        guard try replica.version(of: row.id, in: table, scope: scope) == nil else {
            throw SnapshotFault.unreadable(scope, "row \(row.id) stands twice")
        }
        guard let fitted = row.fitted(to: replica.schema.table(table)) else {
            throw SnapshotFault.unreadable(scope, "row \(row.id) holds a wrong type")
        }
        try replica.write(
            RowChange(
                scope: scope, table: table, row: row.id, before: nil, after: fitted.version,
                cells: fitted.values.map { ($0, .set($1)) }))
    }
}

extension ChangeStore {
    /// How often a snapshot took the place of rows here; nil for never. Whoever follows the
    /// change-log looks at all rows anew when it rises.
    public static func snapshotLoads(_ db: Database) throws -> Int64? {
        try StoreInfo.integer(SnapshotLoading.countKey, db)
    }

    /// Loads the snapshot that was fetched, when all of its chunks are here.
    ///
    /// - Returns: changesets of this store that were merged on top of it; nil when nothing was
    ///   loaded because the store holds all of it already.
    /// - Throws: ``SnapshotFault``, ``MergeFault/fork`` or ``StoreError``; then nothing changed.
    @discardableResult
    public func loadSnapshot(of scope: Scope) throws -> Int? {
        try writing { db, replica in
            guard let manifest = try SnapshotShelf.manifest(of: scope, .fetched, db) else {
                throw SnapshotFault.incomplete(scope)
            }
            if try replica.vector(of: scope).covers(manifest.vector) {
                try SnapshotShelf.drop(scope, .fetched, db)
                return nil
            }
            return try SnapshotLoading(
                db: db, replica: replica, manifest: manifest, own: identity.replica
            ).run()
        }
    }
}

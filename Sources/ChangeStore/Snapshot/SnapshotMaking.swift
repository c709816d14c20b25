private import Compression
import Foundation
public import GRDB
public import SyncProtocol

/// A snapshot as it was made: the manifest and the chunks it names, in its order.
public struct MadeSnapshot: Sendable {
    public let manifest: SnapshotManifest
    public let chunks: [[UInt8]]
    let heads: [SnapshotPiece.Head]
    let origins: [SnapshotPiece.KnownOrigin]
    /// Whether a program of a newer version wrote something here that this one cannot merge.
    public let hasUnread: Bool

    /// Puts it on the shelf.
    public func keep(_ side: SnapshotShelf.Side, now: Int64, _ db: Database) throws {
        for chunk in chunks { try SnapshotShelf.put(chunk, db) }
        try SnapshotShelf.keep(manifest, side, now: now, db)
    }
}

/// Writes down how a scope stood at a floor of its log: the base from which rows are merged again
/// when the log before it is gone, and the snapshot for a store that lacks that part of the log.
///
/// Two stores that hold the same make the same bytes, whatever else they hold and in whatever
/// order it came. Rows are cut into pieces where their id says so, not by count, so that a later
/// snapshot shares the chunks in which nothing changed.
struct SnapshotMaking {
    let db: Database
    let schema: Schema
    let scope: Scope

    /// Canonical bytes at which a piece of rows may be cut, and at which it must.
    private static let pieceBytes = 192 << 10
    private static let pieceBytesMax = 768 << 10
    /// One id in so many ends a piece that is large enough.
    private static let cutEvery: UInt64 = 64
    /// Of compression: made once, sent over slow lines.
    private static let level: Int32 = 19

    /// - Parameter floor: a sound one (``FloorSearch``).
    /// - Returns: nil when this store knows nothing of the scope.
    /// - Throws: ``SnapshotFault/unreadable`` when a single row is too large for a piece.
    func make(at floor: VersionVector) throws -> MadeSnapshot? {
        guard let id = try db.scopeID(of: scope), !floor.isEmpty else { return nil }
        let rulings = try Rulings.inForce(id, schema, db)
        let replay = try LogReplay(db: db, schema: schema, scope: id)
            .run(nil, rulings: rulings, upTo: floor)
        let heads = try self.heads(id, floor, rulings)
        let keys = replay.rows.keys.sorted()
        let standing = keys.reduce(into: Set<Dot>()) { found, key in
            found.formUnion(replay.rows[key]?.version.dots ?? [])
        }
        let origins = standing.sorted().compactMap { dot in
            replay.origin(of: dot, in: scope).map { SnapshotPiece.KnownOrigin(dot, $0) }
        }
        var pieces = [SnapshotPiece.heads(heads)] + rows(replay, keys)
        pieces += replay.disputes.pieces(of: 512).map { part in
            .conflicts(part.map { SnapshotPiece.KnownConflict($0.conflict, $0.state) })
        }
        pieces += origins.pieces(of: 16_384).map { .origins(Array($0)) }
        let chunks = try pieces.map { piece in
            let bytes = piece.encoded()
            guard bytes.count <= SyncLimits.segmentBytesMax else {
                throw SnapshotFault.unreadable(scope, "a row is too large for a piece")
            }
            return Frame.compress(bytes, level: Self.level)
        }
        let entries = chunks.map {
            SnapshotManifest.Entry(name: ChunkName(of: $0), byteCount: $0.count)
        }
        return MadeSnapshot(
            manifest: SnapshotManifest(scope: scope, vector: floor, chunks: entries),
            chunks: chunks, heads: heads, origins: origins,
            hasUnread: replay.rows.contains { key, row in
                schema.table(key.table) == nil || !row.version.opaque.isEmpty
            })
    }

    /// Each author's chain and latest clock at the floor.
    private func heads(
        _ id: Int64, _ floor: VersionVector, _ rulings: Rulings
    ) throws -> [SnapshotPiece.Head] {
        try floor.entries.map { entry in
            let from = try LogFloor.head(of: entry.replica, id, db)
            var chain = from?.chain ?? HashChain()
            var clock = from?.clock ?? .zero
            let bodies = try Data.fetchCursor(
                db,
                sql: """
                    SELECT body FROM log WHERE scope = ? AND replica = ?
                    AND seq > ? AND seq <= ? ORDER BY seq
                    """,
                arguments: [
                    id, Int64(entry.replica.rawValue), Int64(clamping: from?.seq ?? 0),
                    Int64(clamping: entry.seq),
                ])
            while let body = try bodies.next() {
                let bytes = [UInt8](body)
                let changeset = try Changeset(decoding: bytes)
                chain = chain.appending(bytes)
                clock = max(clock, rulings.clock(of: changeset.dot, raw: changeset.clock))
            }
            return SnapshotPiece.Head(
                dot: Dot(entry.replica, entry.seq), chain: chain, clock: clock)
        }
    }

    private func rows(_ replay: RowReplay, _ keys: [RowKey]) -> [SnapshotPiece] {
        var pieces: [SnapshotPiece] = []
        var piece: [SnapshotRows.Row] = []
        var bytes = 0
        for (index, key) in keys.enumerated() {
            guard let row = replay.rows[key] else { continue }
            let cells = row.values.filter { !$0.value.isNull }.map { Cell($0.key, $0.value) }
                .sorted { $0.column < $1.column }
            piece.append(SnapshotRows.Row(id: key.row, version: row.version, cells: cells))
            bytes += cells.reduce(16) { $0 + $1.value.roughBytes }
            let isLast = index + 1 == keys.count || keys[index + 1].table != key.table
            let isCut =
                bytes >= Self.pieceBytes && Self.endsPiece(key.row)
                || bytes >= Self.pieceBytesMax
                || piece.count == SyncLimits.snapshotRowsPerPieceMax
            guard isLast || isCut else { continue }
            pieces.append(.rows(SnapshotRows(table: key.table, rows: piece)))
            (piece, bytes) = ([], 0)
        }
        return pieces
    }

    /// The finalizer of SplitMix64, so that ids that count up cut as seldom as any.
    private static func endsPiece(_ row: RowID) -> Bool {
        var z = UInt64(bitPattern: row.rawValue)
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return (z ^ (z >> 31)) % cutEvery == 0
    }
}

extension Value {
    fileprivate var roughBytes: Int {
        switch self {
        case .null: 1
        case .integer, .real: 6
        case .text(let text): text.utf8.count + 2
        case .blob(let bytes): bytes.count + 2
        }
    }
}

extension Array {
    fileprivate func pieces(of count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map {
            self[$0..<Swift.min($0 + count, self.count)]
        }
    }
}

import Compression
import Foundation
import GRDB
import SyncProtocol

/// The older part of the change-log, many changesets compressed in one block.
///
/// Problem: canonical changesets name scope, author and tables again and again; the log took more
/// room than the rows it made. Idea: neighbours compressed together are a fifth. What was written
/// last stays as it is, for that is what merging and sending look at.
///
/// A packed changeset keeps its row in `changeset`, with an empty body; the view `log` shows every
/// changeset whole, however it is kept. So: read bodies from `log`, never from `changeset`.
///
/// Invariants:
/// - a changeset lies in its row or in a block, and moves from one to the other within one
///   transaction, so no power cut finds it in neither;
/// - a body in the row counts before what a block says: so the repair of a damaged log
///   (``LogRepair``) need not know of blocks;
/// - blocks do not overlap, and begin at the position of their first changeset;
/// - a block that cannot be read shows empty bodies, which are found damaged like any other.
package enum LogBlocks {
    /// The SQL function that finds a changeset in a block.
    static let unpack = "trasne_unpacked"

    /// Canonical bytes in a block: enough for compression to find what repeats, few enough to be
    /// unpacked for one changeset and to be packed within somebody's transaction.
    private static let blockBytes = 32 << 10
    /// Canonical bytes at the end of the log that stay as they are.
    private static let tailBytes = 16 << 10
    /// The same at the hub, whose offices ask for what the others wrote since: of every block it
    /// would be one changeset.
    private static let hubTailBytes = 16 << 20
    /// Blocks that one transaction packs: a segment that arrives fills one and a half.
    private static let blocksAtOnce = 2
    /// A tenth of a millisecond a block; level 7 would win a sixteenth in four times that, which was
    /// an eighth of merging.
    private static let level: Int32 = 3

    static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS log_block (
                    first INTEGER PRIMARY KEY,
                    last INTEGER NOT NULL,
                    body BLOB NOT NULL);
                CREATE VIEW IF NOT EXISTS log AS
                    SELECT c.position, c.scope, c.replica, c.seq,
                        CASE WHEN length(c.body) > 0 THEN c.body ELSE \(unpack)(c.position, (
                            SELECT b.body FROM log_block b WHERE b.first <= c.position
                            ORDER BY b.first DESC LIMIT 1)) END AS body,
                        c.past
                    FROM changeset c;
                """)
    }

    /// Adds the function to a connection.
    static func addFunction(to db: Database) {
        let cache = BlockCache()
        db.add(
            function: DatabaseFunction(unpack, argumentCount: 2, pure: true) { values in
                guard let position = Int64.fromDatabaseValue(values[0]),
                    case .blob(let block) = values[1].storage
                else { return Data() }
                return cache.body(at: position, in: block)
            })
    }

    // MARK: - Packing

    /// Packs the oldest changesets that lie in rows, when there are enough of them.
    static func packIfDue(_ writer: WriterState, isHub: Bool, _ db: Database) throws {
        let tail = isHub ? hubTailBytes : tailBytes
        for _ in 0..<blocksAtOnce {
            let loose = try writer.looseBytes ?? looseBytes(db)
            writer.looseBytes = loose
            guard loose >= tail + blockBytes else { return }
            let found = try oldest(db)
            let bytes = found.reduce(0) { $0 + $1.body.count }
            writer.looseBytes = loose - bytes
            if bytes >= blockBytes { try pack(found, db) }
        }
    }

    private struct Loose {
        let position: Int64
        let scope: Int64
        let replica: Int64
        let seq: Int64
        let past: Int64
        let body: Data
    }

    private static func looseBytes(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            .kept(
                "SELECT coalesce(sum(length(body)), 0) FROM changeset WHERE position > ?",
                [lastPacked(db)])) ?? 0
    }

    private static func lastPacked(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, .kept("SELECT last FROM log_block ORDER BY first DESC LIMIT 1")) ?? 0
    }

    private static func oldest(_ db: Database) throws -> [Loose] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT position, scope, replica, seq, past, body FROM changeset
                    WHERE position > ? ORDER BY position
                    """), arguments: [lastPacked(db)])
        var found: [Loose] = []
        var bytes = 0
        while bytes < blockBytes, let row = try rows.next() {
            found.append(
                Loose(
                    position: row[0], scope: row[1], replica: row[2], seq: row[3], past: row[4],
                    body: row[5]))
            bytes += found[found.count - 1].body.count
        }
        return found
    }

    private static func pack(_ found: [Loose], _ db: Database) throws {
        guard let first = found.first?.position, let last = found.last?.position else { return }
        var out = ByteWriter(reservingCapacity: 2 * blockBytes)
        for changeset in found {
            out.varint(UInt64(bitPattern: changeset.position))
            out.block(changeset.body)
        }
        // Shrunk in place, rows would leave their pages nearly empty.
        try db.cachedStatement(sql: "DELETE FROM changeset WHERE position BETWEEN ? AND ?")
            .execute(arguments: [first, last])
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO changeset (position, scope, replica, seq, body, past)
                VALUES (?, ?, ?, ?, x'', ?)
                """)
        for one in found {
            try insert.execute(arguments: [
                one.position, one.scope, one.replica, one.seq, one.past,
            ])
        }
        try db.cachedStatement(sql: "INSERT INTO log_block (first, last, body) VALUES (?, ?, ?)")
            .execute(arguments: [
                first, last, Data(Frame.compress(out.bytes, level: level)),
            ])
    }

    /// - Returns: canonical changesets by position.
    /// - Throws: `FrameError` or `DecodeError` when the block is damaged.
    fileprivate static func bodies(in block: [UInt8]) throws -> [Int64: Data] {
        let limit = blockBytes + SyncLimits.changesetBytesMax + (1 << 20)
        var input = ByteReader(try Frame.decompress(block, limit: limit))
        var bodies: [Int64: Data] = [:]
        while input.remaining > 0 {
            let position = Int64(bitPattern: try input.varint())
            bodies[position] = Data(
                try input.block("changeset", limit: SyncLimits.changesetBytesMax))
        }
        return bodies
    }

    /// Takes away blocks of which no changeset is left.
    static func sweep(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM log_block WHERE NOT EXISTS (
                    SELECT 1 FROM changeset WHERE position BETWEEN first AND last)
                """)
    }
}

/// The block that was read last: whoever reads the log reads it in order.
///
/// `@unchecked Sendable`: each connection has its own, and SQLite asks it on the connection's queue.
private final class BlockCache: @unchecked Sendable {
    private var block = Data()
    private var bodies: [Int64: Data] = [:]

    /// - Returns: nothing when the block does not tell.
    func body(at position: Int64, in block: Data) -> Data {
        // Compared as a whole: a log that was rolled back may use a position again.
        if block != self.block {
            self.block = block
            bodies = (try? LogBlocks.bodies(in: [UInt8](block))) ?? [:]
        }
        return bodies[position] ?? Data()
    }
}

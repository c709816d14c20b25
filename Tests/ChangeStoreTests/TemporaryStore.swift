import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

/// A directory that goes away with its test, and what tests do with stores in it.
final class TemporaryPlace {
    static let scope = RandomHistory.scope
    static let author = Author("sari", .operator)

    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "trasne-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func path(_ name: String = "store.db") -> String { directory + "/" + name }

    func create(
        _ name: String = "store.db", replica: UInt32 = 9, isHub: Bool = false,
        schema: Schema = RandomHistory.schema
    ) throws -> ChangeStore {
        try ChangeStore.create(
            at: path(name),
            identity: StoreIdentity(
                replica: ReplicaID(replica), home: Self.scope, isHub: isHub), schema: schema)
    }

    /// What a power cut would leave: the files as they are while the store is open.
    func crashCopy(of name: String = "store.db", to copy: String) throws -> String {
        for suffix in ["", "-wal"] {
            let source = path(name) + suffix
            guard FileManager.default.fileExists(atPath: source) else { continue }
            try FileManager.default.copyItem(atPath: source, toPath: path(copy) + suffix)
        }
        return path(copy)
    }
}

extension ChangeStore {
    @discardableResult
    func receive(_ changesets: [Changeset]) throws -> Receipt { try receive(changesets, now: 1) }

    @discardableResult
    func insert(_ values: [(String, Value)] = [("plain", 1)], now: Int64 = 1_000) throws -> RowID {
        try record(as: TemporaryPlace.author, "test", now: now) {
            try $0.insert("specimen", values)
        }.result
    }

    var vector: VersionVector {
        get throws { try read { try ChangeLog.vector(of: TemporaryPlace.scope, $0) } }
    }

    var digest: String {
        get throws { try read { try Digest.of(TemporaryPlace.scope, schema: schema, $0) } }
    }

    /// Every changeset as a peer would pull it, segment by segment.
    func pull(from known: VersionVector = VersionVector(), bytesMax: Int = 4_000) throws
        -> [Segment]
    {
        var known = known
        var segments: [Segment] = []
        while let segment = try read({
            try ChangeLog.segment(
                of: TemporaryPlace.scope, lackedBy: known, bytesMax: bytesMax, $0)
        }) {
            segments.append(segment)
            known.merge(VersionVector(segment.changesets.map(\.dot)))
        }
        return segments
    }

    /// All that this store shows, out of its tables.
    var picture: Picture {
        get throws {
            try read { db in
                var rows: [MemoryStore.RowKey: Picture.Row] = [:]
                for table in schema.tables {
                    let found = try Row.fetchAll(
                        db, sql: "SELECT * FROM \(DomainTables.quoted(table.name))")
                    for row in found {
                        let version = try RowVersion(
                            decoding: [UInt8](row["_version"] as Data))
                        version.checkInvariants()
                        let key = MemoryStore.RowKey(
                            table: table.id, row: RowID(rawValue: row["id"]))
                        rows[key] = shown(version, table.cells(of: row))
                    }
                }
                for row in try Row.fetchAll(db, sql: "SELECT * FROM shadow_row") {
                    let version = try RowVersion(decoding: [UInt8](row["version"] as Data))
                    #expect(version.isAlive == (row["is_alive"] as Bool))
                    let key = MemoryStore.RowKey(
                        table: TableID(row["table_id"]), row: RowID(rawValue: row["row_id"]))
                    #expect(rows[key] == nil, "a row stands twice")
                    rows[key] = shown(
                        version, try ShadowCells.decode([UInt8](row["cells"] as Data)))
                }
                let disputes = try ConflictLog.all(db).map {
                    Picture.Dispute(conflict: $0.conflict, state: $0.state)
                }
                #expect(Set(disputes).count == disputes.count)
                return Picture(rows: rows, disputes: Set(disputes))
            }
        }
    }
}

private func shown(_ version: RowVersion, _ values: [ColumnID: Value]) -> Picture.Row {
    var values = values
    for cell in version.opaque { values[cell.column] = cell.value }
    return Picture.Row(isAlive: version.isAlive, values: values)
}

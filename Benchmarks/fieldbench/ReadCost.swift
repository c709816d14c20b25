import ChangeStore
import EdgeNode
import Foundation
import GRDB
import SyncProtocol

/// What an empty PC does with a snapshot, and what the search screen does with a name.
struct ReadCost {
    let node: EdgeNode
    let all: Workload
    let folder: URL

    struct Report: Encodable {
        /// Processor milliseconds.
        let milliseconds: [String: Samples]
        let rows: Int
        let snapshotBytes: Int

        enum CodingKeys: String, CodingKey {
            case milliseconds, rows
            case snapshotBytes = "snapshot_bytes"
        }
    }

    func measure(rounds: Int) throws -> Report {
        let office = try Office(node: node)
        let (manifest, chunks) = try snapshot()
        let names = try node.store.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM resident ORDER BY id LIMIT 2000")
        }
        let queries = stride(from: 0, to: names.count, by: 40).map { String(names[$0].prefix(4)) }
        // Reads the change-log into the index, once.
        let index = try Processor.seconds { _ = try office.search("zz") }
        let found = try Rounds.run(
            rounds,
            [
                ("a snapshot loaded", { try load(manifest, chunks) }),
                (
                    "a search of four letters",
                    {
                        try Processor.seconds {
                            for query in queries { _ = try office.search(query) }
                        }
                            / Double(max(1, queries.count))
                    }
                ),
            ])
        var milliseconds = found.mapValues { Samples($0.map { $0 * 1e3 }) }
        milliseconds["the search index made"] = Samples([index * 1e3])
        return Report(
            milliseconds: milliseconds, rows: try node.store.shownRows(of: all.scope).count,
            snapshotBytes: chunks.reduce(0) { $0 + $1.count })
    }

    private func snapshot() throws -> (SnapshotManifest, [[UInt8]]) {
        try inFolder { path in
            let store = try create(path)
            defer { try? store.close() }
            for segment in all.segments() { _ = try store.receive(segment.changesets, now: 0) }
            let vector = try store.read { try ChangeLog.vector(of: all.scope, $0) }
            try store.raiseFloor(of: all.scope, to: vector, now: 0)
            return try store.read { db in
                guard let manifest = try SnapshotShelf.manifest(of: all.scope, .base, db) else {
                    preconditionFailure("the floor did not rise")
                }
                return (manifest, try manifest.chunks.map { try SnapshotShelf.chunk($0.name, db)! })
            }
        }
    }

    private func load(_ manifest: SnapshotManifest, _ chunks: [[UInt8]]) throws -> Double {
        try inFolder { path in
            let store = try create(path)
            defer { try? store.close() }
            try store.bookkeeping { db in
                for chunk in chunks { try SnapshotShelf.put(chunk, db) }
                try SnapshotShelf.keep(manifest, .fetched, now: 0, db)
            }
            return try Processor.seconds { try store.loadSnapshot(of: manifest.scope) }
        }
    }

    private func create(_ path: String) throws -> ChangeStore {
        try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: ReplicaID(7_000), home: all.scope, isHub: false),
            schema: all.schema)
    }

    private func inFolder<T>(_ run: (String) throws -> T) throws -> T {
        let mine = folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: mine, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: mine) }
        return try run(mine.appendingPathComponent("store.sqlite").path)
    }
}

import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

/// A store that began with a snapshot against one that merged every changeset (SYNC §4).
@Suite struct Snapshots {
    private static let scope = TemporaryPlace.scope
    /// More on demand: `TRASNE_SNAPSHOT_SEEDS=1000`.
    private static let seeds =
        ProcessInfo.processInfo.environment["TRASNE_SNAPSHOT_SEEDS"].flatMap { UInt64($0) } ?? 30

    @Test("A store from a snapshot is one that merged everything, then and whatever comes later")
    func loadedIsMerged() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<Self.seeds {
            let cut = try Cut(seed: seed)
            let hub = try place.create("hub\(seed).db", replica: 1, isHub: true)
            try hub.receive(cut.held)
            let loaded = try place.create("new\(seed).db")
            // What it holds already: nothing, or what one of the authors held at some time.
            try loaded.receive(cut.own)
            let made = try #require(try hub.makeSnapshot(floor: cut.floor))
            try loaded.fetch(made)
            let all = Set(cut.held).union(cut.own)
            let isNeeded = !VersionVector(cut.own.map(\.dot)).covers(made.manifest.vector)
            #expect(try (loaded.loadSnapshot(of: Self.scope) != nil) == isNeeded)
            let whole = try place.create("all\(seed).db", replica: 8)
            try whole.receive(cut.changesets.filter(all.contains))
            try #require(try loaded.everything == whole.everything, "seed \(seed)")

            var random = SeededRandom(seed: seed &+ 1)
            let later = (cut.changesets + cut.changesets.prefix(4)).shuffled(using: &random)
            for store in [loaded, whole] { try store.receive(later) }
            try #require(try loaded.everything == whole.everything, "seed \(seed), later")
            #expect(try loaded.read(ChangeLog.heldCount) == 0)
            #expect(try loaded.integrityProblems().isEmpty)
            #expect(try loaded.soundnessProblems() == [], "seed \(seed)")
            for store in [hub, loaded, whole] { try store.close() }
        }
    }

    @Test("Whatever floor a snapshot claims, rows end up alike; only old pairs may be missing")
    func rowsNeverDependOnTheFloor() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<Self.seeds {
            let cut = try Cut(seed: seed)
            let hub = try place.create("hub\(seed).db", replica: 1, isHub: true)
            try hub.receive(cut.held)
            let loaded = try place.create("new\(seed).db")
            try loaded.fetch(try #require(try hub.makeSnapshot(floor: hub.vector)))
            try loaded.loadSnapshot(of: Self.scope)
            let whole = try place.create("all\(seed).db", replica: 8)
            for store in [loaded, whole] { try store.receive(cut.changesets) }
            try #require(try loaded.picture.rows == whole.picture.rows, "seed \(seed)")
            try #require(try loaded.versions == whole.versions, "seed \(seed)")
            let open = try whole.picture.disputes.filter {
                $0.state == .open && $0.conflict.kind == .value
            }
            let found = try loaded.picture.disputes
            for dispute in open {
                try #require(found.contains(dispute), "seed \(seed): \(dispute)")
            }
            for store in [hub, loaded, whole] { try store.close() }
        }
    }

    @Test("Stores that hold the same make the same chunks, and a loaded one too")
    func deterministic() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<8 {
            let cut = try Cut(seed: seed)
            let one = try place.create("a\(seed).db", replica: 1, isHub: true)
            try one.receive(cut.held)
            let made = try #require(try one.makeSnapshot(floor: cut.floor))
            let two = try place.create("b\(seed).db")
            try two.fetch(made)
            try two.loadSnapshot(of: Self.scope)
            #expect(try two.makeSnapshot(floor: cut.floor)?.manifest == made.manifest)
            try one.close()
            try two.close()
        }
    }

    @Test("A snapshot of many rows is cut into pieces, of which one change renews one")
    func chunksAreShared() throws {
        let place = try TemporaryPlace()
        let hub = try place.create(replica: 1, isHub: true)
        for batch in 0..<40 {
            try hub.record(as: TemporaryPlace.author, "import", now: 1_000) { draft in
                for row in 0..<1_000 {
                    try draft.insert(
                        "specimen",
                        [("plain", .integer(Int64(batch * row))), ("state", .text("draft \(row)"))])
                }
            }
        }
        let before = try #require(try hub.makeSnapshot(floor: hub.vector)).manifest
        #expect(before.chunks.count > 4)
        let row = try #require(
            try hub.read { try Int64.fetchOne($0, sql: "SELECT id FROM specimen LIMIT 1") })
        try hub.record(as: TemporaryPlace.author, "x", now: 2_000) {
            try $0.update("specimen", RowID(rawValue: row), [("plain", 7)])
        }
        let after = try #require(try hub.makeSnapshot(floor: hub.vector)).manifest
        let renewed = Set(after.chunks.map(\.name)).subtracting(before.chunks.map(\.name))
        // Its rows, the heads, the origins.
        #expect(renewed.count <= 3)
    }

    @Test("A chunk that is missing or damaged changes nothing; the fetch goes on after a restart")
    func resumes() throws {
        let place = try TemporaryPlace()
        let cut = try Cut(seed: 3)
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        try hub.receive(cut.held)
        let made = try #require(try hub.makeSnapshot(floor: hub.vector))
        var store = try place.create()
        try store.bookkeeping { db in
            try SnapshotShelf.keep(made.manifest, .fetched, now: 1, db)
            try SnapshotShelf.put(made.chunks[0], db)
        }
        #expect(throws: SnapshotFault.incomplete(Self.scope)) {
            try store.loadSnapshot(of: Self.scope)
        }
        #expect(try store.vector.isEmpty)
        try store.close()
        store = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        try store.bookkeeping { db in
            #expect(try SnapshotShelf.present(of: made.manifest, db).first == true)
            #expect(try SnapshotShelf.present(of: made.manifest, db).last == false)
            for chunk in made.chunks { try SnapshotShelf.put(chunk, db) }
        }
        try store.loadSnapshot(of: Self.scope)
        #expect(try store.everything == hub.everything)
        // It is what the rows began with, and no longer being fetched.
        #expect(try store.read { try SnapshotShelf.manifests(.fetched, $0).isEmpty })
        let base = try store.read { try SnapshotShelf.manifest(of: Self.scope, .base, $0) }
        #expect(base == made.manifest)
    }

    @Test("A copy that wrote on is told by its chain, and keeps what it has")
    func forkIsRefused() throws {
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let original = try place.create("one.db", replica: 9)
        let copy = try place.create("two.db", replica: 9)
        try original.insert([("plain", 1)])
        try copy.insert([("plain", 2)])
        try hub.receive(try original.pull().flatMap(\.changesets))
        try hub.record(as: TemporaryPlace.author, "x", now: 5) {
            try $0.insert("specimen", [("plain", 3)])
        }
        let made = try #require(try hub.makeSnapshot(floor: hub.vector))
        let before = try copy.everything
        try copy.fetch(made)
        #expect(throws: MergeFault.fork(Dot(ReplicaID(9), 1), Self.scope)) {
            try copy.loadSnapshot(of: Self.scope)
        }
        #expect(try copy.everything == before)
    }

    @Test("The log shrinks at any stable point, in any steps, and all stays as it was")
    func compactedIsWhole() throws {
        let place = try TemporaryPlace()
        var removed = 0
        for seed: UInt64 in 0..<Self.seeds {
            let cut = try Cut(seed: seed)
            let store = try place.create("one\(seed).db")
            let whole = try place.create("all\(seed).db", replica: 8)
            for one in [store, whole] { try one.receive(cut.held) }
            var step = CompactionStep()
            repeat {
                let part = try store.compact(
                    Self.scope, to: cut.floor, changesetsMax: 1 + Int(seed % 5), now: 1)
                step += part
            } while !step.isFinished
            removed += step.changesets
            try #require(try store.everything == whole.everything, "seed \(seed)")
            for changeset in try store.pull(from: cut.floor).flatMap(\.changesets) {
                #expect(!cut.floor.covers(changeset.dot))
            }
            // A snapshot made after it is as good as one made before.
            let loaded = try place.create("new\(seed).db", replica: 7)
            try loaded.fetch(try #require(try store.makeSnapshot(floor: cut.floor)))
            try loaded.loadSnapshot(of: Self.scope)
            var random = SeededRandom(seed: seed &+ 1)
            let later = (cut.changesets + cut.changesets.prefix(4)).shuffled(using: &random)
            for one in [store, whole, loaded] { try one.receive(later) }
            try #require(try store.everything == whole.everything, "seed \(seed), later")
            try #require(try loaded.everything == whole.everything, "seed \(seed), loaded")
            #expect(try store.soundnessProblems() == [], "seed \(seed)")
            for one in [store, whole, loaded] { try one.close() }
        }
        #expect(removed > 5 * Int(Self.seeds))
    }

    @Test("What this program cannot read yet is not compacted; updated, it shows the whole")
    func unreadStays() throws {
        let place = try TemporaryPlace()
        let table = RandomHistory.schema.tables[0]
        let old = Schema(
            version: 1,
            tables: [
                Table(
                    1, table.name, table.label, writers: [],
                    columns: table.columns.filter { $0.id.rawValue != 6 })
            ])
        let new = Schema(version: 2, tables: RandomHistory.schema.tables)
        for seed: UInt64 in 0..<Self.seeds / 2 {
            let cut = try Cut(seed: seed)
            let name = "\(seed).db"
            var store = try place.create(name, schema: old)
            // Before anybody wrote what is unknown here, the log may shrink.
            let known = cut.held.prefix { changeset in
                !changeset.operations.contains { $0.value(of: ColumnID(6)) != nil }
            }
            try store.receive(Array(known))
            _ = try store.compact(Self.scope, to: store.vector.clipped(to: cut.floor), now: 1)
            try store.receive(cut.held)
            if known.count < cut.held.count {
                let unread = try store.compact(Self.scope, to: cut.floor, now: 1)
                #expect(unread.changesets == 0)
            }
            try store.close()
            store = try ChangeStore.open(at: place.path(name), schema: new)
            let whole = try place.create("all" + name, replica: 8, schema: new)
            try whole.receive(cut.held)
            try #require(try store.everything == whole.everything, "seed \(seed)")
            for one in [store, whole] { try one.receive(cut.changesets) }
            try #require(try store.everything == whole.everything, "seed \(seed), later")
            try store.close()
            try whole.close()
        }
    }

    @Test("An old program that began with a snapshot shows the whole once it is updated")
    func oldProgramWithSnapshot() throws {
        let place = try TemporaryPlace()
        let table = RandomHistory.schema.tables[0]
        let new = Schema(version: 2, tables: RandomHistory.schema.tables)
        for seed: UInt64 in 0..<Self.seeds / 2 {
            let cut = try Cut(seed: seed)
            let tables =
                seed % 4 == 0
                ? []
                : [
                    Table(
                        1, table.name, table.label, writers: [],
                        columns: table.columns.filter { $0.id.rawValue % 3 != 0 })
                ]
            let hub = try place.create("hub\(seed).db", replica: 1, isHub: true, schema: new)
            try hub.receive(cut.held)
            let name = "\(seed).db"
            var store = try place.create(name, schema: Schema(version: 1, tables: tables))
            try store.fetch(try #require(try hub.makeSnapshot(floor: cut.floor)))
            try store.loadSnapshot(of: Self.scope)
            let half = cut.changesets.prefix((cut.held.count + cut.changesets.count) / 2)
            try store.receive(Array(half))
            try hub.receive(Array(half))
            try store.close()
            store = try ChangeStore.open(at: place.path(name), schema: new)
            try #require(try store.everything == hub.everything, "seed \(seed)")
            for one in [store, hub] { try one.receive(cut.changesets) }
            try #require(try store.everything == hub.everything, "seed \(seed), later")
            try store.close()
            try hub.close()
        }
    }

    @Test("A store that began with a snapshot may take a new number: what it wrote stays")
    func newNumberAfterSnapshot() throws {
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let row = try hub.record(as: TemporaryPlace.author, "x", now: 5) {
            try $0.insert("specimen", [("plain", 3), ("total", 10)])
        }.result
        let store = try place.create("one.db", replica: 9)
        try store.fetch(try #require(try hub.makeSnapshot(floor: hub.vector)))
        try store.loadSnapshot(of: Self.scope)
        try store.record(as: TemporaryPlace.author, "x", now: 6) {
            try $0.update("specimen", row, [("plain", 4), ("total", 5)])
        }
        let before = try store.digest
        #expect(
            try store.begin(
                incarnation: ReplicaID(12), because: "copy", keeping: [Self.scope: 0], now: 7) == 1)
        #expect(try store.digest == before)
        try hub.receive(try store.pull(from: hub.vector).flatMap(\.changesets))
        #expect(try hub.everything == store.everything)
        let total = try hub.read { try Int.fetchOne($0, sql: "SELECT total FROM specimen") }
        #expect(total == 15)
    }
}

/// A random past at a random moment: what is held, what one author held, and what is stable.
private struct Cut {
    let changesets: [Changeset]
    let held: [Changeset]
    let own: [Changeset]
    /// What everybody who wrote one of the rest had seen.
    let floor: VersionVector

    init(seed: UInt64) throws {
        let history = try RandomHistory(seed: seed, replicas: 4, steps: 40)
        var random = SeededRandom(seed: seed &+ 9)
        changesets = history.changesets
        held = Array(changesets.prefix(changesets.count / 2 + random.below(changesets.count / 2)))
        let author = history.stores[random.below(4)].log[RandomHistory.scope] ?? []
        own = random.chance(50) ? [] : Array(author.prefix(random.below(author.count + 1)))
        var floor = VersionVector(held.map(\.dot))
        for changeset in changesets.dropFirst(held.count) + own {
            guard !held.contains(changeset) else { continue }
            for entry in floor.entries {
                floor[entry.replica] = min(entry.seq, changeset.context[entry.replica])
            }
        }
        self.floor = floor
    }
}

/// All in which two stores that hold the same must agree.
private struct Everything: Hashable {
    let picture: Picture
    let versions: [String: [UInt8]]
    let vector: VersionVector
    let heads: [HashChain]
    let digest: String
}

extension ChangeStore {
    fileprivate var versions: [String: [UInt8]] {
        get throws {
            try read { db in
                var found: [String: [UInt8]] = [:]
                for row in try Row.fetchAll(db, sql: "SELECT id, _version FROM specimen") {
                    found["\(row[0] as Int64)"] = [UInt8](row[1] as Data)
                }
                for row in try Row.fetchAll(db, sql: "SELECT row_id, version FROM shadow_row") {
                    found["\(row[0] as Int64)"] = [UInt8](row[1] as Data)
                }
                return found
            }
        }
    }

    fileprivate var everything: Everything {
        get throws {
            let vector = try vector
            return Everything(
                picture: try picture, versions: try versions, vector: vector,
                heads: try vector.entries.compactMap { entry in
                    try read {
                        try ChangeLog.chainHead(
                            of: entry.replica, in: TemporaryPlace.scope, $0)
                    }
                }, digest: try digest)
        }
    }

    fileprivate func makeSnapshot(floor: VersionVector) throws -> MadeSnapshot? {
        try read {
            try SnapshotMaking.make(TemporaryPlace.scope, floor: floor, schema: schema, $0)
        }
    }

    fileprivate func fetch(_ made: MadeSnapshot) throws {
        try bookkeeping { db in
            try SnapshotShelf.keep(made.manifest, .fetched, now: 1, db)
            for chunk in made.chunks { try SnapshotShelf.put(chunk, db) }
        }
    }
}

import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

/// Stores whose log begins at a floor against one that merged every changeset (SYNC §4).
@Suite struct Snapshots {
    private static let scope = TemporaryPlace.scope
    /// More on demand: `TRASNE_SNAPSHOT_SEEDS=1000`.
    private static let seeds =
        ProcessInfo.processInfo.environment["TRASNE_SNAPSHOT_SEEDS"].flatMap { UInt64($0) } ?? 6

    @Test("An office that lets its log go shows what the whole log shows, whatever the hub rules")
    func compactedIsWhole() throws {
        let place = try TemporaryPlace()
        var (raises, loads, refusals, decisions) = (0, 0, 0, 0)
        for seed in 0..<Self.seeds {
            let town = try CompactedTown(seed: seed, in: place)
            for _ in 0..<5 {
                try town.run(steps: 24)
                try town.meetAll()
                for store in town.stores {
                    let differences = try store.everything.differences(
                        from: town.whole.everything)
                    try #require(differences == [], "seed \(seed), \(store.identity.replica)")
                    #expect(try store.soundnessProblems() == [], "seed \(seed)")
                    #expect(try store.integrityProblems() == [])
                }
                try town.endOfDay()
            }
            raises += town.raises
            loads += town.loads
            refusals += town.refusals
            decisions += town.decisions
            try town.close()
        }
        // It did happen.
        let least = Int(Self.seeds) / 2
        #expect(raises > least && loads > least && decisions > least && refusals > least)
    }

    @Test("A PC comes back after it was given up: all that it wrote is there, everywhere alike")
    func backAfterExpiry() throws {
        let place = try TemporaryPlace()
        var loads = 0
        for seed in 0..<Self.seeds {
            let town = try CompactedTown(seed: seed, in: place)
            try town.run(steps: 20)
            try town.meetAll()
            try town.leave(0, steps: 40)
            try town.meetAll()
            loads += town.loads
            let whole = try town.whole.picture
            for store in town.stores {
                try #require(try store.picture.rows == whole.rows, "seed \(seed)")
                try #require(try store.vector == town.whole.vector, "seed \(seed)")
                // Pairs with what was overwritten long ago may be missing; never a question that
                // somebody has to answer.
                let found = try store.picture.disputes
                let open = whole.disputes.filter { $0.state == .open }
                #expect(
                    open.filter { $0.conflict.kind == .value }.isSubset(of: found),
                    "seed \(seed)")
                #expect(Set(open.map(\.conflict.row)).isSubset(of: found.openRows))
                #expect(try store.soundnessProblems() == [], "seed \(seed)")
                #expect(try store.read(ChangeLog.heldCount) == 0)
            }
            try town.close()
        }
        #expect(loads > Int(Self.seeds) / 2)
    }

    /// A hub whose log is gone, and a store that holds the same with all of its log.
    private func compacted(
        _ place: TemporaryPlace, rows: Int = 6
    ) throws -> (hub: ChangeStore, whole: ChangeStore) {
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        for number in 0..<rows {
            let row = try hub.insert([("plain", .integer(Int64(number))), ("total", 5)])
            try hub.record(as: TemporaryPlace.author, "x", now: 1_000) {
                try $0.update("specimen", row, [("total", 2), ("state", "draft")])
            }
        }
        let whole = try place.create("whole.db", replica: 8)
        try whole.receive(hub.pull().flatMap(\.changesets))
        try hub.raiseFloor(of: Self.scope, to: hub.vector, now: 1)
        #expect(try hub.dropLog(of: Self.scope).changesets == 2 * rows - 1)
        return (hub, whole)
    }

    @Test("Of a log that is gone, the last changeset stays, so that positions only rise")
    func positionsRise() throws {
        let place = try TemporaryPlace()
        let (hub, whole) = try compacted(place)
        #expect(try hub.logCount == 1)
        let before = try hub.read {
            try Int64.fetchOne($0, sql: "SELECT max(position) FROM changeset")
        }
        try hub.insert()
        try hub.raiseFloor(of: Self.scope, to: hub.vector, now: 1)
        _ = try hub.dropLog(of: Self.scope)
        let after = try hub.read {
            try Int64.fetchOne($0, sql: "SELECT max(position) FROM changeset")
        }
        #expect(after ?? 0 > before ?? 0)
        #expect(try hub.soundnessProblems() == [])
        _ = whole
    }

    @Test("A snapshot of many rows is cut into pieces, of which one change renews one")
    func chunksAreShared() throws {
        let place = try TemporaryPlace()
        let hub = try place.create(replica: 1, isHub: true)
        for batch in 0..<20 {
            try hub.record(as: TemporaryPlace.author, "import", now: 1_000) { draft in
                for row in 0..<1_000 {
                    _ = try draft.insert(
                        "specimen",
                        [("plain", .integer(Int64(batch * row))), ("state", .text("draft \(row)"))])
                }
            }
        }
        try hub.raiseFloor(of: Self.scope, to: hub.vector, now: 1)
        let before = try #require(try hub.base)
        #expect(before.chunks.count > 3)
        let row = try #require(
            try hub.read { try Int64.fetchOne($0, sql: "SELECT id FROM specimen LIMIT 1") })
        try hub.record(as: TemporaryPlace.author, "x", now: 2_000) {
            try $0.update("specimen", RowID(rawValue: row), [("plain", 7)])
        }
        try hub.raiseFloor(of: Self.scope, to: hub.vector, now: 1)
        let after = try #require(try hub.base)
        let renewed = Set(after.chunks.map(\.name)).subtracting(before.chunks.map(\.name))
        // Its rows, the heads, the origins.
        #expect((1...3).contains(renewed.count))
        // What nobody names any more is gone.
        let kept = try hub.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM snapshot_chunk") }
        #expect(kept == Set(after.chunks.map(\.name)).count)
    }

    @Test("A chunk that is missing or damaged changes nothing; the fetch goes on after a restart")
    func resumes() throws {
        let place = try TemporaryPlace()
        let (hub, whole) = try compacted(place)
        var store = try place.create()
        try store.fetch(hub, chunks: 1)
        #expect(throws: SnapshotFault.incomplete(Self.scope)) {
            try store.loadSnapshot(of: Self.scope)
        }
        #expect(try store.vector.isEmpty)
        try store.close()
        store = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        let manifest = try #require(try hub.base)
        #expect(
            try store.read { try SnapshotShelf.present(of: manifest, $0) }.filter { $0 }.count == 1)
        try store.fetch(hub)
        try store.bookkeeping {
            try $0.execute(sql: "UPDATE snapshot_chunk SET body = body || x'00'")
        }
        #expect(throws: SnapshotFault.self) { try store.loadSnapshot(of: Self.scope) }
        #expect(try store.vector.isEmpty)
        try store.bookkeeping { try $0.execute(sql: "DELETE FROM snapshot_chunk") }
        #expect(try store.load(hub) == 0)
        #expect(try store.everything == whole.everything)
        // It is the base, and no longer being fetched.
        #expect(try store.read { try SnapshotShelf.manifests(.fetched, $0).isEmpty })
        #expect(try store.base == manifest)
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
        try hub.insert([("plain", 3)])
        try hub.raiseFloor(of: Self.scope, to: hub.vector, now: 1)
        let before = try copy.everything
        #expect(throws: MergeFault.fork(Dot(ReplicaID(9), 1), Self.scope)) { try copy.load(hub) }
        #expect(try copy.everything == before)
        // An older copy of itself is in doubt, too: it would give numbers away twice.
        let older = try place.create("old.db", replica: 9)
        #expect(throws: MergeFault.fork(Dot(ReplicaID(9), 1), Self.scope)) { try older.load(hub) }
    }

    @Test("What this program cannot read yet is not compacted; updated, it shows the whole")
    func unreadStays() throws {
        let place = try TemporaryPlace()
        let (new, old) = Self.schemas
        let author = try place.create("author.db", replica: 3, schema: new)
        let row = try author.insert([("plain", 1), ("total", 3)])
        try author.record(as: TemporaryPlace.author, "x", now: 5) {
            try $0.update("specimen", row, [("total", 4)])
        }
        var store = try place.create(schema: old)
        try store.receive(author.pull().flatMap(\.changesets))
        #expect(try store.raiseFloor(of: Self.scope, to: store.vector, now: 1).floor.isEmpty)
        try store.close()
        store = try ChangeStore.open(at: place.path(), schema: new)
        #expect(try store.everything == author.everything)
        #expect(
            try store.raiseFloor(of: Self.scope, to: store.vector, now: 1).floor == store.vector)
    }

    @Test("An old program that began with a snapshot shows the whole once it is updated")
    func oldProgramWithSnapshot() throws {
        let place = try TemporaryPlace()
        let (new, old) = Self.schemas
        for (number, schema) in [old, Schema(version: 1, tables: [Ruling.table])].enumerated() {
            let hub = try place.create("hub\(number).db", replica: 1, isHub: true, schema: new)
            let row = try hub.insert([("plain", 1), ("total", 3)])
            let other = try place.create("other\(number).db", replica: 4, schema: new)
            try other.receive(hub.pull().flatMap(\.changesets))
            // Two who did not know of each other add to the unknown column.
            for store in [hub, other] {
                try store.record(as: TemporaryPlace.author, "x", now: 5) {
                    try $0.update("specimen", row, [("total", 4), ("reviewed", 2)])
                }
            }
            try hub.raiseFloor(of: Self.scope, to: VersionVector([Dot(.hub, 1)]), now: 1)
            _ = try hub.dropLog(of: Self.scope)
            var store = try place.create("\(number).db", schema: schema)
            try store.load(hub)
            let late = try other.pull(from: VersionVector([Dot(.hub, 1)])).flatMap(\.changesets)
            try store.receive(hub.pull(from: store.vector).flatMap(\.changesets) + late)
            try hub.receive(late)
            try store.close()
            store = try ChangeStore.open(at: place.path("\(number).db"), schema: new)
            #expect(try store.everything == hub.everything)
            let total = try store.read { try Int.fetchOne($0, sql: "SELECT total FROM specimen") }
            #expect(total == 11)
        }
    }

    @Test("A store that began with a snapshot may take a new number: what it wrote stays")
    func newNumberAfterSnapshot() throws {
        let place = try TemporaryPlace()
        let (hub, _) = try compacted(place, rows: 1)
        let store = try place.create("one.db", replica: 9)
        try store.load(hub)
        let row = try #require(
            try store.read { try Int64.fetchOne($0, sql: "SELECT id FROM specimen") })
        try store.record(as: TemporaryPlace.author, "x", now: 6) {
            try $0.update("specimen", RowID(rawValue: row), [("plain", 4), ("total", 5)])
        }
        let before = try store.digest
        #expect(
            try store.begin(
                incarnation: ReplicaID(12), because: "copy",
                keeping: [Self.scope: [ReplicaID(9): 0]], now: 7) == 1)
        #expect(try store.digest == before)
        try hub.receive(try store.pull(from: hub.vector).flatMap(\.changesets))
        #expect(try hub.everything == store.everything)
        let total = try hub.read { try Int.fetchOne($0, sql: "SELECT total FROM specimen") }
        #expect(total == 12)
    }

    @Test("A row altered by another program is put right from the base; a damaged base is told")
    func repairFromBase() throws {
        let place = try TemporaryPlace()
        let (hub, whole) = try compacted(place)
        try hub.close()
        // As another tool would, without the guard.
        var tool = Configuration()
        tool.prepareDatabase { db in
            db.add(
                function: DatabaseFunction(DomainTables.guardFunction, argumentCount: 0) { _ in 1 })
        }
        func alter(_ sql: String) throws {
            let queue = try DatabaseQueue(path: place.path("hub.db"), configuration: tool)
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
        try alter("UPDATE specimen SET plain = 99 WHERE plain = 3")
        let again = try ChangeStore.open(at: place.path("hub.db"), schema: RandomHistory.schema)
        #expect(try again.lookThrough(Self.scope, now: 1) == .repaired(1))
        #expect(try again.everything == whole.everything)
        try again.close()
        try alter("UPDATE specimen SET plain = 99 WHERE plain = 3")
        try alter("UPDATE snapshot_chunk SET body = x'00'")
        let damaged = try ChangeStore.open(at: place.path("hub.db"), schema: RandomHistory.schema)
        #expect(try damaged.lookThrough(Self.scope, now: 1) == .damaged)
        #expect(try damaged.soundnessProblems() != [])
    }

    /// With a column that the older one does not know.
    private static var schemas: (new: Schema, old: Schema) {
        let table = RandomHistory.schema.tables[0]
        let older = Table(
            1, table.name, table.label, writers: [],
            columns: table.columns.filter { $0.id.rawValue != 6 })
        return (
            Schema(version: 2, tables: RandomHistory.schema.tables),
            Schema(version: 1, tables: [older, Ruling.table])
        )
    }
}

extension Set<Picture.Dispute> {
    fileprivate var openRows: Set<RowID> {
        Set<RowID>(filter { $0.state == .open }.map(\.conflict.row))
    }
}

import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

/// An old program receives what it does not know, keeps it, passes it on byte-exact, and shows it
/// once it is upgraded (S20).
@Suite struct Upgrades {
    private static let scope = TemporaryPlace.scope
    private static let new = Schema(version: 2, tables: RandomHistory.schema.tables)

    /// The old schema: only these columns of the table.
    private static func old(_ columns: Set<UInt32>) -> Schema {
        let table = RandomHistory.schema.tables[0]
        return Schema(
            version: 1,
            tables: [
                Table(
                    table.id.rawValue, table.name, table.label, writers: table.writers,
                    columns: table.columns.filter { columns.contains($0.id.rawValue) })
            ])
    }

    private static let olds: [Schema] = [
        Schema(version: 1, tables: []), old([]), old([1, 3]), old([2, 4, 6, 8]),
        old([1, 2, 3, 4, 5, 6, 7, 8]),
    ]

    @Test("What was unknown is passed on byte for byte, at rest and after the upgrade")
    func relay() throws {
        let place = try TemporaryPlace()
        for (index, schema) in Self.olds.enumerated() {
            let history = try RandomHistory(seed: UInt64(index), replicas: 4, steps: 40)
            let sent = Segment(scope: Self.scope, changesets: history.changesets).encoded()
            var store = try place.create("\(index).db", schema: schema)
            try store.receive(Segment(decoding: sent).changesets)
            for _ in 0..<2 {
                let out = try store.pull(bytesMax: 1 << 20)
                #expect(out.map { $0.encoded() } == [sent])
                try store.close()
                store = try ChangeStore.open(at: place.path("\(index).db"), schema: Self.new)
            }
        }
    }

    @Test("An upgraded store shows what it would show had it always been new")
    func upgradedPicture() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<40 {
            let schema = Self.olds[Int(seed) % Self.olds.count]
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
            let half = history.changesets.count / 2
            let path = place.path("\(seed).db")
            let store = try place.create("\(seed).db", schema: schema)
            try store.receive(Array(history.changesets.prefix(half)))
            try store.close()
            let upgraded = try ChangeStore.open(at: path, schema: Self.new)
            for held in [half, history.changesets.count] {
                let changesets = Array(history.changesets.prefix(held))
                try upgraded.receive(changesets)
                let memory = MemoryStore(schema: Self.new)
                for changeset in changesets {
                    _ = try Merger(memory).receive(changeset, encoded: changeset.encoded())
                }
                try #require(try upgraded.picture.rows == memory.picture.rows, "seed \(seed)")
                try #require(
                    try upgraded.picture.disputes == memory.picture.disputes, "seed \(seed)")
            }
            #expect(try upgraded.integrityProblems().isEmpty)
            try upgraded.close()
        }
    }

    /// Two rows with a column and a table that the old program does not know; the second is
    /// deleted; column 9 is unknown even to the new one.
    private func sample() -> [Changeset] {
        func changeset(_ seq: UInt64, _ operations: [RowOperation]) -> Changeset {
            Changeset(
                scope: Self.scope, dot: Dot(ReplicaID(2), seq), clock: HLC(milliseconds: 5),
                author: TemporaryPlace.author, intent: "x", context: VersionVector(),
                operations: operations)
        }
        func operation(
            _ table: UInt32, _ row: Int64, _ kind: RowOperation.Kind, _ cells: [Cell] = []
        ) -> RowOperation {
            RowOperation(
                table: TableID(table), row: RowID(rawValue: row), kind: kind, cells: cells)
        }
        let cells = [
            Cell(ColumnID(1), 1), Cell(ColumnID(2), 2), Cell(ColumnID(9), .blob([9, 0])),
        ]
        return [
            changeset(1, (1...2).map { operation(1, $0, .insert, cells) }),
            changeset(2, (1...2).map { operation(7, $0, .insert, cells) }),
            changeset(3, [operation(1, 2, .delete), operation(7, 2, .delete)]),
            changeset(4, [operation(1, 1, .update, [Cell(ColumnID(2), 22)])]),
        ]
    }

    private func schema(_ version: UInt32, tables: [UInt32], columns: [UInt32]) -> Schema {
        Schema(
            version: version,
            tables: tables.map { id in
                Table(
                    id, "table\(id)", Label("t", "t"), writers: [],
                    indexes: columns.contains(2) ? [["column2"]] : [],
                    columns: columns.map {
                        Column($0, "column\($0)", $0 == 9 ? .blob : .integer, Label("c", "c"))
                    })
            })
    }

    @Test("New columns and tables appear in SQL; digests stay equal")
    func newColumnsAndTables() throws {
        let place = try TemporaryPlace()
        let v1 = schema(1, tables: [1], columns: [1])
        let v2 = schema(2, tables: [1, 7], columns: [1, 2])
        let v3 = schema(3, tables: [1, 7], columns: [1, 2, 9])
        let old = try place.create(schema: v1)
        try old.receive(sample())
        let fresh = try place.create("new.db", schema: v3)
        try fresh.receive(sample())
        let digest = try fresh.digest
        #expect(try old.digest == digest)
        try old.close()
        for version in [v2, v3] {
            let store = try ChangeStore.open(at: place.path(), schema: version)
            #expect(try store.digest == digest)
            let (known, unknown) = try store.read { db in
                (
                    try Int.fetchAll(db, sql: "SELECT column2 FROM table1"),
                    try Int.fetchAll(db, sql: "SELECT column2 FROM table7")
                )
            }
            #expect(known == [22])
            #expect(unknown == [2])
            try store.close()
        }
        let store = try ChangeStore.open(at: place.path(), schema: v3)
        let bytes = try store.read { try Data.fetchAll($0, sql: "SELECT column9 FROM table1") }
        #expect(bytes == [Data([9, 0])])
        #expect(try store.picture == fresh.picture)
    }

    @Test("A row that was dead during the upgrades comes back whole")
    func deadRows() throws {
        let place = try TemporaryPlace()
        let v1 = schema(1, tables: [1], columns: [1])
        let v2 = schema(2, tables: [1, 7], columns: [1, 2])
        try place.create(schema: v1).close()
        let old = try ChangeStore.open(at: place.path(), schema: v1)
        try old.receive(sample())
        try old.close()
        let store = try ChangeStore.open(at: place.path(), schema: v2)
        for table in ["table1", "table7"] {
            try store.record(as: TemporaryPlace.author, "x", now: 1) {
                try $0.revive(table, RowID(rawValue: 2))
            }
        }
        for table: UInt32 in [1, 7] {
            let rows = try store.picture.rows
            let row = rows[MemoryStore.RowKey(table: TableID(table), row: RowID(rawValue: 2))]
            #expect(row?.isAlive == true)
            #expect(
                row?.values == [
                    ColumnID(1): 1, ColumnID(2): 2, ColumnID(9): .blob([9, 0]),
                ])
            let shown = try store.read {
                try Int.fetchOne($0, sql: "SELECT column2 FROM table\(table) WHERE id = 2")
            }
            #expect(shown == 2)
        }
    }

    @Test("An upgraded counter shows the sum, not the last change")
    func counters() throws {
        let place = try TemporaryPlace()
        let store = try place.create(schema: Self.old([1]))
        let row = RowID(rawValue: 5)
        try store.receive(
            (1...3).map { seq in
                Changeset(
                    scope: Self.scope, dot: Dot(ReplicaID(2), seq), clock: HLC(milliseconds: 1),
                    author: TemporaryPlace.author, intent: "x", context: VersionVector(),
                    operations: [
                        RowOperation(
                            table: TableID(1), row: row, kind: seq == 1 ? .insert : .update,
                            cells: [Cell(ColumnID(6), 10)])
                    ])
            })
        try store.close()
        let upgraded = try ChangeStore.open(at: place.path(), schema: Self.new)
        let total = try upgraded.read { try Int.fetchOne($0, sql: "SELECT total FROM specimen") }
        #expect(total == 30)
    }
}

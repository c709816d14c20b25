import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

/// Segments from elsewhere: gaps, repeats, forks, and what no honest node writes.
@Suite struct Receiving {
    private static let scope = TemporaryPlace.scope

    private func changeset(
        _ replica: UInt32, _ seq: UInt64, row: Int64, scope: Scope = Self.scope,
        context: [Dot] = [], intent: String = "x", cells: [(UInt32, Value)] = [(1, 1)],
        kind: RowOperation.Kind = .insert
    ) -> Changeset {
        Changeset(
            scope: scope, dot: Dot(ReplicaID(replica), seq), clock: HLC(milliseconds: Int64(seq)),
            author: TemporaryPlace.author, intent: intent, context: VersionVector(context),
            operations: [
                RowOperation(
                    table: TableID(1), row: RowID(rawValue: row), kind: kind,
                    cells: cells.map { Cell(ColumnID($0.0), $0.1) })
            ])
    }

    private func rows(_ store: ChangeStore) throws -> [Int64] {
        try store.read { try Int64.fetchAll($0, sql: "SELECT id FROM specimen ORDER BY id") }
    }

    @Test("A changeset before its turn is held, shown, and applied when the gap closes")
    func gapsClose() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let all = (1...5).map { changeset(2, UInt64($0), row: Int64($0)) }
        #expect(try store.receive([all[4], all[2], all[1]]).held == 3)
        #expect(try store.read(ChangeLog.heldCount) == 3)
        #expect(try rows(store).isEmpty)
        #expect(try store.vector.isEmpty)
        // Held twice is held once.
        try store.receive([all[2]])
        #expect(try store.read(ChangeLog.heldCount) == 3)
        let receipt = try store.receive([all[0]])
        #expect(receipt.applied == 3)
        #expect(try rows(store) == [1, 2, 3])
        #expect(try store.read(ChangeLog.heldCount) == 1)
        #expect(try store.receive([all[3], all[0]]).duplicates == 1)
        #expect(try rows(store) == [1, 2, 3, 4, 5])
        #expect(try store.read(ChangeLog.heldCount) == 0)
    }

    @Test("What is held survives a restart")
    func holdsSurvive() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.receive([changeset(2, 2, row: 2)])
        try store.close()
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        #expect(try again.receive([changeset(2, 1, row: 1)]).applied == 2)
        #expect(try rows(again) == [1, 2])
    }

    @Test("A fork is rejected, a wrong type and a row of another scope withheld, the rest goes on")
    func rejectedOneByOne() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let elsewhere = Scope("52.02.04.2010")
        try store.receive([
            changeset(2, 1, row: 1), changeset(2, 1, row: 100, scope: elsewhere),
        ])
        let receipt = try store.receive([
            changeset(3, 1, row: 31),
            changeset(2, 1, row: 1, intent: "forged"),
            changeset(4, 1, row: 41, cells: [(1, "text for a number")]),
            changeset(5, 1, row: 51),
            changeset(6, 1, row: 100, context: [Dot(ReplicaID(3), 1)], kind: .update),
            changeset(7, 1, row: 71),
            changeset(2, 2, row: 22),
        ])
        // What is withheld is held and acknowledged like the rest.
        #expect(receipt.applied == 5)
        // What follows a fork builds on another past.
        #expect(receipt.rejected.map(\.dot) == [Dot(ReplicaID(2), 1), Dot(ReplicaID(2), 2)])
        #expect(Set(receipt.withheld.map(\.dot.replica.rawValue)) == [4, 6])
        #expect(try rows(store) == [1, 31, 51, 71, 100])
        #expect(try store.read(ChangeLog.rejectedCount) == 2)
        #expect(try store.vector.entries.map(\.replica.rawValue) == [2, 3, 4, 5, 6, 7])
        #expect(
            Set(try store.read { try Quarantine.refused($0) }.map(\.code)) == [
                "wrong_type", "foreign_row",
            ])
    }

    @Test("A changeset that writes one row twice is withheld")
    func rowTwice() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let operation = RowOperation(
            table: TableID(1), row: RowID(rawValue: 1), kind: .insert, cells: [Cell(ColumnID(1), 1)]
        )
        let twice = Changeset(
            scope: Self.scope, dot: Dot(ReplicaID(2), 1), clock: .zero,
            author: TemporaryPlace.author, intent: "x", context: VersionVector(),
            operations: [operation, operation])
        #expect(try store.receive([twice]).withheld.count == 1)
        #expect(try rows(store).isEmpty)
        #expect(try store.vector.covers(twice.dot))
    }

    @Test("A bad changeset that was held never stops the one that closes its gap")
    func badHeldStopsNobody() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.receive([changeset(2, 1, row: 100, scope: Scope("52.02.04.2010"))])
        // Held: writes a row of another scope, which shows only when its turn comes.
        try store.receive([changeset(3, 2, row: 100, kind: .update)])
        try store.receive([changeset(4, 1, row: 41, context: [Dot(ReplicaID(3), 1)])])
        let receipt = try store.receive([changeset(3, 1, row: 31)])
        #expect(receipt.rejected.isEmpty)
        #expect(receipt.applied == 3)
        #expect(receipt.withheld.map(\.dot) == [Dot(ReplicaID(3), 2)])
        #expect(try rows(store) == [31, 41, 100])
        // It stays where people can see it, and holds nobody up.
        #expect(try store.read(ChangeLog.heldCount) == 0)
        #expect(try store.read { try Quarantine.withheldCount($0) } == 1)
    }

    @Test("A held changeset that comes back with other content is a fork, not a repeat")
    func forkOfHeld() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.receive([changeset(2, 2, row: 2)])
        let receipt = try store.receive([changeset(2, 2, row: 2, intent: "forged")])
        #expect(receipt.rejected.count == 1)
        #expect(try store.read(ChangeLog.heldCount) == 1)
    }

    @Test("No value is converted on its way into a table")
    func valuesStayWhatTheyAre() throws {
        let place = try TemporaryPlace()
        let columns = [
            Column(1, "number", .integer, Label("a", "a")),
            Column(2, "real", .real, Label("b", "b")),
            Column(3, "text", .text, Label("c", "c")),
            Column(4, "bytes", .blob, Label("d", "d")),
        ]
        let schema = Schema(
            version: 1,
            tables: [Table(1, "specimen", Label("s", "s"), writers: [], columns: columns)])
        let store = try place.create(schema: schema)
        let values: [Value] = [
            .integer(.min), .integer(.max), .integer(0), .real(0), .real(-0.0), .real(1),
            .real(.infinity), .real(-.infinity), .real(.nan), .real(9e15), .real(.pi),
            .real(.leastNonzeroMagnitude), "", "007", "1e5", " 1 ", "é", "e\u{301}", "👩‍👩‍👧‍👦",
            "nul\u{0}nul", .blob([]), .blob([0, 255]),
        ]
        var seq: UInt64 = 0
        var kept: UInt64 = 0
        for value in values {
            for column in columns {
                let cells = [(column.id.rawValue, value)]
                let made = changeset(2, seq + 1, row: Int64(seq) + 1, cells: cells)
                let receipt = try store.receive([made])
                #expect(receipt.applied == 1)
                seq += 1
                guard receipt.withheld.isEmpty else { continue }
                kept += 1
                let rows = try store.picture.rows
                let shown = rows[
                    MemoryStore.RowKey(table: TableID(1), row: RowID(rawValue: Int64(seq)))]
                #expect(shown?.values[column.id] == value, "\(value) in \(column.name)")
            }
        }
        #expect(kept > 15 && kept < seq)
    }
}

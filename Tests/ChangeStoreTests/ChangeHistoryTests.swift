import FieldSimulator
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("What both sides know of the latest past")
struct ChangeHistories {
    private static let scope = TemporaryPlace.scope

    private func latest(
        _ store: ChangeStore, within cut: VersionVector
    ) throws -> [Changeset]? {
        try store.read {
            try ChangeHistory.latest(
                of: Self.scope, within: cut, schema: RandomHistory.schema, $0)
        }
    }

    /// A row by another device.
    private func change(_ seq: UInt64, at clock: Int64) -> Changeset {
        let row = RowOperation(
            table: RandomHistory.schema.tables[0].id,
            row: RowID(replica: ReplicaID(5), counter: UInt32(seq)), kind: .insert,
            cells: [Cell(ColumnID(1), .integer(Int64(seq)))])
        return Changeset(
            scope: Self.scope, dot: Dot(ReplicaID(5), seq), clock: HLC(milliseconds: clock),
            author: TemporaryPlace.author, intent: "test", context: VersionVector(),
            operations: [row])
    }

    @Test("It follows from the cut alone, whoever holds more, and in whatever order it came")
    func function() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<8 {
            let history = try RandomHistory(seed: seed, replicas: 3, steps: 40)
            let one = try place.create("a\(seed).db", replica: 10)
            let two = try place.create("b\(seed).db", replica: 11)
            try one.receive(Array(history.changesets.prefix(history.changesets.count / 2)))
            let cut = try one.vector
            var random = SeededRandom(seed: seed)
            for changeset in history.changesets.shuffled(using: &random) {
                try two.receive([changeset])
            }
            try two.insert([("plain", 5)])
            let told = try #require(try latest(one, within: cut))
            #expect(!told.isEmpty)
            #expect(try latest(two, within: cut) == told)
            try one.close()
            try two.close()
        }
    }

    @Test("Only what is at or below the cut, of three weeks, of so many bytes")
    func limits() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let day: Int64 = 86_400_000
        for number in 0..<40 {
            try store.insert([("plain", .integer(Int64(number)))], now: Int64(number + 1) * day)
        }
        let whole = try store.vector
        let found = try #require(try latest(store, within: whole))
        #expect(found.map(\.dot.seq) == Array(19...40))
        var cut = whole
        cut[ReplicaID(9)] = 30
        #expect(try latest(store, within: cut)?.map(\.dot.seq) == Array(9...30))
        for _ in 0..<9 {
            _ = try store.record(as: TemporaryPlace.author, "many", now: 41 * day) { draft in
                for _ in 0..<600 { try draft.insert("specimen", [("plain", 5)]) }
            }
        }
        let bytes = try #require(try latest(store, within: store.vector)).reduce(0) {
            $0 + $1.encoded().count
        }
        #expect(abs(bytes - ChangeHistory.bytesMax) < 12_000, "\(bytes)")
        try store.close()
    }

    @Test("A clock that was far ahead and was put right: an author's numbers do not fall")
    func clockPutRight() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let day: Int64 = 86_400_000
        let changesets = (1...4).map { seq in
            change(UInt64(seq), at: seq == 2 ? 4_000 * day : Int64(seq) * day)
        }
        try store.receive(changesets)
        let found = try #require(try latest(store, within: store.vector))
        #expect(found.map(\.dot.seq) == [1, 2, 3, 4])
        // As their clocks say, no model can learn them.
        let next = Segment(scope: Self.scope, changesets: [change(5, at: 5 * day)])
        let byClock = found.sorted { $0.clock < $1.clock }
        #expect(throws: DecodeError.self) { try next.modelled(after: byClock) }
        let bytes = try next.modelled(after: found)
        #expect(try Segment(modelled: bytes, scope: Self.scope, after: found) == next)
        try store.close()
    }

    @Test("What is let go of matters where others may still learn it")
    func letGo() throws {
        let place = try TemporaryPlace()
        let day: Int64 = 86_400_000
        for (age, isKnown) in [(20 * day, false), (40 * day, true)] {
            let store = try place.create("\(age).db", replica: 9)
            try store.insert([("plain", 1)], now: day)
            let sparse = change(1, at: day)
            try store.receive([sparse])
            try store.insert([("plain", 2)], now: day + age)
            let cut = try store.vector
            let all = try #require(try latest(store, within: cut))
            try store.bookkeeping { db in
                let id = try #require(try db.scopeID(of: Self.scope))
                try db.execute(
                    sql: """
                        INSERT INTO log_floor (scope, replica, seq, chain, clock)
                        VALUES (?, ?, 1, x'00', ?)
                        """,
                    arguments: [
                        id, Int64(sparse.dot.replica.rawValue),
                        Int64(bitPattern: HLC(milliseconds: day).rawValue),
                    ])
            }
            try Vandal(place.path("\(age).db")).run(
                "DELETE FROM changeset WHERE replica = ?", [Int64(sparse.dot.replica.rawValue)])
            #expect(try latest(store, within: cut) == (isKnown ? all : nil))
            try store.close()
        }
    }

    @Test("A cut that is not held, a log that begins later, a change that rotted: none")
    func none() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        for number in 1...4 { try store.insert([("plain", .integer(Int64(number)))]) }
        let cut = try store.vector
        #expect(try latest(store, within: cut)?.count == 4)
        var more = cut
        more[ReplicaID(9)] = 5
        #expect(try latest(store, within: more) == nil)
        for sql in [
            "UPDATE changeset SET body = zeroblob(40) WHERE seq = 2",
            "DELETE FROM changeset WHERE seq = 2", "DELETE FROM changeset WHERE seq <= 2",
        ] {
            try Vandal(place.path()).run(sql)
            // Who cannot read its past sends without: work does not wait for a repair.
            #expect(try latest(store, within: cut) == nil, "\(sql)")
        }
        try store.close()
    }
}

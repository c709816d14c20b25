import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("The older part of the log lies in compressed blocks")
struct LogBlocksTests {
    /// Records so much that several blocks are packed.
    private func record(_ count: Int, in store: ChangeStore) throws -> [Changeset] {
        try (0..<count).map { number in
            try store.record(
                as: Author(String(repeating: "panjang ", count: 20) + "\(number)", .operator),
                "test", now: Int64(number)
            ) { draft in
                for row in 0..<20 {
                    try draft.insert("specimen", [("plain", .integer(Int64(number * row)))])
                }
            }.changeset
        }
    }

    private func log(_ store: ChangeStore) throws -> [[UInt8]] {
        try store.read { db in
            try Data.fetchAll(db, sql: "SELECT body FROM log ORDER BY position").map { [UInt8]($0) }
        }
    }

    private func number(_ store: ChangeStore, _ sql: String) throws -> Int {
        try store.read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    @Test("Whatever lies in a block shows as it was recorded, and the end of the log lies in rows")
    func whole() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let made = try record(300, in: store).map { $0.encoded() }
        #expect(try log(store) == made)
        #expect(try number(store, "SELECT count(*) FROM log_block") >= 3)
        let loose = try number(store, "SELECT sum(length(body)) FROM changeset")
        #expect((16 << 10)...(49 << 10) ~= loose)
        let packed = try number(store, "SELECT sum(length(body)) FROM log_block")
        #expect(packed * 4 < made.reduce(0) { $0 + $1.count } - loose)
        #expect(try store.integrityProblems() == [])
        #expect(try store.lookThrough(TemporaryPlace.scope, now: 5) == .sound)
        try store.close()
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        #expect(try log(again) == made)
    }

    @Test(
        "A neighbour receives what lies in blocks, and a changeset of a block comes again in vain")
    func sent() throws {
        let place = try TemporaryPlace()
        let (one, two) = (try place.create(), try place.create("two.db", replica: 8))
        let made = try record(200, in: one)
        var known = VersionVector()
        while let segment = try one.read({ db in
            try ChangeLog.segment(
                of: TemporaryPlace.scope, lackedBy: known, bytesMax: 40 << 10, db)
        }) {
            try two.receive(segment.changesets)
            for changeset in segment.changesets { known[changeset.dot.replica] = changeset.dot.seq }
        }
        #expect(try log(two) == made.map { $0.encoded() })
        #expect(try two.receive(Array(made.prefix(3))).duplicates == 3)
    }

    @Test("A block that rotted shows as damage and loses nothing that a neighbour holds")
    func rotten() throws {
        let place = try TemporaryPlace()
        let (one, two) = (try place.create(), try place.create("two.db", replica: 8))
        let made = try record(200, in: one)
        try two.receive(made)
        try Vandal(one.path).run("UPDATE log_block SET body = zeroblob(900) WHERE first = 1")
        #expect(try log(one).contains([]))
        #expect(try !one.soundnessProblems().isEmpty)
        #expect(try log(two) == made.map { $0.encoded() })
    }

    @Test("A store of format 2 takes its log into blocks as work goes on")
    func olderFormat() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        var made = try record(200, in: store).map { $0.encoded() }
        try store.close()
        let vandal = try Vandal(place.path())
        for (index, body) in made.enumerated() {
            try vandal.run(
                "UPDATE changeset SET body = ? WHERE position = ?", [Data(body), index + 1])
        }
        try vandal.run("DROP VIEW log")
        try vandal.run("DROP TABLE log_block")
        try vandal.run("PRAGMA user_version = 2")
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        #expect(try log(again) == made)
        made += try record(10, in: again).map { $0.encoded() }
        #expect(try log(again) == made)
        #expect(try number(again, "SELECT count(*) FROM log_block") >= 2)
        #expect(try number(again, "PRAGMA user_version") == 3)
    }

    @Test("A table gets its indexes with its 64th row or, when it has them, with a newer schema")
    func indexes() throws {
        let place = try TemporaryPlace()
        let store = try place.create(schema: Self.schema(1, indexes: [["word"]]))
        let count = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'thing_word%'"
        func insert(_ rows: Int, isBad: Bool = false) throws {
            try store.record(as: TemporaryPlace.author, "test", now: 1) { draft in
                for number in 0..<rows { try draft.insert("thing", [("word", .text("\(number)"))]) }
                if isBad { try draft.insert("no such table", []) }
            }
        }
        try insert(63)
        #expect(try number(store, count) == 0)
        #expect(throws: RecordingError.self) { try insert(9, isBad: true) }
        #expect(try number(store, count) == 0)
        try insert(1)
        #expect(try number(store, count) == 1)
        let plan = try store.query("EXPLAIN QUERY PLAN SELECT id FROM thing WHERE word = '7'")
        #expect("\(plan.rows)".contains("thing_word"))
        try store.close()
        let newer = try ChangeStore.open(
            at: place.path(), schema: Self.schema(2, indexes: [["word"], ["word", "id"]]))
        #expect(try number(newer, count) == 2)
    }

    private static func schema(_ version: UInt32, indexes: [[String]]) -> Schema {
        Schema(
            version: version,
            tables: [
                Table(
                    1, "thing", Label("Benda", "Thing"), writers: [.operator], indexes: indexes,
                    columns: [Column(1, "word", .text, Label("Kata", "Word"))])
            ])
    }
}

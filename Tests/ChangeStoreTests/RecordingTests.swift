import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import Models
import SyncProtocol
import Testing

/// What one transaction may do, and that a refused one leaves nothing.
@Suite struct Recordings {
    private static let author = TemporaryPlace.author

    private func refuses(
        _ expected: RecordingError, _ store: ChangeStore,
        _ location: SourceLocation = #_sourceLocation,
        _ body: (inout Recording) throws -> Void
    ) {
        #expect(throws: expected, sourceLocation: location) {
            try store.record(as: Self.author, "test", now: 1_000, body)
        }
    }

    @Test("A body that throws leaves vector, log, clock and rows as they were")
    func failuresLeaveNothing() throws {
        struct Failure: Error {}
        let place = try TemporaryPlace()
        let store = try place.create()
        let row = try store.insert(now: 1_000)
        let before = (try store.digest, try store.vector)
        let farFuture: Int64 = 9_000_000_000_000
        #expect(throws: Failure.self) {
            try store.record(as: Self.author, "x", now: farFuture) {
                try $0.update("specimen", row, [("plain", 99)])
                try $0.insert("specimen", [("plain", 98)])
                throw Failure()
            }
        }
        #expect(throws: Failure.self) {
            try store.record(
                as: Self.author, "x", now: farFuture, alongside: { _ in throw Failure() }
            ) {
                try $0.insert("specimen", [("plain", 97)])
            }
        }
        #expect(try store.digest == before.0)
        #expect(try store.vector == before.1)
        let next = try store.record(as: Self.author, "x", now: 2_000) {
            try $0.insert("specimen", [("plain", 2)])
        }
        #expect(next.changeset.dot == Dot(ReplicaID(9), 2))
        #expect(next.changeset.clock == HLC(milliseconds: 2_000))
        #expect(next.result != row)
        let log = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM changeset") }
        #expect(log == 2)
    }

    @Test("What is done alongside is committed with it, or not at all")
    func alongside() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        func note(_ db: Database) throws {
            try db.execute(sql: "INSERT INTO store_info (key, value) VALUES ('note', 1)")
        }
        func notes() throws -> Int? {
            try store.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM store_info WHERE key = 'note'")
            }
        }
        #expect(throws: RecordingError.nothingToRecord) {
            try store.record(as: Self.author, "x", now: 1, alongside: note) { _ in }
        }
        #expect(try notes() == 0)
        try store.record(as: Self.author, "x", now: 1, alongside: note) {
            try $0.insert("specimen", [])
        }
        #expect(try notes() == 1)
    }

    @Test("A domain table refuses what does not come through a recorded transaction")
    func guardIsClosed() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let row = try store.insert()
        let before = try store.digest
        let statements = [
            "INSERT INTO specimen (id, scope, _version) VALUES (1, 1, x'00')",
            "UPDATE specimen SET plain = 5", "DELETE FROM specimen",
        ]
        let foreign = try DatabaseQueue(path: place.path())
        for sql in statements {
            #expect(throws: (any Error).self) { try store.bookkeeping { try $0.execute(sql: sql) } }
            #expect(throws: (any Error).self) { try store.read { try $0.execute(sql: sql) } }
            #expect(throws: (any Error).self) { try foreign.write { try $0.execute(sql: sql) } }
            // Not even the caller's closures of a recorded transaction get past it.
            #expect(throws: (any Error).self) {
                try store.record(as: Self.author, "x", now: 1) { recording in
                    try recording.read { try $0.execute(sql: sql) }
                    try recording.update("specimen", row, [("plain", 7)])
                }
            }
            #expect(throws: (any Error).self) {
                try store.record(
                    as: Self.author, "x", now: 1, alongside: { try $0.execute(sql: sql) }
                ) { try $0.update("specimen", row, [("plain", 7)]) }
            }
            let tool = try sqlite3(place.path(), sql)
            #expect(tool.status != 0)
            #expect(tool.output.contains("trasne_recording"))
        }
        #expect(try store.digest == before)
    }

    private func sqlite3(_ path: String, _ sql: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", path, sql]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test("Unknown tables, columns and rows, and values that do not fit, are named")
    func validation() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let row = try store.insert()
        let nobody = RowID(rawValue: 12_345)
        refuses(.unknownTable("nothing"), store) { try $0.insert("nothing", []) }
        refuses(.unknownColumn(table: "specimen", column: "no"), store) {
            try $0.insert("specimen", [("no", 1)])
        }
        refuses(
            .badValue(
                table: "specimen", column: "plain",
                .wrongType(expected: .integer, got: "1")), store
        ) { try $0.update("specimen", row, [("plain", "1")]) }
        refuses(.badValue(table: "specimen", column: "state", .containsNUL), store) {
            try $0.update("specimen", row, [("state", "a\u{0}b")])
        }
        refuses(.noSuchRow(table: "specimen", row: nobody), store) {
            try $0.update("specimen", nobody, [("plain", 1)])
        }
        refuses(.noSuchRow(table: "specimen", row: nobody), store) {
            try $0.delete("specimen", nobody)
        }
        refuses(.noSuchRow(table: "specimen", row: nobody), store) {
            try $0.revive("specimen", nobody)
        }
        refuses(.alreadyExists(table: "specimen", row: row), store) {
            try $0.insert("specimen", [], id: row)
        }
        refuses(.nothingToRecord, store) { _ in }
        #expect(throws: RecordingError.scopeIsReadOnly(Scope("99"))) {
            try store.record(as: Self.author, "x", in: Scope("99"), now: 1) {
                try $0.insert("specimen", [])
            }
        }
        #expect(try store.vector == VersionVector([Dot(ReplicaID(9), 1)]))
    }

    @Test("A transaction or a name that no decoder would take is refused before it is written")
    func tooLarge() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let long = String(repeating: "x", count: SyncLimits.nameBytesMax + 1)
        for (author, intent) in [(Author(long, .operator), "x"), (Self.author, long)] {
            #expect(throws: RecordingError.tooLarge(bytes: long.utf8.count)) {
                try store.record(as: author, intent, now: 1) { try $0.insert("specimen", []) }
            }
        }
        let huge = Value.text(String(repeating: "y", count: SyncLimits.changesetBytesMax))
        #expect(throws: RecordingError.self) {
            try store.record(as: Self.author, "x", now: 1) {
                try $0.insert("specimen", [("state", huge)])
            }
        }
        #expect(throws: RecordingError.self) {
            try store.record(as: Self.author, "x", now: 1) { recording in
                for _ in 0...SyncLimits.operationsPerChangesetMax {
                    try recording.insert("specimen", [])
                }
            }
        }
        #expect(try store.vector.isEmpty)
        try store.insert()
        #expect(try store.pull().count == 1)
    }

    @Test("A deleted row takes no update until it is revived, also within one transaction")
    func deletedRows() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let row = try store.insert([("plain", 1), ("reviewed", 2)])
        refuses(.deleted(table: "specimen", row: row), store) {
            try $0.delete("specimen", row)
            try $0.update("specimen", row, [("plain", 5)])
        }
        refuses(.deleted(table: "specimen", row: row), store) {
            try $0.delete("specimen", row)
            try $0.delete("specimen", row)
        }
        refuses(.deleted(table: "specimen", row: RowID(rawValue: 77)), store) {
            let made = try $0.insert("specimen", [("plain", 3)], id: RowID(rawValue: 77))
            try $0.delete("specimen", made)
            try $0.update("specimen", made, [("plain", 5)])
        }
        try store.record(as: Self.author, "x", now: 1) { try $0.delete("specimen", row) }
        refuses(.deleted(table: "specimen", row: row), store) {
            try $0.update("specimen", row, [("plain", 5)])
        }
        try store.record(as: Self.author, "x", now: 1) {
            try $0.revive("specimen", row, [("plain", 5)])
        }
        let shown = try #require(try store.picture.rows.values.first)
        #expect(shown.isAlive && shown.values == [ColumnID(1): 5, ColumnID(2): 2])
    }

    @Test("A ledger row is final, but for its state")
    func ledgers() throws {
        let ledger = Table(
            5, "ledger", Label("l", "l"), kind: .ledger, writers: [],
            columns: [
                Column(1, "amount", .money, Label("a", "a"), policy: .append),
                Column(2, "state", .text, Label("b", "b"), policy: .state(precedence: ["closed"])),
            ])
        let place = try TemporaryPlace()
        let store = try place.create(schema: Schema(version: 1, tables: [ledger]))
        let row = try store.record(as: Self.author, "x", now: 1) {
            let row = try $0.insert("ledger", [("amount", 5)])
            try $0.update("ledger", row, [("amount", 6)])
            return row
        }.result
        let final = RecordingError.ledgerIsFinal(table: "ledger", column: "amount")
        refuses(final, store) { try $0.update("ledger", row, [("amount", 7)]) }
        refuses(final, store) { try $0.revive("ledger", row, [("amount", 7)]) }
        try store.record(as: Self.author, "x", now: 1) {
            try $0.update("ledger", row, [("state", "closed")])
        }
    }

    @Test("-0 is recorded as 0, as SQLite will show it")
    func negativeZero() throws {
        let table = Table(
            1, "specimen", Label("s", "s"), writers: [],
            columns: [Column(1, "real", .real, Label("r", "r"))])
        let place = try TemporaryPlace()
        let store = try place.create(schema: Schema(version: 1, tables: [table]))
        let made = try store.record(as: Self.author, "x", now: 1) {
            try $0.insert("specimen", [("real", .real(-0.0))])
        }
        #expect(made.changeset.operations[0].cells == [Cell(ColumnID(1), .real(0))])
    }

    @Test("The whole domain takes a row in each of its tables, and a peer shows the same")
    func domain() throws {
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true, schema: Domain.schema)
        let edge = try place.create("edge.db", replica: 2, schema: Domain.schema)
        for table in Domain.schema.tables {
            try hub.record(as: Self.author, "x", in: TemporaryPlace.scope, now: 1) {
                try $0.insert(table.name, [])
            }
        }
        #expect(try edge.receive(hub.pull().flatMap(\.changesets)).rejected.isEmpty)
        #expect(try edge.digest == hub.digest)
        #expect(try edge.picture.rows.count == Domain.schema.tables.count)
    }
}

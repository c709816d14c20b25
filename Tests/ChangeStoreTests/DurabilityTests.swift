import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

/// Power cuts, restarts, full disks (SYNC §8).
@Suite struct Durability {
    private static let author = TemporaryPlace.author

    @Test("The writer runs in WAL mode with synchronous=FULL, after every opening")
    func settings() throws {
        let place = try TemporaryPlace()
        for store in [
            try place.create(),
            try ChangeStore.open(at: place.path(), schema: RandomHistory.schema),
        ] {
            let (level, mode) = try store.bookkeeping { db in
                (
                    try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                    try String.fetchOne(db, sql: "PRAGMA journal_mode")
                )
            }
            #expect(level == 2)
            #expect(mode == "wal")
            let inside = try store.record(as: Self.author, "x", now: 1) { recording in
                try recording.insert("specimen", [])
                return try recording.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            }
            #expect(inside.result == 2)
            try store.close()
        }
    }

    @Test("After a crash nothing recorded is lost, no dot and no row id is given twice")
    func crashes() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        var ids: [RowID] = []
        for round in 0..<5 {
            for _ in 0..<7 { ids.append(try store.insert(now: 50_000 - Int64(round))) }
            let expected = (try store.digest, try store.vector)
            let path = try place.crashCopy(to: "crash\(round).db")
            let copy = try ChangeStore.open(at: path, schema: RandomHistory.schema)
            #expect(try copy.integrityProblems().isEmpty)
            #expect(try copy.digest == expected.0)
            #expect(try copy.vector == expected.1)
            let next = try copy.record(as: Self.author, "x", now: 1) {
                try $0.insert("specimen", [])
            }
            #expect(next.changeset.dot.seq == UInt64(ids.count) + 1)
            #expect(!ids.contains(next.result))
            let last = try #require(try store.pull().last?.changesets.last)
            #expect(next.changeset.clock > last.clock)
            try copy.close()
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test("Row ids and the clock never fall over many restarts and failures")
    func restarts() throws {
        struct Failure: Error {}
        let place = try TemporaryPlace()
        var store = try place.create()
        var last = (clock: HLC.zero, row: RowID(rawValue: .min))
        let walls: [Int64] = [1_789_000_000_000, 5, 1_789_000_000_001, .min, 0, .max, 7]
        for (round, wall) in walls.enumerated() {
            for _ in 0..<3 {
                _ = try? store.record(as: Self.author, "x", now: wall) { recording in
                    for _ in 0..<1_500 { try recording.insert("specimen", []) }
                    throw Failure()
                }
                let made = try store.record(as: Self.author, "x", now: wall) {
                    try $0.insert("specimen", [])
                }
                let isAtTheEnd = last.clock == .max
                #expect(made.changeset.clock > last.clock || isAtTheEnd, "wall \(wall)")
                #expect(made.result > last.row)
                last = (made.changeset.clock, made.result)
            }
            if round % 2 == 0 { try store.close() }
            store = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        }
    }

    @Test("A change is later than every change received before it, also after a restart")
    func observedClocks() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        // The peer's clock falls, which no honest node's does.
        let theirs = [9_000, 10].enumerated().map { index, clock in
            Changeset(
                scope: TemporaryPlace.scope, dot: Dot(ReplicaID(2), UInt64(index) + 1),
                clock: HLC(milliseconds: clock), author: Self.author, intent: "x",
                context: VersionVector(),
                operations: [
                    RowOperation(
                        table: TableID(1), row: RowID(rawValue: Int64(index)), kind: .insert)
                ])
        }
        try store.receive(theirs)
        try store.close()
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        let made = try again.record(as: Self.author, "x", now: 1) { try $0.insert("specimen", []) }
        #expect(made.changeset.clock > HLC(milliseconds: 9_000))
    }

    @Test("Two programs may record into one store")
    func twoPrograms() throws {
        let place = try TemporaryPlace()
        let one = try place.create(isHub: true)
        let two = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        var ids: [RowID] = []
        for round in 0..<6 {
            for store in [one, two] {
                ids.append(
                    try store.record(
                        as: Self.author, "x", in: Scope("\(round % 2)"), now: 1
                    ) { try $0.insert("specimen", []) }.result)
            }
        }
        #expect(Set(ids).count == 12)
        #expect(try one.integrityProblems().isEmpty)
        let vectors = try one.read { try ChangeLog.vectors($0) }
        #expect(vectors.map { $0.vector[ReplicaID(9)] }.reduce(0, +) == 12)
    }

    @Test(
        "A full disk is named as such, and what was recorded before is safe",
        .enabled(if: getuid() == 0, "mounting a tiny disk needs root"))
    func fullDisk() throws {
        let place = try TemporaryPlace()
        let disk = place.directory + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try #require(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) == 0)
        defer { _ = run("umount", disk) }
        let store = try place.create("disk/store.db")
        var before = (try store.digest, try store.vector)
        var isFull = false
        for _ in 0..<200 where !isFull {
            do {
                try store.insert([("state", .text(String(repeating: "x", count: 20_000)))])
                before = (try store.digest, try store.vector)
            } catch StoreError.diskFull {
                isFull = true
            }
        }
        #expect(isFull)
        #expect(try store.digest == before.0)
        #expect(try store.vector == before.1)
        #expect(try store.integrityProblems().isEmpty)
        // With room again, work goes on where it stood, without another program's help.
        try #require(run("mount", "-o", "remount,size=8m", disk) == 0)
        try store.insert()
        #expect(try store.vector[ReplicaID(9)] == before.1[ReplicaID(9)] + 1)
        let path = try place.crashCopy(of: "disk/store.db", to: "copy.db")
        let copy = try ChangeStore.open(at: path, schema: RandomHistory.schema)
        #expect(try copy.digest == store.digest)
        try store.close()
    }

    private func run(_ command: String...) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = Pipe()
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

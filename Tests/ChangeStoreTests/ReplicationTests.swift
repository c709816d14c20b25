import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

/// The store on disk against the store in memory and the naive reference.
@Suite struct Replication {
    private static let scope = TemporaryPlace.scope

    @Test("The store shows what the memory store and the reference show, in any order")
    func samePicture() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<120 {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
            var random = SeededRandom(seed: seed &+ 5)
            var shuffled = history.changesets.shuffled(using: &random)
            shuffled += shuffled.prefix(4)
            let store = try place.create("\(seed).db")
            var receipt = Receipt()
            while !shuffled.isEmpty {
                let count = min(shuffled.count, 1 + random.below(9))
                receipt += try store.receive(Array(shuffled.prefix(count)))
                shuffled.removeFirst(count)
            }
            let memory = MemoryStore(schema: RandomHistory.schema)
            for changeset in history.changesets {
                _ = try Merger(memory).receive(changeset, encoded: changeset.encoded())
            }
            let picture = try store.picture
            try #require(picture == memory.picture, "seed \(seed)")
            let reference = Reference(history.changesets, schema: RandomHistory.schema)
            try #require(picture.rows == reference.rows, "seed \(seed)")
            try #require(receipt.applied == history.changesets.count, "seed \(seed)")
            try #require(receipt.rejected.isEmpty, "seed \(seed)")
            try #require(try store.read(ChangeLog.heldCount) == 0, "seed \(seed)")
            let vector = memory.vector(of: Self.scope)
            #expect(try store.vector == vector)
            for entry in vector.entries {
                let head = try store.read {
                    try ChangeLog.chainHead(of: entry.replica, in: Self.scope, $0)
                }
                #expect(head == memory.chainHead(of: entry.replica, in: Self.scope))
            }
            #expect(try store.integrityProblems().isEmpty)
            try store.close()
        }
    }

    @Test("A store that only ever heard of a part shows the reference over that part")
    func partialKnowledge() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<40 {
            let history = try RandomHistory(seed: seed)
            let held = history.stores[0].log[Self.scope] ?? []
            let store = try place.create("\(seed).db")
            try store.receive(held)
            try #require(
                try store.picture == history.stores[0].picture, "seed \(seed)")
            try store.close()
        }
    }

    @Test("Digests are equal for equal sets and differ when one value differs")
    func digests() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<25 {
            let history = try RandomHistory(seed: seed)
            var random = SeededRandom(seed: seed)
            let one = try place.create("a\(seed).db")
            let two = try place.create("b\(seed).db", replica: 10)
            try one.receive(history.changesets)
            let shuffled = history.changesets.shuffled(using: &random)
            try two.receive(shuffled + shuffled)
            try #require(try one.digest == two.digest, "seed \(seed)")
            let row = try one.insert([("plain", 5)])
            try #require(try one.digest != two.digest)
            try two.receive(try one.pull(from: two.vector).flatMap(\.changesets))
            try #require(try one.digest == two.digest)
            try two.record(as: TemporaryPlace.author, "x", now: 5) {
                try $0.update("specimen", row, [("plain", 6)])
            }
            try #require(try one.digest != two.digest)
            try one.close()
            try two.close()
        }
    }

    @Test("The digest of a scope nobody wrote is that of an empty one")
    func emptyDigest() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let before = try store.digest
        #expect(before.count == 16)
        let row = try store.insert()
        #expect(try store.digest != before)
        _ = row
    }

    @Test("Segments keep to their size, respect causality, and resume anywhere")
    func segments() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<25 {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 40)
            var random = SeededRandom(seed: seed)
            let store = try place.create("\(seed).db")
            try store.receive(history.changesets.shuffled(using: &random))
            for bytesMax in [1, 200, 1_000, 1 << 20] {
                let segments = try store.pull(bytesMax: bytesMax)
                var vector = VersionVector()
                for segment in segments {
                    let bytes = segment.changesets.map { $0.encoded().count }
                    #expect(bytes.reduce(0, +) <= bytesMax || bytes.count == 1)
                    for changeset in segment.changesets {
                        try #require(vector.covers(changeset.context), "seed \(seed)")
                        try #require(vector[changeset.dot.replica] == changeset.dot.seq - 1)
                        vector[changeset.dot.replica] = changeset.dot.seq
                    }
                }
                #expect(try vector == store.vector)
                #expect(
                    Set(segments.flatMap(\.changesets).map { $0.encoded() })
                        == Set(history.changesets.map { $0.encoded() }))
            }
            // From what any of the authors held, the rest brings all.
            for peer in history.stores {
                let known = peer.vector(of: Self.scope)
                let rest = try store.pull(from: known).flatMap(\.changesets)
                #expect(UInt64(rest.count) == (try store.vector).excess(over: known))
                #expect(rest.allSatisfy { !known.covers($0.dot) })
            }
            try store.close()
        }
    }

    @Test("A peer that holds more than we do lacks nothing")
    func nothingLacking() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.insert()
        let more = VersionVector([Dot(ReplicaID(9), 70), Dot(ReplicaID(3), .max)])
        #expect(try store.pull(from: more).isEmpty)
        let unknown = try store.read {
            try ChangeLog.segment(
                of: Scope("99"), lackedBy: VersionVector(), bytesMax: 9, $0)
        }
        #expect(unknown == nil)
    }

    @Test("What a peer has not acknowledged is pending, with the clock of our oldest")
    func pending() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        func pending() throws -> (count: Int, oldest: HLC?) {
            try store.read {
                try PeerVectors.pending(
                    in: Self.scope, by: ReplicaID(9), at: "hub", $0)
            }
        }
        #expect(try pending().count == 0)
        for now: Int64 in [1_000, 2_000, 3_000] { try store.insert(now: now) }
        #expect(try pending().count == 3)
        #expect(try pending().oldest == HLC(milliseconds: 1_000))
        func acknowledge(_ seq: UInt64) throws {
            try store.bookkeeping {
                try PeerVectors.set(
                    VersionVector([Dot(ReplicaID(9), seq)]), of: Self.scope, at: "hub", $0)
            }
        }
        try acknowledge(2)
        #expect(try pending().count == 1)
        #expect(try pending().oldest == HLC(milliseconds: 3_000))
        try acknowledge(3)
        #expect(try pending().count == 0)
        #expect(try pending().oldest == nil)
        // Restored from a backup, the peer says less, and is believed.
        try acknowledge(1)
        #expect(try pending().count == 2)
        let known = try store.read { try PeerVectors.all(of: "hub", $0) }
        #expect(known == [Self.scope: VersionVector([Dot(ReplicaID(9), 1)])])
        // A peer that says nonsense harms nobody.
        try acknowledge(.max)
        #expect(try pending().count == 0)
        #expect(try pending().oldest == nil)
    }
}

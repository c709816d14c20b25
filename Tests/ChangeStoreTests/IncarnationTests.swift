import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("A store that was copied or put back takes a new number, and nothing is lost")
struct Incarnations {
    /// Hands over what the other lacks, as an exchange would.
    private func pull(_ to: ChangeStore, from: ChangeStore) throws -> Receipt {
        var receipt = Receipt()
        for segment in try from.pull(from: to.vector) {
            receipt += try to.receive(segment.changesets, pasts: segment.pasts, now: 1)
        }
        return receipt
    }

    private func texts(_ store: ChangeStore) throws -> Set<Int64> {
        try store.read {
            Set(try Int64.fetchAll($0, sql: "SELECT plain FROM specimen"))
        }
    }

    @Test("What a copy wrote under the same number is told by its past, and not taken in")
    func copiesAreTold() throws {
        let place = try TemporaryPlace()
        let original = try place.create()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        try original.insert([("plain", 1)])
        _ = try pull(hub, from: original)
        let copy = try ChangeStore.open(
            at: place.crashCopy(to: "copy.db"), schema: RandomHistory.schema)
        try original.insert([("plain", 2)])
        try copy.insert([("plain", 20)])
        try copy.insert([("plain", 30)])
        _ = try pull(hub, from: original)
        // The hub lacks the copy's third change, which builds on a second that it has otherwise.
        let receipt = try pull(hub, from: copy)
        #expect(receipt.applied == 0 && receipt.rejected.map(\.dot.seq) == [3])
        #expect(try texts(hub) == [1, 2])
        #expect(try hub.vector[ReplicaID(9)] == 2)
    }

    @Test("Under its new number a copy brings what only it has, and takes what it lost")
    func reissued() throws {
        let place = try TemporaryPlace()
        let original = try place.create()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let shared = try original.insert([("plain", 1)])
        _ = try pull(hub, from: original)
        let copy = try ChangeStore.open(
            at: place.crashCopy(to: "copy.db"), schema: RandomHistory.schema)
        try original.insert([("plain", 2)])
        let born = try copy.insert([("plain", 20)])
        try copy.record(as: TemporaryPlace.author, "test", now: 2_000) {
            try $0.update("specimen", shared, [("plain", 11)])
            try $0.update("specimen", born, [("plain", 21)])
        }
        _ = try pull(hub, from: original)
        let count = try copy.begin(
            incarnation: ReplicaID(0x8000_0001), because: "test",
            keeping: [TemporaryPlace.scope: [ReplicaID(9): 1]], now: 5)
        #expect(count == 2)
        #expect(copy.identity.replica == ReplicaID(0x8000_0001))
        #expect(try texts(copy) == [11, 21])
        _ = try pull(copy, from: hub)
        _ = try pull(hub, from: copy)
        _ = try pull(original, from: hub)
        #expect(try texts(hub) == [11, 2, 21])
        for store in [copy, original] {
            #expect(try store.digest == hub.digest)
            #expect(try store.picture == hub.picture)
        }
        // It goes on under the new number, also after it was closed.
        try copy.close()
        let again = try ChangeStore.open(
            at: place.path("copy.db"), schema: RandomHistory.schema)
        #expect(try again.insert().replica == ReplicaID(0x8000_0001))
        #expect(try again.pastIncarnations().map(\.replica) == [ReplicaID(9)])
    }

    @Test(
        "Whatever both wrote, and whoever came first: all is at the hub and all show the same",
        arguments: 1...20)
    func laws(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let original = try place.create()
        var rows: [RowID] = []
        var written: Set<Int64> = []
        var next: Int64 = 1
        func work(_ store: ChangeStore, _ own: inout [RowID]) throws {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                next += 1
                if let row = own.randomElement(using: &random), Bool.random(using: &random) {
                    try store.record(as: TemporaryPlace.author, "test", now: next) {
                        try $0.update("specimen", row, [("plain", .integer(next))])
                    }
                } else {
                    own.append(try store.insert([("plain", .integer(next))], now: next))
                    written.insert(next)
                }
            }
        }
        try work(original, &rows)
        if Bool.random(using: &random) { _ = try pull(hub, from: original) }
        let common = try original.vector[ReplicaID(9)]
        let copy = try ChangeStore.open(
            at: place.crashCopy(to: "copy.db"), schema: RandomHistory.schema)
        var ownRows = rows
        var copiedRows = rows
        try work(original, &ownRows)
        try work(copy, &copiedRows)
        let count = try original.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM changeset")
        }
        _ = try pull(hub, from: original)
        try copy.begin(
            incarnation: ReplicaID(0x8000_0007), because: "test",
            keeping: [TemporaryPlace.scope: [ReplicaID(9): common]], now: 1)
        // Rows that only the copy had made have new names now.
        copiedRows = rows
        try work(copy, &copiedRows)
        for _ in 0..<2 {
            for store in [copy, original].shuffled(using: &random) {
                _ = try pull(hub, from: store)
                _ = try pull(store, from: hub)
            }
        }
        for store in [copy, original] { #expect(try store.picture == hub.picture) }
        #expect(try hub.read(ChangeLog.rejectedCount) == 0)
        #expect(try hub.vector[ReplicaID(9)] == UInt64(count ?? 0))
        let shown = try hub.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM specimen") ?? 0
        }
        #expect(shown == written.count)
    }

    @Test(
        "Of a refused past several stores hold a part: each records it anew, and it is one",
        arguments: 1...20)
    func refusedPast(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let original = try place.create()
        let neighbour = try place.create("neighbour.db", replica: 10)
        var number: Int64 = 0
        func write(_ store: ChangeStore, _ times: Int) throws {
            for _ in 0..<times {
                number += 1
                try store.insert([("plain", .integer(number))], now: number)
            }
        }
        try write(original, 1 + random.below(3))
        _ = try pull(hub, from: original)
        _ = try pull(neighbour, from: hub)
        let common = try original.vector[ReplicaID(9)]
        let copy = try ChangeStore.open(
            at: place.crashCopy(to: "copy.db"), schema: RandomHistory.schema)
        try write(original, 3 + random.below(3))
        _ = try pull(hub, from: original)
        // The copy meets the neighbour, who builds on what it got, and goes on by itself.
        try write(copy, 1 + random.below(3))
        let receipt = try neighbour.receivePassedOn(
            try copy.pull(from: neighbour.vector).flatMap(\.changesets), now: 1)
        #expect(receipt.applied > 0)
        let claims = try neighbour.read { try UnprovenPasts.claims($0) }
        #expect(claims.map(\.author) == [ReplicaID(9)])
        try write(neighbour, random.below(3))
        try write(copy, random.below(3))
        let ends = [TemporaryPlace.scope: [ReplicaID(9): common]]
        func neighbourLetsGo() throws {
            let own = try neighbour.ownEnds(without: ends)
            guard let last = own[TemporaryPlace.scope] else {
                try neighbour.letGo(of: ends, now: 1)
                return
            }
            try neighbour.begin(
                incarnation: ReplicaID(0x8000_0008), because: "test",
                keeping: [
                    TemporaryPlace.scope: [ReplicaID(9): common, ReplicaID(10): last]
                ], now: 1)
        }
        let steps: [() throws -> Void] = [
            neighbourLetsGo,
            {
                try copy.begin(
                    incarnation: ReplicaID(0x8000_0007), because: "test", keeping: ends, now: 1)
            },
        ]
        for step in steps.shuffled(using: &random) {
            try step()
            for store in [copy, neighbour] where store.identity.replica != ReplicaID(9) {
                guard try store.vector[ReplicaID(9)] == common || store === neighbour else {
                    continue
                }
                _ = try pull(store, from: hub)
            }
        }
        for _ in 0..<2 {
            for store in [copy, neighbour, original] {
                _ = try pull(hub, from: store)
                _ = try pull(store, from: hub)
            }
        }
        for store in [copy, neighbour, original] { #expect(try store.picture == hub.picture) }
        #expect(try texts(hub) == Set(1...number))
        let rows = try hub.read {
            try Int64.fetchOne($0, sql: "SELECT count(*) FROM specimen") ?? 0
        }
        #expect(rows == number)
        #expect(try hub.read(ChangeLog.rejectedCount) == 0)
        // Whoever saved it, each change is there once.
        let changes = try hub.read {
            try Int64.fetchOne($0, sql: "SELECT count(*) FROM changeset") ?? 0
        }
        #expect(changes == number)
    }

    @Test("A store of the first format learns its pasts when it is opened")
    func firstFormat() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        for number in 1...3 { try store.insert([("plain", .integer(Int64(number)))]) }
        let pasts = try store.read { try Int64.fetchAll($0, sql: "SELECT past FROM changeset") }
        #expect(pasts.count == 3 && pasts[0] == 0 && !pasts[1...].contains(0))
        try store.bookkeeping {
            try $0.execute(
                sql: """
                    DROP VIEW log;
                    ALTER TABLE changeset DROP COLUMN past;
                    PRAGMA user_version = 1
                    """)
        }
        try store.close()
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        #expect(
            try again.read { try Int64.fetchAll($0, sql: "SELECT past FROM changeset") } == pasts)
    }
}

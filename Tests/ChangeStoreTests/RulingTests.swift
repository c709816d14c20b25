import ChangeStore
import FieldSimulator
import Foundation
import SyncProtocol
import Testing

/// Rulings in stores on disk.
@Suite struct RulingStores {
    @Test("Rulings in any order give in a store what they give in memory, and released nothing")
    func sameAsObeyed() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<60 {
            for releasing in [false, true] {
                let history = try RandomHistory(seed: seed)
                let ruled = RandomRulings(on: history, seed: seed &+ 9, releasing: releasing)
                var random = SeededRandom(seed: seed &+ 5)
                var all = (history.changesets + ruled.changesets).shuffled(using: &random)
                let memory = MemoryStore(schema: RandomHistory.schema)
                for changeset in ruled.obeyed(by: history) {
                    _ = try Merger(memory).receive(changeset, encoded: changeset.encoded())
                }
                let store = try place.create("\(seed)\(releasing).db")
                while !all.isEmpty {
                    let count = min(all.count, 1 + random.below(6))
                    try store.receive(Array(all.prefix(count)))
                    all.removeFirst(count)
                }
                try #require(
                    store.picture.withoutRulings == memory.picture, "seed \(seed) \(releasing)")
                try store.close()
                let again = try ChangeStore.open(
                    at: place.path("\(seed)\(releasing).db"), schema: RandomHistory.schema)
                #expect(try again.picture.withoutRulings == memory.picture, "seed \(seed)")
                try again.close()
            }
        }
    }

    @Test("A clock ruled on no longer drags the office's clock, here and at whoever learns of it")
    func clockIsNotDragged() throws {
        let place = try TemporaryPlace()
        let hub = try place.create("hub.db", replica: 1, isHub: true)
        let ahead = try place.create("ahead.db", replica: 2)
        let other = try place.create("other.db", replica: 3)
        let now: Int64 = 1_790_000_000_000
        let tenYears: Int64 = 10 * 365 * 86_400_000
        let row = try ahead.insert([("plain", 1)], now: now + tenYears)
        // The neighbour hears of it before the hub does.
        try other.receive(try ahead.pull().flatMap(\.changesets))
        _ = try hub.receive(try ahead.pull().flatMap(\.changesets), now: now) {
            Verdict(clock: $0.clock.milliseconds > now + 86_400_000 ? now : nil)
        }
        for store in [other, ahead] { try store.receive(try hub.pull().flatMap(\.changesets)) }
        for store in [hub, ahead, other] {
            let last = try store.read { try ChangeLog.lastClock(of: TemporaryPlace.scope, $0) }
            #expect(last.milliseconds <= now + 1)
        }
        // Two who did not know of each other: the later by honest clocks wins.
        func write(_ store: ChangeStore, _ value: Int64, at: Int64) throws {
            try store.record(as: TemporaryPlace.author, "test", now: at) {
                try $0.update("specimen", row, [("plain", .integer(value))])
            }
        }
        try write(ahead, 2, at: now + tenYears + 1_000)
        try write(other, 3, at: now + 60_000)
        _ = try hub.receive(try ahead.pull().flatMap(\.changesets), now: now + 30_000) {
            Verdict(clock: $0.clock.milliseconds > now + 86_430_000 ? now + 30_000 : nil)
        }
        try hub.receive(try other.pull().flatMap(\.changesets))
        for store in [ahead, other] {
            try store.receive(try hub.pull().flatMap(\.changesets))
            #expect(try store.picture == hub.picture)
            #expect(try store.query("SELECT plain FROM specimen").rows == [[3]])
        }
    }

    @Test("A store of before learns at its upgrade what rulings it held say")
    func upgrade() throws {
        let place = try TemporaryPlace()
        let older = Schema(
            version: 1, tables: RandomHistory.schema.tables.filter { $0.id != Ruling.table.id })
        let newer = Schema(version: 2, tables: RandomHistory.schema.tables)
        for seed: UInt64 in 0..<20 {
            let history = try RandomHistory(seed: seed)
            let ruled = RandomRulings(on: history, seed: seed &+ 9)
            let store = try place.create("old\(seed).db", schema: older)
            try store.receive(history.changesets + ruled.changesets)
            try store.close()
            let upgraded = try ChangeStore.open(at: place.path("old\(seed).db"), schema: newer)
            let always = try place.create("new\(seed).db", schema: newer)
            try always.receive(history.changesets + ruled.changesets)
            #expect(try upgraded.picture == always.picture, "seed \(seed)")
            try upgraded.close()
            try always.close()
        }
    }
}

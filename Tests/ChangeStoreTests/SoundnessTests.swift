import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

/// Writes to a store as somebody with another SQLite tool would.
struct Vandal {
    let queue: DatabaseQueue

    init(_ path: String) throws { queue = try DatabaseQueue(path: path) }

    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try queue.writeWithoutTransaction { db in
            let guards = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in guards { try db.execute(sql: "DROP TRIGGER \(name)") }
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: sql, arguments: arguments)
        }
    }

    /// Does something to a random live row, or makes one up.
    func strike(_ random: inout SeededRandom) throws {
        let ids = try queue.read { try Int64.fetchAll($0, sql: "SELECT id FROM specimen") }
        guard let id = ids.isEmpty ? nil : ids[random.below(ids.count)] else { return }
        switch random.below(6) {
        case 0: try run("UPDATE specimen SET plain = 987654321 WHERE id = ?", [id])
        case 1: try run("UPDATE specimen SET plain = NULL, reviewed = 8 WHERE id = ?", [id])
        case 2: try run("DELETE FROM specimen WHERE id = ?", [id])
        case 3: try run("UPDATE specimen SET _version = x'00' WHERE id = ?", [id])
        case 4: try run("UPDATE specimen SET _version = 'nonsense' WHERE id = ?", [id])
        default:
            try run(
                """
                INSERT OR IGNORE INTO specimen (id, scope, plain, _version)
                SELECT id + 77777, scope, 5, _version FROM specimen WHERE id = ?
                """, [id])
        }
    }
}

@Suite("Rows altered with another tool are found and put right")
struct SoundnessTests {
    private static let scope = TemporaryPlace.scope

    private func sum(_ store: ChangeStore) throws -> UInt64 {
        try store.read { db in
            let id = try #require(try db.scopeID(of: Self.scope))
            let kept = try ScopeSums.kept(id, db)
            #expect(
                try RowScan(db: db, schema: store.schema, scope: id).sum() == kept,
                "what every write adds up is what the rows add up to")
            return kept
        }
    }

    /// Two stores of one scope; the first holds the history, the second nothing yet.
    private func pair(
        _ place: TemporaryPlace, _ seed: UInt64, holding history: RandomHistory
    ) throws -> (ChangeStore, ChangeStore) {
        let one = try place.create("a\(seed).db")
        try one.receive(history.changesets)
        return (one, try place.create("b\(seed).db", replica: 10))
    }

    @Test("The sum depends on the set of changesets alone, and follows every write")
    func sumIsAFunctionOfTheSet() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<24 {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
            var random = SeededRandom(seed: seed)
            let (one, two) = try pair(place, seed, holding: history)
            for changeset in history.changesets.shuffled(using: &random) {
                try two.receive([changeset])
            }
            try #require(try sum(one) == sum(two), "seed \(seed)")
            try #require(try one.lookThrough(Self.scope, now: 1) == .sound)
            #expect(try one.soundnessProblems() == [], "seed \(seed)")
            let before = try sum(one)
            try one.insert([("plain", 5)])
            try #require(try sum(one) != before)
            try one.close()
            try two.close()
        }
    }

    @Test("Whatever is done to the rows, they are made again from the log, and it is said")
    func randomDamage() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<24 {
            let history = try RandomHistory(seed: seed, replicas: 3, steps: 30)
            var random = SeededRandom(seed: seed)
            let store = try place.create("\(seed).db")
            try store.receive(history.changesets)
            let (picture, digest) = (try store.picture, try store.digest)
            let vandal = try Vandal(store.path)
            let live = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM specimen") }
            guard live ?? 0 > 0 else { continue }
            for _ in 0...random.below(3) { try vandal.strike(&random) }
            let found = try store.soundnessProblems()
            let outcome = try store.lookThrough(Self.scope, now: 5)
            if found.isEmpty {
                // One strike undid the other.
                try #require(outcome == .sound, "seed \(seed)")
                continue
            }
            try #require(outcome == .repaired(found.count), "seed \(seed): \(found)")
            try #require(try store.picture == picture, "seed \(seed)")
            try #require(try store.digest == digest, "seed \(seed)")
            try #require(try store.lookThrough(Self.scope, now: 6) == .sound)
            try #require(try store.soundnessProblems() == [])
            let told = try store.read { try DamageLog.all(limit: 9, $0) }
            #expect(told.count == found.count && told.allSatisfy { $0.remedy == .ownLog })
            try store.close()
        }
    }

    @Test("What is recorded on an altered row before anybody looked is not lost")
    func writtenOverDamage() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        let row = try store.insert([("plain", 1), ("reviewed", 3)])
        try Vandal(store.path).run("UPDATE specimen SET reviewed = 8")
        try store.record(as: TemporaryPlace.author, "test", now: 9) {
            try $0.update("specimen", row, [("plain", 2)])
        }
        #expect(try store.lookThrough(Self.scope, now: 5) == .repaired(1))
        let shown = try store.query("SELECT plain, reviewed FROM specimen").rows
        #expect(shown == [[.integer(2), .integer(3)]])
        let told = try #require(try store.read { try DamageLog.all(limit: 9, $0) }.first)
        #expect(told.columns == ["reviewed"] && told.what.hasPrefix("specimen "))
        #expect(told.was != told.now && told.was.count == 16)
    }

    @Test("A damaged log is never taken for the truth")
    func damagedLog() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        for _ in 0..<5 { try store.insert([("plain", 1)]) }
        let vandal = try Vandal(store.path)
        let body = try vandal.queue.read {
            try #require(try Data.fetchOne($0, sql: "SELECT body FROM changeset WHERE seq = 3"))
        }
        var other = body
        other[other.count - 1] ^= 2
        try vandal.run("UPDATE changeset SET body = ? WHERE seq = 3", [other])
        try vandal.run("UPDATE specimen SET plain = 7 WHERE id = (SELECT max(id) FROM specimen)")
        #expect(try store.lookThrough(Self.scope, now: 5) == .damaged)
        #expect(try store.query("SELECT max(plain) FROM specimen").rows == [[.integer(7)]])
        #expect(try store.soundnessProblems().count == 2)
    }

    @Test("A store of before is added up once, when it is opened")
    func olderStore() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.insert([("plain", 1)])
        let sum = try self.sum(store)
        try store.close()
        let vandal = try Vandal(place.path())
        try vandal.queue.write {
            try $0.execute(
                sql: "DROP TABLE scope_sum; DELETE FROM store_info WHERE key = 'sums_ready'")
        }
        let again = try ChangeStore.open(at: place.path(), schema: RandomHistory.schema)
        #expect(try self.sum(again) == sum)
    }

    /// Lets two stores talk until neither has anything to say.
    /// - Returns: rounds.
    @discardableResult
    private func reconcile(_ one: ChangeStore, _ two: ChangeStore) throws -> Int {
        let scopes: Set<Scope> = [Self.scope]
        let a = Reconciler(store: one, now: 7, reads: scopes, writes: scopes)
        let b = Reconciler(store: two, now: 7, reads: scopes, writes: scopes)
        var toB = try a.questions(Self.scope) + [a.begin(Self.scope)]
        var rounds = 0
        while !toB.isEmpty {
            rounds += 1
            try #require(rounds < 30)
            let toA = try toB.flatMap { message in
                try b.take(Reconciliation(message.kind, decoding: message.encoded()))
            }
            toB = try toA.flatMap { message in
                try a.take(Reconciliation(message.kind, decoding: message.encoded()))
            }
        }
        return rounds
    }

    @Test("A store without a log takes a damaged row from its peer, never the other way round")
    func fromThePeer() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<24 {
            let history = try RandomHistory(seed: seed, replicas: 3, steps: 40)
            var random = SeededRandom(seed: seed)
            let (one, two) = try pair(place, seed, holding: history)
            try two.receive(history.changesets)
            let digest = try one.digest
            let vandal = try Vandal(one.path)
            // Somebody took the log away; sometimes the peer has none either.
            try vandal.run("DELETE FROM changeset WHERE seq < 1000")
            if seed % 2 == 0 { try Vandal(two.path).run("DELETE FROM changeset WHERE seq < 9999") }
            for _ in 0...random.below(3) { try vandal.strike(&random) }
            let outcome = try one.lookThrough(Self.scope, now: 5)
            // A strike that changed nothing is none.
            if outcome == .sound {
                try #require(try one.digest == digest)
            } else {
                try #require(outcome == .damaged)
            }
            if seed % 3 == 0 { try reconcile(two, one) } else { try reconcile(one, two) }
            try #require(try one.digest == digest, "seed \(seed)")
            try #require(try two.digest == digest, "seed \(seed)")
            for store in [one, two] {
                // A peer that has the log gives it back, and the kept sum is made anew from it.
                let after = try store.lookThrough(Self.scope, now: 6)
                try #require(after == .sound || after == .repaired(0), "seed \(seed) \(after)")
            }
            try one.close()
            try two.close()
        }
    }

    @Test("Of thousands of rows the damaged one is found in a few small messages")
    func fewRounds() throws {
        let place = try TemporaryPlace()
        let one = try place.create()
        for _ in 0..<10 {
            try one.record(as: TemporaryPlace.author, "test", now: 1) { recording in
                for n in Int64(0)..<300 {
                    try recording.insert("specimen", [("plain", .integer(n))])
                }
            }
        }
        let two = try place.create("two.db", replica: 10)
        try two.receive(try one.pull(bytesMax: 1 << 20).flatMap(\.changesets))
        let vandal = try Vandal(two.path)
        try vandal.run("DELETE FROM changeset")
        try vandal.run("UPDATE specimen SET plain = -1 WHERE id % 2999 = 5")
        let digest = try one.digest
        #expect(try two.digest != digest)
        #expect(try reconcile(one, two) <= 4)
        #expect(try two.digest == digest)
    }

    @Test("Where neither side can prove a row, nothing is overwritten and people are told")
    func stalemate() throws {
        let place = try TemporaryPlace()
        let one = try place.create()
        let two = try place.create("two.db", replica: 10)
        try one.insert([("plain", 1)])
        try two.receive(try one.pull().flatMap(\.changesets))
        for store in [one, two] { try Vandal(store.path).run("DELETE FROM changeset") }
        try Vandal(one.path).run("UPDATE specimen SET plain = 7")
        try Vandal(two.path).run("UPDATE specimen SET plain = 8")
        try reconcile(one, two)
        #expect(try one.query("SELECT plain FROM specimen").rows == [[.integer(7)]])
        #expect(try two.query("SELECT plain FROM specimen").rows == [[.integer(8)]])
        #expect(try one.read { try DamageLog.all(limit: 9, $0) }.map(\.remedy) == [.open])
    }

    private static func longHistory(_ count: Int) -> [Changeset] {
        (1...count).map { n in
            Changeset(
                scope: scope, dot: Dot(ReplicaID(3), UInt64(n)), clock: HLC(rawValue: UInt64(n)),
                author: TemporaryPlace.author, intent: "test", context: VersionVector(),
                operations: [
                    RowOperation(
                        table: TableID(1), row: RowID(replica: ReplicaID(3), counter: UInt32(n)),
                        kind: .insert, cells: [Cell(ColumnID(1), .integer(Int64(n)))])
                ])
        }
    }

    @Test("A changeset altered in the log is fetched again, and believed only if the chain fits")
    func logFromThePeer() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<10 {
            var random = SeededRandom(seed: seed)
            let one = try place.create("a\(seed).db")
            let two = try place.create("b\(seed).db", replica: 10)
            let history = Self.longHistory(3 + random.below(600))
            try one.receive(history)
            try two.receive(history)
            let bodies = try one.read {
                try Data.fetchAll($0, sql: "SELECT body FROM changeset ORDER BY seq")
            }
            let vandal = try Vandal(two.path)
            for _ in 0...random.below(3) {
                let seq = 2 + random.below(bodies.count - 1)
                switch random.below(4) {
                case 0: try vandal.run("DELETE FROM changeset WHERE seq = ?", [seq])
                case 1:
                    try vandal.run("UPDATE changeset SET body = x'0102' WHERE seq = ?", [seq])
                case 2:
                    try vandal.run(
                        "UPDATE changeset SET body = ? WHERE seq = ?", [bodies[seq - 2], seq])
                default: try vandal.run("UPDATE scope_vector SET chain = zeroblob(32)")
                }
            }
            try vandal.run("UPDATE specimen SET plain = 4444 WHERE id % 3 = 1")
            #expect(try two.lookThrough(Self.scope, now: 5) == .damaged)
            try reconcile(two, one)
            _ = try two.lookThrough(Self.scope, now: 6)
            try #require(try two.soundnessProblems() == [], "seed \(seed)")
            try #require(try one.soundnessProblems() == [], "seed \(seed)")
            let after = try two.read {
                try Data.fetchAll($0, sql: "SELECT body FROM changeset ORDER BY position")
            }
            try #require(after == bodies, "seed \(seed)")
            try #require(try two.digest == one.digest)
            try one.close()
            try two.close()
        }
    }
}

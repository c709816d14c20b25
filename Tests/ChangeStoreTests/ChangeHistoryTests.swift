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
        try store.read { try ChangeHistory.latest(of: Self.scope, within: cut, $0) }
    }

    @Test("It follows from the cut alone, whoever holds more, and in whatever order it came")
    func function() throws {
        let place = try TemporaryPlace()
        for seed: UInt64 in 0..<8 {
            let history = try RandomHistory(seed: seed, replicas: 3, steps: 40)
            let one = try place.create("a\(seed).db", replica: 10)
            let two = try place.create("b\(seed).db", replica: 11)
            try one.receive(history.changesets)
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
            "DELETE FROM changeset WHERE seq = 2",
        ] {
            try Vandal(place.path()).run(sql)
            // Who cannot read its past sends without: work does not wait for a repair.
            #expect(try latest(store, within: cut) == nil, "\(sql)")
        }
        try store.close()
    }
}

import FieldSimulator
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("What tells two pasts of an author apart stays when the log goes")
struct KeptPastsOfAuthors {
    private static let scope = TemporaryPlace.scope

    @Test("The centre's are those of a store that keeps its whole log", arguments: 100..<104)
    func whole(seed: UInt64) throws {
        let place = try TemporaryPlace()
        let town = try CompactedTown(seed: seed, in: place)
        for _ in 0..<4 {
            try town.run(steps: 24)
            try town.meetAll()
            try town.endOfDay()
            _ = try town.hub.dropLog(of: Self.scope)
        }
        let held = try town.hub.vector
        let inLog = try town.hub.logCount
        let all = held.entries.reduce(0) { $0 + Int($1.seq) }
        #expect(inLog < all)
        for entry in held.entries {
            func pasts(_ store: ChangeStore) throws -> [ShortChain?] {
                try store.read { db in
                    try (1...entry.seq).map {
                        try ChangeLog.past(of: Dot(entry.replica, $0), in: Self.scope, db)
                    }
                }
            }
            #expect(try pasts(town.hub) == pasts(town.whole))
            let told = try town.hub.read {
                try ChangeLog.pasts(of: entry.replica, in: Self.scope, limit: 16_384, $0)
            }
            #expect(told.count == Int(entry.seq) + 1)
            #expect(try told.dropFirst() == pasts(town.whole).compactMap(\.self).reversed()[...])
        }
        try town.close()
    }

    @Test("Only so many are kept of an author, the latest")
    func limit() throws {
        let place = try TemporaryPlace()
        let store = try place.create("one.db", replica: 2)
        let count = UInt64(ForkNotice.pastsMax) + 10
        try store.bookkeeping { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO scope (code) VALUES (?)", arguments: [Self.scope.code])
            let id = try #require(try db.scopeID(of: Self.scope))
            for seq in 1...count {
                try db.execute(
                    sql: """
                        INSERT INTO changeset (scope, replica, seq, body, past)
                        VALUES (?, 5, ?, x'00', ?)
                        """, arguments: [id, Int64(seq), Int64(seq * 3)])
            }
            try KeptPasts.keep((1...count).map { Dot(ReplicaID(5), $0) }, of: id, db)
            let run = try #require(try KeptPasts.run(of: ReplicaID(5), id, db))
            #expect(run.first == 11 && run.pasts.count == 4 * ForkNotice.pastsMax)
            #expect(run[10] == nil && run[11]?.rawValue == 33)
            #expect(run[count]?.rawValue == UInt32(count * 3) && run[count + 1] == nil)
        }
        try store.close()
    }
}

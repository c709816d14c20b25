import ChangeStore
import Crypto
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import Exchange

@Suite("Where rows cannot be made alike, the file is asked whether it is sound")
struct FileAsked {
    private static let office = Scope("52.02.04.2009")
    private static let day: Int64 = 86_400_000

    @Test("A file that was found sound is asked again after a day, whatever the peer says")
    func onceADay() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/asked-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/pc.sqlite"
        let whole = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: ReplicaID(7), home: Self.office, isHub: false))
        _ = try whole.record(as: Author("op1", .operator), "household.add", now: 1) {
            try $0.insert("household", [("hamlet", .text("Timuk"))])
        }
        try compareInVain(whole, now: Self.day)
        try whole.close()
        try rotIndex(path)

        let rotten = try ChangeStore.open(at: path)
        defer { try? rotten.close() }
        try compareInVain(rotten, now: Self.day + 3_600_000)
        #expect(throws: StoreError.self) { try compareInVain(rotten, now: 2 * Self.day + 1) }
        // Nor is it forgotten that it is damaged.
        #expect(throws: StoreError.self) { try compareInVain(rotten, now: 2 * Self.day + 2) }

        let fault = #expect(throws: StoreError.self) {
            try StoreBackup.make(
                of: rotten, with: nil, to: folder + "/one.backup", kind: "edge", files: [:], now: 1)
        }
        guard case .damaged(path, _)? = fault else {
            Issue.record("a backup names what is damaged, the store: \(fault as Any)")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    }

    /// An exchange in which the peer's rows never add up to ours.
    private func compareInVain(_ store: ChangeStore, now: Int64) throws {
        let key = try #require(
            LinkKey(
                privateKey: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation),
                publicKey: Array(Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation),
                replica: ReplicaID(7)))
        let line = Line(peer: "hub", replica: ReplicaID(7), key: key, carries: [Self.office])
        let part = try SumsCaller(store: store, line: line, now: now)
        for _ in 0..<2 {
            var fields = MessageFields()
            try store.read { db in
                try part.hello(&fields, db)
                _ = try part.records(budget: 1 << 20, db)
            }
            var answer = Answer(
                wallMilliseconds: now, hasMore: false, holdings: [(Self.office, .same)],
                notices: [], grants: [])
            answer.fields[AnswerField.checksum] = SumsField.encode([(Self.office, 1)])
            try part.answered(answer)
        }
    }

    /// An entry is missing in an index that no reader of this test needs.
    private func rotIndex(_ path: String) throws {
        for sql in [
            """
            CREATE TABLE aside AS SELECT * FROM sqlite_schema WHERE tbl_name = 'rejected';
            PRAGMA writable_schema = ON;
            DELETE FROM sqlite_schema WHERE tbl_name = 'rejected' AND type = 'index';
            UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE (', 'CHECK (1 IN (1, ')
            WHERE name = 'rejected';
            UPDATE sqlite_schema SET sql = replace(sql, 'reason))', 'reason)))')
            WHERE name = 'rejected';
            """,
            """
            INSERT INTO rejected (scope, replica, seq, reason, at) VALUES ('a', 8, 1, 'b', 1);
            """,
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = (SELECT sql FROM aside WHERE type = 'table')
            WHERE name = 'rejected';
            INSERT INTO sqlite_schema SELECT * FROM aside WHERE type = 'index';
            """,
            "DROP TABLE aside;",
        ] {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }
}

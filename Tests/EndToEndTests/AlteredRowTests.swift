import Foundation
import GRDB
import Testing

/// Writes to a store file as somebody with another SQLite tool would, who takes the guard away.
enum OtherTool {
    static func run(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            let guards = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in guards { try db.execute(sql: "DROP TRIGGER \(name)") }
            try db.execute(sql: sql)
        }
        try queue.close()
    }
}

@Suite("A row is altered by hand with another tool")
struct AlteredRows {
    private static let alter =
        "UPDATE resident SET name = 'X' WHERE id = (SELECT min(id) FROM resident)"

    private func lab() throws -> Lab {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        try lab.edge(["sync", "--store", lab.path("e1")])
        return lab
    }

    @Test("A row is altered by hand with another tool and is put right at the next sync")
    func atTheOffice() throws {
        let lab = try lab()
        let digest = try lab.digest("e1")
        try OtherTool.run(lab.path("e1") + "/edge.sqlite", Self.alter)
        #expect(try lab.digest("e1") != digest)
        let verify = try Program.edgenode.run(["verify", "--store", lab.path("e1")])
        #expect(verify.status == 1 && verify.out.contains("(name)"))
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("e1") == digest)
        #expect(try lab.edge(["verify", "--store", lab.path("e1")]) == "ok\n")
        let status = try lab.edge(["status", "--store", lab.path("e1")])
        #expect(status.contains("was altered outside the program") && status.contains("resident"))
        // The centre hears of it, once.
        #expect(try lab.hub(["status", "--store", lab.path("hub")]).contains("1 rows or changes"))
    }

    @Test("The same at the centre, while it serves")
    func atTheHub() throws {
        let lab = try lab()
        let digest = try lab.digest("hub")
        try OtherTool.run(lab.path("hub") + "/hub.sqlite", Self.alter)
        #expect(try lab.digest("hub") != digest)
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("hub") == digest)
        #expect(try lab.hub(["status", "--store", lab.path("hub")]).contains("altered: "))
        #expect(try lab.hub(["verify", "--store", lab.path("hub")]) == "ok\n")
    }

    @Test("An index that rotted hides an office's rows: the PC says that its file is damaged")
    func rottenIndex() throws {
        let lab = try lab()
        let path = lab.path("e1") + "/edge.sqlite"
        // The index of the offices keeps another name than their table.
        try OtherTool.run(path, "UPDATE scope SET code = code || '!'")
        try OtherTool.run(
            path,
            """
            CREATE TABLE aside AS SELECT * FROM sqlite_schema WHERE tbl_name = 'scope';
            PRAGMA writable_schema = ON;
            DELETE FROM sqlite_schema WHERE tbl_name = 'scope' AND type = 'index';
            UPDATE sqlite_schema SET sql = replace(sql, ' UNIQUE', '') WHERE name = 'scope';
            """)
        try OtherTool.run(path, "UPDATE scope SET code = rtrim(code, '!')")
        try OtherTool.run(
            path,
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = (SELECT sql FROM aside WHERE type = 'table')
            WHERE name = 'scope';
            INSERT INTO sqlite_schema SELECT * FROM aside WHERE type = 'index';
            """)
        let sync = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
        #expect(sync.status != 0 && sync.err.contains("is damaged"), "\(sync.err)")
        let verify = try Program.edgenode.run(["verify", "--store", lab.path("e1")])
        #expect(verify.status == 1 && verify.out.contains("missing from index"), "\(verify)")
        let backup = try Program.edgenode.run(
            ["backup", "--store", lab.path("e1"), "--to", lab.path("one.backup")])
        #expect(backup.status != 0 && backup.err.contains("\(path) is damaged"), "\(backup.err)")
        #expect(try lab.hub(["verify", "--store", lab.path("hub")]) == "ok\n")
    }

    @Test("Changes are altered in the log and rows with them: the other side has both")
    func logAndRows() throws {
        let lab = try lab()
        let digest = try lab.digest("hub")
        for (name, file) in [("hub", "hub.sqlite"), ("e1", "edge.sqlite")] {
            try OtherTool.run(
                lab.path(name) + "/" + file,
                """
                UPDATE changeset SET body = zeroblob(40) WHERE replica > 1 AND seq IN (3, 40);
                DELETE FROM changeset WHERE replica > 1 AND seq = 20;
                """ + Self.alter)
            // The log comes with one exchange, what it proves with the next look.
            for _ in 0..<2 { try lab.edge(["sync", "--store", lab.path("e1")]) }
            #expect(try lab.digest(name) == digest)
            let program: Program = name == "hub" ? .synchub : .edgenode
            #expect(try program.run(["verify", "--store", lab.path(name)]).out == "ok\n")
        }
    }

    @Test("The log rotted where another PC's work is to be merged: it is repaired first")
    func logBeneathAMerge() throws {
        let lab = try lab()
        try lab.addPC("e2", device: 2)
        try lab.edge(["sync", "--store", lab.path("e2")])
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"),
                "--device", device,
            ])
            try lab.edge(["sync", "--store", lab.path(name)])
        }
        let own = try lab.number("e1", "SELECT count(*) FROM log")
        try OtherTool.run(
            lab.path("e1") + "/edge.sqlite",
            "UPDATE changeset SET body = zeroblob(40) WHERE position > 20 AND seq % 17 = 4")
        let sync = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
        #expect(sync.status == 0, "\(sync.err)")
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.number("e1", "SELECT count(*) FROM log") > own)
        #expect(try lab.digest("e1") == lab.digest("hub"))
        #expect(try lab.edge(["verify", "--store", lab.path("e1")]) == "ok\n")
    }

    @Test("An idle exchange stays small with the sums in it")
    func idle() throws {
        let lab = try lab()
        let out = try lab.edge(["sync", "--store", lab.path("e1"), "--json"])
        let report = try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [String: Any]
        #expect(report["rounds"] as! Int == 1)
        #expect((report["sent_bytes"] as! Int) + (report["received_bytes"] as! Int) <= 150)
    }
}

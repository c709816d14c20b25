import Foundation
import Testing

/// An office of two PCs with a register, a month and its conflicts, whose history was let go at
/// the hub and at the first PC.
struct CompactedLab {
    let lab: Lab

    init() throws {
        lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for name in ["e1", "e2"] { try sync(name) }
        try replayMonth("e1", 1)
        try replayMonth("e2", 2)
        try letGo(["e1", "e2"])
        #expect(try log("hub") < 10)
        #expect(try compact("e1").contains("took"))
        #expect(try log("e1") < 10)
        #expect(try log("e2") > 100, "nobody has to follow at once")
    }

    func sync(_ name: String) throws { try lab.edge(["sync", "--store", lab.path(name)]) }

    func replayMonth(_ name: String, _ device: Int) throws {
        try lab.edge([
            "replay", "--store", lab.path(name), Fixture.path("month.jsonl"), "--device",
            "\(device)",
        ])
    }

    /// Everybody sees everything, it lies in a backup, the hub lets go and tells so.
    func letGo(_ names: [String]) throws {
        for _ in 0..<3 { for name in names { try sync(name) } }
        try backup()
        _ = try lab.hub(["compact", "--store", lab.path("hub"), "--keep-days", "0"])
        try backup()
        for name in names { try sync(name) }
    }

    func backup() throws {
        try lab.hub([
            "backup", "--store", lab.path("hub"), "--to", lab.path("\(UUID()).backup"),
        ])
    }

    func compact(_ name: String) throws -> String {
        try lab.edge(["compact", "--store", lab.path(name), "--keep-days", "0"])
    }

    /// Changesets of the office in the log.
    func log(_ name: String) throws -> Int {
        try lab.number(
            name,
            """
            SELECT count(*) FROM changeset c JOIN scope s ON s.id = c.scope
            WHERE s.code = '\(lab.office)'
            """)
    }

    func expectAlike(_ names: [String]) throws {
        let digest = try lab.digest("hub")
        for name in names {
            #expect(try lab.digest(name) == digest, "\(name)")
            #expect(try lab.edge(["verify", "--store", lab.path(name)]) == "ok\n", "\(name)")
        }
        #expect(try lab.hub(["verify", "--store", lab.path("hub")]) == "ok\n")
    }
}

@Suite("An office lets its history go")
struct Compactions {
    @Test("What the centre decides later counts everywhere; what is too old cannot be undone")
    func rulings() throws {
        let compacted = try CompactedLab()
        let lab = compacted.lab
        try lab.addPC("e3", device: 3)
        for name in ["e3", "e1"] { try compacted.sync(name) }
        // A third PC, which began with a snapshot, writes what breaks a rule.
        let at = Date().formatted(.iso8601)
        let line = """
            {"n":9001,"at":"\(at)","office":"\(lab.office)","device":1,"by":"op1",\
            "intent":"household.add","ops":[{"put":"household","id":"h9001",\
            "set":{"hamlet":"Timuk","status":"active"}}]}
            """
        try line.write(toFile: lab.path("late"), atomically: true, encoding: .utf8)
        try Users.add(lab, "e1", "op1")
        for name in ["e1", "e3"] { try compacted.sync(name) }
        try lab.edge(["user", "disable", "op1", "--store", lab.path("e1")])
        try compacted.sync("e1")
        let later = line.replacingOccurrences(
            of: at, with: Date().addingTimeInterval(2).formatted(.iso8601))
        try later.write(toFile: lab.path("late"), atomically: true, encoding: .utf8)
        try lab.edge(["replay", "--store", lab.path("e3"), lab.path("late")])
        for name in ["e3", "e1", "e2", "e3"] { try compacted.sync(name) }
        try compacted.expectAlike(["e1", "e2", "e3"])
        let ruling = try #require(
            try lab.hub(["quarantine", "list", "--store", lab.path("hub")])
                .split(separator: "\t").first.map(String.init))

        let shown = "SELECT count(*) FROM household WHERE hamlet = 'Timuk'"
        let before = try lab.number("e3", shown)
        // Until somebody decides, the log stays.
        sleep(3)
        try compacted.letGo(["e1", "e2", "e3"])
        let waits = try lab.hub(["compact", "--store", lab.path("hub"), "--keep-days", "0"])
        #expect(waits.contains("1 ruling waits for a decision"))
        try lab.hub(["quarantine", "release", "--store", lab.path("hub"), ruling, "--by", "amir"])
        for name in ["e1", "e2", "e3"] { try compacted.sync(name) }
        #expect(try lab.number("e1", shown) == before + 1)
        try compacted.expectAlike(["e1", "e2", "e3"])
        try lab.hub(["quarantine", "uphold", "--store", lab.path("hub"), ruling, "--by", "amir"])
        try compacted.letGo(["e1", "e2", "e3"])
        try compacted.expectAlike(["e1", "e2", "e3"])
        let refused = try Program.synchub.run([
            "quarantine", "release", "--store", lab.path("hub"), ruling, "--by", "amir",
        ])
        #expect(refused.status != 0)
        #expect(refused.err.contains("is final"))
        for name in ["e1", "e2", "e3"] { _ = try compacted.compact(name) }
        try compacted.expectAlike(["e1", "e2", "e3"])
    }

    @Test("A PC comes back after it was given up, with work that nobody had: all of it is there")
    func expired() throws {
        let lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for name in ["e1", "e2", "e1"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"), "--device",
                device,
            ])
        }
        func letGo() throws -> String {
            for _ in 0..<2 { try lab.edge(["sync", "--store", lab.path("e1")]) }
            try lab.hub([
                "backup", "--store", lab.path("hub"), "--to", lab.path("\(UUID()).backup"),
            ])
            return try lab.hub(["compact", "--store", lab.path("hub"), "--keep-days", "0"])
        }
        // While it is waited for, what it lacks stays.
        let vector =
            "SELECT count(*) FROM changeset c JOIN scope s ON s.id = c.scope "
            + "WHERE s.code = '\(lab.office)'"
        _ = try letGo()
        #expect(try lab.number("hub", vector) > 70)
        let number = try lab.number("hub", "SELECT max(replica) FROM node")
        try lab.hub(["expire", "--store", lab.path("hub"), "\(number)"])
        _ = try letGo()
        #expect(try lab.number("hub", vector) < 10)

        // The line is down. The PC in the next room has let go, too: it takes what this one wrote,
        // and that is all.
        _ = try lab.edge(["sync", "--store", lab.path("e1")])
        try lab.hub([
            "backup", "--store", lab.path("hub"), "--to", lab.path("\(UUID()).backup"),
        ])
        _ = try lab.edge(["sync", "--store", lab.path("e1")])
        _ = try lab.edge(["compact", "--store", lab.path("e1"), "--keep-days", "0"])
        #expect(try lab.number("e1", "SELECT count(*) FROM log_floor") > 0)
        lab.killHub()
        var neighbour: ServingPC? = try ServingPC(lab, "e2")
        let met = try lab.sync("e1", with: neighbour)
        neighbour = nil
        try lab.startHub()
        #expect(met.receivedChanges == 27 && met.sentChanges == 0)
        #expect(met.notices.contains { $0.contains("no longer holds") })

        let back = try lab.edge(["sync", "--store", lab.path("e2")])
        #expect(back.contains("sent 27 changes"))
        #expect(try lab.number("e2", "SELECT count(*) FROM log_floor") > 0, "it took a snapshot")
        try lab.edge(["sync", "--store", lab.path("e1")])
        let expected = try TraceExpectation(["base.jsonl", "month.jsonl"])
        for name in ["e1", "e2", "hub"] {
            #expect(try lab.digest(name) == lab.digest("hub"), "\(name)")
            for (table, count) in expected.rows {
                #expect(try lab.number(name, "SELECT count(*) FROM \(table)") == count, "\(table)")
            }
            // What both changed meanwhile waits for somebody, as ever.
            #expect(try lab.number(name, "SELECT count(*) FROM conflict WHERE state = 0") == 2)
        }
        for name in ["e1", "e2"] {
            #expect(try lab.edge(["verify", "--store", lab.path(name)]) == "ok\n")
        }
    }

    @Test("The centre is put back from its backup after the office let its history go")
    func hubPutBack() throws {
        let compacted = try CompactedLab()
        let lab = compacted.lab
        let backup = lab.path("friday.backup")
        try lab.hub(["backup", "--store", lab.path("hub"), "--to", backup])
        func correct(_ name: String, _ phone: String) throws {
            try lab.edge([
                "correct", "--store", lab.path(name), "--nik", "5202033112700110", "--set",
                "phone=\(phone)", "--by", "op1",
            ])
        }
        try correct("e1", "0811")
        for name in ["e1", "e2"] { try compacted.sync(name) }
        let before = try lab.digest("hub")
        lab.killHub()
        try lab.hub(["restore", "--from", backup, "--store", lab.path("hub"), "--replace"])
        try lab.startHub()
        #expect(try lab.digest("hub") != before)
        try correct("e2", "0812")
        for name in ["e1", "e2", "e1"] { try compacted.sync(name) }
        try compacted.expectAlike(["e1", "e2"])
        #expect(try lab.number("hub", "SELECT count(*) FROM resident WHERE phone = '0812'") == 1)
        // It still gives a new PC what only its base has, and still lets go.
        try lab.addPC("e3", device: 3)
        try compacted.sync("e3")
        try compacted.letGo(["e1", "e2", "e3"])
        #expect(try compacted.log("hub") < 10)
        for name in ["e1", "e2", "e3"] { _ = try compacted.compact(name) }
        try compacted.expectAlike(["e1", "e2", "e3"])
    }
}

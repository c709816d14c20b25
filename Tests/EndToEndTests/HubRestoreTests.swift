import Foundation
import Testing

/// A hub, its backups, and offices that go on meanwhile; the real programs.
@Suite("The centre's backups")
struct HubRestores {
    private static let scopes = ["52.02", "52.02.03.2007", "52.02.04.2009"]

    private func digests(_ lab: Lab) throws -> [String] {
        try Self.scopes.map {
            try lab.hub(["digest", "--store", lab.path("hub"), "--scope", $0])
        }
    }

    private func add(_ lab: Lab, _ name: String, office: String, device: Int) throws {
        let file = lab.path(name + ".json")
        try lab.hub([
            "enrol", "--store", lab.path("hub"), "--office", office, "--device", "\(device)",
            "--out", file,
        ])
        try lab.edge(["init", "--store", lab.path(name), "--enrolment", file])
    }

    private func sync(_ lab: Lab, _ names: [String]) throws -> String {
        try names.map { try lab.edge(["sync", "--store", lab.path($0)]) }.joined()
    }

    private func replay(_ lab: Lab, _ name: String, _ trace: String, device: Int) throws {
        try lab.edge([
            "replay", "--store", lab.path(name), Fixture.path(trace), "--device", "\(device)",
        ])
    }

    @Test("The centre is put back from a backup two days old")
    func putBack() throws {
        let lab = try Lab(office: "52.02.03.2007")
        try lab.startHub()
        try add(lab, "a1", office: "52.02.03.2007", device: 1)
        try add(lab, "a2", office: "52.02.03.2007", device: 2)
        try add(lab, "b1", office: "52.02.04.2009", device: 1)
        try lab.edge(["replay", "--store", lab.path("a1"), Fixture.path("base.jsonl")])
        _ = try sync(lab, ["a1", "a2", "b1"])
        let backup = lab.path("monday.backup")
        let said = try lab.hub(["backup", "--store", lab.path("hub"), "--to", backup])
        #expect(said.contains("durable"))

        // Two days of work, of which the backup knows nothing.
        try replay(lab, "a1", "month.jsonl", device: 1)
        try replay(lab, "a2", "month.jsonl", device: 2)
        try add(lab, "b2", office: "52.02.04.2009", device: 2)
        try lab.hub([
            "split", "--store", lab.path("hub"), "--from", "52.02.04.2009", "--to",
            "52.02.04.2099", "--name", "Kuta Baru", "--hamlets", "Baru", "--on", "2026-12-01",
        ])
        _ = try sync(lab, ["a1", "a2", "b2", "b1", "a1"])
        let before = try digests(lab)
        let pairs = try TwoDevices.pairs(lab, "hub")
        #expect(!pairs.isEmpty)

        lab.killHub()
        let refused = try Program.synchub.run([
            "restore", "--from", backup, "--store", lab.path("hub"),
        ])
        #expect(refused.status != 0 && refused.err.contains("--replace"))
        let told = try lab.hub([
            "restore", "--from", backup, "--store", lab.path("hub"), "--replace",
        ])
        #expect(told.contains("is kept at"))
        try lab.startHub()
        #expect(try digests(lab) != before)
        let report = try sync(lab, ["a1", "a2", "b2", "b1"])
        #expect(!report.contains("not the original") && !report.contains("restored from a copy"))
        #expect(try digests(lab) == before)
        #expect(try TwoDevices.pairs(lab, "hub") == pairs)
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
        #expect(try lab.number("hub", "SELECT count(*) FROM epoch_call") == 4)

        // New work goes on, under numbers that nobody had.
        try add(lab, "b3", office: "52.02.04.2009", device: 3)
        let number = try lab.number("hub", "SELECT max(replica) FROM node")
        #expect(number > 1_024)
        _ = try sync(lab, ["b3", "a1", "a2"])
        let double = """
            SELECT count(*) FROM number_grant a JOIN number_grant b ON a.office = b.office
            AND a.series = b.series AND a.year = b.year AND a.first < b.first AND b.first <= a.last
            """
        #expect(try lab.number("hub", double) == 0)
        for name in ["a1", "a2"] { #expect(try lab.digest(name) == lab.digest("hub")) }
    }

    @Test("A hub put back from a backup never grants a number twice, however many it has forgotten")
    func numbersOnce() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        _ = try sync(lab, ["e1", "e2"])
        let backup = lab.path("monday.backup")
        try lab.hub(["backup", "--store", lab.path("hub"), "--to", backup])
        let year = try lab.number("e1", "SELECT min(year) FROM number_grant")
        // A PC that prints all day: the hub forgets six shares of it.
        var line = 0
        func spend(_ pc: String) throws {
            line += 1
            let first = try lab.number(
                pc, "SELECT max(first) FROM number_grant WHERE year = \(year)")
            let trace = lab.path("spent-\(line).jsonl")
            try """
            {"n":\(line),"at":"2026-09-01T01:00:00Z","office":"\(lab.office)","device":1,\
            "by":"op1","intent":"letter.sign","ops":[{"put":"number_lease","id":"nl\(line)","set":\
            {"series":"UMUM","year":\(year),"replica":"\(try lab.replica(pc))","first":\(first),\
            "last":\(first + 499),"next":\(first + 500)}}]}

            """.write(toFile: trace, atomically: true, encoding: .utf8)
            try lab.edge(["replay", "--store", lab.path(pc), trace])
            _ = try sync(lab, [pc])
        }
        for _ in 0..<6 { try spend("e1") }
        let forgotten = try lab.number(
            "e1", "SELECT max(last) FROM number_grant WHERE year = \(year)")
        #expect(forgotten > 3_500)

        lab.killHub()
        try lab.hub(["restore", "--from", backup, "--store", lab.path("hub"), "--replace"])
        try lab.startHub()
        // The other PC calls first, and prints on; nothing is granted before both have called.
        _ = try sync(lab, ["e2"])
        try spend("e2")
        #expect(
            try lab.number("e2", "SELECT max(last) FROM number_grant WHERE year = \(year)")
                <= 1_000)
        _ = try sync(lab, ["e1", "e2"])
        #expect(
            try lab.number("e2", "SELECT max(first) FROM number_grant WHERE year = \(year)")
                > forgotten)
        let double = """
            SELECT count(*) FROM number_grant a JOIN number_grant b ON a.office = b.office
            AND a.series = b.series AND a.year = b.year AND a.first < b.first AND b.first <= a.last
            """
        #expect(try lab.number("hub", double) == 0)
        for pc in ["e1", "e2"] {
            let held = try lab.number(pc, "SELECT count(*) FROM number_grant")
            let replica = try lab.replica(pc)
            #expect(
                try lab.number(
                    "hub", "SELECT count(*) FROM number_grant WHERE replica = \(replica)") == held)
        }
    }

    @Test("A backup taken while offices sync can be opened and is whole")
    func whileSyncing() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        let syncing = Program.edgenode.process(["sync", "--store", lab.path("e1")])
        syncing.standardOutput = FileHandle.nullDevice
        try syncing.run()
        try FileManager.default.createDirectory(
            atPath: lab.path("backups"), withIntermediateDirectories: false)
        for _ in 0..<3 {
            try lab.hub([
                "backup", "--store", lab.path("hub"), "--to", lab.path("backups"), "--keep", "2",
            ])
        }
        syncing.waitUntilExit()
        #expect(syncing.terminationStatus == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: lab.path("backups"))
        #expect(files.count == 2)
        for file in files {
            let path = lab.path("backups/" + file)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
            try lab.hub(["restore", "--from", path, "--store", lab.path("put-" + file)])
            #expect(try lab.hub(["verify", "--store", lab.path("put-" + file)]) == "ok\n")
        }
        // What the last backup holds is durable, and the office learns of it.
        try lab.hub(["backup", "--store", lab.path("hub"), "--to", lab.path("last.backup")])
        _ = try sync(lab, ["e1"])
        let status = try lab.edge(["status", "--store", lab.path("e1"), "--json"])
        #expect(status.contains("\"not_durable\" : 0") || status.contains("\"not_durable\":0"))
    }

    @Test("A backup or a restore that is killed leaves the store and the last backup as they were")
    func killed() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        _ = try sync(lab, ["e1"])
        let good = lab.path("good.backup")
        try lab.hub(["backup", "--store", lab.path("hub"), "--to", good])
        let digest = try lab.digest("hub")
        var random = SystemRandomNumberGenerator()
        for round in 0..<6 {
            let arguments =
                round % 2 == 0
                ? ["backup", "--store", lab.path("hub"), "--to", lab.path("cut\(round).backup")]
                : ["restore", "--from", good, "--store", lab.path("there"), "--replace"]
            let process = Program.synchub.process(arguments)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 5_000...300_000, using: &random))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(try lab.digest("hub") == digest)
            for file in [lab.path("cut\(round).backup")]
            where FileManager.default.fileExists(atPath: file) {
                try lab.hub(["restore", "--from", file, "--store", lab.path("of\(round)")])
            }
        }
        // Twice within one second: both old stores are kept aside.
        for _ in 0..<2 {
            try lab.hub(["restore", "--from", good, "--store", lab.path("there"), "--replace"])
        }
        #expect(
            try lab.hub(["digest", "--store", lab.path("there"), "--scope", lab.office]) == digest)
        let inUse = try Program.synchub.run([
            "restore", "--from", good, "--store", lab.path("hub"), "--replace",
        ])
        #expect(inUse.status != 0 && inUse.err.contains("in use"))
        let nonsense = try Program.synchub.run([
            "restore", "--from", Fixture.path("base.jsonl"), "--store", lab.path("new"),
        ])
        #expect(nonsense.status != 0 && !FileManager.default.fileExists(atPath: lab.path("new")))
    }
}

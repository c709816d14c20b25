import Foundation
import Testing

@Suite("Bad input gives one clear line, a non-zero exit and nothing half-written")
struct BadInput {
    /// A lab whose one PC has recorded and synced the register.
    private static func lab() throws -> Lab {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        return lab
    }

    private func expectRefusal(
        _ arguments: [String], by program: Program = .edgenode, says words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try program.run(arguments)
        #expect(result.status != 0, "\(arguments)", sourceLocation: sourceLocation)
        let lines = result.err.split(separator: "\n")
        #expect(lines.count == 1, "\(result.err)", sourceLocation: sourceLocation)
        for word in words {
            #expect(result.err.contains(word), "\(result.err)", sourceLocation: sourceLocation)
        }
    }

    private static let good =
        #"{"n":9001,"at":"2026-09-01T01:00:00Z","office":"52.02.03.2007","device":1,"by":"op1","#
        + #""intent":"household.add","ops":[{"put":"household","id":"h9001","set":{"hamlet":"A"}}]}"#

    @Test(
        "A trace line that is not sound is named by line, and nothing of the file is recorded",
        arguments: [
            (#"{"n":9002,"at":"#, "JSON"),
            (
                Self.good.replacing("9001", with: "9002").replacing(
                    "household\"", with: "hosehold\""), "hosehold"
            ),
            (
                Self.good.replacing("9001", with: "9002").replacing("hamlet", with: "hamlett"),
                "hamlett"
            ),
            (
                Self.good.replacing("9001", with: "9002").replacing(
                    "\"A\"", with: "{\"ref\":\"h1\"}"), "household.hamlet"
            ),
            (
                Self.good.replacing("9001", with: "9002").replacing("\"A\"", with: "true"),
                "household.hamlet"
            ),
            (Self.good.replacing("9001", with: "9002").replacing("2007", with: "2001"), "office"),
            (Self.good.replacing("9001", with: "9002").replacing("01:00", with: "at one"), "time"),
            (Self.good, "9001"),
            (Self.good.replacing("9001", with: "9002").replacing("h9002", with: "r9002"), "r9002"),
            (Self.good.replacing("9001", with: "9002").replacing("h9002", with: "9002"), "9002"),
            (
                Self.good.replacing("9001", with: "9002").replacing("household", with: "resident")
                    .replacing("h9002", with: "r9002")
                    .replacing("hamlet", with: "nik").replacing(
                        "\"A\"", with: "\"5202047203880002\""),
                "NIK"
            ),
            (
                Self.good.replacing("9001", with: "9002").replacing(
                    "household", with: "survey_response"
                )
                .replacing("h9002", with: "s9002")
                .replacing("hamlet", with: "u1").replacing("\"A\"", with: "\"tiga\""),
                "survey_response.u1"
            ),
        ])
    func brokenTrace(line: String, word: String) throws {
        let lab = try Self.lab()
        let before = try lab.digest("e1")
        let trace = lab.path("broken.jsonl")
        try (Self.good + "\n" + line + "\n").write(toFile: trace, atomically: true, encoding: .utf8)
        try expectRefusal(["replay", "--store", lab.path("e1"), trace], says: "line 2", word)
        #expect(try lab.digest("e1") == before)
    }

    @Test("Text that is exactly a number goes into a number column")
    func messyNumbers() throws {
        let lab = try Self.lab()
        let trace = lab.path("messy.jsonl")
        let line = Self.good.replacing("household\"", with: "survey_response\"")
            .replacing("\"hamlet\":\"A\"", with: "\"u1\":\"3\",\"suggestion\":\"🙏  \"")
            .replacing("h9001", with: "s9001")
        try (line + "\n").write(toFile: trace, atomically: true, encoding: .utf8)
        try lab.edge(["replay", "--store", lab.path("e1"), trace])
        #expect(
            try lab.number("e1", "SELECT u1 FROM survey_response WHERE typeof(u1) = 'integer'") == 3
        )
    }

    @Test("Wrong enrolment files, stores and addresses are named")
    func wrongFiles() throws {
        let lab = try Self.lab()
        let junk = lab.path("junk.json")
        try "{}".write(toFile: junk, atomically: true, encoding: .utf8)
        try expectRefusal(
            ["init", "--store", lab.path("new"), "--enrolment", junk], says: "enrolment")
        #expect(!FileManager.default.fileExists(atPath: lab.path("new")))
        try expectRefusal(
            ["init", "--store", lab.path("e1"), "--enrolment", lab.path("e1.json")], says: "already"
        )
        try expectRefusal(["status", "--store", lab.path("nowhere")], says: "no store")
        try FileManager.default.createDirectory(
            atPath: lab.path("text"), withIntermediateDirectories: true)
        try String(repeating: "not a database ", count: 20)
            .write(toFile: lab.path("text/edge.sqlite"), atomically: true, encoding: .utf8)
        try expectRefusal(["status", "--store", lab.path("text")], says: "not a Trasne store")
        try expectRefusal(
            ["serve", "--store", lab.path("e1"), "--listen", "nonsense"], says: "HOST:PORT")
        try expectRefusal(
            [
                "enrol", "--store", lab.path("hub"), "--office", "52.02.99.2001", "--out",
                lab.path("x"),
            ], by: .synchub,
            says: "52.02.99.2001")
        #expect(!FileManager.default.fileExists(atPath: lab.path("x")))
        try expectRefusal(
            [
                "enrol", "--store", lab.path("hub"), "--office", lab.office, "--device", "1",
                "--out", lab.path("x"),
            ], by: .synchub,
            says: "enrolled already")
        try expectRefusal(
            ["query", "--store", lab.path("e1"), "DELETE FROM resident"], says: "reading")
        try expectRefusal(["query", "--store", lab.path("e1"), "SELEKT"], says: "SELEKT")
    }

    @Test("A store of a newer version is left alone")
    func newerStore() throws {
        let lab = try Self.lab()
        let path = lab.path("e1/edge.sqlite")
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 60)
        try file.write(contentsOf: Data([0, 0, 0, 99]))
        try file.close()
        try expectRefusal(["status", "--store", lab.path("e1")], says: "newer", "99")
    }

    @Test("No hub, a hub that answers HTML, and another PC's enrolment are told apart")
    func wrongHub() throws {
        let lab = try Self.lab()
        let before = try lab.digest("e1")
        try expectRefusal(["sync", "--store", lab.path("e1")], says: "cannot be reached")
        let portal = try CannedServer(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<h1>Login</h1>"
        )
        try lab.addPC("e2", device: 2, url: "http://127.0.0.1:\(portal.port)")
        try expectRefusal(
            ["sync", "--store", lab.path("e2")], says: "not a Trasne hub", "text/html")
        try lab.startHub()
        try lab.edge(["sync", "--store", lab.path("e1")])
        try lab.edge(["init", "--store", lab.path("twin"), "--enrolment", lab.path("e1.json")])
        try expectRefusal(["sync", "--store", lab.path("twin")], says: "another PC")
        #expect(try lab.digest("e1") == before)
    }

    @Test("A port in use is named by both programs")
    func portInUse() throws {
        let lab = try Self.lab()
        let (handle, port) = try Sockets.listen()
        defer { close(handle) }
        for (program, store) in [(Program.edgenode, "e1"), (.synchub, "hub")] {
            try expectRefusal(
                ["serve", "--store", lab.path(store), "--listen", "127.0.0.1:\(port)"], by: program,
                says: "in use", "\(port)")
        }
    }

    @Test("A disk that may not be written is named", .enabled(if: geteuid() == 0))
    func readOnlyDisk() throws {
        let lab = try Self.lab()
        let mount = lab.path("fixed")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard Shell.run("mount -t tmpfs -o size=20m tmpfs '\(mount)'") else { return }
        defer { _ = Shell.run("umount '\(mount)'") }
        try FileManager.default.copyItem(atPath: lab.path("e1"), toPath: mount + "/e1")
        guard Shell.run("mount -o remount,ro '\(mount)'") else { return }
        try expectRefusal(
            ["replay", "--store", mount + "/e1", Fixture.path("month.jsonl")], says: "permission")
        try expectRefusal(
            ["init", "--store", mount + "/new", "--enrolment", lab.path("e1.json")],
            says: "cannot write")
        try expectRefusal(
            [
                "enrol", "--store", lab.path("hub"), "--office", lab.office, "--device", "7",
                "--out",
                mount + "/x",
            ], by: .synchub, says: "cannot write")
    }

    @Test(
        "A full disk is named, and what was recorded before is intact", .enabled(if: geteuid() == 0)
    )
    func fullDisk() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        let mount = lab.path("small")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        guard Shell.run("mount -t tmpfs -o size=2500k tmpfs '\(mount)'") else { return }
        defer { _ = Shell.run("umount '\(mount)'") }
        try FileManager.default.copyItem(atPath: lab.path("e1"), toPath: mount + "/e1")
        let store = mount + "/e1"
        let trace = try LongTrace.write(
            to: lab.path("long.jsonl"), office: lab.office, lines: 20_000)
        try expectRefusal(["replay", "--store", store, trace], says: "full")
        // Room again: the same command goes on where it stopped.
        _ = Shell.run("mount -o remount,size=200m '\(mount)'")
        #expect(try lab.edge(["verify", "--store", store]) == "ok\n")
        try lab.edge(["replay", "--store", store, trace])
        let count = try Program.edgenode.run([
            "query", "--store", store, "SELECT count(*) FROM household",
        ]).out
        #expect(count.contains("20000"))
    }
}

enum Shell {
    static func run(_ command: String) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command + " >/dev/null 2>&1"]
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

import Foundation
import Testing

@testable import FieldSimulator

@Suite("The report of a world") struct ReportTests {
    private func page(of script: Script) throws -> String {
        let recorder = Recorder()
        let outcome = try World.run(script, recorder: recorder)
        return Report(outcome, recorder, again: "fieldsim play x.sim").html
    }

    /// What a real browser makes of it; nil without one.
    private func rendered(_ html: String) throws -> String? {
        let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let program else { return nil }
        let file = NSTemporaryDirectory() + "trasne-report-\(UUID().uuidString).html"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(html.utf8).write(to: URL(fileURLWithPath: file))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://" + file,
        ]
        let out = Pipe()
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test("It says in plain words that all held, shows who was behind, and needs no network")
    func good() throws {
        let path = try #require(ScriptTests.files("Scenarios").first { $0.contains("power-cut") })
        let html = try page(of: try ScriptFile.read(path))
        #expect(
            !html.contains("http://") && !html.contains("https://") && !html.contains("<script"))
        let dom = try #require(try rendered(html), "no browser: scripts/test installs chromium")
        #expect(dom.contains("Nothing was lost, and all came to show the same."))
        #expect(dom.contains("All 2 expectations of the scenario were met."))
        #expect(dom.components(separatedBy: "<svg").count == 3)
        #expect(dom.contains("class=\"sent\"") && dom.contains("class=\"down\""))
    }

    @Test("It says who was cut off, how much waited, and when all was there")
    func cutOff() throws {
        let html = try page(
            of: try ScriptParser.parse(
                """
                title  Kuta is cut off
                world  hub, 3 edges in 2 villages; seed 3
                at 08:00  cut village 52.02.04.2009 for 4h
                at 09:00  edge-1 edits household 1 address = "A"
                every 1h  all sync from 07:00 until 15:00
                expect by 11:30  edge-1 has something waiting
                """))
        #expect(
            html.contains(
                "2 machines in 1 village had no line to the centre from 08:00 to 12:00. At most "
                    + "1 change waited at once for the centre. After the cut it held "
                    + "everything by 12:01; every PC, too, by 13:01."))
        #expect(html.components(separatedBy: "fill=\"url(#cut)\"").count == 3)
        #expect(html.contains("edge-3: no line to hub, 08:00 to 12:00"))
    }

    @Test("A value that is none of its column's is said beside what was not as expected")
    func unsaved() throws {
        let html = try page(
            of: try ScriptParser.parse(
                """
                title  A wrong word
                world  hub, 1 edges in 1 village; seed 3
                at 09:00  edge-1 adds incident banjir kind = "banjir", state = "open"
                expect by 10:00  edge-1 shows incident banjir kind = "flood"
                expect by 11:00  converged
                """))
        #expect(html.contains("What could not be saved") && html.contains("is not one of"))
        #expect(html.contains("<td>✗</td>") && html.contains("<td>not looked at</td>"))
    }

    @Test("Of a world that failed during a cut nothing is said of what came after it")
    func failedBefore() throws {
        let html = try page(
            of: try ScriptParser.parse(
                """
                title  Too early
                world  hub, 1 edges in 1 village; seed 3
                at 08:00  edge-1 edits household 1 address = "A"
                at 08:30  edge-1 syncs
                at 09:00  cut all <-> hub for 2d
                expect by 10:00  edge-1 has something waiting
                """))
        #expect(html.contains("After the cut it held everything at no time before the end"))
    }

    @Test("It names the promise that was broken and the rows that are shown otherwise")
    func bad() throws {
        var script = try ScriptParser.parse(
            """
            title  <b>A name that is hostile</b>
            world  hub, 2 edges in 1 village; seed 4; canary
            at 08:00  edge-1 edits household 1 address = "</svg><script>1</script>"
            at 09:00  edge-1 syncs
            """)
        script.story = ["& more"]
        let html = try page(of: script)
        #expect(!html.contains("<b>A name") && !html.contains("<script"))
        let dom = try #require(try rendered(html), "no browser: scripts/test installs chromium")
        #expect(dom.contains("A promise was broken"))
        #expect(dom.contains("What led to it"))
    }
}

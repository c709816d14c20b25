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

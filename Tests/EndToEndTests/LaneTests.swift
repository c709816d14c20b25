import Foundation
import Testing

@Suite("What is urgent, and what the line may cost")
struct Lanes {
    private static let report = """
        {"n":5001,"at":"2026-09-20T00:00:00Z","office":"52.02.03.2007","device":1,"by":"op1",\
        "intent":"incident.open","ops":[{"put":"incident","id":"i5001","set":{"kind":"flood",\
        "place":"Dusun Timuk","level":"village","state":"open"}}]}

        """

    /// A PC behind a proxy, with a register of 1200 households that has not been sent.
    private func busyOffice() throws -> (Lab, CuttingProxy) {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1, url: "http://127.0.0.1:\(proxy.port)")
        try lab.edge(["sync", "--store", lab.path("e1")])
        let trace = try LongTrace.write(
            to: lab.path("long.jsonl"), office: lab.office, lines: 1_200)
        try lab.edge(["replay", "--store", lab.path("e1"), trace])
        try Self.report.write(toFile: lab.path("flood.jsonl"), atomically: true, encoding: .utf8)
        proxy.cut(.request, after: nil)
        return (lab, proxy)
    }

    @Test("A flood report overtakes the bulk upload on a slow line")
    func overtakes() throws {
        let (lab, proxy) = try busyOffice()
        // 64 kbit/s.
        proxy.slow(bytesPerSecond: 8_192)
        let sync = Program.edgenode.process(["sync", "--store", lab.path("e1")])
        sync.standardOutput = FileHandle.nullDevice
        try sync.run()
        defer { if sync.isRunning { sync.terminate() } }
        while sync.isRunning, proxy.bytes.request < 4_000 { usleep(20_000) }
        try lab.edge(["replay", "--store", lab.path("e1"), lab.path("flood.jsonl")])
        let recorded = proxy.bytes.request
        var listed = ""
        while sync.isRunning, !listed.contains("flood") {
            listed = try lab.hub(["urgent", "--store", lab.path("hub")])
        }
        let before = proxy.bytes.request - recorded
        #expect(listed.contains("waits for what came before it"))
        #expect(before < 48_000, "bytes that went before the report: \(before)")
        #expect(try lab.number("hub", "SELECT count(*) FROM household") < 1_200)
        #expect(try lab.number("hub", "SELECT count(*) FROM incident") == 0)

        proxy.slow(bytesPerSecond: nil)
        sync.waitUntilExit()
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("e1") == lab.digest("hub"))
        let after = try lab.hub(["urgent", "--store", lab.path("hub")])
        #expect(after.contains("flood") && !after.contains("waits"))
    }

    @Test("An office with a daily budget stays within it, and a flood report still goes")
    func budget() throws {
        let (lab, proxy) = try busyOffice()
        let store = lab.path("e1")
        let limit = 80_000
        try lab.edge(["config", "--store", store, "--bytes-per-day", "\(limit)"])
        func sync() throws -> [String: Any] {
            let out = try lab.edge(["sync", "--store", store, "--json"])
            return try #require(
                try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
        }
        let first = try sync()
        #expect(first["over_budget"] as? Bool == true)
        #expect(try lab.number("hub", "SELECT count(*) FROM household") > 50)
        #expect(try sync()["over_budget"] as? Bool == true)
        try lab.edge(["replay", "--store", store, lab.path("flood.jsonl")])
        _ = try sync()
        #expect(try lab.hub(["urgent", "--store", lab.path("hub")]).contains("flood"))
        let spent = proxy.bytes.request + proxy.bytes.answer
        #expect(spent <= limit, "with the headers of HTTP")
        #expect(try lab.number("hub", "SELECT count(*) FROM household") < 1_200)

        try lab.edge(["config", "--store", store, "--bytes-per-day", "0"])
        #expect(try sync()["over_budget"] as? Bool == false)
        #expect(try lab.digest("e1") == lab.digest("hub"))
        let little = try Program.edgenode.run(["sync", "--store", store, "--max-bytes", "10"])
        #expect(little.status != 0 && little.err.contains("at least 50000"))
    }
}

import Foundation
import Testing

@Suite("The line is cut in the middle of a sync")
struct CutLines {
    @Test("Whatever byte the cut comes after, a later sync brings both sides together")
    func everyCut() throws {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1, url: "http://127.0.0.1:\(proxy.port)")
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])

        // A first sync carries everything; it is cut later and later.
        for bytes in stride(from: 1, to: 30_000, by: 1_499) {
            proxy.cut(.request, after: bytes)
            _ = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
            proxy.cut(.answer, after: bytes)
            _ = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
            #expect(try lab.edge(["verify", "--store", lab.path("e1")]) == "ok\n")
        }
        proxy.cut(.request, after: nil)
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("e1") == lab.digest("hub"))

        // A small one is cut at many places, byte by byte in its middle.
        for bytes in stride(from: 1, to: 700, by: 31) {
            try lab.edge([
                "correct", "--store", lab.path("e1"), "--nik", "5202033112700110", "--set",
                "phone=08\(bytes)", "--by", "op1",
            ])
            proxy.cut(.request, after: bytes)
            _ = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
            proxy.cut(.answer, after: bytes)
            _ = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
        }
        proxy.cut(.request, after: nil)
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("e1") == lab.digest("hub"))
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }

    @Test("What arrived before the cut is not sent again, but for the segment in flight")
    func resumes() throws {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1, url: "http://127.0.0.1:\(proxy.port)")
        try lab.edge(["sync", "--store", lab.path("e1")])
        // Long enough for several segments.
        let trace = try LongTrace.write(
            to: lab.path("long.jsonl"), office: lab.office, lines: 1_200)
        try lab.edge(["replay", "--store", lab.path("e1"), trace])
        proxy.cut(.request, after: nil)
        proxy.cut(.request, after: 40_000)
        let cut = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
        #expect(cut.status == 1 && cut.err.contains("cut") || cut.err.contains("reached"))
        let there = try lab.number("hub", "SELECT count(*) FROM household")
        #expect(there > 0, "whole segments before the cut are kept")
        proxy.cut(.request, after: nil)
        let out = try lab.edge(["sync", "--store", lab.path("e1"), "--json"])
        let report = try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [String: Any]
        #expect(report["sent_changes"] as! Int == 1_200 - there)
        #expect(try lab.digest("e1") == lab.digest("hub"))
    }
}

/// A trace of many households whose texts do not compress away.
enum LongTrace {
    static func write(to path: String, office: String, lines: Int) throws -> String {
        var text = ""
        for n in 1...lines {
            let noise = (0..<12).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
                .joined(separator: " ")
            let day = String(format: "%02d", 1 + n / 86_400)
            let time = String(
                format: "%02d:%02d:%02d", n / 3_600 % 24, n / 60 % 60, n % 60)
            text += """
                {"n":\(n),"at":"2026-09-\(day)T\(time)Z","office":"\(office)","device":1,\
                "by":"op1","intent":"register.import","ops":[{"put":"household","id":"h\(n)",\
                "set":{"hamlet":"Timuk","address":"\(noise)","status":"active"}}]}

                """
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

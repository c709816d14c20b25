import Foundation
import Testing

@Suite("A new PC is filled over a bad line")
struct Bootstraps {
    private func sync(_ lab: Lab, _ name: String) throws -> Program.Result {
        try Program.edgenode.run(["sync", "--store", lab.path(name)])
    }

    @Test("An empty PC of a large office goes on where the line cut it, and says how far it is")
    func fromTheLog() throws {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1)
        let trace = try LongTrace.write(
            to: lab.path("long.jsonl"), office: lab.office, lines: 2_000)
        try lab.edge(["replay", "--store", lab.path("e1"), trace])
        try lab.edge(["sync", "--store", lab.path("e1")])
        try lab.addPC("e2", device: 2, url: "http://127.0.0.1:\(proxy.port)")

        // Imported today, so nothing is old: the log itself is what it begins with.
        var changes = 0
        for _ in 0..<2 {
            proxy.cut(.answer, after: 50_000)
            let cut = try sync(lab, "e2")
            #expect(cut.status == 1)
            #expect(cut.err.contains("fetched"))
            let now = try lab.number("e2", "SELECT count(*) FROM changeset")
            #expect(now > changes, "whole pieces before the cut are kept")
            changes = now
            #expect(try lab.edge(["verify", "--store", lab.path("e2")]) == "ok\n")
        }
        proxy.cut(.answer, after: nil)
        let last = try sync(lab, "e2")
        #expect(last.status == 0)
        #expect(try lab.digest("e2") == lab.digest("hub"))
        // What it foretold at first came true, by a third.
        let fetched = last.err.split(separator: "\n").compactMap(Fetched.init)
        let first = try #require(fetched.first)
        let end = try #require(fetched.last)
        #expect(end.bytes == end.all && end.bytes <= proxy.bytes.answer)
        #expect(abs(Double(first.all - end.all)) < Double(end.all) / 3)
    }

    @Test("An office let its history go; a new PC joins over a line that is cut again and again")
    func fromASnapshot() throws {
        let lab = try CompactedLab()
        let open = try TwoDevices.pairs(lab.lab, "e1")
        #expect(!open.isEmpty)
        let proxy = try CuttingProxy(to: lab.lab.port)
        try lab.lab.addPC("e3", device: 3, url: "http://127.0.0.1:\(proxy.port)")
        for bytes in [4_000, 9_000, 14_000] {
            proxy.cut(.answer, after: bytes)
            #expect(try sync(lab.lab, "e3").status == 1)
            #expect(try lab.lab.edge(["verify", "--store", lab.lab.path("e3")]) == "ok\n")
        }
        let chunks = "SELECT count(*) FROM snapshot_chunk"
        let before = try lab.lab.number("e3", chunks)
        #expect(before > 0, "chunks before the cut are kept")
        proxy.cut(.answer, after: nil)
        try lab.lab.edge(["sync", "--store", lab.lab.path("e3")])
        #expect(try lab.lab.number("e3", "SELECT count(*) FROM log_floor") > 0)
        try lab.expectAlike(["e1", "e2", "e3"])
        for name in ["e1", "e2", "e3"] {
            #expect(try TwoDevices.pairs(lab.lab, name) == open, "\(name)")
        }
        // It works on, and everybody hears of it.
        try lab.lab.edge([
            "correct", "--store", lab.lab.path("e3"), "--nik", "5202033112700110", "--set",
            "phone=0811", "--by", "op1",
        ])
        for name in ["e3", "e1", "e2"] {
            try lab.lab.edge(["sync", "--store", lab.lab.path(name)])
        }
        try lab.expectAlike(["e1", "e2", "e3"])
    }
}

/// One line of the progress that `edgenode sync` writes.
private struct Fetched {
    let bytes: Int
    let all: Int

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 5, words[0] == "fetched", let bytes = Int(words[1]),
            let all = Int(words[4])
        else { return nil }
        self.bytes = bytes
        self.all = all
    }
}

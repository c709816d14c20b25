import Foundation
import Testing

@Suite("Photos and scans")
struct Attachments {
    /// What one line of `attachments list --json` says.
    struct Line: Decodable {
        let hash: String
        let state: String
        let isAtHub: Bool
        let isWanted: Bool
        let bytes: Int?
        let chunks: Int?
        let chunksHere: Int
    }

    private func lines(_ lab: Lab, _ name: String) throws -> [Line] {
        let arguments = ["attachments", "list", "--store", lab.path(name), "--json"]
        let text = name == "hub" ? try lab.hub(arguments) : try lab.edge(arguments)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Line].self, from: Data(text.utf8))
    }

    private func sync(_ lab: Lab, _ pc: String) throws -> [String: Any] {
        let out = try lab.edge(["sync", "--store", lab.path(pc), "--json"])
        return try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [String: Any]
    }

    @Test("A photo of a damaged house arrives in pieces over a line that dies")
    func dyingLine() throws {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1, url: "http://127.0.0.1:\(proxy.port)")
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 700, height: 500)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        let size = try #require(try lines(lab, "e1").first?.bytes)
        #expect((60_001...100_000).contains(size))
        _ = try sync(lab, "e1")
        try lab.hub(["attachments", "fetch", "--store", lab.path("hub"), hash])

        // Each try brings some chunks, then the line dies.
        var here = [0]
        for _ in 0..<20 where try lines(lab, "hub").first?.state != "here" {
            proxy.cut(.request, after: 40_000)
            _ = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
            let now = try #require(try lines(lab, "hub").first)
            here.append(now.chunksHere)
            #expect(now.chunksHere >= here[here.count - 2], "no chunk is lost again")
        }
        #expect(here.count > 2, "more than one try was needed")
        #expect(try lines(lab, "hub").first?.state == "here")
        // Never more than a chunk in flight was sent again.
        for (before, after) in zip(here, here.dropFirst()) { #expect(after >= before + 1) }
        proxy.cut(.request, after: nil)
        _ = try sync(lab, "e1")
        #expect(try lines(lab, "e1").first?.isAtHub == true)
        #expect(try lab.export("hub", hash) == lab.export("e1", hash))
        // Nothing is left to say about it.
        let idle = try sync(lab, "e1")
        #expect((idle["sent_bytes"] as! Int) + (idle["received_bytes"] as! Int) <= 150)
    }

    @Test("The same scan attached twice travels once")
    func travelsOnce() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.hub(["attachments", "policy", "--store", lab.path("hub"), "all"])
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        let scan = try Photo.write(to: lab.path("kk.png"), width: 500, height: 400)
        let first = try lab.damagedHouse("e1", device: 1, photo: scan)
        let before = try sync(lab, "e1")["sent_bytes"] as! Int
        #expect(before > 40_000)
        let second = try lab.damagedHouse("e2", device: 2, photo: scan)
        #expect(first == second)
        let after = try sync(lab, "e2")["sent_bytes"] as! Int
        #expect(after < 2_000, "the second PC sends the row, not the scan again")
        #expect(try lines(lab, "e2").first?.isAtHub == true)
        #expect(
            try lab.edge(["attach", "--store", lab.path("e1"), scan]).contains("was here already"))
    }

    @Test("The centre fetches a photo only when somebody looks, and so does the other PC")
    func onDemand() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 500, height: 400)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        let first = try sync(lab, "e1")["sent_bytes"] as! Int
        #expect(first < 2_000, "the row goes, the photo stays")
        #expect(try lines(lab, "hub").first?.state == "elsewhere")
        _ = try sync(lab, "e2")
        // The first of these tells of the neighbour.
        _ = try sync(lab, "e1")
        let quiet = try sync(lab, "e1")
        #expect((quiet["sent_bytes"] as! Int) + (quiet["received_bytes"] as! Int) <= 150)

        // The other PC looks; nobody at the centre has it yet, so the centre asks for it.
        try lab.edge(["attachments", "fetch", "--store", lab.path("e2"), String(hash.prefix(8))])
        _ = try sync(lab, "e2")
        #expect(try lines(lab, "e2").first?.state == "elsewhere")
        #expect((try sync(lab, "e1")["sent_bytes"] as! Int) > 40_000)
        #expect(try lines(lab, "hub").first?.state == "here")
        _ = try sync(lab, "e2")
        #expect(try lab.export("e2", hash) == lab.export("e1", hash))
    }

    @Test("A PC of another office gets nothing that its rows do not name")
    func rights() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.hub(["attachments", "policy", "--store", lab.path("hub"), "all"])
        try lab.addPC("e1", device: 1)
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 500, height: 400)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        _ = try sync(lab, "e1")
        let file = lab.path("other.json")
        try lab.hub([
            "enrol", "--store", lab.path("hub"), "--office", "52.02.05.2004", "--out", file,
        ])
        try lab.edge(["init", "--store", lab.path("other"), "--enrolment", file])
        _ = try sync(lab, "other")
        // It knows the name from somewhere and asks, past what the command would let it.
        try AttachmentFile(lab.path("other")).want(hash, scope: "52.02.05.2004")
        let asked = try sync(lab, "other")
        #expect((asked["notices"] as! [String]).contains { $0.contains("may not be read here") })
        #expect((asked["received_bytes"] as! Int) < 400)
        #expect(try lines(lab, "other").isEmpty)
    }

    @Test("A damaged chunk is refused and asked for again")
    func damagedChunk() throws {
        let lab = try Lab()
        try lab.startHub()
        let proxy = try CuttingProxy(to: lab.port)
        try lab.addPC("e1", device: 1, url: "http://127.0.0.1:\(proxy.port)")
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 700, height: 500)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        _ = try sync(lab, "e1")
        try lab.hub(["attachments", "fetch", "--store", lab.path("hub"), hash])
        // A bit turns over on the line, in the third chunk.
        proxy.damage(.request, at: 40_000)
        let broken = try Program.edgenode.run(["sync", "--store", lab.path("e1")])
        #expect(broken.status == 1)
        let part = try #require(try lines(lab, "hub").first)
        #expect(part.state == "part" && part.chunksHere == 2)
        proxy.damage(.request, at: nil)
        _ = try sync(lab, "e1")
        #expect(try lab.export("hub", hash) == lab.export("e1", hash))

        // A disk that spoils a chunk is found out, too, and the hub gives it back.
        try AttachmentFile(lab.path("e1")).spoilChunk(2)
        let spoilt = try Program.edgenode.run([
            "attachments", "export", "--store", lab.path("e1"), hash, "--out", lab.path("x"),
        ])
        #expect(spoilt.status == 1 && spoilt.err.contains("chunk 1"))
        try lab.edge(["attachments", "fetch", "--store", lab.path("e1"), hash])
        let again = try sync(lab, "e1")
        #expect((16_384..<20_000).contains(again["received_bytes"] as! Int), "one chunk")
        #expect(try lab.export("hub", hash) == lab.export("e1", hash))
    }

    @Test("A full quota says so, and gives way to what the hub holds")
    func quota() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.hub(["attachments", "policy", "--store", lab.path("hub"), "all"])
        try lab.addPC("e1", device: 1)
        let pc = lab.path("e1")
        try lab.edge(["attachments", "quota", "--store", pc, "--megabytes", "1"])
        let photo = try Photo.pdf(to: lab.path("a.pdf"), bytes: 700_000, seed: 1)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        let other = try Photo.pdf(to: lab.path("b.pdf"), bytes: 700_000, seed: 2)
        let full = try Program.edgenode.run(["attach", "--store", pc, other])
        #expect(full.status == 1 && full.err.contains("raise the quota"))
        #expect(try lines(lab, "e1").count == 1, "nothing was attached")
        _ = try sync(lab, "e1")
        try lab.edge(["attach", "--store", pc, other])
        #expect(try lines(lab, "e1").first { $0.hash == hash }?.state == "elsewhere")
        #expect(try lines(lab, "hub").first { $0.hash == hash }?.state == "here")
    }

    @Test("Photos wait for the night, work does not")
    func atNight() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 200, height: 200)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        _ = try sync(lab, "e1")
        try lab.hub(["attachments", "fetch", "--store", lab.path("hub"), hash])
        // An hour that is neither this one nor the next.
        let hour = Int(Date().timeIntervalSince1970) / 3_600 + 8
        func photos(_ hours: String) throws {
            try lab.edge(["config", "--store", lab.path("e1"), "--photos", hours])
        }
        try photos("\((hour + 3) % 24)-\((hour + 4) % 24)")
        try lab.register("e1", ["Amaq Siang"])
        for _ in 0..<2 { _ = try sync(lab, "e1") }
        #expect(try lab.names("hub").contains("Amaq Siang"))
        #expect(try lines(lab, "hub").first?.state != "here")
        try photos("\(hour % 24)-\((hour + 2) % 24)")
        for _ in 0..<2 { _ = try sync(lab, "e1") }
        #expect(try lines(lab, "hub").first?.state == "here")
        let bad = try Program.edgenode.run([
            "config", "--store", lab.path("e1"), "--photos", "malam",
        ])
        #expect(bad.status != 0 && bad.err.contains("two hours like 20-5"))
    }

    @Test("A file that is no photo or scan is refused in one sentence")
    func badFiles() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        let pc = lab.path("e1")
        func refused(_ content: [UInt8], _ words: String) throws {
            let file = lab.path("bad")
            try Data(content).write(to: URL(fileURLWithPath: file))
            let result = try Program.edgenode.run(["attach", "--store", pc, file])
            #expect(result.status == 1 && result.err.contains(words), "\(result.err)")
            #expect(result.err.split(separator: "\n").count { $0.hasPrefix("Error") } == 1)
        }
        try refused([], "empty")
        try refused(Array("hello".utf8), "neither a JPEG nor a PNG")
        try refused([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0], "neither a JPEG nor a PNG")
        let head: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]
        try refused(head + Array("IHDR".utf8) + [0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0], "damaged")
        let bomb = head + Array("IHDR".utf8) + [0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0]
        try refused(bomb, "too many for this PC")
        try refused(
            Array("%PDF-1.4\n".utf8) + [UInt8](repeating: 32, count: 2_100_000), "the PDF has")
        #expect(try lines(lab, "e1").isEmpty)
    }
}

/// A row's number as people write it.
enum RowText {
    static func of(_ id: Int64) -> String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        func text(_ number: UInt32) -> String {
            var (rest, text) = (number, "")
            repeat {
                text = String(digits[Int(rest % 32)]) + text
                rest /= 32
            } while rest > 0
            return text
        }
        let bits = UInt64(bitPattern: id)
        return text(UInt32(bits >> 32)) + "-" + text(UInt32(truncatingIfNeeded: bits))
    }
}

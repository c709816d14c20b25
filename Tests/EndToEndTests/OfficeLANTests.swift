import Foundation
import Testing

/// `edgenode serve`, for as long as it is held.
final class ServingPC {
    let url: String
    private let process: Process

    init(_ lab: Lab, _ name: String) throws {
        let port = try Sockets.freePort()
        url = "http://127.0.0.1:\(port)"
        process = Program.edgenode.process([
            "serve", "--store", lab.path(name), "--listen", "127.0.0.1:\(port)",
        ])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<400 where !Sockets.canConnect(port) { usleep(25_000) }
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

extension Lab {
    /// With the hub, or with a neighbour.
    @discardableResult
    func sync(_ pc: String, with peer: ServingPC? = nil) throws -> SyncNumbers {
        let out = try edge(
            ["sync", "--store", path(pc), "--json"] + (peer.map { ["--peer", $0.url] } ?? []))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(SyncNumbers.self, from: Data(out.utf8))
    }

    func status(_ pc: String) throws -> StatusNumbers {
        try JSONDecoder().decode(
            StatusNumbers.self, from: Data(edge(["status", "--store", path(pc), "--json"]).utf8))
    }
}

struct SyncNumbers: Decodable {
    let rounds: Int
    let sentChanges: Int
    let receivedChanges: Int
    let sentBytes: Int
    let receivedBytes: Int
    let heldChanges: Int
    let notices: [String]

    var bytes: Int { sentBytes + receivedBytes }
}

struct StatusNumbers: Decodable {
    let pending: Int
    let rejected: Int
}

@Suite("PCs of one office on their LAN")
struct OfficeLAN {
    @Test("Two PCs of an office share their day while the line is down")
    func shareTheDay() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for pc in ["e1", "e2", "e1"] { try lab.sync(pc) }
        lab.killHub()
        var days: [Int] = []
        for (pc, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(pc), Fixture.path("month.jsonl"), "--device", device,
            ])
            days.append(try lab.status(pc).pending)
        }
        #expect(days.allSatisfy { $0 > 0 })
        do {
            let neighbour = try ServingPC(lab, "e1")
            let met = try lab.sync("e2", with: neighbour)
            // Each side's day went once, and nothing went back to where it came from.
            #expect(met.sentChanges == days[1] && met.receivedChanges == days[0])
            #expect(met.heldChanges == 0 && met.notices == [])
            #expect(try lab.digest("e1") == lab.digest("e2"))
            let again = try lab.sync("e2", with: neighbour)
            #expect(again.rounds == 1 && again.sentChanges + again.receivedChanges == 0)
            #expect(again.bytes <= 150)
        }
        // The centre has nothing of it, and both know that.
        for pc in ["e1", "e2"] { #expect(try lab.status(pc).pending == days[0] + days[1]) }
        try lab.startHub()
        let first = try lab.sync("e1")
        #expect(first.sentChanges == days[0] + days[1] && first.receivedChanges == 0)
        let second = try lab.sync("e2")
        #expect(second.sentChanges == 0 && second.receivedChanges == 0)
        #expect(second.bytes < 400)
        for pc in ["e1", "e2"] {
            #expect(try lab.digest(pc) == lab.digest("hub"))
            #expect(try lab.status(pc).pending == 0)
            #expect(try lab.sync(pc).bytes <= 150)
        }
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }

    @Test("What the centre wrote travels from PC to PC under its signature, and only so")
    func ofTheCentre() throws {
        let lab = try Lab()
        try lab.startHub()
        for (pc, device) in [("e1", 1), ("e2", 2), ("e3", 3)] { try lab.addPC(pc, device: device) }
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for pc in ["e1", "e2", "e3", "e1", "e2"] { try lab.sync(pc) }
        try lab.hub([
            "registry", "propose", "--store", lab.path("hub"), "--office", lab.office, "--nik",
            "5202033112700110", "--set", "name=Haji Dahlan", "--by", "dukcapil",
        ])
        try lab.sync("e1")
        lab.killHub()
        let proposals = "SELECT count(*) FROM registry_match"
        do {
            let neighbour = try ServingPC(lab, "e1")
            #expect(try lab.sync("e2", with: neighbour).receivedChanges == 1)
            #expect(try lab.number("e2", proposals) == 1)
            #expect(try lab.digest("e1") == lab.digest("e2"))
        }
        // Somebody at e1 alters what the centre wrote, its log and its hash chain.
        try Forger.alter(lab.path("e1"), from: "Haji Dahlan", to: "Haji Dahlia")
        let neighbour = try ServingPC(lab, "e1")
        let met = try lab.sync("e3", with: neighbour)
        #expect(met.receivedChanges == 0)
        #expect(met.notices.contains { $0.contains("is not what its author signed") })
        #expect(try lab.number("e3", proposals) == 0)
        try lab.startHub()
        try lab.sync("e3")
        #expect(try lab.digest("e3") == lab.digest("hub"))
    }

    @Test("A stranger, a PC of another office and a retired PC on the LAN get nothing")
    func strangers() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.addPC("other", device: 1, office: "52.02.03.2008")
        try lab.register("e1", ["Amaq Rahasia"])
        for pc in ["e1", "e2", "other", "e1", "e2"] { try lab.sync(pc) }
        try lab.register("e1", ["Inaq Rahasia"])
        let neighbour = try ServingPC(lab, "e1")
        func refused(_ pc: String) throws -> String {
            let result = try Program.edgenode.run([
                "sync", "--store", lab.path(pc), "--peer", neighbour.url,
            ])
            #expect(result.status == 1)
            return result.err
        }
        // Neither was named to the other by the centre.
        #expect(try refused("other").contains("is not on the list of neighbours"))
        // One who names e2's number without its key.
        let handle = try #require(Sockets.connect(Int(neighbour.url.split(separator: ":")[2])!))
        defer { close(handle) }
        let number = UInt8(
            try lab.number("e2", "SELECT value FROM store_info WHERE key = 'replica'"))
        let body: [UInt8] = [1, number, 9, 20] + [UInt8](repeating: 1, count: 20)
        let head =
            "POST /v1/sync HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        #expect(send(handle, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(handle, &buffer, buffer.count, 0), count > 0 {
            answer += buffer.prefix(count)
        }
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.contains("401") && text.contains("bad_seal"))
        // Retired: still served while e1 has not heard of it, then not any more.
        let replica = try lab.number("e2", "SELECT value FROM store_info WHERE key = 'replica'")
        try lab.hub(["retire", "--store", lab.path("hub"), "\(replica)"])
        try lab.sync("e1")
        #expect(try refused("e2").contains("refuses this one"))
        #expect(try lab.names("e2") == ["Amaq Rahasia"])
        #expect(try lab.names("other") == [])
    }

    @Test("The PC is restored from Friday's backup while the line is down: its neighbour notices")
    func restored() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.register("e1", ["Amaq Senin"])
        for pc in ["e1", "e2", "e1"] { try lab.sync(pc) }
        lab.killHub()
        let friday = try Disk(lab.path("e1"))
        try lab.register("e1", ["Amaq Hilang"])
        let neighbour = try ServingPC(lab, "e2")
        try lab.sync("e1", with: neighbour)
        try friday.putBack()
        // The same dot a second time, with another content.
        try lab.register("e1", ["Amaq Baru"])
        let met = try lab.sync("e1", with: neighbour)
        #expect(met.notices.contains { $0.contains("new number") })
        // Under the new number the neighbour does not know it yet; both go on working.
        let unknown = try Program.edgenode.run([
            "sync", "--store", lab.path("e1"), "--peer", neighbour.url,
        ])
        #expect(unknown.status == 1 && unknown.err.contains("list of neighbours"))
        try lab.startHub()
        for pc in ["e1", "e2", "e1"] { try lab.sync(pc) }
        for place in ["hub", "e1", "e2"] {
            #expect(try lab.names(place) == ["Amaq Senin", "Amaq Hilang", "Amaq Baru"])
            #expect(try lab.digest(place) == lab.digest("hub"))
        }
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
        // And the LAN is as before.
        try lab.register("e1", ["Inaq Sesudah"])
        #expect(try lab.sync("e1", with: neighbour).sentChanges == 1)
    }

    @Test(
        "A neighbour's address is kept, tried in the background, and shown with what became of it")
    func background() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        for pc in ["e1", "e2", "e1"] { try lab.sync(pc) }
        lab.killHub()
        try lab.register("e1", ["Amaq Tetangga"])
        let neighbour = try ServingPC(lab, "e1")
        let bad = try Program.edgenode.run([
            "peers", "add", "--store", lab.path("e2"), "10.0.0.5",
        ])
        #expect(bad.status == 1 && bad.err.contains("is not an address like"))
        try lab.edge(["peers", "add", "--store", lab.path("e2"), neighbour.url + "/"])
        try lab.edge(["peers", "add", "--store", lab.path("e2"), "http://127.0.0.1:1"])
        try lab.sync("e2", with: neighbour)
        let list = try lab.edge(["peers", "--store", lab.path("e2")])
        #expect(list.contains("device 1") && list.contains("\(neighbour.url) (replica 2): reached"))
        #expect(list.contains("http://127.0.0.1:1: never reached"))
        #expect(try lab.names("e2") == ["Amaq Tetangga"])
        let gone = try Program.edgenode.run([
            "sync", "--store", lab.path("e2"), "--peer", "http://127.0.0.1:1",
        ])
        #expect(gone.status == 1 && gone.err.contains("cannot be reached"))
        try lab.edge(["peers", "remove", "--store", lab.path("e2"), "http://127.0.0.1:1"])
    }
}

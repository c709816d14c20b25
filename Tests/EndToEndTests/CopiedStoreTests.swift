import Foundation
import Testing

@Suite("A PC's data is copied, put back, cloned")
struct CopiedStores {
    private func sync(_ lab: Lab, _ pcs: [String]) throws {
        for pc in pcs { try lab.edge(["sync", "--store", lab.path(pc)]) }
    }

    private func events(_ lab: Lab) throws -> Int {
        try lab.number("hub", "SELECT count(*) FROM event WHERE kind LIKE 'store_%'")
    }

    private func expectEqual(_ lab: Lab, _ pcs: [String]) throws {
        let hub = try lab.digest("hub")
        for pc in pcs { #expect(try lab.digest(pc) == hub, "\(pc)") }
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }

    @Test(
        "The store folder is copied while the program runs, and both copies go on",
        arguments: [["e1", "copy", "e1", "copy"], ["copy", "e1", "copy", "e1"]])
    func copiedWhileRunning(order: [String]) throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        try lab.register("e1", ["Amaq Sahdan"])
        try sync(lab, ["e1"])
        let running = Program.edgenode.process([
            "serve", "--store", lab.path("e1"), "--listen", "127.0.0.1:\(try Sockets.freePort())",
        ])
        running.standardOutput = FileHandle.nullDevice
        running.standardError = FileHandle.nullDevice
        try running.run()
        defer { kill(running.processIdentifier, SIGKILL) }
        try lab.register("e1", ["Amaq Unsent"])
        try FileManager.default.copyItem(atPath: lab.path("e1"), toPath: lab.path("copy"))
        try lab.register("e1", ["Inaq Original", "Inaq Duplik"])
        try lab.register("copy", ["Inaq Salinan", "Inaq Duplik"])
        #expect(try lab.replica("e1") != lab.replica("copy"))
        try sync(lab, order)
        let all: Set = [
            "Amaq Sahdan", "Amaq Unsent", "Inaq Original", "Inaq Duplik", "Inaq Salinan",
        ]
        #expect(try lab.names("hub") == all)
        #expect(try lab.number("hub", "SELECT count(*) FROM resident") == 6)
        try expectEqual(lab, ["e1", "copy"])
        #expect(try events(lab) == 1)
    }

    @Test("The PC is restored from Friday's backup and nobody notices at first")
    func restoredInPlace() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.startHub()
        try lab.register("e1", ["Amaq Senin"])
        try sync(lab, ["e1"])
        let friday = try Disk(lab.path("e1"))
        let before = try lab.number("e1", "SELECT count(*) FROM changeset")
        try lab.register("e1", ["Amaq Hilang", "Inaq Hilang"])
        try sync(lab, ["e1", "e2"])
        try friday.putBack()
        #expect(try lab.number("e1", "SELECT count(*) FROM changeset") == before)
        // Under the old number, offline: the same dots and row numbers a second time.
        let old = try lab.replica("e1")
        try lab.register("e1", ["Amaq Baru", "Inaq Baru"])
        #expect(try lab.replica("e1") == old)
        try sync(lab, ["e1", "e2"])
        #expect(try lab.replica("e1") != old)
        let all: Set = ["Amaq Senin", "Amaq Hilang", "Inaq Hilang", "Amaq Baru", "Inaq Baru"]
        for place in ["hub", "e1", "e2"] { #expect(try lab.names(place) == all) }
        try lab.register("e1", ["Inaq Sesudah"])
        try sync(lab, ["e1", "e2"])
        try expectEqual(lab, ["e1", "e2"])
        #expect(try events(lab) == 1)
    }

    @Test(
        "The PC is put back unnoticed and meets a neighbour before the centre",
        arguments: [["e2", "e1", "e2", "e1"], ["e1", "e2", "e1", "e2"]])
    func neighbourFirst(order: [String]) throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.startHub()
        try lab.register("e1", ["Amaq Senin"])
        try sync(lab, ["e1", "e2", "e1"])
        let friday = try Disk(lab.path("e1"))
        try lab.register("e1", ["Amaq Hilang", "Inaq Hilang", "Amaq Jauh"])
        try sync(lab, ["e1"])
        try friday.putBack()
        // Under the old number: the neighbour takes a past that the centre has otherwise.
        try lab.register("e1", ["Amaq Baru", "Inaq Baru"])
        lab.killHub()
        do {
            let neighbour = try ServingPC(lab, "e2")
            try lab.sync("e1", with: neighbour)
        }
        try lab.startHub()
        #expect(try lab.names("e2") == ["Amaq Senin", "Amaq Baru", "Inaq Baru"])
        // And builds on it.
        try lab.register("e2", ["Inaq Tetangga"])
        try sync(lab, order)
        let all: Set = [
            "Amaq Senin", "Amaq Hilang", "Inaq Hilang", "Amaq Jauh", "Amaq Baru", "Inaq Baru",
            "Inaq Tetangga",
        ]
        for place in ["hub", "e1", "e2"] { #expect(try lab.names(place) == all, "\(place)") }
        #expect(try lab.number("hub", "SELECT count(*) FROM resident") == all.count)
        try lab.register("e2", ["Inaq Sesudah"])
        try sync(lab, ["e2", "e1"])
        try expectEqual(lab, ["e1", "e2"])
    }

    @Test("Central IT retires the old number of a moved PC; moved again, the PC still goes on")
    func movedTwice() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        try sync(lab, ["e1"])
        let first = try lab.replica("e1")
        for place in ["second", "third"] {
            let from = place == "second" ? "e1" : "second"
            try FileManager.default.copyItem(atPath: lab.path(from), toPath: lab.path(place))
            try FileManager.default.removeItem(atPath: lab.path(from))
            try lab.register(place, ["Amaq \(place)"])
            try sync(lab, [place])
            if place == "second" {
                try lab.hub(["retire", "--store", lab.path("hub"), "\(first)"])
            }
        }
        try expectEqual(lab, ["third"])
        // A store that only the retired number speaks for stays out.
        try lab.hub(["retire", "--store", lab.path("hub"), "\(try lab.replica("third"))"])
        let copy = lab.path("fourth")
        try FileManager.default.copyItem(atPath: lab.path("third"), toPath: copy)
        let refused = try Program.edgenode.run(["sync", "--store", copy])
        #expect(refused.status == 1 && refused.err.contains("retired"))
    }

    @Test("Two programs of one PC sync at the same moment: no copy is seen where there is none")
    func syncsSideBySide() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        let number = try lab.replica("e1")
        for round in 0..<4 {
            try lab.register("e1", ["Amaq \(round)", "Inaq \(round)"])
            let both = (0..<2).map { _ in
                Program.edgenode.process(["sync", "--store", lab.path("e1")])
            }
            for process in both {
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
            }
            for process in both { process.waitUntilExit() }
        }
        try sync(lab, ["e1"])
        #expect(try lab.replica("e1") == number)
        #expect(try events(lab) == 0)
        try expectEqual(lab, ["e1"])
    }

    @Test("A restored PC that has written nothing yet gets its lost changes back")
    func restoredAndRefilled() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        try lab.register("e1", ["Amaq Senin"])
        try FileManager.default.copyItem(atPath: lab.path("e1"), toPath: lab.path("friday"))
        try lab.register("e1", ["Amaq Hilang"])
        try sync(lab, ["e1"])
        try FileManager.default.removeItem(atPath: lab.path("e1"))
        try FileManager.default.moveItem(atPath: lab.path("friday"), toPath: lab.path("e1"))
        try lab.register("e1", ["Amaq Baru"])
        try sync(lab, ["e1"])
        #expect(try lab.names("e1") == ["Amaq Senin", "Amaq Hilang", "Amaq Baru"])
        try expectEqual(lab, ["e1"])
        #expect(try events(lab) == 1)
        let page = try lab.hub(["status", "--store", lab.path("hub")])
        #expect(page.contains("Semua perubahan tersimpan"))
    }

    @Test("Both copies of a cloned disk write under one number before either calls")
    func clonedDisk() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        try lab.register("e1", ["Amaq Satu"])
        try sync(lab, ["e1"])
        let cloned = try Disk(lab.path("e1"))
        try lab.register("e1", ["Inaq Asli", "Amaq Asli"])
        var original = try Disk(lab.path("e1"))
        // As in a like machine: the clone cannot tell that it is elsewhere.
        try cloned.putBack()
        try lab.register("e1", ["Inaq Klon", "Amaq Klon", "Papuk Klon"])
        try sync(lab, ["e1"])
        var clone = try Disk(lab.path("e1"))
        let number = try lab.replica("e1")
        try original.putBack()
        #expect(try lab.replica("e1") == number)
        try sync(lab, ["e1"])
        #expect(try lab.replica("e1") != number)
        original = try Disk(lab.path("e1"))
        try clone.putBack()
        try sync(lab, ["e1"])
        try expectEqual(lab, ["e1"])
        clone = try Disk(lab.path("e1"))
        try original.putBack()
        try sync(lab, ["e1"])
        try expectEqual(lab, ["e1"])
        let all: Set = [
            "Amaq Satu", "Inaq Asli", "Amaq Asli", "Inaq Klon", "Amaq Klon", "Papuk Klon",
        ]
        #expect(try lab.names("hub") == all)
        #expect(try lab.names("e1") == all)
        #expect(try events(lab) == 1)
    }
}

/// The files of a store as they are now, to be put back in place: same path, same file.
struct Disk {
    let folder: String
    let files: [String: Data]
    static let all = ["edge.sqlite", "edge.sqlite-wal", "device.json", "edge.said"]

    init(_ folder: String) throws {
        self.folder = folder
        files = Dictionary(
            uniqueKeysWithValues: Self.all.compactMap { name in
                FileManager.default.contents(atPath: folder + "/" + name).map { (name, $0) }
            })
    }

    func putBack() throws {
        try? FileManager.default.removeItem(atPath: folder + "/edge.sqlite-shm")
        for name in Self.all {
            let path = folder + "/" + name
            guard let data = files[name] else {
                try? FileManager.default.removeItem(atPath: path)
                continue
            }
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: data)
            try handle.close()
        }
    }
}

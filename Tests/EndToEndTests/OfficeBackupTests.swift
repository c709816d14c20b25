import Foundation
import Testing

/// `edgenode backup` and `restore` through the real programs.
@Suite("An office's own backups")
struct OfficeBackups {
    @Test("The PC dies; another one is put back from last week's backup and goes on at once")
    func anotherPC() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.startHub()
        try lab.register("e1", ["Amaq Senin"])
        try lab.edge(["sync", "--store", lab.path("e1")])
        // Neither this photo nor this name ever went over the line.
        let photo = try Photo.write(to: lab.path("rumah.png"), width: 300, height: 200)
        let hash = try lab.damagedHouse("e1", device: 1, photo: photo)
        try lab.register("e1", ["Amaq Belum Kirim"])
        let backup = lab.path("stick")
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: false)
        let said = try lab.edge(["backup", "--store", lab.path("e1"), "--to", backup])
        #expect(said.contains("opened and compared"))
        // What was sent after the backup is at the centre; the rest died with the disk.
        let whole = try lab.export("e1", hash)
        try lab.register("e1", ["Inaq Sesudah"])
        try lab.edge(["sync", "--store", lab.path("e1")])
        try FileManager.default.removeItem(atPath: lab.path("e1"))

        try lab.edge(["restore", "--from", backup, "--store", lab.path("new")])
        try lab.register("new", ["Inaq Baru"])
        #expect(try lab.replica("new") >= 0x8000_0000)
        #expect(try lab.export("new", hash) == whole)
        for pc in ["new", "e2", "new"] { try lab.edge(["sync", "--store", lab.path(pc)]) }
        let all: Set = ["Amaq Senin", "Amaq Belum Kirim", "Inaq Sesudah", "Inaq Baru"]
        for place in ["hub", "new", "e2"] { #expect(try lab.names(place) == all, "\(place)") }
        #expect(try lab.digest("new") == lab.digest("hub"))
        #expect(try lab.digest("e2") == lab.digest("hub"))
        #expect(try lab.number("hub", "SELECT count(*) FROM event WHERE kind LIKE 'store_%'") == 1)
        // Once is enough: the number stays at the next opening.
        let number = try lab.replica("new")
        try lab.register("new", ["Amaq Kedua"])
        #expect(try lab.replica("new") == number)
    }

    @Test("The PC is put back in its place; what it had is kept aside")
    func inPlace() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.startHub()
        try lab.register("e1", ["Amaq Satu"])
        let backup = lab.path("one.backup")
        try lab.edge(["backup", "--store", lab.path("e1"), "--to", backup])
        try lab.register("e1", ["Amaq Dua"])
        let restore = ["restore", "--from", backup, "--store", lab.path("e1")]
        let refused = try Program.edgenode.run(restore)
        #expect(refused.status == 1 && refused.err.contains("--replace"))
        #expect(try lab.names("e1") == ["Amaq Satu", "Amaq Dua"])
        let said = try lab.edge(restore + ["--replace"])
        #expect(try lab.names("e1") == ["Amaq Satu"])
        let aside = try #require(
            said.split(separator: "\n").first { $0.contains("kept at") }?
                .split(separator: " ").last)
        // The store that was kept aside is a moved one now: it opens, and sends what it alone had.
        for place in [lab.path("e1"), String(aside)] {
            try lab.edge(["sync", "--store", place])
        }
        #expect(try lab.names("hub") == ["Amaq Satu", "Amaq Dua"])
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }

    @Test("A damaged backup, one of the centre, or none at all is refused by name")
    func refused() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.register("e1", ["Amaq Satu"])
        let good = lab.path("good.backup")
        try lab.edge(["backup", "--store", lab.path("e1"), "--to", good])
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: good)))
        // The head of a page in the middle.
        let page = bytes.count / 4_096 / 2 * 4_096
        for offset in 0..<64 { bytes[page + offset] ^= 0xFF }
        try Data(bytes).write(to: URL(fileURLWithPath: lab.path("bad.backup")))
        try lab.hub(["backup", "--store", lab.path("hub"), "--to", lab.path("hub.backup")])
        try Data("cadangan".utf8).write(to: URL(fileURLWithPath: lab.path("note.backup")))
        let cases = [
            ("bad.backup", "damaged"), ("hub.backup", "backup of the hub"),
            ("note.backup", "not a Trasne backup"), ("none.backup", "there is no file"),
        ]
        for (name, word) in cases {
            let result = try Program.edgenode.run([
                "restore", "--from", lab.path(name), "--store", lab.path("target"),
            ])
            #expect(result.status == 1 && result.err.contains(word), "\(name): \(result.err)")
            #expect(result.err.contains(name))
            #expect(!FileManager.default.fileExists(atPath: lab.path("target")), "\(name)")
        }
        let again = try Program.edgenode.run([
            "backup", "--store", lab.path("e1"), "--to", good,
        ])
        #expect(again.status == 1 && again.err.contains("already"))
    }
}

import Foundation
import Testing

@Suite("An office without a network sends a USB stick")
struct Sticks {
    /// A PC that was never on line, with a register and a month of work.
    private static func lab() throws -> Lab {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        return lab
    }

    private static func work(_ lab: Lab, _ phone: String) throws {
        try lab.edge([
            "correct", "--store", lab.path("e1"), "--nik", "5202033112700110", "--set",
            "phone=\(phone)", "--by", "op1",
        ])
    }

    private static func export(_ lab: Lab, _ name: String, _ more: [String] = []) throws -> String {
        try lab.edge(
            ["export-bundle", "--store", lab.path("e1"), "--out", lab.path(name)] + more)
        return lab.path(name)
    }

    private static func pending(_ lab: Lab) throws -> Int {
        let out = try lab.edge(["status", "--store", lab.path("e1"), "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [String: Any]
        return object["pending"] as! Int
    }

    private func refusal(_ program: Program, _ arguments: [String]) throws -> String {
        let result = try program.run(arguments)
        #expect(result.status != 0)
        #expect(result.err.split(separator: "\n").count == 1, "\(result.err)")
        return result.err
    }

    @Test("The office hands its changes to the centre on a stick, and the stick brings the answer")
    func thereAndBack() throws {
        let lab = try Self.lab()
        let stick = try Self.export(lab, "desa.trasne")
        #expect(try Self.pending(lab) == 83, "a stick that left is no acknowledgement")
        // Anybody may sort the sticks, nobody reads a name.
        let summary = try lab.hub(["import-bundle", "--inspect", stick])
        #expect(summary.contains("from device 1 of \(lab.office) (replica 2) for the hub"))
        #expect(summary.contains("83 (replica 2 1–83)"))
        #expect(
            try !String(contentsOf: URL(fileURLWithPath: stick), encoding: .isoLatin1)
                .contains("5202033112700110"))

        let said = try lab.hub([
            "import-bundle", "--store", lab.path("hub"), "--return", lab.path("pusat.trasne"),
            stick,
        ])
        #expect(said.contains("enrolled now: 83 changes taken in"), "\(said)")
        #expect(try lab.digest("hub") == lab.digest("e1"))

        let got = try lab.edge([
            "import-bundle", "--store", lab.path("e1"), lab.path("pusat.trasne"),
        ])
        #expect(got.contains("the hub holds all of ours"), "\(got)")
        #expect(try Self.pending(lab) == 0)
        // The regency's reference data and a share of letter numbers came along.
        #expect(try lab.number("e1", "SELECT count(*) FROM letter_type") > 0)
        #expect(try lab.number("e1", "SELECT count(*) FROM number_grant") == 2)
        #expect(
            try lab.hub(["digest", "--store", lab.path("hub"), "--scope", "52.02"])
                == lab.edge(["digest", "--store", lab.path("e1"), "--scope", "52.02"]))

        // A line that comes later finds nothing left to do.
        try lab.startHub()
        let sync = try lab.edge(["sync", "--store", lab.path("e1"), "--json"])
        let report = try JSONSerialization.jsonObject(with: Data(sync.utf8)) as! [String: Any]
        #expect(report["sent_changes"] as? Int == 0 && report["received_changes"] as? Int == 0)
        #expect(report["rounds"] as? Int == 1)
    }

    @Test("The same stick twice changes nothing, and an older one undoes nothing")
    func twiceAndLate() throws {
        let lab = try Self.lab()
        let first = try Self.export(lab, "1.trasne")
        try Self.work(lab, "0811")
        let second = try Self.export(lab, "2.trasne")
        // The later stick arrives first; the earlier one then has nothing new.
        for (stick, answer, applied) in [
            (second, "b2", 84), (first, "b1", 0), (first, "b1-again", 0), (second, "b2-again", 0),
        ] {
            let out = try lab.hub([
                "import-bundle", "--store", lab.path("hub"), "--json", "--return",
                lab.path(answer + ".trasne"), stick,
            ])
            let taken = try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [[String: Any]]
            #expect(taken[0]["applied"] as? Int == applied)
            #expect(taken[0]["rejected"] as? Int == 0)
            #expect((taken[0]["notices"] as? [String])?.isEmpty == true)
        }
        #expect(try lab.digest("hub") == lab.digest("e1"))
        #expect(try lab.number("hub", "SELECT sum(sessions) FROM node") == 1)

        try lab.edge(["import-bundle", "--store", lab.path("e1"), lab.path("b2.trasne")])
        #expect(try Self.pending(lab) == 0)
        let rows = try lab.number("e1", "SELECT count(*) FROM changeset")
        for answer in ["b1", "b2", "b1-again"] {
            let out = try lab.edge([
                "import-bundle", "--store", lab.path("e1"), lab.path(answer + ".trasne"),
            ])
            #expect(out.hasPrefix("received 0 changes"), "\(out)")
            #expect(try Self.pending(lab) == 0, "\(answer)")
        }
        #expect(try lab.number("e1", "SELECT count(*) FROM changeset") == rows)
    }

    @Test("A stick with one flipped byte is refused whole")
    func flippedByte() throws {
        let lab = try Self.lab()
        let stick = try Self.export(lab, "desa.trasne")
        let good = try Data(contentsOf: URL(fileURLWithPath: stick))
        let before = try lab.number("hub", "SELECT count(*) FROM changeset")
        for place in [3, 30, 60, 200, good.count / 2, good.count - 70, good.count - 1] {
            var bad = good
            bad[place] ^= 0x10
            try bad.write(to: URL(fileURLWithPath: stick))
            let said = try refusal(
                .synchub, ["import-bundle", "--store", lab.path("hub"), stick])
            #expect(said.contains(stick) && said.contains("nothing was taken in"), "\(said)")
        }
        #expect(try lab.number("hub", "SELECT count(*) FROM changeset") == before)
        #expect(try lab.number("hub", "SELECT count(*) FROM node WHERE state = 'issued'") == 1)
        try good.write(to: URL(fileURLWithPath: stick))
        try lab.hub(["import-bundle", "--store", lab.path("hub"), stick])
        #expect(try lab.digest("hub") == lab.digest("e1"))
    }

    @Test("A bundle in several files is whole in any order, and a missing file is named by number")
    func split() throws {
        let lab = try Self.lab()
        try FileManager.default.createDirectory(
            atPath: lab.path("stick"), withIntermediateDirectories: true)
        _ = try Self.export(lab, "stick/desa.trasne", ["--split", "4K"])
        let files = try FileManager.default.contentsOfDirectory(atPath: lab.path("stick")).sorted()
        #expect(files.count > 1 && files.allSatisfy { $0.contains("of\(files.count).trasne") })
        let paths = files.map { lab.path("stick/" + $0) }
        let said = try refusal(
            .synchub,
            ["import-bundle", "--store", lab.path("hub")] + paths.dropFirst().reversed())
        #expect(said.contains("number 1 is missing"), "\(said)")
        try lab.hub(["import-bundle", "--store", lab.path("hub")] + paths.reversed())
        #expect(try lab.digest("hub") == lab.digest("e1"))
        // The whole folder again.
        let again = try lab.hub(["import-bundle", "--store", lab.path("hub"), lab.path("stick")])
        #expect(again.contains("0 changes taken in, 83 were there"), "\(again)")
    }

    @Test("A stick for another PC, another centre, or of a retired PC is refused in plain words")
    func wrongReceiver() throws {
        let lab = try Self.lab()
        try lab.addPC("e2", device: 2)
        let stick = try Self.export(lab, "desa.trasne")
        try lab.hub([
            "import-bundle", "--store", lab.path("hub"), "--return", lab.path("pusat.trasne"),
            stick,
        ])
        var said = try refusal(
            .edgenode, ["import-bundle", "--store", lab.path("e2"), lab.path("pusat.trasne")])
        #expect(said.contains("made for device 1") && said.contains("this is device 2"), "\(said)")
        said = try refusal(.edgenode, ["import-bundle", "--store", lab.path("e1"), stick])
        #expect(said.contains("made for the hub"), "\(said)")

        let other = try Lab()
        said = try refusal(.synchub, ["import-bundle", "--store", other.path("hub"), stick])
        #expect(said.contains("another hub"), "\(said)")

        // An answer in the hub's name that the hub did not sign.
        try lab.hub(["retire", "--store", lab.path("hub"), "2"])
        let late = try Self.export(lab, "desa2.trasne")
        said = try refusal(.synchub, ["import-bundle", "--store", lab.path("hub"), late])
        #expect(said.contains("retired") && said.contains(late), "\(said)")
        said = try refusal(
            .synchub,
            ["export-bundle", "--store", lab.path("hub"), "--replica", "2", "--out", lab.path("x")])
        #expect(said.contains("retired"), "\(said)")
        #expect(!FileManager.default.fileExists(atPath: lab.path("x")))
    }

    @Test("Half by stick and half by line come to the same as all by line")
    func sameAsTheLine() throws {
        let lab = try Self.lab()
        try lab.addPC("e2", device: 2)
        try lab.startHub()
        try lab.edge(["sync", "--store", lab.path("e1")])
        try lab.edge(["sync", "--store", lab.path("e2")])
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"), "--device",
                device,
            ])
        }
        // e1 by stick, e2 on the line; e1's answer is made later, without its asking.
        let stick = try Self.export(lab, "desa.trasne")
        try lab.edge(["sync", "--store", lab.path("e2")])
        try lab.hub(["import-bundle", "--store", lab.path("hub"), stick])
        try lab.hub([
            "export-bundle", "--store", lab.path("hub"), "--replica", "2", "--out",
            lab.path("pusat.trasne"),
        ])
        try lab.edge(["import-bundle", "--store", lab.path("e1"), lab.path("pusat.trasne")])
        try lab.edge(["sync", "--store", lab.path("e2")])
        #expect(try Self.pending(lab) == 0)
        for name in ["e1", "e2"] { #expect(try lab.digest(name) == lab.digest("hub")) }
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }
}

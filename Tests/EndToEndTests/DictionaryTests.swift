import Foundation
import Testing

@Suite("The centre trains a dictionary")
struct DictionaryJourneys {
    private static let offices = [
        "52.02.03.2007", "52.02.04.2009", "52.02.02.2002", "52.02.01.1001",
    ]

    private static func name(_ office: String) -> String { "pc-" + office }

    /// The sample trace as another office's: other people, the same words.
    private static func trace(_ file: String, of office: String, _ lab: Lab) throws -> String {
        let text = try String(contentsOfFile: Fixture.path(file), encoding: .utf8)
        let path = lab.path(office + "-" + file)
        let place = try #require(offices.firstIndex(of: office))
        try text.replacingOccurrences(of: lab.office, with: office)
            .replacing(#/"nik":"(\d{12})(\d)/#) { "\"nik\":\"\($0.output.1)\(place + 1)" }
            .write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static func sync(_ lab: Lab, _ pc: String) throws -> [String: Any] {
        let out = try lab.edge(["sync", "--store", lab.path(pc), "--json"])
        return try #require(
            try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
    }

    private static func digest(_ lab: Lab, _ pc: String, _ office: String) throws -> String {
        pc == "hub"
            ? try lab.hub(["digest", "--store", lab.path("hub"), "--scope", office])
            : try lab.edge(["digest", "--store", lab.path(pc), "--scope", office])
    }

    /// A hub with four offices, each with a PC that has sent its register.
    private static func fourOffices() throws -> Lab {
        let lab = try Lab()
        try lab.startHub()
        for office in offices {
            let pc = lab.path(name(office))
            try lab.hub([
                "enrol", "--store", lab.path("hub"), "--office", office, "--out", pc + ".json",
            ])
            try lab.edge(["init", "--store", pc, "--enrolment", pc + ".json"])
            try lab.edge(["replay", "--store", pc, trace("base.jsonl", of: office, lab)])
            _ = try sync(lab, name(office))
        }
        return lab
    }

    private static func work(_ lab: Lab, _ office: String) throws {
        try lab.edge([
            "replay", "--store", lab.path(name(office)), trace("month.jsonl", of: office, lab),
            "--device", "1",
        ])
    }

    @Test("The centre trains a new dictionary and the villages use it")
    func trainedAndUsed() throws {
        let lab = try Self.fourOffices()
        // Three offices send a month before it is trained, one the same month after.
        var before: [String: Any] = [:]
        for office in Self.offices.dropFirst() {
            try Self.work(lab, office)
            before = try Self.sync(lab, Self.name(office))
        }
        let said = try lab.hub([
            "dictionary", "train", "--store", lab.path("hub"), "--size", "112",
        ])
        #expect(said.contains("4 offices"))
        let list = try lab.hub(["dictionary", "list", "--store", lab.path("hub")])
        #expect(list.split(separator: "\n").count == 2)

        let late = Self.name(Self.offices[0])
        _ = try Self.sync(lab, late)
        #expect(try lab.number(late, "SELECT count(*) FROM dictionary") == 1)
        try Self.work(lab, Self.offices[0])
        let after = try Self.sync(lab, late)
        let bytes = try [before, after].map { try #require($0["sent_bytes"] as? Int) }
        #expect(bytes[1] * 10 < bytes[0] * 9, "\(bytes)")
        #expect(
            try Self.digest(lab, late, Self.offices[0])
                == Self.digest(lab, "hub", Self.offices[0]))
    }

    @Test("The centre was put back and does not know the villages' dictionary: all arrives")
    func unknownToTheCentre() throws {
        let lab = try Self.fourOffices()
        lab.killHub()
        try FileManager.default.copyItem(atPath: lab.path("hub"), toPath: lab.path("old"))
        try lab.startHub()
        try lab.hub(["dictionary", "train", "--store", lab.path("hub"), "--size", "64"])
        let pc = Self.name(Self.offices[0])
        _ = try Self.sync(lab, pc)
        try Self.work(lab, Self.offices[0])

        lab.killHub()
        try FileManager.default.removeItem(atPath: lab.path("hub"))
        try FileManager.default.moveItem(atPath: lab.path("old"), toPath: lab.path("hub"))
        try lab.startHub()
        // That a piece under it is named and comes again is `SyncHubTests/DictionaryTests`; here
        // a model may have made the smaller piece.
        _ = try Self.sync(lab, pc)
        let next = try Self.sync(lab, pc)
        #expect((next["notices"] as? [String] ?? []).isEmpty)
        #expect(
            try Self.digest(lab, pc, Self.offices[0]) == Self.digest(lab, "hub", Self.offices[0]))
    }
}

import Foundation
import Testing

@Suite("What breaks a rule is kept, shown to people, and holds nobody up")
struct QuarantineEndToEnd {
    /// A trace of one household a line, at so many seconds from now.
    private func trace(
        _ lab: Lab, _ name: String, from number: Int, by author: String, hamlets: [String],
        seconds: Double, table: String = "household", column: String = "hamlet"
    ) throws -> String {
        let lines = hamlets.enumerated().map { index, hamlet in
            let at = Date().addingTimeInterval(seconds + Double(index)).formatted(.iso8601)
            let id = (table == "household" ? "h" : "x") + "\(number + index)"
            return
                "{\"n\":\(number + index),\"at\":\"\(at)\",\"office\":\"\(lab.office)\","
                + "\"device\":1,\"by\":\"\(author)\",\"intent\":\"household.add\",\"ops\":["
                + "{\"put\":\"\(table)\",\"id\":\"\(id)\",\"set\":{\"\(column)\":\"\(hamlet)\"}}]}"
        }
        try lines.joined(separator: "\n").write(
            toFile: lab.path(name), atomically: true, encoding: .utf8)
        return lab.path(name)
    }

    private func ruling(_ lab: Lab) throws -> String {
        let out = try lab.hub(["quarantine", "list", "--store", lab.path("hub"), "--json"])
        let list = try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [[String: Any]]
        return try #require(list?.first?["ruling"] as? String)
    }

    @Test("A disabled user goes on working offline: kept, shown, released")
    func disabledUser() throws {
        let lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        try Users.add(lab, "e1", "sari")
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        try lab.edge(["user", "disable", "sari", "--store", lab.path("e1")])
        try lab.edge(["sync", "--store", lab.path("e1")])
        // The second PC has not heard of it.
        let late = try trace(
            lab, "late", from: 1, by: "sari", hamlets: ["Timuk", "Bat"], seconds: 60)
        try lab.edge(["replay", "--store", lab.path("e2"), late])
        try lab.edge(["sync", "--store", lab.path("e2")])
        try lab.edge(["sync", "--store", lab.path("e1")])
        for name in ["hub", "e1", "e2"] {
            #expect(try lab.number(name, "SELECT count(*) FROM household") == 0, "\(name)")
            #expect(try lab.digest(name) == lab.digest("hub"))
        }
        #expect(try lab.edge(["status", "--store", lab.path("e2")]).contains("revoked_user"))
        let id = try ruling(lab)
        #expect(
            try lab.hub(["quarantine", "show", "--store", lab.path("hub"), id]).contains("hamlet"))
        try lab.hub(["quarantine", "release", "--store", lab.path("hub"), id, "--by", "amir"])
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for name in ["hub", "e1", "e2"] {
            #expect(try lab.number(name, "SELECT count(*) FROM household") == 2, "\(name)")
            #expect(try lab.digest(name) == lab.digest("hub"))
        }
    }

    @Test(
        "The news of a disabled user comes after that user's later work: it is withheld all the same"
    )
    func disabledUserLate() throws {
        let lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        try Users.add(lab, "e1", "sari")
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        try lab.edge(["user", "disable", "sari", "--store", lab.path("e1")])
        let late = try trace(lab, "late", from: 1, by: "sari", hamlets: ["Timuk"], seconds: 60)
        try lab.edge(["replay", "--store", lab.path("e2"), late])
        for name in ["e2", "e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for name in ["hub", "e1", "e2"] {
            #expect(try lab.number(name, "SELECT count(*) FROM household") == 0, "\(name)")
        }
    }

    @Test("A PC whose clock is ten years ahead does not win for ten years")
    func clockAhead() throws {
        let lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        let base = try trace(lab, "base", from: 1, by: "op1", hamlets: ["Timuk"], seconds: -3_600)
        for name in ["e1", "e2"] {
            try lab.edge(["sync", "--store", lab.path(name)])
        }
        try lab.edge(["replay", "--store", lab.path("e1"), base])
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        func change(_ name: String, _ number: Int, _ hamlet: String, _ seconds: Double) throws {
            let file = try trace(
                lab, "\(name)-\(number)", from: number, by: "op1", hamlets: [hamlet],
                seconds: seconds)
            let text = try String(contentsOfFile: file, encoding: .utf8)
                .replacingOccurrences(of: "\"id\":\"h\(number)\"", with: "\"id\":\"h1\"")
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try lab.edge(["replay", "--store", lab.path(name), file])
        }
        try change("e1", 2, "Sepuluh Tahun Lagi", 10 * 365 * 86_400)
        // An hour later by honest clocks, without having heard of the other.
        try change("e2", 3, "Hari Ini", 3_600)
        for name in ["e1", "e2", "e1"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for name in ["hub", "e1", "e2"] {
            let won = try lab.number(
                name, "SELECT count(*) FROM household WHERE hamlet = 'Hari Ini'")
            #expect(won == 1, "\(name)")
            #expect(try lab.digest(name) == lab.digest("hub"))
        }
        let rulings = try lab.hub(["quarantine", "list", "--store", lab.path("hub")])
        #expect(rulings.contains("clock_ahead"))
    }

    @Test("A changeset that breaks a rule does not hold up the office")
    func brokenRule() throws {
        let lab = try Lab()
        try lab.startHub()
        for (name, device) in [("e1", 1), ("e2", 2)] { try lab.addPC(name, device: device) }
        let base = try trace(lab, "base", from: 1, by: "op1", hamlets: ["Timuk"], seconds: -3_600)
        try lab.edge(["replay", "--store", lab.path("e1"), base])
        let bad = try trace(
            lab, "bad", from: 2, by: "op1", hamlets: ["gratis"], seconds: -1_800,
            table: "agency", column: "name")
        try lab.edge(["replay", "--store", lab.path("e1"), bad])
        let good = try trace(lab, "good", from: 3, by: "op1", hamlets: ["Bat"], seconds: -60)
        try lab.edge(["replay", "--store", lab.path("e1"), good])
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for name in ["hub", "e1", "e2"] {
            #expect(try lab.number(name, "SELECT count(*) FROM household") == 2, "\(name)")
            #expect(
                try lab.number(name, "SELECT count(*) FROM agency WHERE name = 'gratis'") == 0)
            #expect(try lab.digest(name) == lab.digest("hub"))
        }
        let status = try lab.edge(["status", "--store", lab.path("e1")])
        #expect(status.contains("unsent         0 changes") && status.contains("regency_table"))
    }
}

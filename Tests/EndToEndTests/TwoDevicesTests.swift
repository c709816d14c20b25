import Foundation
import Testing

/// What the trace says must come out at the end, computed from its text alone.
struct TraceExpectation {
    var rows: [String: Int] = [:]
    struct Pair: Hashable {
        let kind: String
        let column: String
        let values: Set<String>
    }
    var pairs: Set<Pair> = []

    init(_ names: [String]) throws {
        var alive: [String: String] = [:]
        var edits: [Int: (device: Int, ops: [[String: Any]])] = [:]
        for name in names {
            for line in try String(contentsOfFile: Fixture.path(name), encoding: .utf8)
                .split(separator: "\n")
            {
                let object =
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
                let ops = object["ops"] as! [[String: Any]]
                edits[object["n"] as! Int] = (object["device"] as! Int, ops)
                for op in ops {
                    if let table = op["put"] as? String { alive[op["id"] as! String] = table }
                }
            }
        }
        let summary =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: Fixture.path("summary.json"))))
            as! [String: Any]
        var revived: Set<String> = []
        for planned in summary["planned_conflicts"] as! [[String: Any]] {
            let kind = planned["kind"] as! String
            let row = planned["id"] as! String
            if kind == "delete" { revived.insert(row) }
            var written: [String: Set<String>] = [:]
            for n in planned["n"] as! [Int] {
                for op in edits[n]!.ops where op["id"] as! String == row {
                    for (column, value) in op["set"] as? [String: Any] ?? [:] {
                        written[column, default: []].insert("\(value)")
                    }
                }
            }
            if kind == "same_row" {
                let values = written.values.reduce(into: Set<String>()) { $0.formUnion($1) }
                pairs.insert(Pair(kind: "parallel", column: "", values: values))
            } else {
                for (column, values) in written {
                    pairs.insert(Pair(kind: kind, column: column, values: values))
                }
            }
        }
        for (_, line) in edits {
            for op in line.ops where op["delete"] != nil {
                let row = op["id"] as! String
                // A deletion that another PC's edit did not know of is undone until people decide.
                if !revived.contains(row) { alive[row] = nil }
            }
        }
        for table in alive.values { rows[table, default: 0] += 1 }
    }
}

@Suite("Two PCs of one office work without contact, then sync")
struct TwoDevices {
    @Test(
        "Whatever the order of syncing, both PCs and the hub end the same",
        arguments: [
            ["e1", "e2", "e1", "e2"], ["e2", "e1", "e2", "e1"], ["e2", "e2", "e1", "e1", "e2"],
        ])
    func orderOfSyncing(order: [String]) throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        try lab.edge(["sync", "--store", lab.path("e1")])
        try lab.edge(["sync", "--store", lab.path("e2")])
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"),
                "--device", device,
            ])
        }
        for name in order { try lab.edge(["sync", "--store", lab.path(name)]) }

        let digest = try lab.digest("hub")
        let expected = try TraceExpectation(["base.jsonl", "month.jsonl"])
        for name in ["e1", "e2", "hub"] {
            #expect(try lab.digest(name) == digest)
            for (table, count) in expected.rows {
                #expect(try lab.number(name, "SELECT count(*) FROM \(table)") == count, "\(table)")
            }
            #expect(try Self.pairs(lab, name) == expected.pairs)
        }
    }

    static func pairs(_ lab: Lab, _ name: String) throws -> Set<TraceExpectation.Pair> {
        let out =
            name == "hub"
            ? try lab.hub(["conflicts", "--store", lab.path(name), "--json"])
            : try lab.edge(["conflicts", "list", "--store", lab.path(name), "--json"])
        let list = try JSONSerialization.jsonObject(with: Data(out.utf8)) as! [[String: Any]]
        return Set(
            list.map { entry in
                let sides = ["a", "b"].map { entry[$0] as! [String: Any] }
                return TraceExpectation.Pair(
                    kind: entry["kind"] as! String, column: entry["column"] as? String ?? "",
                    values: Set(sides.compactMap { $0["value"] as? String }))
            })
    }

    @Test("Settling at one PC closes the conflict at the other and at the hub")
    func settling() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"),
                "--device", device,
            ])
        }
        for name in ["e1", "e2", "e1"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        let open = "SELECT count(*) FROM conflict WHERE state = 0"
        #expect(try lab.number("e1", open) == 2)
        for id in try lab.edge([
            "query", "--store", lab.path("e1"), "SELECT id FROM conflict WHERE state = 0",
        ]).split(separator: "\n").dropFirst() {
            try lab.edge([
                "conflicts", "settle", "--store", lab.path("e1"), String(id), "--keep", "b",
                "--by", "sekdes",
            ])
        }
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for name in ["e1", "e2", "hub"] {
            #expect(try lab.number(name, open) == 0)
            #expect(try lab.digest(name) == lab.digest("hub"))
        }
    }

    @Test("One store may replay both PCs' lines, in runs of their own, and again")
    func bothDevicesInOneStore() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for device in ["1", "2", "1", "2"] {
            try lab.edge([
                "replay", "--store", lab.path("e1"), Fixture.path("month.jsonl"), "--device",
                device,
            ])
        }
        #expect(try lab.number("e1", "SELECT count(*) FROM changeset") == 83 + 78)
    }

    @Test("A hub put back from an older copy is filled again by one sync of its edge")
    func olderHub() throws {
        let lab = try Lab()
        try lab.startHub()
        try lab.addPC("e1", device: 1)
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        try lab.edge(["sync", "--store", lab.path("e1")])
        lab.killHub()
        try FileManager.default.copyItem(atPath: lab.path("hub"), toPath: lab.path("old"))
        try lab.startHub()
        try lab.edge([
            "replay", "--store", lab.path("e1"), Fixture.path("month.jsonl"), "--device", "1",
        ])
        try lab.edge(["sync", "--store", lab.path("e1")])
        let digest = try lab.digest("hub")
        lab.killHub()
        try FileManager.default.removeItem(atPath: lab.path("hub"))
        try FileManager.default.moveItem(atPath: lab.path("old"), toPath: lab.path("hub"))
        try lab.startHub()
        #expect(try lab.digest("hub") != digest)
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try lab.digest("hub") == digest)
    }
}

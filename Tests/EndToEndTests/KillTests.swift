import Foundation
import Testing

/// `kill -9` of either side at random moments while PCs replay and sync.
///
/// `TRASNE_KILL_LOOPS` says how many kills; the figure in docs/measurements.md is from 200.
@Suite("Programs are killed at random moments")
struct Kills {
    static let loops =
        ProcessInfo.processInfo.environment["TRASNE_KILL_LOOPS"].flatMap(Int.init) ?? 12

    @Test("Nothing acknowledged is missing, nothing is doubled, the digests meet")
    func killLoops() throws {
        var random = SystemRandomNumberGenerator()
        var kills = 0
        while kills < Self.loops {
            let lab = try Lab()
            try lab.startHub()
            try lab.addPC("e1", device: 1)
            try lab.addPC("e2", device: 2)
            kills += try killsUntilReplayed(lab, &random, most: min(40, Self.loops - kills))
            try finishAndCompare(lab)
        }
    }

    /// Runs the work of both PCs again and again, killing one side each time.
    private func killsUntilReplayed(
        _ lab: Lab, _ random: inout SystemRandomNumberGenerator, most: Int
    ) throws -> Int {
        var watch = Watch()
        // The second PC can begin when the first one's register is at the hub.
        try lab.edge(["replay", "--store", lab.path("e1"), Fixture.path("base.jsonl")])
        for name in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        for round in 0..<most {
            let name = Bool.random(using: &random) ? "e1" : "e2"
            let device = name == "e1" ? "1" : "2"
            let work =
                round % 2 == 0
                ? [
                    "replay", "--store", lab.path(name), Fixture.path("month.jsonl"),
                    "--device", device,
                ] : ["sync", "--store", lab.path(name)]
            let process = Program.edgenode.process(work)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32.random(in: 5_000...140_000, using: &random))
            if round % 3 == 2 {
                lab.killHub()
                process.waitUntilExit()
                try lab.startHub()
            } else {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            for store in ["e1", "e2"] {
                #expect(try lab.edge(["verify", "--store", lab.path(store)]) == "ok\n")
            }
            #expect(try lab.hub(["verify", "--store", lab.path("hub")]) == "ok\n")
            try watch.look(lab)
        }
        return most
    }

    /// What was seen once must still be there: how far each store's vectors had come, and that
    /// the hub holds whatever it has acknowledged to an edge.
    private struct Watch {
        var seen: [String: Int] = [:]

        mutating func look(_ lab: Lab) throws {
            for store in ["e1", "e2", "hub"] {
                for (replica, seq) in try Self.vector("scope_vector", of: store, lab) {
                    let key = "\(store) \(replica)"
                    #expect(seq >= seen[key] ?? 0, "\(store) lost changes")
                    seen[key] = seq
                }
            }
            for (store, replica) in [("e1", 2), ("e2", 3)] {
                let acknowledged = try Self.vector("peer_vector", of: store, lab)[replica] ?? 0
                #expect(acknowledged <= seen["hub \(replica)"] ?? 0, "acknowledged but missing")
            }
        }

        private static func vector(
            _ table: String, of store: String, _ lab: Lab
        ) throws -> [Int: Int] {
            let program: Program = store == "hub" ? .synchub : .edgenode
            let out = try program.run([
                "query", "--store", lab.path(store),
                """
                SELECT replica, seq FROM \(table) WHERE scope =
                (SELECT id FROM scope WHERE code = '\(lab.office)')
                """,
            ]).out
            return Dictionary(
                uniqueKeysWithValues: out.split(separator: "\n").dropFirst().compactMap { line in
                    let numbers = line.split(separator: "\t").compactMap { Int($0) }
                    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
                })
        }
    }

    private func finishAndCompare(_ lab: Lab) throws {
        for (name, device) in [("e1", "1"), ("e2", "2")] {
            try lab.edge([
                "replay", "--store", lab.path(name), Fixture.path("month.jsonl"),
                "--device", device,
            ])
        }
        for name in ["e1", "e2", "e1"] { try lab.edge(["sync", "--store", lab.path(name)]) }
        let expected = try TraceExpectation(["base.jsonl", "month.jsonl"])
        let digest = try lab.digest("hub")
        for name in ["e1", "e2", "hub"] {
            #expect(try lab.digest(name) == digest)
            for (table, count) in expected.rows {
                #expect(try lab.number(name, "SELECT count(*) FROM \(table)") == count, "\(table)")
            }
        }
        // A PC that synced in the middle had seen the other's change, so of the planted pairs some
        // may be gone; none may be new.
        #expect(try TwoDevices.pairs(lab, "hub").isSubset(of: expected.pairs))
    }
}

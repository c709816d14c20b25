import Foundation
import Testing

/// Bytes, store size and instruction counts against those recorded in `Benchmarks/baseline.json`.
/// Never wall time: machines differ, these do not. `scripts/bench --record` writes them anew.
@Suite("What an office's month costs stays what it was recorded to be", .serialized)
struct RegressionTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let baseline = root.appendingPathComponent("Benchmarks/baseline.json")
    private static let toleratedPercent = 5
    private static let valgrind = "/usr/bin/valgrind"
    private static let record = ProcessInfo.processInfo.environment["TRASNE_RECORD_BASELINE"]

    private struct Baseline: Codable {
        var bytes: [String: Int] = [:]
        /// Of the programs as the tests build them, by architecture and compiler.
        var instructions: [String: [String: Int]] = [:]
    }

    private struct Sync: Decodable {
        let sentBytes: Int
        let receivedBytes: Int
    }

    /// What the counts depend on beside our code.
    private static let platform: String = {
        #if arch(x86_64)
            let machine = "x86_64"
        #else
            let machine = "other"
        #endif
        #if compiler(>=6.4)
            return machine + " swift 6.4"
        #elseif compiler(>=6.3)
            return machine + " swift 6.3"
        #else
            return machine + " swift older"
        #endif
    }()

    private static func known() throws -> Baseline {
        guard let data = FileManager.default.contents(atPath: baseline.path) else {
            return Baseline()
        }
        return try JSONDecoder().decode(Baseline.self, from: data)
    }

    private static func save(_ baseline: Baseline) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(baseline) + Data("\n".utf8)).write(to: Self.baseline)
    }

    private static func compare(_ found: [String: Int], with recorded: [String: Int]) {
        for (name, count) in found.sorted(by: { $0.key < $1.key }) {
            guard let before = recorded[name] else {
                Issue.record(
                    "\(name) is not in Benchmarks/baseline.json: run scripts/bench --record")
                continue
            }
            #expect(
                count * 100 <= before * (100 + toleratedPercent),
                "\(name): \(count), recorded were \(before)")
        }
    }

    private static func fixture(_ name: String) -> String {
        root.path + "/Tests/EndToEndTests/Fixtures/" + name
    }

    private static func sync(_ lab: Lab, _ name: String) throws -> Sync {
        let out = try lab.edge(["sync", "--store", lab.path(name), "--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Sync.self, from: Data(out.utf8))
    }

    @Test("The exchanges of a month and the store are not larger than recorded")
    func bytes() throws {
        let lab = try Lab()
        try lab.startHub()
        for device in 1...2 { try lab.addPC("e\(device)", device: device) }
        try lab.edge(["replay", "--store", lab.path("e1"), Self.fixture("base.jsonl")])
        var found: [String: Int] = [:]
        found["register to the hub"] = try Self.sync(lab, "e1").sentBytes
        found["register to a second PC"] = try Self.sync(lab, "e2").receivedBytes
        for device in 1...2 {
            try lab.edge([
                "replay", "--store", lab.path("e\(device)"), Self.fixture("month.jsonl"),
                "--device", "\(device)",
            ])
            found["month of PC \(device)"] = try Self.sync(lab, "e\(device)").sentBytes
        }
        found["month received"] = try Self.sync(lab, "e1").receivedBytes
        let idle = try Self.sync(lab, "e1")
        found["idle, both ways"] = idle.sentBytes + idle.receivedBytes
        found["store of PC 1"] = try lab.number(
            "e1", "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        var baseline = try Self.known()
        if Self.record != nil {
            baseline.bytes = found
            return try Self.save(baseline)
        }
        Self.compare(found, with: baseline.bytes)
    }

    /// How many instructions a program takes to its end: no clock and no other process is in it.
    private static func instructions(
        _ arguments: [String], of program: String = "fieldsim", in lab: Lab
    ) throws -> Int {
        // valgrind does not read this compiler's debug information.
        let stripped = lab.path(program)
        if !FileManager.default.fileExists(atPath: stripped) {
            let strip = Process()
            strip.executableURL = URL(fileURLWithPath: "/usr/bin/strip")
            strip.arguments = [
                "-o", stripped, Program.folder.appendingPathComponent(program).path,
            ]
            try strip.run()
            strip.waitUntilExit()
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: valgrind)
        process.arguments =
            ["--tool=callgrind", "--callgrind-out-file=/dev/null", stripped] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SWIFT_DETERMINISTIC_HASHING": "1"]) { $1 }
        let log = lab.path("valgrind.log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: log, encoding: .utf8)
        let count = text.firstMatch(of: #/Collected : (\d+)/#).flatMap { Int($0.1) }
        return try #require(process.terminationStatus == 0 ? count : nil, "\(text)")
    }

    /// What the store on disk takes for the same office: its transactions recorded one by one, and
    /// two PCs' work merged.
    private static func countStore(in lab: Lab, _ found: inout [String: Int]) throws {
        try lab.startHub()
        for device in 1...2 { try lab.addPC("e\(device)", device: device) }
        try lab.edge(["replay", "--store", lab.path("e1"), fixture("base.jsonl")])
        for name in ["e1", "e2"] { _ = try sync(lab, name) }
        for device in 1...2 {
            try lab.edge([
                "replay", "--store", lab.path("e\(device)"), fixture("month.jsonl"),
                "--device", "\(device)",
            ])
        }
        for name in ["e1", "e2", "e1"] { _ = try sync(lab, name) }
        func once(_ work: String) throws -> Int {
            try instructions(
                ["once", work, "--node", lab.path("e1"), "--folder", lab.path("")],
                of: "fieldbench", in: lab)
        }
        let start = try once("nothing")
        found["transactions of PC 1, recorded"] = try once("commit") - start
        found["two PCs' work, merged"] = try once("merge") - start
    }

    @Test(
        "Recording, merging and coding take no more instructions than recorded",
        .enabled(if: FileManager.default.isExecutableFile(atPath: valgrind)))
    func instructionCounts() throws {
        var baseline = try Self.known()
        // Another compiler makes other code: figures of its own, or nothing would be compared.
        let recorded = baseline.instructions[Self.platform]
        guard recorded != nil || Self.record != nil else {
            Issue.record("nothing is recorded of \(Self.platform): scripts/bench --record")
            return
        }
        let lab = try Lab()
        let start = try Self.instructions(["--version"], in: lab)
        var found: [String: Int] = [:]
        for seed in [3, 4] {
            found["history \(seed), merged and coded in three orders"] =
                try Self.instructions(["run", "--rung", "A", "--seed", "\(seed)"], in: lab) - start
        }
        try Self.countStore(in: lab, &found)
        if Self.record != nil {
            baseline.instructions[Self.platform] = found
            return try Self.save(baseline)
        }
        Self.compare(found, with: recorded ?? [:])
    }
}

import FieldSimulator
import Foundation
import Testing

/// The programs' own nodes and hub under faults of line, power, disk, clock and people.
@Suite("Whole regencies in virtual time") struct WorldTests {
    @Test("Whatever the seed draws, every promise holds", arguments: UInt64(2)...9)
    func promisesHold(seed: UInt64) throws {
        let outcome = try World.run(WorldPlan.drawn(seed))
        #expect(outcome.breaches.isEmpty, "\(outcome.breaches)")
        #expect(outcome.tally.recorded > 0)
    }

    @Test("A seed repeats in another process, disk call by disk call")
    func seedsRepeat() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let program = root.appendingPathComponent(".build/debug/fieldsim")
        var verdicts: [String] = []
        for _ in 0..<2 {
            let process = Process()
            process.executableURL = program
            process.arguments = ["run", "--seed", "7", "--quiet"]
            let out = Pipe()
            process.standardOutput = out
            try process.run()
            let text = out.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            verdicts.append(String(decoding: text, as: UTF8.self))
        }
        #expect(verdicts[0].contains("trace"))
        #expect(verdicts[0] == verdicts[1])
    }
}

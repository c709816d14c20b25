import FieldSimulator
import Foundation
import Testing

/// Rung C: the real binaries over loopback. A minute of more worlds is in `scripts/test`.
@Suite("Real programs under a fault proxy and kill -9", .serialized) struct ProcessTests {
    static let programs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/debug").path

    @Test("Everything that people were told is recorded is there once, and all are alike")
    func promisesHold() throws {
        let outcome = try ProcessWorld.run(.drawn(4), programs: Self.programs)
        #expect(outcome.trouble == nil)
        #expect(outcome.breaches.isEmpty, "\(outcome.breaches), kept in \(outcome.folder)")
        #expect(outcome.recorded > 0)
        #expect(outcome.faults.values.contains { $0.tookEffect > 0 })
        #expect(!FileManager.default.fileExists(atPath: outcome.folder))
    }

    @Test("The canary is found, and what is left of its world can be looked at")
    func canary() throws {
        var plan = ProcessPlan.drawn(2)
        plan.hasCanary = true
        let outcome = try ProcessWorld.run(plan, programs: Self.programs)
        #expect(outcome.breaches.first?.invariant == "S6", "\(outcome.breaches)")
        #expect(FileManager.default.fileExists(atPath: outcome.folder + "/world.log"))
        try FileManager.default.removeItem(atPath: outcome.folder)
    }

    @Test("Without the programs it says which are missing and where")
    func missing() {
        #expect {
            try ProcessWorld.run(.drawn(1), programs: "/nowhere")
        } throws: {
            "\($0)".contains("/nowhere") && "\($0)".contains("--programs")
        }
    }
}

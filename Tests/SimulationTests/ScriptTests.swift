import Foundation
import Testing

@testable import FieldSimulator

/// What testers write, what seeds draw and what the shrinker leaves are one language.
@Suite("Scenarios") struct ScriptTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Simulations")

    static func files(_ name: String) -> [String] {
        let folder = folder.appendingPathComponent(name)
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasSuffix(".sim") }.sorted()
            .map { folder.appendingPathComponent($0).path }
    }

    @Test("Each shipped scenario is played as it says", arguments: files("Scenarios"))
    func shipped(path: String) throws {
        let script = try ScriptFile.read(path)
        #expect(!script.title.isEmpty && !script.story.isEmpty && !script.expectations.isEmpty)
        let outcome = try World.run(script)
        #expect(outcome.breaches.isEmpty, "\(outcome.breaches)")
        #expect(outcome.tally.recorded > 0)
    }

    @Test("What was found once is not found again", arguments: files("Corpus"))
    func corpus(path: String) throws {
        let outcome = try World.run(try ScriptFile.read(path))
        #expect(outcome.breaches.isEmpty, "\(outcome.breaches)")
    }

    @Test("The scenarios of the README are played as they say")
    func readMe() throws {
        let text = try String(
            contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
        let scripts = text.components(separatedBy: "```\n").filter { $0.hasPrefix("title") }
        #expect(scripts.count == 2)
        for script in scripts {
            let outcome = try World.run(try ScriptParser.parse(script))
            #expect(outcome.breaches.isEmpty, "\(outcome.breaches)")
        }
    }

    @Test("What a seed draws is read back as it was written", arguments: UInt64(1)...60)
    func roundTrip(seed: UInt64) throws {
        let script = ScriptWriter.script(of: WorldPlan.drawn(seed))
        #expect(try ScriptParser.parse(script.text) == script)
    }

    @Test(
        "A wrong sentence is named by line, column and the nearest word",
        arguments: [
            ("at 08:00  edge-2 edts household 1 address = \"A\"", 2, 18, "edits"),
            ("at 08:00  edge-2 edits houshold 1 address = \"A\"", 2, 24, "household"),
            ("at 08:00  edge-2 edits household 1 adress = \"A\"", 2, 36, "address"),
            ("at 08:00  edge-9 syncs", 2, 11, "edge-1"),
            ("at 08:00  ct edge-1 <-> hub for 2h", 2, 11, "cut"),
            ("at 25:00  edge-1 syncs", 2, 4, nil),
            ("at 08:00  cut edge-1 <-> hub for soon", 2, 34, nil),
            ("at 08:00  edge-1 edits household 9 rt = \"1\"", 2, 34, nil),
            ("at 08:00  edge-1 edits household 1 rt = \"1", 2, 41, nil),
            ("at 08:00  edge-1 syncs now", 2, 24, nil),
            ("expect by 09:00  convergd", 2, 18, "converged"),
            ("evry 2h  all sync until 09:00", 2, 1, "every"),
            ("at 08:00  edge-5 joins", 2, 11, "edge-4"),
            ("at 08:00  edge-4 syncs", 2, 11, "edge-1"),
            ("at 08:00  hub splts village 52.02.04.2009", 2, 15, "splits"),
            ("at 08:00  hub splits village 52.02.04.2009 hamlet \"M\" to 2019", 2, 58, nil),
            ("at 08:00  hub gives up edge-7", 2, 24, "edge-1"),
        ] as [(String, Int, Int, String?)])
    func errors(sentence: String, line: Int, column: Int, word: String?) {
        #expect {
            try ScriptParser.parse("world  hub, 3 edges in 1 village; seed 1\n\(sentence)\n")
        } throws: {
            guard let error = $0 as? ScriptError else { return false }
            #expect("\(error)".hasPrefix("line \(line), column \(column): "), "\(error)")
            #expect(error.suggestion == word, "\(error)")
            return true
        }
    }

    @Test("Whoever joined or was split off is known from then on")
    func laterNames() throws {
        let text = """
            world  hub, 3 edges in 1 villages; seed 1
            at 08:00  hub splits village 52.02.04.2009 hamlet "Mawun" to 52.02.04.2019
            at 08:01  edge-4 joins village 52.02.04.2019
            at 08:02  edge-5 joins village 52.02.04.2009
            at 08:03  edge-4 edits household 3 address = "A"
            at 08:04  cut village 52.02.04.2019 <-> hub for 2h
            at 08:05  hub compacts
            at 08:06  edge-5 compacts
            at 08:07  hub gives up edge-5

            """
        let script = try ScriptParser.parse(text)
        #expect(script.text == text)
        #expect(script.steps.count == 8)
    }

    @Test("Any bytes give a script or an error")
    func anyBytes() throws {
        let text = Array(ScriptWriter.script(of: WorldPlan.drawn(5)).text.utf8)
        var chance = Chance(seed: 1, .work)
        for _ in 0..<400 {
            var bytes = text
            for _ in 0...chance.below(4) {
                bytes[chance.below(bytes.count)] = UInt8(chance.below(128))
            }
            _ = try? ScriptParser.parse(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("Each planted bug still fits the sources")
    func mutantsFit() throws {
        let package = Self.folder.deletingLastPathComponent().path
        let mutants = try Mutant.all(in: package)
        #expect(mutants.count >= 20)
        for mutant in mutants {
            let source = try String(contentsOfFile: package + "/" + mutant.file, encoding: .utf8)
            #expect(try mutant.planted(in: source) != source)
        }
    }

    @Test("The canary is found, and the shrinker leaves what it needs")
    func canary() throws {
        var plan = WorldPlan.drawn(3)
        // Short enough for the shrinker's two minutes on a busy machine.
        (plan.edges, plan.days, plan.transactions) = (3, 1, 12)
        plan.families = [.loss, .partition, .kill, .concurrentWork, .compaction]
        var script = ScriptWriter.script(of: plan)
        script.hasCanary = true
        let breach = try #require(try World.run(script).breaches.first)
        #expect(["S5", "S6", "S10", "L1"].contains(breach.invariant))
        var shrinker = Shrinker(script, breach: breach)
        let small = shrinker.shrink()
        #expect(small.steps.count <= 3, "\(small.text)")
        let again = try World.run(try ScriptParser.parse(small.text))
        #expect(again.breaches.first?.invariant == breach.invariant)
    }
}

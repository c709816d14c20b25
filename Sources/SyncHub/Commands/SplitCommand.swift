import ArgumentParser
import Console
import Models

struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split",
        abstract: "Splits a village: the households of some hamlets go over to a new office.",
        discussion: """
            The old office keeps its rows as history, marked and linked. The command may be run \
            again: what was interrupted continues, what is complete stays as it is. So does a split \
            that the centre forgot when it was put back: run it again once all devices have called.
            """)

    @OptionGroup var options: StoreOptions
    @Option(name: .long, help: "The office that is split.")
    var from: String
    @Option(name: .long, help: "The new office's code.")
    var to: String
    @Option(name: .long, help: "The hamlets that go over, separated by commas.")
    var hamlets: String
    @Option(name: .long, help: "The new office's name, when the code is new.")
    var name: String?
    @Flag(name: .long, help: "The new office is a kelurahan.")
    var urban = false
    @Option(name: .long, help: "The day of the split, e.g. 2026-12-01.")
    var on: String
    @Flag(name: .long, help: "Print as JSON.")
    var json = false

    func run() throws {
        guard let day = CivilDate(iso: on) else {
            throw ValidationError("--on \"\(on)\" is not a day like 2026-12-01")
        }
        let names = hamlets.split(separator: ",").map { String($0.trimming) }
            .filter { !$0.isEmpty }
        guard !names.isEmpty else { throw ValidationError("--hamlets names no hamlet") }
        let hub = try options.open()
        let report = try VillageSplit(
            hub: hub, from: from, to: to, hamlets: names, now: Hub.now()
        ).run(name: name, kind: urban ? "urban_village" : nil, on: day)
        try hub.carryChains()
        if json { return print(try JSONText.of(report)) }
        print(
            "moved \(report.households) households with \(report.residents) people from \(from) "
                + "to \(to)")
        for hamlet in report.emptyHamlets { print("nobody of \(from) lives in \"\(hamlet)\"") }
    }
}

extension Substring {
    fileprivate var trimming: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}

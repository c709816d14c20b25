import ArgumentParser
import ChangeStore
import Console
import Foundation
import SyncProtocol

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Brings lists into the register.",
        subcommands: [Residents.self])

    struct Residents: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Residents and their households from a CSV file with a header.")

        @OptionGroup var options: StoreOptions
        @Argument(help: "CSV in UTF-8; comma, semicolon or tab.")
        var file: String
        @Option(name: .long, help: "A JSON object of header to column, where names differ.")
        var map: String?
        @Flag(name: .long, help: "Judge the file, record nothing.")
        var dryRun = false
        @Option(name: .long, help: "Who imports.")
        var by = "op1"
        @Flag(name: .long, help: "Print the report as JSON.")
        var json = false

        /// More would scroll away what matters.
        private static let shownMax = 50

        func run() throws {
            let node = try options.open()
            let work = ResidentImport(node: node, path: file, mapping: try mapping())
            var bar = ProgressBar(label: "import")
            let report = try work.run(by: Author(by, .operator), isDryRun: dryRun) { done, all in
                bar.show(done, of: all)
            }
            bar.finish()
            if json { print(try JSONText.of(report)) } else { show(report) }
            guard report.problems.isEmpty else {
                throw ImportFault.badLines(count: report.problems.count)
            }
        }

        private func mapping() throws -> [String: String] {
            guard let map else { return [:] }
            guard let data = FileManager.default.contents(atPath: map),
                let named = try? JSONDecoder().decode([String: String].self, from: data)
            else { throw ImportFault.badMap(path: map) }
            return named
        }

        private func show(_ report: ResidentImport.Report) {
            for (label, list) in [("", report.problems), ("warning: ", report.warnings)] {
                for problem in list.prefix(Self.shownMax) {
                    print("\(file) line \(problem.line): \(label)\(problem.sentence)")
                }
                if list.count > Self.shownMax { print("… and \(list.count - Self.shownMax) more") }
            }
            if !report.unusedColumns.isEmpty {
                print("columns left out: \(report.unusedColumns.joined(separator: ", "))")
            }
            guard report.problems.isEmpty else { return }
            print(
                (dryRun ? "would record " : "recorded ")
                    + "\(report.residents) residents in \(report.households) new households"
                    + (report.alreadyThere > 0 ? "; \(report.alreadyThere) were there" : ""))
        }
    }
}

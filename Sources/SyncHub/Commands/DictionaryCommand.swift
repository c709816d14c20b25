import ArgumentParser
import ChangeStore
import Compression
import Console
import Foundation
import SyncProtocol

/// `synchub dictionary`: what makes exchanges smaller.
struct DictionaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dictionary",
        abstract: "Trains what makes the offices' exchanges smaller, and lists it.",
        subcommands: [Train.self, List.self])

    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train",
            abstract: "Learns from the changes held here; every office gets it at its next sync.",
            discussion: """
                Names, numbers and whatever else is about one person is left out: a word is \
                learned only where at least three offices use it in the same way.
                """)

        @OptionGroup var options: StoreOptions
        @Option(name: .long, help: "Its size in kB, 4 to 112.")
        var size = DictionaryShelf.bytesDefault >> 10
        @Option(
            name: .long,
            help: "Learn from the changes alone and write to this file; the offices do not get it.")
        var out: String?

        func validate() throws {
            guard (4...TrainedDictionary.bytesMax >> 10).contains(size) else {
                throw ValidationError("--size is from 4 to \(TrainedDictionary.bytesMax >> 10)")
            }
        }

        func run() throws {
            if let out, FileManager.default.fileExists(atPath: out) {
                throw HubFault.fileExists(path: out)
            }
            let shelf = DictionaryShelf(hub: try options.open())
            let trained = try shelf.train(bytesMax: size << 10, isFirst: out != nil)
            if let out {
                try PrivateFile.write(Data(trained.dictionary.bytes), to: out)
            } else {
                try shelf.publish(trained, now: Hub.now())
            }
            print(
                "dictionary \(trained.dictionary.id): \(trained.dictionary.bytes.count) bytes, "
                    + "from \(trained.changesets) changes of \(trained.offices) offices; "
                    + (out.map { "written to \($0)" }
                        ?? "what it was not trained on takes \(trained.savedPercent) % less than "
                        + "with dictionary \(trained.present)"))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Every dictionary, the oldest first.")

        @OptionGroup var options: StoreOptions
        @Flag(name: .long, help: "Print as JSON.")
        var json = false

        private struct Line: Codable {
            let number: Int64
            let bytes: Int
            let trainedAt: String?
            let offices: Int64?
            let changes: Int64?

            enum CodingKeys: String, CodingKey {
                case number, bytes, offices, changes
                case trainedAt = "trained_at"
            }
        }

        func run() throws {
            let hub = try options.open()
            let builtIn = TrainedDictionary.first
            var lines = [
                Line(
                    number: Int64(builtIn.id), bytes: builtIn.bytes.count, trainedAt: nil,
                    offices: nil, changes: nil)
            ]
            let found = try hub.store.query(
                """
                SELECT number, length(content), trained_at, offices, changes FROM dictionary
                ORDER BY coalesce(trained_at, 0), number
                """)
            lines += found.rows.map { row in
                Line(
                    number: row[0].integer ?? 0, bytes: Int(row[1].integer ?? 0),
                    trainedAt: row[2].integer.map {
                        Date(timeIntervalSince1970: Double($0) / 1_000).formatted(.iso8601)
                    },
                    offices: row[3].integer, changes: row[4].integer)
            }
            if json { return print(try JSONText.of(lines)) }
            for line in lines {
                print(
                    "\(line.number)\t\(line.bytes) bytes\t"
                        + (line.trainedAt.map {
                            "trained \($0) from \(line.changes ?? 0) changes of "
                                + "\(line.offices ?? 0) offices"
                        } ?? "built in"))
            }
        }
    }
}

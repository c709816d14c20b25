import Foundation

/// A planted bug: a passage of the sources, and what stands in its place in the copy that is put to
/// the test (`Simulations/Mutants`).
///
/// Idea: mutant schemata (Untch, Offutt, Harrold, "Mutation analysis using mutant schemata", 1993):
/// all of them are built into one program, and each is turned on by its name when it starts. The
/// product's own sources know nothing of it.
public struct Mutant: Sendable {
    public let name: String
    public let story: String
    /// From the package's folder.
    public let file: String
    public let was: String
    public let now: String

    /// What is wrong with a mutant's own file.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    init(name: String, text: String) throws {
        func unusable(_ detail: String) -> Unusable {
            Unusable(description: "\(name).mutant: \(detail)")
        }
        let parts = text.components(separatedBy: "\n--- was\n")
        guard parts.count == 2 else { throw unusable("there is not one line \"--- was\"") }
        let passages = parts[1].components(separatedBy: "\n--- is\n")
        guard passages.count == 2 else { throw unusable("there is not one line \"--- is\"") }
        var fields: [String: String] = [:]
        for line in parts[0].split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            fields[String(line[..<space])] = String(line[space...]).trimmed
        }
        guard let story = fields["story"], let file = fields["file"] else {
            throw unusable("its story or its file is missing")
        }
        guard passages[1].contains("isMutant(\"\(name)\")") else {
            throw unusable("its passage does not ask isMutant(\"\(name)\")")
        }
        self.name = name
        self.story = story
        self.file = file
        was = passages[0]
        now = passages[1].hasSuffix("\n") ? String(passages[1].dropLast()) : passages[1]
    }

    /// All of `Simulations/Mutants`, by name.
    public static func all(in package: String) throws -> [Mutant] {
        let folder = package + "/Simulations/Mutants"
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".mutant") }.sorted().map { name in
                try Mutant(
                    name: String(name.dropLast(7)),
                    text: try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
            }
    }

    /// The source with this bug planted.
    public func planted(in source: String) throws -> String {
        let parts = source.components(separatedBy: was)
        guard parts.count == 2 else {
            throw Unusable(
                description:
                    "\(name).mutant: its passage stands \(parts.count - 1) times in \(file)"
            )
        }
        return parts.joined(separator: now)
    }
}

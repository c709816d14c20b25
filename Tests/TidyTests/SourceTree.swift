import Foundation

/// The repository as text, for rules that no compiler keeps.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// From the root, with `/`.
        let path: String
        let lines: [String]

        /// Lines without comments and string contents, good enough to look for calls.
        var code: [(number: Int, text: String)] {
            lines.enumerated().compactMap { index, line in
                let text = line.replacing(#/"(\\.|[^"\\])*"/#, with: "\"\"")
                    .replacing(#///.*$/#, with: "")
                return text.isEmpty ? nil : (index + 1, text)
            }
        }

        var imports: [String] {
            lines.compactMap { line in
                line.firstMatch(
                    of: #/^(?:@\w+\s+)?(?:\w+ )?import (?:struct |enum |func )?(\w+)/#
                ).map { String($0.1) }
            }
        }
    }

    static func swiftFiles(under folder: String) throws -> [File] {
        let base = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .map { name in
                let text = try String(
                    contentsOf: base.appendingPathComponent(name), encoding: .utf8)
                return File(
                    path: folder + "/" + name,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map(String.init))
            }
    }
}

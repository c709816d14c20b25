/// A sentence that cannot be read.
public struct ScriptError: Error, Hashable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    public let column: Int
    public let message: String
    /// The nearest word that would be understood.
    public let suggestion: String?

    public var description: String {
        "line \(line), column \(column): \(message)"
            + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}

/// How far two words are apart: letters to put in, take out or change.
enum NearestWord {
    static func of(_ word: String, among words: [String]) -> String? {
        let near = words.map { (distance(Array(word.lowercased()), Array($0.lowercased())), $0) }
            .min { $0.0 < $1.0 }
        guard let near, near.0 <= max(1, word.count / 2) else { return nil }
        return near.1
    }

    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let change = corner + (letter == other ? 0 : 1)
                corner = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}

import SyncProtocol

/// The words of one line, taken from the left.
struct Sentence {
    struct Word {
        let text: String
        let column: Int
        let isQuoted: Bool
    }

    let line: Int
    private let words: [Word]
    private let end: Int
    private(set) var index = 0

    init(_ text: some StringProtocol, line: Int) throws(ScriptError) {
        self.line = line
        var words: [Word] = []
        let letters = Array(text)
        var at = 0
        while at < letters.count {
            let letter = letters[at]
            if letter == "#" { break }
            if letter.isWhitespace {
                at += 1
            } else if letter == "\"" {
                var value = ""
                let start = at
                at += 1
                while at < letters.count, letters[at] != "\"" {
                    if letters[at] == "\\", at + 1 < letters.count {
                        at += 1
                        value.append(letters[at] == "n" ? "\n" : letters[at])
                    } else {
                        value.append(letters[at])
                    }
                    at += 1
                }
                guard at < letters.count else {
                    throw ScriptError(
                        line: line, column: start + 1, message: "the quotation does not end",
                        suggestion: nil)
                }
                at += 1
                words.append(Word(text: value, column: start + 1, isQuoted: true))
            } else if ",;=".contains(letter) {
                words.append(Word(text: String(letter), column: at + 1, isQuoted: false))
                at += 1
            } else {
                let start = at
                while at < letters.count, !letters[at].isWhitespace, !",;=\"#".contains(letters[at])
                { at += 1 }
                words.append(
                    Word(text: String(letters[start..<at]), column: start + 1, isQuoted: false))
            }
        }
        self.words = words
        end = letters.count + 1
    }

    var isAtEnd: Bool { index >= words.count }

    /// The next word, unless it is quoted.
    var next: String? { isAtEnd || words[index].isQuoted ? nil : words[index].text }

    /// Whether this word comes so many words after the next one.
    func follows(_ count: Int, _ word: String) -> Bool {
        words.indices.contains(index + count) && words[index + count].text == word
    }

    func error(_ message: String, back: Int = 0, among: [String] = []) -> ScriptError {
        let place = index - back
        let word = words.indices.contains(place) ? words[place] : nil
        return ScriptError(
            line: line, column: word?.column ?? end, message: message,
            suggestion: word.flatMap { NearestWord.of($0.text, among: among) })
    }

    /// Takes the next word if it is this one.
    mutating func take(_ word: String) -> Bool {
        guard next == word else { return false }
        index += 1
        return true
    }

    mutating func expect(_ word: String) throws(ScriptError) {
        guard take(word) else { throw unexpected("\"\(word)\"", among: [word]) }
    }

    mutating func word(
        _ what: String, among: [String] = []
    ) throws(ScriptError) -> String {
        guard let word = next else { throw error("\(what) is missing here") }
        guard among.isEmpty || among.contains(word) else {
            throw unexpected(what, among: among)
        }
        index += 1
        return word
    }

    func unexpected(_ what: String, among: [String] = []) -> ScriptError {
        guard !isAtEnd else { return error("\(what) is missing at the end") }
        return error("\(what) was expected, not \"\(words[index].text)\"", among: among)
    }

    mutating func span() throws(ScriptError) -> Int64 {
        guard let word = next, let span = Span.read(word) else {
            throw unexpected("a length of time such as 90s, 10m, 2h or 3d")
        }
        index += 1
        return span
    }

    mutating func number(_ what: String, _ range: ClosedRange<Int>) throws(ScriptError) -> Int {
        guard let word = next, let number = Int(word), range.contains(number) else {
            throw unexpected("\(what), \(range.lowerBound) to \(range.upperBound),")
        }
        index += 1
        return number
    }

    mutating func value() throws(ScriptError) -> Value {
        guard !isAtEnd else { throw error("a value is missing at the end") }
        let word = words[index]
        index += 1
        if word.isQuoted { return .text(word.text) }
        if word.text == "nothing" { return .null }
        if let number = Int64(word.text) { return .integer(number) }
        throw error("a text in quotes, a number or \"nothing\" was expected", back: 1)
    }

    /// A moment: `08:00`, `day 3 08:00:05`.
    mutating func moment() throws(ScriptError) -> Int64 {
        var days = 0
        if take("day") { days = try number("a day", 1...400) - 1 }
        guard let word = next, let time = Clock.read(word) else {
            throw unexpected("a time such as 08:00 or day 3 08:00")
        }
        index += 1
        return Int64(days) * WorldTime.day + time
    }

    func finish() throws(ScriptError) {
        guard isAtEnd else { throw unexpected("the end of the sentence") }
    }
}

/// How likely two records of one NIK in two offices are one person (DOMAIN §4, C4).
///
/// Name, birth date and mother's name are what civil registry compares by hand. The score orders
/// its work; it decides nothing.
public enum IdentityScore {
    public struct Person: Hashable, Sendable {
        public let name: String?
        public let birthDate: CivilDate?
        public let motherName: String?

        public init(name: String?, birthDate: CivilDate?, motherName: String?) {
            self.name = name
            self.birthDate = birthDate
            self.motherName = motherName
        }
    }

    /// From 0 (another person) to 100 (the same): 45 for the name, 35 for the birth date, 20 for
    /// the mother's name. What neither record tells counts half.
    public static func score(_ a: Person, _ b: Person) -> Int {
        let name = likeness(a.name, b.name)
        let mother = likeness(a.motherName, b.motherName)
        return (45 * name + 35 * likeness(a.birthDate, b.birthDate) + 20 * mother + 50) / 100
    }

    /// Per cent.
    private static func likeness(_ a: CivilDate?, _ b: CivilDate?) -> Int {
        guard let a, let b else { return 50 }
        if a == b { return 100 }
        // One slip of the pen: day and month exchanged, or one of the three parts wrong.
        if a.year == b.year, a.month == b.day, a.day == b.month { return 60 }
        let same = [a.year == b.year, a.month == b.month, a.day == b.day].filter(\.self).count
        return same == 2 ? 50 : 0
    }

    /// Per cent of letters that need not change, spelled without case, spaces and signs.
    private static func likeness(_ a: String?, _ b: String?) -> Int {
        guard let a = a.map(letters), let b = b.map(letters), !a.isEmpty, !b.isEmpty else {
            return 50
        }
        let longer = max(a.count, b.count)
        return 100 * (longer - distance(a, b)) / longer
    }

    /// A name is short; more is no name.
    private static let lettersMax = 80

    private static func letters(_ text: String) -> [Character] {
        Array(text.lowercased().filter { $0.isLetter || $0.isNumber }.prefix(lettersMax))
    }

    /// Levenshtein's edit distance.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var above = Array(0...b.count)
        for (row, x) in a.enumerated() {
            var line = [row + 1]
            for (column, y) in b.enumerated() {
                line.append(
                    min(line[column] + 1, above[column + 1] + 1, above[column] + (x == y ? 0 : 1)))
            }
            above = line
        }
        return above[b.count]
    }
}

/// The public satisfaction index (Permenpan-RB 14/2017).
///
/// Nine elements, each answered 1 to 4; index = 25 × the mean of the nine element means, each
/// weighing exactly 1/9 (not the rounded 0.11). Kept as whole hundredths, so that every replica
/// rounds alike and the band follows from the rounded value.
public struct SatisfactionIndex: Hashable, Sendable {
    public enum Band: String, Sendable, CaseIterable {
        case a = "A"
        case b = "B"
        case c = "C"
        case d = "D"
    }

    public static let elementCount = 9

    /// Respondents.
    public let count: Int
    /// Sum of the answers of each element.
    public let totals: [Int]

    /// nil without respondents, or if a total cannot come from answers 1 to 4.
    public init?(totals: [Int], count: Int) {
        guard count > 0, count <= 1_000_000_000, totals.count == SatisfactionIndex.elementCount,
            totals.allSatisfy({ (count...4 * count).contains($0) })
        else { return nil }
        self.totals = totals
        self.count = count
    }

    /// From answers, each of nine values 1 to 4. Others are left out, not guessed; nil if none is
    /// left.
    public init?(responses: [[Int]]) {
        var totals = [Int](repeating: 0, count: SatisfactionIndex.elementCount)
        var count = 0
        for response in responses
        where response.count == totals.count && response.allSatisfy({ (1...4).contains($0) }) {
            for (element, answer) in response.enumerated() { totals[element] += answer }
            count += 1
        }
        self.init(totals: totals, count: count)
    }

    /// The index in hundredths, 2500 to 10000, rounded half up.
    public var hundredths: Int {
        SatisfactionIndex.rounded(
            2_500 * totals.reduce(0, +), SatisfactionIndex.elementCount * count)
    }

    /// The mean of one element, 0-based, in hundredths: 100 to 400.
    public func elementHundredths(_ element: Int) -> Int {
        SatisfactionIndex.rounded(100 * totals[element], count)
    }

    public var band: Band {
        switch hundredths {
        case 8_831...: .a
        case 7_661...: .b
        case 6_500...: .c
        default: .d
        }
    }

    /// `91,48`, with the decimal comma of Indonesian.
    public var text: String {
        "\(hundredths / 100)," + Digits.padded(hundredths % 100, 2)
    }

    private static func rounded(_ numerator: Int, _ denominator: Int) -> Int {
        (2 * numerator + denominator) / (2 * denominator)
    }
}

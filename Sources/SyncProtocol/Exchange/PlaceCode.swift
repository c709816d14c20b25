// How places are named in the messages of version 2.
//
//   place    byte: bits 0–2 levels that follow, 3–5 levels as in the place before, 6 and 7 of the message's own
//            n × varint                                     each level's number
//            or, with 0 levels: text                        a code that is not built so
//
// An office's code is four numbers of 2, 2, 2 and 4 digits: `52.02.04.2009`.

/// A place's code as the numbers it is made of.
private struct Levels {
    static let widths = [2, 2, 2, 4]
    var numbers: [UInt64]

    init(_ numbers: [UInt64]) { self.numbers = numbers }

    /// - Returns: nil for a code that is not built so.
    init?(_ scope: Scope) {
        let parts = scope.code.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard parts.count <= Self.widths.count,
            zip(parts, Self.widths).allSatisfy({ part, width in
                part.count == width && part.allSatisfy(digits.contains)
            })
        else { return nil }
        numbers = parts.map { $0.reduce(0) { $0 * 10 + UInt64($1 - digits.lowerBound) } }
    }

    /// - Returns: nil when a number has more digits than its level.
    var scope: Scope? {
        var parts: [String] = []
        for (number, width) in zip(numbers, Self.widths) {
            let digits = String(number)
            guard digits.count <= width else { return nil }
            parts.append(String(repeating: "0", count: width - digits.count) + digits)
        }
        return Scope(parts.joined(separator: "."))
    }
}

private let levelsMask: UInt8 = 0b111

/// Bits of a place's first byte that a message has for itself.
struct PlaceBits: OptionSet {
    let rawValue: UInt8

    static let hasHead = PlaceBits(rawValue: 1 << 6)
    static let more = PlaceBits(rawValue: 1 << 7)
    static let all: PlaceBits = [.hasHead, .more]
}

extension ByteWriter {
    /// - Parameter previous: the place that was written before.
    mutating func place(_ scope: Scope, after previous: Scope?, _ bits: PlaceBits = []) {
        guard let levels = Levels(scope) else {
            byte(bits.rawValue)
            return text(scope.code)
        }
        let before = previous.flatMap(Levels.init)?.numbers ?? []
        // One at least follows: no levels would mean a text.
        let shared = min(
            zip(levels.numbers, before).prefix { $0 == $1 }.count, levels.numbers.count - 1)
        let rest = levels.numbers.dropFirst(shared)
        byte(bits.rawValue | UInt8(shared) << 3 | UInt8(rest.count))
        for number in rest { varint(number) }
    }
}

extension ByteReader {
    mutating func place(
        after previous: Scope?
    ) throws(DecodeError) -> (scope: Scope, bits: PlaceBits) {
        let start = offset
        let head = try byte()
        let bits = PlaceBits(rawValue: head).intersection(.all)
        let (shared, following) = (Int(head >> 3 & levelsMask), Int(head & levelsMask))
        guard following > 0 else { return (Scope(try name("scope")), bits) }
        let before = previous.flatMap(Levels.init)?.numbers ?? []
        guard shared <= before.count, shared + following <= Levels.widths.count else {
            throw DecodeError(.unknownTag(what: "place", UInt64(head)), at: start)
        }
        var levels = Levels(Array(before.prefix(shared)))
        for _ in 0..<following { levels.numbers.append(try varint()) }
        guard let scope = levels.scope else {
            throw DecodeError(.notCanonical(what: "place"), at: start)
        }
        return (scope, bits)
    }
}

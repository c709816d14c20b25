/// An arithmetic coder of single bits, for writing, reading, or learning without either.
///
/// Source: Mahoney's lpaq (a carryless range coder after Schindler). 32 bits of range; a probability has 12.
struct BitCoder: Sendable {
    enum Direction: Sendable {
        case writing
        case reading
        /// Both sides hold what is coded: only the model takes it in.
        case learning
    }

    let direction: Direction
    private let input: [UInt8]
    /// What was written, or what a writer of the same would have written.
    private var output: [UInt8] = []
    private var position = 0
    private var low: UInt32 = 0
    private var high: UInt32 = .max
    private var code: UInt32 = 0

    /// Writes, or learns.
    init(_ direction: Direction) {
        self.direction = direction
        input = []
    }

    init(reading bytes: [UInt8]) {
        direction = .reading
        input = bytes
        for _ in 0..<4 { code = code << 8 | next() }
    }

    private mutating func next() -> UInt32 {
        defer { position += 1 }
        // A writer leaves out what names no other number: at the most four zeros.
        return position < input.count ? UInt32(input[position]) : 0
    }

    /// Bytes read beyond what a writer ever leaves out: some are missing.
    var overrun: Int { max(0, position - input.count - 4) }
    /// Whether what was read is just what a writer would have written: the same has one form only.
    var isExact: Bool { finished() == input }
    var offset: Int { min(position, input.count) }

    /// - Parameters:
    ///   - bit: the bit to write or learn; anything when reading.
    ///   - probability: 4,096 times that of a one, within 1…4095.
    mutating func code(_ bit: Int, probability: Int) -> Int {
        guard direction != .learning else { return bit }
        let middle = low + UInt32((UInt64(high - low) * UInt64(probability)) >> 12)
        let isOne = direction == .reading ? code <= middle : bit == 1
        if isOne { high = middle } else { low = middle + 1 }
        while (low ^ high) & 0xff00_0000 == 0 {
            output.append(UInt8(truncatingIfNeeded: high >> 24))
            if direction == .reading { code = code << 8 | next() }
            low <<= 8
            high = high << 8 | 255
        }
        return isOne ? 1 : 0
    }

    /// The bytes of all that was written, then as few as name one number in the range.
    ///
    /// Rule: no byte that was written is left out, also no zero. What if not: a piece that happens
    /// to end in zeros looks to its reader as if bytes were missing, time after time.
    func finished() -> [UInt8] {
        var out = output
        for count in 0...4 {
            let rest: UInt32 = count == 4 ? 0 : UInt32.max >> (8 * UInt32(count))
            // The least number not below `low` that ends in zeros.
            let value = (UInt64(low) + UInt64(rest)) & ~UInt64(rest)
            guard value <= UInt64(high) else { continue }
            for index in 0..<count {
                out.append(UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * index)))
            }
            break
        }
        return out
    }
}

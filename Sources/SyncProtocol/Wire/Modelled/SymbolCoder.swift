/// Codes what bits are made into: flags, symbols, numbers, names. Each function takes what is to be
/// written, or nil when reading, and returns what it was: one walk serves both directions, and they
/// cannot come to differ.
struct SymbolCoder: Sendable {
    /// What is coded; each has weights of its own.
    enum Kind: Int, CaseIterable {
        case head, shape, row, kind, choice, number, mantissa, text
    }

    var model = BitModel(kinds: Kind.allCases.count)
    var coder: BitCoder
    var texts = TextMemory()
    /// Bytes of values that may still be read.
    var budget: Int

    init(_ coder: BitCoder, budget: Int) {
        self.coder = coder
        self.budget = budget
    }

    /// The same knowledge for another piece.
    func resumed(with coder: BitCoder, budget: Int) -> SymbolCoder {
        var copy = self
        copy.coder = coder
        copy.budget = budget
        return copy
    }

    var isReading: Bool { coder.direction == .reading }

    func failure(_ reason: DecodeError.Reason) -> DecodeError {
        DecodeError(reason, at: coder.offset)
    }

    /// Counts what a value takes, before it is made.
    mutating func spend(_ bytes: Int) throws(DecodeError) {
        guard isReading else { return }
        budget -= bytes
        guard budget >= 0 else { throw failure(.tooLarge(what: "segment")) }
        guard coder.overrun == 0 else { throw failure(.truncated) }
    }

    mutating func bit(
        _ bit: Int, node: UInt32, _ kind: Kind, expected: (bit: Int, sureness: UInt32)? = nil
    ) -> Int {
        let prediction = model.predict(node: node, kind: kind.rawValue, expected: expected)
        let coded = coder.code(bit, probability: prediction)
        model.learn(coded, prediction: prediction)
        return coded
    }

    mutating func flag(_ known: Bool?, _ kind: Kind, _ contexts: [UInt32]) -> Bool {
        model.use(contexts)
        return bit(known == true ? 1 : 0, node: 1, kind) == 1
    }

    /// A number below 2^bits, most significant bit first.
    mutating func symbol(
        _ known: Int?, bits: Int, _ kind: Kind, _ contexts: [UInt32]
    ) -> Int {
        model.use(contexts)
        var node = 1
        for index in (0..<bits).reversed() {
            let next = known.map { $0 >> index & 1 } ?? 0
            node = node << 1 | bit(next, node: UInt32(truncatingIfNeeded: node), kind)
        }
        return node - 1 << bits
    }

    /// Any number: how many bits it has, then these, the first twelve with their contexts.
    mutating func number(
        _ known: UInt64?, _ kind: Kind, _ contexts: [UInt32]
    ) -> UInt64 {
        let length = symbol(
            known.map { 64 - $0.leadingZeroBitCount }, bits: 7, kind, contexts)
        guard length > 1 else { return UInt64(length) }
        // More than 64 cannot be written; whatever is read then is refused as a value.
        let width = min(length, 64)
        let salt = contexts[0] &* 31 &+ UInt32(width)
        var value: UInt64 = 1
        for place in 1..<width {
            let next = known.map { Int(truncatingIfNeeded: $0 >> UInt64(width - 1 - place)) & 1 }
            if place <= 12 {
                var inner = contexts
                for index in inner.indices { inner[index] = inner[index] &* 31 &+ UInt32(width) }
                model.use(inner)
            } else {
                model.use([salt &+ UInt32(place) &* 0x1000_0001])
            }
            let node = place <= 12 ? UInt32(truncatingIfNeeded: value) : 0
            value = value << 1 | UInt64(bit(next ?? 0, node: node &+ 4_096, .mantissa))
        }
        return value
    }

    mutating func signed(_ known: Int64?, _ kind: Kind, _ contexts: [UInt32]) -> Int64 {
        let raw = number(
            known.map { UInt64(bitPattern: ($0 << 1) ^ ($0 >> 63)) }, kind, contexts)
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// Bytes in which nothing can be foreseen.
    mutating func raw(_ known: [UInt8]?, count: Int) throws(DecodeError) -> [UInt8] {
        try spend(count)
        if coder.direction == .learning { return known ?? [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in 0..<count {
            let byte = known.map { Int($0[index]) } ?? 0
            var value = 0
            for place in (0..<8).reversed() {
                value = value << 1 | coder.code(byte >> place & 1, probability: 2_048)
            }
            bytes.append(UInt8(value))
        }
        return bytes
    }
}

/// Mixes what a context is made of into one number.
func context(_ a: UInt32, _ b: UInt32, _ c: UInt32 = 0, _ d: UInt32 = 0) -> UInt32 {
    var hash = (a &+ 0x811C_9DC5) &* 0x9E37_79B1
    hash = ((hash ^ hash >> 15) ^ b) &* 0x85EB_CA6B
    hash = ((hash ^ hash >> 13) ^ c) &* 0xC2B2_AE35
    hash = ((hash ^ hash >> 15) ^ d) &* 0x27D4_EB2F
    return hash ^ hash >> 14
}

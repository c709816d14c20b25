// How likely the next bit is a one: the predictions of several contexts, mixed.
//
// Problem: a segment of one transaction is too short for any table of frequencies to be sent with it,
// and a long one has dozens of columns, each with habits of its own.
// Idea: nothing is sent. Both sides keep the same counters, learn each bit after it was coded, and so
// know the same. Each context (this column; this column after that value; the last three letters …) has a
// counter for the bit to come; a small network weighs their opinions by how well they did so far.
// Source: Mahoney, "Adaptive Weighing of Context Models for Lossless Data Compression" (2005), and
// the PAQ and lpaq programs. Integers only, so that every machine computes the same.

/// The counters and weights of one segment. A value: copied, it goes on by itself.
struct BitModel: Sendable {
    /// Contexts that one bit may have.
    static let inputsMax = 12
    private static let slotBits: UInt32 = 20
    /// How often a counter has to be wrong before it forgets what it knew.
    private static let countMax: UInt32 = 250

    /// Upper 22 bits: the probability of a one, its top bit turned, so that 0 is one half. Lower 10
    /// bits: how often it was learned.
    private var slots: [UInt32]
    private var weights: [Int32]
    private var bases: [UInt32]
    private var indexes: [Int]
    private var opinions: [Int32]
    /// Contexts of the symbol, and with the match, when one says anything, of the bit.
    private var inputs = 0
    private var total = 0
    private var chosen = 0

    init(kinds: Int) {
        slots = Array(repeating: 0, count: 1 << Int(Self.slotBits))
        weights = Array(
            repeating: Self.firstWeight,
            count: kinds * (Self.inputsMax + 1) * Self.inputsMax)
        bases = Array(repeating: 0, count: Self.inputsMax)
        indexes = Array(repeating: 0, count: Self.inputsMax)
        opinions = Array(repeating: 0, count: Self.inputsMax)
    }

    private static let firstWeight: Int32 = (1 << 16) * 2 / 5

    /// Begins a symbol: the contexts that all of its bits have.
    mutating func use(_ contexts: [UInt32]) {
        precondition(contexts.count <= Self.inputsMax)
        inputs = contexts.count
        for index in 0..<inputs { bases[index] = contexts[index] }
    }

    /// - Parameters:
    ///   - node: which bit of the symbol this is, after which others.
    ///   - kind: what is coded; each kind has weights of its own.
    ///   - expected: what the longest match says the bit is, and how sure it is; nil without one.
    /// - Returns: 4,096 times the probability of a one, within 1…4095.
    mutating func predict(node: UInt32, kind: Int, expected: (bit: Int, sureness: UInt32)?) -> Int {
        var known = 0
        for input in 0..<inputs {
            let mixed = (bases[input] ^ (node &* 0x9E37_79B1)) &* 0x85EB_CA6B
            let index = Int(((mixed ^ mixed >> 15) &* 0xC2B2_AE35) >> (32 - Self.slotBits))
            indexes[input] = index
            known += read(input, index)
        }
        var count = inputs
        if let expected {
            let mixed = (expected.sureness &* 2 &+ UInt32(expected.bit) &+ 77) &* 0x9E37_79B1
            let index = Int(mixed >> (32 - Self.slotBits))
            indexes[count] = index
            known += read(count, index)
            count += 1
        }
        total = count
        chosen = (kind * (Self.inputsMax + 1) + known) * Self.inputsMax
        var sum = 0
        for input in 0..<count { sum &+= Int(weights[chosen + input]) &* Int(opinions[input]) }
        return Logistic.squash(sum >> 16)
    }

    /// - Returns: 1 when the counter has learned anything yet.
    private mutating func read(_ input: Int, _ index: Int) -> Int {
        let slot = slots[index]
        opinions[input] = Logistic.stretch(Int(slot >> 20) ^ 2_048)
        return slot & 1_023 > 0 ? 1 : 0
    }

    /// What the bit was for which `prediction` was made.
    mutating func learn(_ bit: Int, prediction: Int) {
        let error = Int32((bit << 12) - prediction) &* 10
        for input in 0..<total {
            weights[chosen + input] &+= (opinions[input] &* error &+ 0x8000) >> 16
            let index = indexes[input]
            let slot = slots[index]
            let count = slot & 1_023
            let probability = Int(slot >> 10) ^ (1 << 21)
            let target = bit << 22 - bit
            let next = probability + (((target - probability) * Logistic.rate(Int(count))) >> 16)
            slots[index] =
                UInt32(next ^ (1 << 21)) << 10 | (count < Self.countMax ? count + 1 : count)
        }
    }
}

/// The logistic function and its inverse, in 12 bits, and how fast a counter learns.
enum Logistic {
    /// 4096 / (1 + e^(−x / 256)) at x = −2048, −1920 … 2048.
    private static let points: [Int] = [
        1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1_101, 1_546, 2_047, 2_549, 2_994,
        3_348, 3_607, 3_785, 3_901, 3_975, 4_022, 4_050, 4_068, 4_079, 4_085, 4_089, 4_092, 4_093,
        4_094,
    ]

    private static let squashed: [Int] = (0..<4_095).map { index in
        let x = index - 2_047 + 2_048
        let (point, part) = (x >> 7, x & 127)
        let next = points[min(point + 1, points.count - 1)]
        return (points[point] * (128 - part) + next * part + 64) >> 7
    }

    /// - Returns: 1…4094.
    static func squash(_ x: Int) -> Int { squashed[min(max(x, -2_047), 2_047) + 2_047] }

    private static let stretched: [Int32] = {
        var table: [Int32] = []
        for x in -2_047...2_047 {
            while table.count <= squash(x) { table.append(Int32(x)) }
        }
        while table.count < 4_096 { table.append(2_047) }
        return table
    }()

    static func stretch(_ probability: Int) -> Int32 { stretched[probability] }

    private static let rates: [Int] = (0..<1_024).map { 131_072 / (2 * $0 + 3) }

    /// 65,536 times the part of its error that a counter takes in.
    static func rate(_ count: Int) -> Int { rates[count] }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a seed that fails can be written down and run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Texts that no form should choke on.
let hostileTexts: [String] = [
    "", " ", "\t\n", "\0", "🙏👍🏽", "٥٢٠٢٠١٠١٠١٠١٠٠٠١",
    "５２０２０１０１０１０１０００１", "محمد", "{name}", "[type]",
    "'; --",
    "\u{202E}5202", "5202010101010001 ", " 5202010101010001", "52020101-0101-0001",
    "+202010101010001",
    String(repeating: "5", count: 100_000), String(repeating: "[", count: 1_000), "\u{FEFF}1",
]

import FieldSimulator
import SyncProtocol

/// Well-formed changesets with the oddest contents that the types allow: for the codecs, which
/// must carry what no honest office would ever write.
struct RandomChangesets {
    static let scope = Scope("52.02.04.2009")

    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// How the values of one column look, so that every stream encoding is met.
    private enum Flavour: CaseIterable {
        case anything, integers, nearbyIntegers, texts, fewTexts, digits, days, nearDays, blobs
    }

    /// A run as a sender would put it in a segment: `seq` rises for each replica.
    mutating func run(_ count: Int) -> [Changeset] {
        var seqs: [UInt32: UInt64] = [:]
        let flavours = (0..<64).map { _ in Flavour.allCases[random.below(Flavour.allCases.count)] }
        return (0..<count).map { _ in
            let replica = [1, 2, 7, 0x8000_0001, UInt32.max][random.below(5)]
            let step = random.chance(80) ? 1 : random.next() >> UInt64(20 + random.below(40))
            let seq = (seqs[replica] ?? 0) + max(1, step)
            seqs[replica] = seq
            return changeset(Dot(ReplicaID(replica), seq), flavours)
        }
    }

    private mutating func changeset(_ dot: Dot, _ flavours: [Flavour]) -> Changeset {
        var context = VersionVector()
        for _ in 0..<random.below(4) {
            context[ReplicaID(UInt32(random.below(9)))] = random.next() >> UInt64(random.below(64))
        }
        let names = [
            "", "sekdes", "Ni Luh 👩🏽‍🌾", "José", "Jose\u{301}", String(repeating: "n", count: 256),
        ]
        return Changeset(
            scope: Self.scope, dot: dot, clock: clock(),
            author: Author(
                names[random.below(names.count)], roleNumber: UInt8(random.below(256))),
            intent: names[random.below(names.count)], context: context,
            operations: (0..<random.below(5)).map { _ in operation(flavours) })
    }

    private mutating func clock() -> HLC {
        switch random.below(4) {
        case 0: .zero
        case 1: HLC(rawValue: UInt64(Int64.max))
        default: HLC(rawValue: random.next() >> UInt64(1 + random.below(63)))
        }
    }

    private mutating func operation(_ flavours: [Flavour]) -> RowOperation {
        let kinds: [RowOperation.Kind] = [.insert, .update, .delete, .revive]
        let kind = kinds[random.below(4)]
        let rows: [Int64] = [.min, .max, 0, -1, 1 << 32 | 5, Int64(random.below(1_000))]
        var cells: [Cell] = []
        if kind != .delete {
            for column in 1..<64 where random.chance(column < 8 ? 40 : 2) {
                cells.append(Cell(ColumnID(UInt32(column)), value(flavours[column])))
            }
        }
        return RowOperation(
            table: TableID([1, 40, UInt32.max][random.below(3)]),
            row: RowID(rawValue: rows[random.below(rows.count)]), kind: kind, cells: cells)
    }

    private mutating func value(_ flavour: Flavour) -> Value {
        switch flavour {
        case .anything: any()
        case .integers: .integer(integer())
        case .nearbyIntegers: .integer(1_789_000_000_000 + Int64(random.below(10_000)))
        case .texts: .text(pick(Self.texts))
        case .fewTexts: .text(pick(["laki-laki", "perempuan", "é", "e\u{301}"]))
        case .digits: .text(pick(["0", "007", "5202040107800001", "00000", "٣", "12a"]))
        case .days:
            .text(pick(["0000-01-01", "0000-02-29", "1969-12-31", "2024-02-29", "9999-12-31"]))
        case .nearDays: .text(pick(Self.days))
        case .blobs: .blob(bytes(random.below(40)))
        }
    }

    mutating func any() -> Value {
        switch random.below(6) {
        case 0: .null
        case 1: .integer(integer())
        case 2: .real(pick(Self.reals))
        case 3: .text(pick(Self.texts))
        case 4: .text(pick(Self.days))
        default: .blob(bytes(random.below(40)))
        }
    }

    private mutating func integer() -> Int64 {
        let plain: [Int64] = [.min, .min + 1, -1, 0, 1, 63, 64, -64, -65, .max - 1, .max]
        return random.chance(60)
            ? pick(plain) : Int64(bitPattern: random.next()) >> Int64(random.below(64))
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element {
        list[random.below(list.count)]
    }

    static let reals: [Double] = [
        0, -0.0, 1, -1.5, .pi, .infinity, -.infinity, .nan, .signalingNaN,
        .leastNonzeroMagnitude, .greatestFiniteMagnitude, 9_007_199_254_740_992,
    ]

    static let texts = [
        "", " ", "a", "é", "e\u{301}", "👩‍👩‍👧‍👦", "🇮🇩", "\u{0}", "nul\u{0}nul", "\u{feff}", "٣",
        "Jl. Raya Senggigi No. 7", "0", "00", "007", "5202040107800001", "-1", "+1", "1.0",
        "9223372036854775808", String(repeating: "panjang ", count: 40),
    ]

    /// Days, and texts that look like days and must come back as they were.
    static let days = [
        "1970-01-01", "2026-02-28", "2026-02-30", "2026-02-29", "2024-02-29", "2100-02-29",
        "0000-01-01", "0000-02-29", "0000-00-00", "9999-12-31", "9999-12-32", "2026-13-01",
        "2026-00-10", "2026-01-00", "2026-1-01", "2026-01-1", "02026-01-01", "2026-01-011",
        "-001-01-01", "+026-01-01", "2026/01/01", "2026-01-01T", "２026-01-01", "2026-01-0a",
    ]
}

extension Array where Element == UInt8 {
    var hex: String {
        map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// Reads what ``hex`` writes; blanks are ignored.
    init(hex: String) {
        let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}

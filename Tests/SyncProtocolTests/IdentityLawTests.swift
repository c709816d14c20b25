import FieldSimulator
import SyncProtocol
import Testing

@Suite struct ClockLaws {
    @Test("The clock never falls and always moves, whatever the wall says")
    func clockNeverFalls() {
        var random = SeededRandom(seed: 7)
        var clock = HLC.zero
        let walls: [Int64] = [.min, -1, 0, 1, 1_789_000_000_000, 1 << 47, 1 << 48, .max]
        for round in 0..<20_000 {
            // Absurd walls only late, else they would hide the ordinary ones.
            let wall =
                round < 15_000
                ? 1_789_000_000_000 + Int64(random.below(100_000)) - 50_000
                : walls[random.below(walls.count)]
            let next = clock.next(wallMilliseconds: wall)
            #expect(next > clock)
            clock = next
        }
    }

    @Test("A change made after another is known reads later than it")
    func laterThanWhatIsKnown() {
        var random = SeededRandom(seed: 8)
        for _ in 0..<5_000 {
            let known = HLC(rawValue: random.next() >> UInt64(1 + random.below(40)))
            let mine = HLC(rawValue: random.next() >> UInt64(1 + random.below(40)))
            let wall = Int64(random.below(1 << 40))
            guard max(known, mine).rawValue < Int64.max else { continue }
            #expect(max(known, mine).next(wallMilliseconds: wall) > known)
        }
    }

    @Test("The clock stays readable at its very end")
    func clockSaturates() {
        for raw in [UInt64(Int64.max) - 1, UInt64(Int64.max), UInt64.max - 1, .max] {
            let next = HLC(rawValue: raw).next(wallMilliseconds: .max)
            #expect(next.rawValue <= UInt64(Int64.max))
        }
        #expect(HLC(milliseconds: .max, counter: .max).rawValue == UInt64(Int64.max))
    }

    @Test("Milliseconds and counter are what went in")
    func partsComeBack() {
        for milliseconds: Int64 in [0, 1, 1_789_000_000_000, (1 << 47) - 1] {
            for counter: UInt16 in [0, 1, .max] {
                let clock = HLC(milliseconds: milliseconds, counter: counter)
                #expect(clock.milliseconds == milliseconds)
                #expect(clock.counter == counter)
            }
        }
        #expect(HLC(milliseconds: -5) == .zero)
        #expect(HLC(milliseconds: 1, counter: .max).next(wallMilliseconds: 0).milliseconds == 2)
    }
}

@Suite struct VectorLaws {
    private func vector(_ random: inout SeededRandom) -> VersionVector {
        var vector = VersionVector()
        for _ in 0..<random.below(6) {
            vector[ReplicaID(UInt32(random.below(5)))] = UInt64(random.below(4))
        }
        return vector
    }

    private func merged(_ a: VersionVector, _ b: VersionVector) -> VersionVector {
        var both = a
        both.merge(b)
        return both
    }

    @Test("Merging commutes, associates, is idempotent and covers both")
    func mergingIsALattice() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<5_000 {
            let (a, b, c) = (vector(&random), vector(&random), vector(&random))
            #expect(merged(a, b) == merged(b, a))
            #expect(merged(a, merged(b, c)) == merged(merged(a, b), c))
            #expect(merged(a, a) == a)
            #expect(merged(a, b).covers(a) && merged(a, b).covers(b))
            #expect(a.covers(b) == (merged(a, b) == a))
            #expect((a.excess(over: b) == 0) == b.covers(a))
        }
    }

    @Test("Entries rise by replica, without zeros, whatever the order of writing")
    func equalKnowledgeHasEqualBytes() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2_000 {
            let dots = (0..<6).map { _ in
                Dot(ReplicaID(UInt32(random.below(5))), UInt64(random.below(4)))
            }
            let one = VersionVector(dots)
            let two = VersionVector(dots.shuffled(using: &random))
            #expect(one == two)
            #expect(one.entries.allSatisfy { $0.seq > 0 })
            #expect(
                zip(one.entries, one.entries.dropFirst()).allSatisfy { $0.replica < $1.replica })
            for dot in dots { #expect(one.covers(dot)) }
        }
    }

    @Test("Setting an entry to 0 takes it out")
    func zeroRemoves() {
        var vector = VersionVector([Dot(ReplicaID(3), 4)])
        vector[ReplicaID(3)] = 0
        #expect(vector.isEmpty)
        #expect(vector == VersionVector())
    }

    @Test("Excess counts the changesets that the other lacks")
    func excessCounts() {
        let mine = VersionVector([Dot(ReplicaID(1), 9), Dot(ReplicaID(2), 3)])
        let theirs = VersionVector([Dot(ReplicaID(1), 4), Dot(ReplicaID(5), 70)])
        #expect(mine.excess(over: theirs) == 8)
        #expect(theirs.excess(over: mine) == 70)
    }

    @Test("A vector comes back from its bytes, and only rising vectors are read")
    func vectorsComeBack() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            let vector = vector(&random)
            var out = ByteWriter()
            vector.encode(to: &out)
            var input = ByteReader(out.bytes)
            #expect(try VersionVector(reading: &input) == vector)
        }
        for bytes: [UInt8] in [[2, 3, 1, 3, 1], [2, 3, 1, 2, 1], [1, 3, 0]] {
            var input = ByteReader(bytes)
            #expect(throws: DecodeError.self) { try VersionVector(reading: &input) }
        }
    }
}

@Suite struct ReplicaNumbers {
    @Test("A hub's numbers are 1 and those it takes when it was put back; never a device's")
    func hubNumbers() {
        for number: UInt32 in [1, 0x7000_0000, 0x7123_4567, 0x7fff_ffff] {
            #expect(ReplicaID(number).isHub)
            #expect(!ReplicaID(number).isProvisional)
        }
        for number: UInt32 in [0, 2, 500, 0x6fff_ffff, 0x8000_0000, .max] {
            #expect(!ReplicaID(number).isHub)
        }
    }
}

@Suite struct RowIDLaws {
    @Test("A row id comes back from its text, also in lower case")
    func textComesBack() {
        var random = SeededRandom(seed: 4)
        let odd: [Int64] = [0, 1, -1, .min, .max, 31, 32, 1 << 32, -1 << 32]
        for round in 0..<5_000 {
            let raw = round < odd.count ? odd[round] : Int64(bitPattern: random.next())
            let row = RowID(rawValue: raw)
            #expect(RowID(row.description) == row)
            #expect(RowID(row.description.lowercased()) == row)
            #expect(RowID(replica: row.replica, counter: row.counter) == row)
        }
    }

    @Test("I, L and O are read as the digits they look like")
    func forgivingLetters() {
        #expect(RowID("iL-O") == RowID(replica: ReplicaID(33), counter: 0))
    }

    @Test("What is not a row id is refused")
    func nonsenseIsRefused() {
        let nonsense = [
            "", "-", "1", "1-", "-1", "1-1-1", "U-1", "1-U", "1_1", " 1-1", "1-1 ", "４-1",
            "4000000-0", "ZZZZZZZ-1", "11111111-1", "1-+1", "ß-1", "ﬀ-1",
        ]
        for text in nonsense { #expect(RowID(text) == nil, "\(text)") }
    }

    @Test("Named rows never meet the counter of everyday work")
    func namedRowsStandApart() {
        let row = RowID.named(by: ReplicaID(9), number: 7)
        #expect(row.replica == ReplicaID(9))
        #expect(row.counter == RowID.namedFloor + 7)
        #expect(RowID.named(by: ReplicaID(9), number: .max).counter == .max)
    }
}

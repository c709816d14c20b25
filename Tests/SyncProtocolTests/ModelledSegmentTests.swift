import FieldSimulator
import SyncProtocol
import Testing

/// Laws of a modelled segment: it gives back each changeset byte for byte whatever was learned before, any
/// bytes give a segment or an error, and whoever learned something else sees it.
@Suite struct ModelledSegments {
    private static let scope = RandomChangesets.scope
    private static let office = Scope("52.02.04.2009")

    @Test("What comes after any history comes back byte for byte")
    func comesBack() throws {
        for seed in UInt64(0)..<120 {
            var random = RandomChangesets(seed: seed)
            let all = random.run(2 + Int(seed % 20))
            for cut in [0, all.count / 2] {
                let (history, piece) = (Array(all[..<cut]), Array(all[cut...]))
                let bytes = try Segment(scope: Self.scope, changesets: piece).modelled(
                    after: history)
                let back = try Segment(modelled: bytes, scope: Self.scope, after: history)
                for (before, after) in zip(piece, back.changesets) {
                    try #require(after.encoded() == before.encoded(), "seed \(seed) \(before.dot)")
                }
                try #require(back.changesets.count == piece.count, "seed \(seed)")
            }
        }
    }

    @Test("Segments that go on after one another come back, with each author's past")
    func runs() throws {
        for seed in UInt64(0)..<20 {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 40)
            let all = history.changesets
            var writer = try SegmentModel.Running(RandomHistory.scope, after: [])
            var reader = try SegmentModel.Running(RandomHistory.scope, after: [])
            for start in stride(from: 0, to: all.count, by: 7) {
                let piece = Array(all[start..<min(start + 7, all.count)])
                var pasts: [ReplicaID: ChainPast] = [:]
                for changeset in piece where pasts[changeset.dot.replica] == nil {
                    pasts[changeset.dot.replica] = ChainPast(
                        first: changeset.dot, chain: ShortChain(rawValue: 77 + UInt32(start)))
                }
                let segment = Segment(
                    scope: RandomHistory.scope, changesets: piece, pasts: pasts)
                try #require(try reader.read(writer.write(segment)) == segment, "seed \(seed)")
            }
        }
    }

    @Test("Values with a rule of their own come back, also where the rule nearly fits")
    func ruledValues() throws {
        let text = "Surat keterangan: Baiq Sari, Dusun Rangkap."
        let digest = "ed3c5e8e2a2fa8a5c9bb0ee4cf8aa4a0a7a5d23b6b7cbe9d4bc7dc0e0e2bc0a5"
        let seal = "https://cek.example.id/s#" + String(repeating: "QUJD", count: 30)
        let values: [Value] = [
            "5202040107540292", "5202044107540292", "0000000000000000", "5202049999999999",
            "1954-07-01", "2026-09-30", "0000-01-01", "9999-12-31", "2026-02-30",
            .text(digest), .text(digest.uppercased()), .text(seal), .text(seal + "="),
            .text(seal + "#"), .text("#" + seal), .text(text), .text("\u{0}\u{1}\u{2}"),
            .text(""), 1_789_000_000_000, 1_789_000_000_001, .integer(.min), .integer(.max), nil,
        ]
        for first in values {
            for second in values {
                let piece = (1...3).map { seq in
                    Self.changeset(UInt64(seq), [first, second, .text(text), first])
                }
                let segment = Segment(scope: Self.office, changesets: piece)
                let back = try Segment(modelled: segment.modelled(), scope: Self.office)
                try #require(back == segment, "\(first) \(second)")
            }
        }
    }

    @Test("A history that is not the writer's is seen, and nothing is taken")
    func otherHistory() throws {
        var noticed = 0
        for seed in UInt64(0)..<60 {
            let history = try RandomHistory(seed: seed, replicas: 3, steps: 20).changesets
            let cut = history.count / 2
            let segment = Segment(
                scope: RandomHistory.scope, changesets: Array(history[cut...]))
            let bytes = try segment.modelled(after: Array(history[..<cut]))
            let other = Array(history[..<(cut - 1)])
            do throws(DecodeError) {
                let read = try Segment(
                    modelled: bytes, scope: RandomHistory.scope, after: other)
                #expect(read == segment)
            } catch {
                noticed += 1
            }
        }
        #expect(noticed > 50)
    }

    @Test("Any damage gives an error, never another segment")
    func damage() throws {
        var random = SeededRandom(seed: 5)
        let history = try RandomHistory(seed: 9, replicas: 3, steps: 24).changesets
        let segment = Segment(scope: RandomHistory.scope, changesets: history)
        let bytes = try segment.modelled()
        for count in stride(from: 0, to: bytes.count, by: 3) {
            #expect(throws: DecodeError.self) {
                try Segment(modelled: Array(bytes[..<count]), scope: RandomHistory.scope)
            }
        }
        #expect(throws: DecodeError.self) {
            try Segment(modelled: bytes + [7], scope: RandomHistory.scope)
        }
        for _ in 0..<300 {
            var damaged = bytes
            damaged[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
            #expect(throws: DecodeError.self) {
                try Segment(modelled: damaged, scope: RandomHistory.scope)
            }
        }
        for _ in 0..<300 {
            let noise = (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
            #expect(throws: DecodeError.self) {
                try Segment(modelled: noise, scope: RandomHistory.scope)
            }
        }
    }

    @Test("Equal rows cost a hundredth of a first one")
    func learns() throws {
        func bytes(_ count: Int) throws -> Int {
            let piece = (1...count).map { seq in
                Self.changeset(UInt64(seq), ["Warga tetap", "Petani atau pekebun", 10, nil])
            }
            return try Segment(scope: Self.office, changesets: piece).modelled().count
        }
        #expect(try bytes(200) - bytes(100) < 100 * bytes(1) / 100)
    }

    private static func changeset(_ seq: UInt64, _ values: [Value]) -> Changeset {
        Changeset(
            scope: office, dot: Dot(ReplicaID(7), seq),
            clock: HLC(milliseconds: 1_789_000_000_000 + Int64(seq) * 60_000),
            author: Author("sari", .operator), intent: "letter.sign", context: VersionVector(),
            operations: [
                RowOperation(
                    table: TableID(40), row: RowID(replica: ReplicaID(7), counter: UInt32(seq)),
                    kind: .insert,
                    cells: values.enumerated().map { Cell(ColumnID(UInt32($0 + 1)), $1) })
            ])
    }
}

import FieldSimulator
import SyncProtocol
import Testing

/// Laws of SYNC §5: decode∘encode is the identity, and every decoder is total.
@Suite struct CodecLaws {
    static let seeds: Range<UInt64> = 0..<400

    /// The versions that merging gives to the rows of a random past: siblings, graves and all.
    private func versions(seed: UInt64) throws -> [RowVersion] {
        let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
        // A schema without columns keeps every cell as a newer version's.
        let bare = Table(1, "specimen", Label("c", "s"), writers: [], columns: [])
        return try [RandomHistory.schema, Schema(version: 1, tables: [bare])].flatMap { schema in
            let store = MemoryStore(schema: schema)
            for changeset in history.changesets {
                _ = try Merger(store).receive(changeset, encoded: changeset.encoded())
            }
            return store.rows.keys.sorted().compactMap { store.rows[$0]?.version }
        }
    }

    // MARK: - Identity

    @Test("A changeset comes back from its canonical form byte for byte")
    func changesetsComeBack() throws {
        for seed in Self.seeds {
            var random = RandomChangesets(seed: seed)
            for changeset in random.run(12) {
                let bytes = changeset.encoded()
                let back = try Changeset(decoding: bytes)
                try #require(back == changeset, "seed \(seed)")
                try #require(back.encoded() == bytes, "seed \(seed)")
            }
        }
    }

    @Test("A segment gives back each changeset byte for byte")
    func segmentsComeBack() throws {
        for seed in Self.seeds {
            var random = RandomChangesets(seed: seed)
            let changesets = random.run(1 + Int(seed % 24))
            let segment = Segment(scope: RandomChangesets.scope, changesets: changesets)
            let bytes = segment.encoded()
            let back = try Segment(decoding: bytes)
            try #require(back.scope == segment.scope)
            for (before, after) in zip(changesets, back.changesets) {
                try #require(after.encoded() == before.encoded(), "seed \(seed) \(before.dot)")
            }
            try #require(back.changesets.count == changesets.count, "seed \(seed)")
            try #require(back.encoded() == bytes, "seed \(seed)")
        }
    }

    @Test("Histories that offices could have written come back from segments")
    func historiesComeBack() throws {
        for seed in Self.seeds {
            let history = try RandomHistory(seed: seed, replicas: 4, steps: 30)
            let segment = Segment(scope: RandomHistory.scope, changesets: history.changesets)
            try #require(try Segment(decoding: segment.encoded()) == segment, "seed \(seed)")
        }
    }

    @Test("Every value alone in a column comes back from a segment")
    func valuesComeBack() throws {
        let integers: [Int64] = [.min, .min + 1, -1, 0, 1, .max]
        let values =
            integers.map(Value.integer) + RandomChangesets.reals.map(Value.real)
            + (RandomChangesets.texts + RandomChangesets.days).map(Value.text)
            + [.null, .blob([]), .blob([0]), .text(String(repeating: "9", count: 99_999))]
            + [.text(String(repeating: "é", count: 400_000))]
        for value in values {
            for times in [1, 2, 5] {
                let segment = Segment(
                    scope: RandomChangesets.scope,
                    changesets: (1...times).map { changeset(UInt64($0), .text("x"), value) })
                let back = try Segment(decoding: segment.encoded())
                #expect(back == segment, "\(String(describing: value).prefix(40))")
            }
        }
    }

    @Test("Two spellings of one name stay two, so that no hash chain breaks")
    func spellingsStayApart() throws {
        let (composed, decomposed) = ("Jos\u{e9}", "Jose\u{301}")
        let changesets = [composed, decomposed, composed].enumerated().map { index, name in
            Changeset(
                scope: RandomChangesets.scope, dot: Dot(ReplicaID(2), UInt64(index) + 1),
                clock: HLC(rawValue: 1), author: Author(name, .operator), intent: name,
                context: VersionVector(), operations: [])
        }
        let segment = Segment(scope: RandomChangesets.scope, changesets: changesets)
        let back = try Segment(decoding: segment.encoded())
        #expect(back.changesets.map { $0.encoded() } == changesets.map { $0.encoded() })
        #expect(changesets[0].author != changesets[1].author)
        #expect(Scope(composed) != Scope(decomposed))
    }

    @Test("A row version comes back from its stored form")
    func versionsComeBack() throws {
        for seed in Self.seeds {
            for version in try versions(seed: seed) {
                let bytes = version.encoded()
                let back = try RowVersion(decoding: bytes)
                try #require(back == version, "seed \(seed)")
                try #require(back.encoded() == bytes, "seed \(seed)")
            }
        }
    }

    // MARK: - Totality

    @Test("Every strict prefix is refused")
    func prefixesAreRefused() throws {
        for seed in Self.seeds.prefix(25) {
            var random = RandomChangesets(seed: seed)
            let changesets = random.run(4)
            let segment = Segment(scope: RandomChangesets.scope, changesets: changesets).encoded()
            for end in segment.indices {
                #expect(throws: DecodeError.self, "seed \(seed), \(end) bytes") {
                    try Segment(decoding: Array(segment[..<end]))
                }
            }
            for bytes in changesets.map({ $0.encoded() }) {
                for end in bytes.indices {
                    #expect(throws: DecodeError.self, "seed \(seed), \(end) bytes") {
                        try Changeset(decoding: Array(bytes[..<end]))
                    }
                }
            }
            for bytes in try versions(seed: seed).map({ $0.encoded() }) {
                for end in bytes.indices {
                    #expect(throws: DecodeError.self, "seed \(seed), \(end) bytes") {
                        try RowVersion(decoding: Array(bytes[..<end]))
                    }
                }
            }
        }
    }

    @Test("A byte too many is refused")
    func trailingBytesAreRefused() throws {
        var random = RandomChangesets(seed: 1)
        let changesets = random.run(4)
        let segment = Segment(scope: RandomChangesets.scope, changesets: changesets)
        #expect(throws: DecodeError.self) { try Segment(decoding: segment.encoded() + [0]) }
        #expect(throws: DecodeError.self) { try Changeset(decoding: changesets[0].encoded() + [0]) }
        #expect(throws: DecodeError.self) { try RowVersion(decoding: RowVersion().encoded() + [0]) }
    }

    @Test("A flipped bit is refused or gives something that can be written again")
    func flippedBitsNeverTrap() throws {
        for seed in Self.seeds.prefix(3) {
            var random = RandomChangesets(seed: seed)
            let changesets = random.run(4)
            let segment = Segment(scope: RandomChangesets.scope, changesets: changesets)
            flip(segment.encoded()) { bytes throws(DecodeError) in
                let found = try Segment(decoding: bytes)
                _ = found.encoded()
                for changeset in found.changesets { _ = changeset.encoded() }
            }
            for changeset in changesets {
                flip(changeset.encoded()) { bytes throws(DecodeError) in
                    // Canonical: what is accepted has no second spelling.
                    #expect(try Changeset(decoding: bytes).encoded() == bytes)
                }
            }
            for version in try versions(seed: seed) {
                flip(version.encoded()) { bytes throws(DecodeError) in
                    _ = try RowVersion(decoding: bytes).encoded()
                }
            }
        }
    }

    private func flip(_ bytes: [UInt8], _ decode: ([UInt8]) throws(DecodeError) -> Void) {
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            do throws(DecodeError) { try decode(damaged) } catch { continue }
        }
    }

    @Test("Random bytes never trap")
    func noiseNeverTraps() {
        var random = RandomChangesets(seed: 42)
        for round in 0..<20_000 {
            var bytes = random.bytes(round % 64)
            // Half of them get past the first byte.
            if round % 2 == 0, !bytes.isEmpty { bytes[0] = 1 }
            do throws(DecodeError) { _ = try Changeset(decoding: bytes).encoded() } catch {}
            do throws(DecodeError) { _ = try Segment(decoding: bytes).encoded() } catch {}
            do throws(DecodeError) { _ = try RowVersion(decoding: bytes).encoded() } catch {}
        }
    }

    private func changeset(_ seq: UInt64, _ values: Value...) -> Changeset {
        Changeset(
            scope: RandomChangesets.scope, dot: Dot(ReplicaID(2), seq), clock: HLC(rawValue: seq),
            author: Author("op", .operator), intent: "test", context: VersionVector(),
            operations: [
                RowOperation(
                    table: TableID(1), row: RowID(rawValue: Int64(seq)), kind: .insert,
                    cells: values.enumerated().map { Cell(ColumnID(UInt32($0) + 1), $1) })
            ])
    }
}

import SyncProtocol
import Testing

/// Counts and sizes that lie. Nothing may be allocated on their word, and nothing may get in
/// that this store could not later read from its own log.
@Suite struct DecodeLimits {
    private static let huge: [UInt64] = [1 << 14, 1 << 31, 1 << 40, 1 << 62, 1 << 63, .max]

    /// The head of a changeset up to the count of its context entries.
    private func head() -> ByteWriter {
        var out = ByteWriter()
        out.byte(1)
        out.text("52.02.04.2009")
        for number: UInt64 in [2, 1, 1 << 20] { out.varint(number) }
        out.text("op")
        out.byte(1)
        out.text("test")
        return out
    }

    @Test("An absurd count of context entries, operations, cells or bytes is refused")
    func absurdCountsInChangesets() {
        for count in Self.huge {
            var context = head()
            context.varint(count)
            var operations = head()
            operations.varint(0)
            operations.varint(count)
            var cells = head()
            for number: UInt64 in [0, 1, 1, 0, 2, count] { cells.varint(number) }
            var text = head()
            for number: UInt64 in [0, 1, 1, 0, 2, 1, 1, 3, count] { text.varint(number) }
            for out in [context, operations, cells, text] {
                #expect(throws: DecodeError.self) { try Changeset(decoding: out.bytes) }
            }
        }
    }

    @Test("An absurd count anywhere in the head of a segment is refused")
    func absurdCountsInSegments() {
        for count in Self.huge {
            for lists in 0..<5 {
                var out = ByteWriter()
                out.byte(1)
                out.text("52.02.04.2009")
                for _ in 0..<lists { out.varint(0) }
                out.varint(count)
                out.raw([UInt8](repeating: 1, count: 40))
                #expect(throws: DecodeError.self) { try Segment(decoding: out.bytes) }
            }
        }
    }

    @Test("Bytes beyond the limit are refused unread")
    func tooManyBytes() {
        let noise = [UInt8](repeating: 1, count: SyncLimits.segmentBytesMax + 1)
        #expect(throws: DecodeError(.tooLarge(what: "segment"), at: 0)) {
            try Segment(decoding: noise)
        }
        #expect(throws: DecodeError(.tooLarge(what: "changeset"), at: 0)) {
            try Changeset(decoding: noise)
        }
    }

    /// One changeset that inserts `rows` rows with the same text in column 1.
    private func repeating(_ text: String, rows: Int) -> Segment {
        let operations = (1...rows).map { row in
            RowOperation(
                table: TableID(1), row: RowID(rawValue: Int64(row)), kind: .insert,
                cells: [Cell(ColumnID(1), .text(text))])
        }
        let changeset = Changeset(
            scope: RandomChangesets.scope, dot: Dot(ReplicaID(2), 1), clock: HLC(rawValue: 1),
            author: Author("op", .operator), intent: "test", context: VersionVector(),
            operations: operations)
        return Segment(scope: RandomChangesets.scope, changesets: [changeset])
    }

    @Test("A segment that names one long text often does not grow without bound")
    func chosenTextsAreNoBomb() throws {
        // Two short texts named often are written as choices; one is then made long by hand.
        let plain = repeating("bbbbbbbb", rows: 4_000).encoded()
        let text = [8] + Array("bbbbbbbb".utf8)
        let at = try #require(plain.indices.first { plain[$0...].starts(with: text) })
        var long = ByteWriter()
        long.text(String(repeating: "b", count: 1_000_000))
        let bomb = plain[..<at] + long.bytes + plain[(at + text.count)...]
        #expect(bomb.count < 1_100_000)
        let error = #expect(throws: DecodeError.self) { try Segment(decoding: Array(bomb)) }
        #expect(error?.reason == .tooLarge(what: "repeated text"))
    }

    @Test("A changeset that would not fit its canonical limit is refused within a segment too")
    func oversizedChangesetsDoNotEnterByASegment() throws {
        let limit = SyncLimits.changesetBytesMax
        for size in [limit - 1_000, limit - 40, limit, limit + 1_000] {
            let segment = repeating(String(repeating: "c", count: size), rows: 1)
            let fits = segment.changesets[0].encoded().count <= limit
            if fits {
                #expect(try Segment(decoding: segment.encoded()) == segment)
            } else {
                #expect(throws: DecodeError.self) { try Segment(decoding: segment.encoded()) }
            }
        }
    }

    @Test("A context never grows past its limit by the changes of many changesets")
    func contextsDoNotGrowPastTheirLimit() {
        let changesets = (1...2).map { seq in
            var context = VersionVector()
            for replica in 1...(seq * 2_050) { context[ReplicaID(UInt32(replica) + 10)] = 1 }
            return Changeset(
                scope: RandomChangesets.scope, dot: Dot(ReplicaID(2), UInt64(seq)),
                clock: HLC(rawValue: 1), author: Author("op", .operator), intent: "test",
                context: context, operations: [])
        }
        let segment = Segment(scope: RandomChangesets.scope, changesets: changesets)
        #expect(throws: DecodeError.self) { try Segment(decoding: segment.encoded()) }
    }

    @Test("A clock reading that nobody could follow is refused")
    func impossibleClocksAreRefused() {
        for raw in [UInt64(1) << 63, .max] {
            let changeset = Changeset(
                scope: RandomChangesets.scope, dot: Dot(ReplicaID(2), 1), clock: HLC(rawValue: raw),
                author: Author("op", .operator), intent: "test", context: VersionVector(),
                operations: [])
            #expect(throws: DecodeError.self) { try Changeset(decoding: changeset.encoded()) }
            let segment = Segment(scope: RandomChangesets.scope, changesets: [changeset])
            #expect(throws: DecodeError.self) { try Segment(decoding: segment.encoded()) }
        }
    }

    @Test("Names with a NUL, which SQLite would cut short, are refused")
    func namesWithNULAreRefused() {
        for (scope, author, intent) in [
            ("5\u{0}2", "op", "x"), ("52", "o\u{0}", "x"), ("52", "op", "\u{0}"),
        ] {
            let changeset = Changeset(
                scope: Scope(scope), dot: Dot(ReplicaID(2), 1), clock: HLC(rawValue: 1),
                author: Author(author, .operator), intent: intent, context: VersionVector(),
                operations: [])
            #expect(throws: DecodeError.self) { try Changeset(decoding: changeset.encoded()) }
            let segment = Segment(scope: Scope(scope), changesets: [changeset])
            #expect(throws: DecodeError.self) { try Segment(decoding: segment.encoded()) }
        }
    }
}

import SyncProtocol
import Testing

/// Bytes that every build must write and read for ever. Computed once, then frozen: when one of
/// these fails, the format has changed and stores and peers in the field can no longer be read.
@Suite struct GoldenVectors {
    private static let scope = Scope("52.02.04.2009")

    /// Replica 7 made a resident: the row's second changeset in this scope, having seen 3 of the
    /// hub and 5 of a provisional replica. Every storage class, a NIK, a day, an emoji.
    private static let first = Changeset(
        scope: scope, dot: Dot(ReplicaID(7), 2),
        clock: HLC(milliseconds: 1_789_000_000_123, counter: 4),
        author: Author("sari", .operator), intent: "resident.register",
        context: VersionVector([
            Dot(ReplicaID.hub, 3), Dot(ReplicaID(0x8000_0005), 5),
        ]),
        operations: [
            RowOperation(
                table: TableID(20), row: RowID(replica: ReplicaID(7), counter: 1), kind: .insert,
                cells: [
                    Cell(ColumnID(1), "5202040107800001"), Cell(ColumnID(2), "Ni Luh Ayu 🌾"),
                    Cell(ColumnID(3), "1980-07-01"), Cell(ColumnID(4), -3),
                    Cell(ColumnID(5), .real(-8.5)), Cell(ColumnID(6), .blob([0, 255])),
                    Cell(ColumnID(7), nil),
                ]),
            RowOperation(
                table: TableID(21), row: RowID(replica: ReplicaID.hub, counter: 9), kind: .delete),
        ])

    /// The next one: an update of the same row and the revival of the deleted one.
    private static let second = Changeset(
        scope: scope, dot: Dot(ReplicaID(7), 3),
        clock: HLC(milliseconds: 1_789_000_060_000),
        author: Author("sari", .operator), intent: "resident.correct",
        context: VersionVector([
            Dot(ReplicaID.hub, 4), Dot(ReplicaID(0x8000_0005), 5),
        ]),
        operations: [
            RowOperation(
                table: TableID(20), row: RowID(replica: ReplicaID(7), counter: 1), kind: .update,
                cells: [Cell(ColumnID(2), "Ni Luh Ayu"), Cell(ColumnID(3), "1980-07-02")]),
            RowOperation(
                table: TableID(21), row: RowID(replica: ReplicaID.hub, counter: 9), kind: .revive),
        ])

    @Test("The canonical form of a changeset is frozen")
    func changeset() throws {
        let golden = [UInt8](
            hex: """
                010d35322e30322e30342e3230303907028480ec93da96a2d001047361726901117265736964656e
                742e726567697374657202010385808080080502140082808080e001070103103532303230343031
                303738303030303102030f4e69204c75682041797520f09f8cbe03030a313938302d30372d303104
                01050502c02100000000000006040200ff07001502928080802000
                """)
        #expect(Self.first.encoded().hex == golden.hex)
        #expect(try Changeset(decoding: golden) == Self.first)
    }

    @Test("The bytes of a modelled segment are frozen, with a history and without")
    func modelledSegment() throws {
        let past = ChainPast(first: Self.first.dot, chain: ShortChain(rawValue: 0x0102_0304))
        let both = Segment(
            scope: Self.scope, changesets: [Self.first, Self.second],
            pasts: [ReplicaID(7): past])
        let alone = [UInt8](
            hex: """
                722b05ebfbfcefea926164265e69a281947cfb8b8b637a494f4d61a62248bd4cbf62825da257134f
                35834ca462b0194bb9b76df615aeba7c8654ca7202b1d2c5cba1a735346941ae5ae709f0e1d7b3dd
                aaef2b80529fd5ffffffd76dc9a91552319ba4cb4a520c020d8ff4ed3706df815a01e23ec0fe801b
                23b61f7b00856d65463e193d2692
                """)
        #expect(try both.modelled().hex == alone.hex)
        #expect(try Segment(modelled: alone, scope: Self.scope) == both)
        let after = [UInt8](
            hex: """
                9b121c9afd16f4edb891765752ad881f23a6024ea59ebd7777ba555a13af70d7
                """)
        let second = Segment(scope: Self.scope, changesets: [Self.second])
        #expect(try second.modelled(after: [Self.first]).hex == after.hex)
        #expect(try Segment(modelled: after, scope: Self.scope, after: [Self.first]) == second)
    }

    @Test("The bytes of a segment are frozen")
    func segment() throws {
        let past = ChainPast(first: Self.first.dot, chain: ShortChain(rawValue: 0x0a0b_0c0d))
        let segment = Segment(
            scope: Self.scope, changesets: [Self.first, Self.second],
            pasts: [Self.first.dot.replica: past])
        let golden = [UInt8](
            hex: """
                020d35322e30322e30342e3230303901070a0b0c0d0104736172690102117265736964656e742e72
                65676973746572107265736964656e742e636f7272656374041400fe0115020014010c1503000200
                000200f689ad8b9168caa70704000000000102010685808080080a01010202020001020382808080
                e0019280808020000003105202040107800001010f0a4e69204c75682041797520f09f8cbe4e6920
                4c75682041797506f43b0205050002c02100000000000000040200ff0000
                """)
        #expect(segment.encoded().hex == golden.hex)
        #expect(try Segment(decoding: golden) == segment)
    }

    /// A base, a later group, a losing sibling, a delete with its context, an unknown column: all
    /// from the words of `RowVersionCoding.swift`, as no other code can build one.
    @Test("The stored form of a row version is frozen")
    func rowVersion() throws {
        let golden = [UInt8](
            hex: """
                0f 0702
                02 0703 0c 0901 02
                01 02 0801 03 05 48616c6c6f
                02 0103 0703  01 0a04
                01 28 01 05
                """)
        let version = try RowVersion(decoding: golden)
        #expect(version.encoded().hex == golden.hex)
        #expect(version.base == Dot(ReplicaID(7), 2))
        #expect(version.dot(of: ColumnID(3), current: 1) == Dot(ReplicaID(7), 3))
        #expect(version.dot(of: ColumnID(1), current: 1) == Dot(ReplicaID(9), 1))
        #expect(version.dot(of: ColumnID(5), current: 1) == Dot(ReplicaID(7), 2))
        #expect(version.siblings.map(\.value) == ["Hallo"])
        #expect(version.grave?.deletions == [Dot(ReplicaID(10), 4)])
        #expect(version.grave?.context[ReplicaID(7)] == 3)
        #expect(version.opaque == [Cell(ColumnID(40), -3)])
        #expect(version.isAlive && version.isContested)
        version.checkInvariants()
    }

    @Test("The head of a hash chain over two changesets is frozen")
    func chain() {
        let head = HashChain().appending(Self.first.encoded()).appending(Self.second.encoded())
        #expect(head.head.hex == "a301b8622415ff49202fd070b80b0106d6fa5e327947bf0729e196fe2d1de2e8")
        #expect(HashChain(head: head.head) == head)
        #expect(HashChain(head: [1, 2]) == nil)
        #expect(HashChain().short == 0)
    }

    @Test("What tells a caller that its past is another one is frozen")
    func fork() throws {
        let notice = ForkNotice(
            scope: Self.scope, held: 9,
            pasts: [0x0102_0304, 0xfffe_fdfc].map { ShortChain(rawValue: $0) })
        let golden = [UInt8](hex: "010d35322e30322e30342e32303039090201020304fffefdfc")
        #expect(ForkNotice.encode([notice]).hex == golden.hex)
        #expect(try ForkNotice.decode(golden) == [notice])
        // Their 8 is ours; the 9th is not.
        let own: (UInt64) -> ShortChain? = { $0 == 9 ? ShortChain(rawValue: 0xfffe_fdfc) : nil }
        #expect(notice.lastCommon(own) == 8)
        #expect(notice.lastCommon { _ in nil } == nil)
    }

    @Test("What is told of other authors' pasts is frozen")
    func otherPasts() throws {
        let claim = PastClaim(
            scope: Self.scope, author: ReplicaID(300), seq: 9,
            head: ShortChain(rawValue: 0x0102_0304))
        let told = [UInt8](hex: "010d35322e30322e30342e32303039ac020901020304")
        #expect(PastClaim.encode([claim]).hex == told.hex)
        #expect(try PastClaim.decode(told) == [claim])
        let fork = OtherFork(
            author: ReplicaID(300),
            notice: ForkNotice(
                scope: Self.scope, held: 9, pasts: [ShortChain(rawValue: 0xfffe_fdfc)]))
        let answered = [UInt8](hex: "01ac020d35322e30322e30342e323030390901fffefdfc")
        #expect(OtherFork.encode([fork]).hex == answered.hex)
        #expect(try OtherFork.decode(answered) == [fork])
        for bytes in [told, answered] {
            for count in 0..<bytes.count {
                #expect(throws: DecodeError.self) {
                    try PastClaim.decode(Array(bytes.prefix(count)))
                }
                #expect(throws: DecodeError.self) {
                    try OtherFork.decode(Array(bytes.prefix(count)))
                }
            }
        }
    }

    @Test("Grants that are told back are frozen")
    func grantsTold() throws {
        let grants = [NumberGrant(series: "UMUM", year: 2026, first: 501, last: 1_000)]
        let golden = [UInt8](hex: "0104554d554dea0ff503e807")
        #expect(NumberGrant.encoded(grants).hex == golden.hex)
        #expect(try NumberGrant.decode(golden) == grants)
        for count in 0..<golden.count {
            #expect(throws: DecodeError.self) {
                try NumberGrant.decode(Array(golden.prefix(count)))
            }
        }
    }

    @Test("The text form of row ids is frozen")
    func rowIDs() {
        let frozen: [(RowID, String)] = [
            (RowID(replica: ReplicaID(1), counter: 1), "1-1"),
            (RowID(replica: ReplicaID(4_711), counter: 1_000_000), "4K7-YGJ0"),
            (RowID(replica: ReplicaID(.max), counter: .max), "3ZZZZZZ-3ZZZZZZ"),
            (RowID.named(by: ReplicaID(9), number: 42), "9-200001A"),
        ]
        for (row, text) in frozen { #expect(row.description == text) }
    }
}

import SyncProtocol
import Testing

@Suite("What finds differing rows, byte by byte")
struct ReconciliationTests {
    private static let scope = Scope("52.02.04.2009")
    private static let key = RowKey(TableID(20), RowID(replica: ReplicaID(7), counter: 5))

    @Test("The bytes of a row's hash, of a fold and of a mark are frozen")
    func sums() throws {
        let version = try RowVersion(
            decoding: [UInt8](
                hex:
                    "0f0702 02 0703 0c 0901 02 01 02 0801 03 05 48616c6c6f 02 0103 0703 01 0a04 01 28 01 05"
            ))
        let values: [ColumnID: Value] = [ColumnID(1): "Sari", ColumnID(3): 4]
        #expect(String(RowSum.of(Self.key, version, values), radix: 16) == "f4a2e84db4545b6a")
        #expect(
            String(ScopeSum.fold([(Scope("52.02"), 5), (Self.scope, 6)]), radix: 16) == "f3e350d9")
        #expect(
            String(ScopeSum.mark(VersionVector([Dot(ReplicaID(7), 4)])), radix: 16)
                == "54373285aa21746c")
    }

    private static let messages: [(Reconciliation, String)] = [
        (
            .ranges(
                scope, mark: 0x0102_0304_0506_0708,
                [
                    RowRange(bound: key, .sum(9, rows: 300)),
                    RowRange(bound: RowKey(TableID(21), RowID(rawValue: -1)), .nothing),
                    RowRange(bound: RowRange.top, .list([RowRange.Entry(key, 10)])),
                ]),
            """
            000d35322e30322e30342e32303039010203040506070803148a808080e001010000000000000009ac02
            150100ffffffff0ffeffffffffffffffff010201148a808080e001000000000000000a
            """
        ),
        (
            .heads(scope, ReplicaID(7), [(3, 77), (9, 0)]),
            "010d35322e30322e30342e32303039070203000000000000004d090000000000000000"
        ),
        (
            .rows(
                scope, mark: 5, isReply: true,
                [
                    Reconciliation.Row(key, .proven, version: [1, 2], cells: [0]),
                    Reconciliation.Row(key, .suspect, version: [], cells: []),
                ]),
            """
            000d35322e30322e30342e3230303900000000000000050102148a808080e001020201020100
            148a808080e001000000
            """
        ),
        (
            .changesets(scope, ReplicaID(7), first: 4, headAfter: 8, [[1, 2, 3], [4]]),
            "010d35322e30322e30342e323030390704000000000000000802030102030104"
        ),
    ]

    @Test("The bytes of the messages are frozen, and every strict prefix is refused")
    func golden() throws {
        for (message, hex) in Self.messages {
            #expect(message.encoded().hex == [UInt8](hex: hex).hex)
            #expect(try Reconciliation(message.kind, decoding: message.encoded()) == message)
            for count in 0..<message.encoded().count {
                #expect(throws: DecodeError.self) {
                    try Reconciliation(
                        message.kind, decoding: Array(message.encoded().prefix(count)))
                }
            }
        }
    }

    @Test("Counts are bounded before anything is allocated")
    func bounds() {
        let head: [UInt8] = [0, 1, 65] + [UInt8](repeating: 0, count: 8)
        for tail: [UInt8] in [[0xff, 0xff, 0x03], [0x80, 0x20, 0], [1, 1, 2, 2, 0xff, 0x7f]] {
            #expect(throws: DecodeError.self) {
                try Reconciliation(.range, decoding: head + tail)
            }
        }
    }
}

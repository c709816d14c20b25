import SyncProtocol
import Testing

/// Bytes of snapshots. Frozen, as in `GoldenVectorTests`.
@Suite struct SnapshotFormats {
    private static let scope = Scope("52.02.04.2009")
    private static let origin = Origin(
        clock: HLC(milliseconds: 1_789_000_000_123, counter: 4), author: Author("sari", .operator),
        intent: "resident.register")

    /// Two rows as merging left them: one plain, one with siblings and a grave.
    private static func rows() throws -> (rows: SnapshotRows, conflicts: [SnapshotPiece]) {
        let table = TableID(20)
        let (a, b) = (RowID(replica: ReplicaID(7), counter: 1), RowID(replica: .hub, counter: 9))
        func changeset(
            _ dot: Dot, seeing context: VersionVector, _ operations: [RowOperation]
        ) -> Changeset {
            Changeset(
                scope: scope, dot: dot,
                clock: HLC(milliseconds: 1_789_000_000_000 + Int64(dot.seq)),
                author: origin.author, intent: origin.intent, context: context,
                operations: operations)
        }
        let made = VersionVector([Dot(ReplicaID(7), 1)])
        let replay = RowReplay(
            only: nil, schema: Schema(version: 1, tables: []), rulings: Rulings())
        for changeset in [
            changeset(
                Dot(ReplicaID(7), 1), seeing: VersionVector(),
                [
                    RowOperation(
                        table: table, row: a, kind: .insert,
                        cells: [
                            Cell(ColumnID(1), "5202040107800001"), Cell(ColumnID(3), "1980-07-01"),
                        ]),
                    RowOperation(
                        table: table, row: b, kind: .insert, cells: [Cell(ColumnID(2), "Ayu")]),
                ]),
            changeset(
                Dot(ReplicaID(7), 2), seeing: made,
                [
                    RowOperation(
                        table: table, row: a, kind: .update, cells: [Cell(ColumnID(2), "Ayu 🌾")]),
                    RowOperation(table: table, row: b, kind: .delete),
                ]),
            changeset(
                Dot(ReplicaID(8), 1), seeing: made,
                [
                    RowOperation(
                        table: table, row: b, kind: .update, cells: [Cell(ColumnID(2), "Ayu B.")])
                ]),
        ] { try replay.take(changeset) }
        let rows = [b, a].compactMap { id in
            replay.rows[RowKey(table, id)].map { row in
                SnapshotRows.Row(
                    id: id, version: row.version,
                    cells: row.values.map { Cell($0.key, $0.value) }
                        .sorted { $0.column < $1.column })
            }
        }
        return (
            SnapshotRows(table: table, rows: rows),
            [.conflicts(replay.disputes.map { .init($0.conflict, $0.state) })]
        )
    }

    private static func pieces() throws -> [SnapshotPiece] {
        let made = try rows()
        return [
            .heads([
                .init(
                    dot: Dot(ReplicaID(7), 2), chain: HashChain().appending([1, 2, 3]),
                    clock: origin.clock)
            ]), .rows(made.rows),
        ] + made.conflicts + [
            .origins([
                .init(Dot(ReplicaID(7), 1), origin), .init(Dot(ReplicaID(7), 3), origin),
                .init(Dot(ReplicaID(8), 1), origin),
            ])
        ]
    }

    @Test("The bytes of a snapshot's pieces are frozen")
    func golden() throws {
        let golden = [
            // heads
            """
            01010107024400c1b8638ac2dce3ce0e10b8a891175926ca29a7246e96ef41aa81f11201cc84\
            80ec93da96a2d001
            """,
            // rows
            """
            010214029280808020f0ffffffbf01040301070002010002040d050701010801040107010107\
            020e0002031052020401078000010101060841797520422e41797520f09f8cbe000206f43b
            """,
            // conflicts
            """
            0103011492808080200100070280808890da96a2d001047361726901117265736964656e742e\
            7265676973746572000001080180808490da96a2d001047361726901117265736964656e742e\
            726567697374657202030641797520422e00
            """,
            // origins
            """
            010403070708000200f689ad8b9168000004040401047361726901117265736964656e742e72\
            65676973746572000000
            """,
        ]
        #expect(try Self.pieces().count == golden.count)
        for (piece, bytes) in zip(try Self.pieces(), golden) {
            #expect(piece.encoded().hex == bytes)
        }
    }

    @Test("The bytes of a manifest are frozen")
    func manifest() throws {
        let manifest = SnapshotManifest(
            scope: Self.scope, vector: VersionVector([Dot(ReplicaID(7), 2), Dot(.hub, 300)]),
            chunks: [.init(name: ChunkName(of: [1, 2, 3]), byteCount: 30_000)])
        let golden = """
            0d35322e30322e30342e323030390201ac02070201039058c6f2c0cb492c533b0a4d14ef77b0\
            ea01
            """
        #expect(manifest.encoded().hex == golden)
        #expect(try SnapshotManifest(decoding: manifest.encoded()) == manifest)
        for end in 0..<manifest.encoded().count {
            #expect(throws: DecodeError.self) {
                try SnapshotManifest(decoding: Array(manifest.encoded().prefix(end)))
            }
        }
    }

    @Test("Every piece is read as it was written, and no part of it is a piece")
    func identity() throws {
        for piece in try Self.pieces() {
            let bytes = piece.encoded()
            #expect(try SnapshotPiece(decoding: bytes, of: Self.scope) == piece)
            for end in bytes.indices {
                #expect(throws: DecodeError.self) {
                    try SnapshotPiece(decoding: Array(bytes.prefix(end)), of: Self.scope)
                }
            }
            for at in bytes.indices {
                for bit in 0..<8 {
                    var spoilt = bytes
                    spoilt[at] ^= 1 << UInt8(bit)
                    // Whatever it becomes, it is read or refused, and what is read can be written.
                    if let read = try? SnapshotPiece(decoding: spoilt, of: Self.scope) {
                        _ = read.encoded()
                    }
                }
            }
        }
    }
}

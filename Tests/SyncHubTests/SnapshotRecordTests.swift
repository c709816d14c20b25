import ChangeStore
import Exchange
import Foundation
import SyncProtocol
import Testing

/// Bytes in which snapshots and floors travel. Frozen.
@Suite struct SnapshotRecords {
    private static let vector = VersionVector([Dot(.hub, 3), Dot(ReplicaID(7), 300)])

    @Test("The fields of hello and answer, and the record, are frozen")
    func golden() throws {
        let state = FetchState(
            scope: Scope("52.02"), manifest: 0x0102_0304_0506_0708,
            present: [true, false, true, false, false, false, false, false, true])
        let hello = FetchState.encode([state])
        #expect(hello == [1, 5, 53, 50, 46, 48, 50, 1, 2, 3, 4, 5, 6, 7, 8, 2, 5, 1])
        #expect(try FetchState.decode(hello).first?.present.prefix(9) == state.present[...])
        let news = SnapshotNews(
            bytesToCome: 210_000, floors: [.init(scope: Scope("52.02"), vector: Self.vector)])
        #expect(
            news.encoded() == [208, 232, 12, 1, 5, 53, 50, 46, 48, 50, 2, 1, 3, 7, 172, 2])
        #expect(try SnapshotNews(decoding: news.encoded()) == news)
        #expect(SnapshotRecord.chunk([9, 8]).encoded() == [1, 9, 8])
        for bytes in [hello, news.encoded()] {
            for end in bytes.indices {
                #expect(throws: DecodeError.self) {
                    if bytes == hello {
                        _ = try FetchState.decode(Array(bytes.prefix(end)))
                    } else {
                        _ = try SnapshotNews(decoding: Array(bytes.prefix(end)))
                    }
                }
            }
        }
        #expect(throws: DecodeError.self) { try SnapshotRecord(decoding: []) }
        #expect(throws: DecodeError.self) { try SnapshotRecord(decoding: [2, 1]) }
    }

    @Test("A snapshot that the hub offers no more, since it was put back, holds no exchange up")
    func offeredNoMore() throws {
        let path = NSTemporaryDirectory() + "trasne-\(UUID()).sqlite"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let scope = Scope("52.02.04.2009")
        let store = try ChangeStore.create(
            at: path, identity: StoreIdentity(replica: ReplicaID(9), home: scope, isHub: false))
        let manifest = SnapshotManifest(
            scope: scope, vector: Self.vector,
            chunks: [.init(name: ChunkName(of: [1]), byteCount: 1)])
        let fetching = SnapshotFetching(store: store, now: { 1 })
        #expect(
            try fetching.take(.snapshotChunk, SnapshotRecord.manifest(manifest).encoded()))
        #expect(fetching.progress == .wantsMore(advanced: true))
        func round(hasMore: Bool) throws -> MessageFields {
            var fields = MessageFields()
            try store.read { try fetching.hello(&fields, $0) }
            try fetching.answered(
                Answer(
                    wallMilliseconds: 1, hasMore: hasMore, holdings: [], notices: [], grants: []))
            return fields
        }
        // The log of another scope filled this answer: its turn comes.
        #expect(try round(hasMore: true)[HelloField.snapshot] != nil)
        #expect(fetching.progress == .wantsMore(advanced: false))
        #expect(try round(hasMore: false)[HelloField.snapshot] != nil)
        #expect(fetching.progress == .idle)
        #expect(try round(hasMore: false)[HelloField.snapshot] == nil)
        try store.close()
    }
}

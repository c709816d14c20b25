import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("Attachments beside the store")
struct ContentStoreTests {
    let place: TemporaryPlace
    let office = Scope("52.02.03.2007")

    init() throws { place = try TemporaryPlace() }

    private func open(_ name: String) throws -> ContentStore {
        let folder = place.path(name)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return try ContentStore.open(in: folder)
    }

    /// Bytes without any pattern.
    private func picture(_ seed: Int, bytes: Int) -> [UInt8] {
        var state = UInt64(seed)
        return (0..<bytes).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 48)
        }
    }

    /// Every record that answers the want.
    private func records(
        _ want: AttachmentNotes.Want, of store: ContentStore
    ) throws -> [AttachmentRecord] {
        var records: [AttachmentRecord] = []
        try store.records(for: want) {
            records.append($0)
            return true
        }
        return records
    }

    @Test("What is added is there after a crash, and adding it again adds nothing")
    func addsOnce() throws {
        let store = try open("a")
        let content = picture(3, bytes: 50_000)
        let added = try store.add(content, mediaType: "image/jpeg", now: 1)
        #expect(added.isNew)
        let again = try store.add(content, mediaType: "image/jpeg", now: 2)
        #expect(again.hash == added.hash && !again.isNew)
        #expect(try store.usedBytes() == 50_000)
        // As a power cut would leave it: the files copied while the store is open.
        try FileManager.default.createDirectory(
            atPath: place.path("crash"), withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: ContentStore.path(in: place.path("a")) + suffix,
                toPath: ContentStore.path(in: place.path("crash")) + suffix)
        }
        let found = try open("crash").content(of: added.hash, now: 3)
        #expect(found.bytes == content && found.mediaType == "image/jpeg")
        let mode = try FileManager.default.attributesOfItem(atPath: store.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("A transfer goes on at any chunk, over restarts; what was not asked for is not kept")
    func resumes() throws {
        let sender = try open("s")
        let hash = try sender.add(
            picture(5, bytes: 100_000), mediaType: "image/jpeg", now: 1
        ).hash
        var receiver = try open("r")
        let all = try records(.init(hash), of: sender)
        #expect(all.count == 8, "a manifest and seven chunks")
        #expect(try receiver.take(all[0], now: 2) == .notWanted)
        try receiver.want(hash, from: office, now: 2)
        for record in all[0...3] {
            #expect(try receiver.take(record, now: 2) == .kept(isWhole: false))
        }
        try receiver.close()
        receiver = try open("r")
        let want = try #require(
            try receiver.wants(from: office, of: nil, limit: 9).first { $0.attachment == hash })
        #expect(want.present == [0b111])
        let rest = try records(want, of: sender)
        #expect(rest == Array(all[4...]))
        for record in rest.dropLast() {
            #expect(try receiver.take(record, now: 3) == .kept(isWhole: false))
        }
        #expect(try receiver.take(rest[3], now: 3) == .kept(isWhole: true))
        #expect(try receiver.wants(from: office, of: nil, limit: 9).isEmpty)
        #expect(
            try receiver.content(of: hash, now: 4).bytes
                == sender.content(of: hash, now: 4).bytes)
    }

    @Test("A damaged chunk is refused and stays asked for")
    func damagedChunk() throws {
        let sender = try open("s")
        let hash = try sender.add(picture(5, bytes: 40_000), mediaType: "image/png", now: 1).hash
        let receiver = try open("r")
        try receiver.want(hash, from: office, now: 2)
        let all = try records(.init(hash), of: sender)
        #expect(try receiver.take(all[0], now: 2) == .kept(isWhole: false))
        guard case .chunk(_, let position, var bytes) = all[2] else { return #expect(Bool(false)) }
        bytes[100] ^= 1
        let damaged = AttachmentRecord.chunk(of: hash, position: position, bytes: bytes)
        #expect(try receiver.take(damaged, now: 2) == .damaged)
        #expect(try receiver.take(all[1], now: 2) == .kept(isWhole: false))
        let want = try receiver.wants(from: office, of: nil, limit: 1)
        #expect(want == [.init(hash, present: [0b001])])
        for record in try records(want[0], of: sender) { _ = try receiver.take(record, now: 3) }
        #expect(try receiver.entry(of: hash)?.isWhole == true)
    }

    @Test("What the disk spoiled is neither shown nor sent, and can be fetched again")
    func damagedDisk() throws {
        let store = try open("s")
        let content = picture(5, bytes: 40_000)
        let hash = try store.add(content, mediaType: "image/png", now: 1).hash
        try store.write { db in
            try db.execute(sql: "UPDATE chunk SET bytes = zeroblob(16384) WHERE id = 2")
        }
        #expect(throws: ContentError.damaged(hash, position: 1)) {
            _ = try store.content(of: hash, now: 2)
        }
        #expect(throws: ContentError.notHere(hash)) {
            _ = try records(.init(hash), of: store)
        }
        #expect(try store.entry(of: hash)?.chunksHere == 2)
        #expect(try store.add(content, mediaType: "image/png", now: 3).isNew)
        #expect(try store.content(of: hash, now: 4).bytes == content)
    }

    @Test("The quota gives way only to what the hub holds and nobody pinned, oldest first")
    func quota() throws {
        let store = try open("q")
        try store.setQuota(megabytes: 1)
        let first = try store.add(picture(3, bytes: 400_000), mediaType: "image/png", now: 1).hash
        let second = try store.add(picture(5, bytes: 400_000), mediaType: "image/png", now: 2).hash
        let full = ContentError.full(usedBytes: 800_000, quotaBytes: 1_000_000)
        #expect(throws: full) {
            _ = try store.add(picture(7, bytes: 400_000), mediaType: "image/png", now: 3)
        }
        #expect(try store.usedBytes() == 800_000)
        try store.note(atHub: [first, second])
        try store.pin(first, true)
        let third = try store.add(picture(7, bytes: 400_000), mediaType: "image/png", now: 3).hash
        #expect(try store.entry(of: first)?.isWhole == true)
        #expect(try store.entry(of: second)?.isWhole == false)
        #expect(try store.entry(of: third)?.isWhole == true)
        #expect(try store.usedBytes() == 800_000)
        #expect(throws: ContentError.notHere(second)) {
            _ = try store.content(of: second, now: 4)
        }
        #expect(throws: ContentError.badQuota(0)) { try store.setQuota(megabytes: 0) }
    }

    @Test("Another program's file is refused and left alone")
    func foreignFile() throws {
        let folder = place.path("f")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: ContentStore.path(in: folder))
        try queue.write { try $0.execute(sql: "CREATE TABLE diary (day TEXT)") }
        try queue.close()
        #expect(throws: StoreError.self) { _ = try ContentStore.open(in: folder) }
        let again = try DatabaseQueue(path: ContentStore.path(in: folder))
        #expect(try again.read { try $0.tableExists("diary") })
    }
}

import ChangeStore
import Compression
import Crypto
import Exchange
import Foundation
import GRDB
import Models
import SyncProtocol
import Testing

/// Whatever is wrong with a better form, a piece arrives in the plainest.
@Suite("A piece that cannot be read comes again in the plainest form")
struct Forms {
    @Test("What the other side cannot read though it lacks nothing is sent to it plain")
    func unreadByThePeer() throws {
        let lab = try FormsLab()
        let peer = PlainReader()
        for hamlet in ["Timuk", "Lauk"] {
            try lab.record(hamlet)
            let tally = try lab.exchange(with: peer)
            #expect(tally.sent == 1 && tally.rounds == 2)
        }
        #expect(peer.held.count == 2)
        #expect(peer.refused.count == 2 && peer.refused.allSatisfy { $0 >= 2 })
    }

    @Test("Who can read nothing at all is not asked without end")
    func nothingIsRead() throws {
        let lab = try FormsLab()
        try lab.record("Timuk")
        let peer = PlainReader()
        peer.readsPlain = false
        #expect(throws: ExchangeFault.noProgress) { try lab.exchange(with: peer) }
        #expect(peer.refused.count <= 4)
    }

    @Test("What cannot be read here is asked for plain; if that cannot be read, it is said")
    func unreadHere() throws {
        let lab = try FormsLab()
        let peer = PlainReader()
        peer.toGive = [lab.foreign(1, "Bat")]
        let tally = try lab.exchange(with: peer)
        #expect(tally.received == 1 && tally.rounds == 2)
        #expect(tally.notices.map(\.code) == [.damagedSegment])
        #expect(try lab.store.query("SELECT hamlet FROM household").rows == [["Bat"]])

        let broken = PlainReader()
        broken.toGive = [lab.foreign(2, "Daye")]
        broken.givesPlain = false
        #expect(throws: ExchangeFault.self) { try lab.exchange(with: broken) }
        #expect(try lab.store.query("SELECT count(*) FROM household").rows == [[1]])
    }

    @Test("A stick whose work could not be read there: the next ones carry it plain, for a month")
    func unreadStick() throws {
        let lab = try FormsLab()
        try lab.record("Timuk")
        let peer = PlainReader()
        peer.forgetsHellos = true
        let (nonce, first) = try lab.stick(peer)
        let answer = try peer.answer(first, lab.key)
        #expect(peer.refused.count == 1 && peer.held.isEmpty)
        try lab.take(answer, to: nonce, from: peer)
        _ = try peer.answer(try lab.stick(peer).content, lab.key)
        #expect(peer.refused.count == 1 && peer.held.count == 1)

        lab.clock += 29 * 86_400_000
        _ = try peer.answer(try lab.stick(peer).content, lab.key)
        #expect(peer.refused.count == 1)
        lab.clock += 2 * 86_400_000
        _ = try peer.answer(try lab.stick(peer).content, lab.key)
        #expect(peer.refused.count == 2, "a later program may read it")
    }

    @Test("A stick whose answer cannot be read here: the next one asks for plain")
    func unreadAnswer() throws {
        let lab = try FormsLab()
        let peer = PlainReader()
        peer.forgetsHellos = true
        peer.toGive = [lab.foreign(1, "Bat")]
        for isReadable in [false, true] {
            let (nonce, content) = try lab.stick(peer)
            let answer = try peer.answer(content, lab.key)
            let notices = try lab.take(answer, to: nonce, from: peer).notices
            #expect(notices.map(\.code) == (isReadable ? [] : [.damagedSegment]))
        }
        #expect(try lab.store.query("SELECT hamlet FROM household").rows == [["Bat"]])
    }
}

private final class FormsLab {
    private static let key = LinkKey(
        privateKey: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation),
        publicKey: Array(Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation),
        replica: ReplicaID(7))

    let key: LinkKey
    let folder = FileManager.default.temporaryDirectory.path + "/forms-\(UUID().uuidString)"
    let office = Scope("52.02.04.2009")
    let store: ChangeStore
    var clock: Int64 = 1_788_000_000_000

    init() throws {
        key = try #require(Self.key)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        store = try ChangeStore.create(
            at: folder + "/pc.sqlite",
            identity: StoreIdentity(replica: ReplicaID(7), home: office, isHub: false))
    }

    deinit {
        do {
            try store.close()
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            // A temporary folder that stays is nobody's loss.
        }
    }

    func record(_ hamlet: String) throws {
        clock += 60_000
        _ = try store.record(as: Author("op1", .operator), "household.add", now: clock) {
            try $0.insert("household", [("hamlet", .text(hamlet))])
        }
    }

    func foreign(_ seq: UInt64, _ hamlet: String) -> Changeset {
        Changeset(
            scope: office, dot: Dot(ReplicaID(8), seq),
            clock: HLC(milliseconds: clock + Int64(seq)),
            author: Author("op2", .operator), intent: "household.add", context: VersionVector(),
            operations: [
                RowOperation(
                    table: TableID(20), row: RowID(replica: ReplicaID(8), counter: UInt32(seq)),
                    kind: .insert, cells: [Cell(ColumnID(3), .text(hamlet))])
            ])
    }

    private func caller(_ peer: PlainReader, isOneWay: Bool = false) throws -> Caller {
        try Caller(
            host: Calling(store: store, time: clock),
            line: Line(peer: peer.name, replica: ReplicaID(7), key: key, carries: [office]),
            parts: [], isOneWay: isOneWay)
    }

    /// What goes out on a stick, and under which number.
    func stick(_ peer: PlainReader) throws -> (nonce: UInt64, content: [UInt8]) {
        let caller = try caller(peer, isOneWay: true)
        let content = try #require(try caller.request())
        return (caller.lastRequest.nonce, content)
    }

    @discardableResult
    func take(
        _ answer: [UInt8], to nonce: UInt64, from peer: PlainReader
    ) throws -> Caller.Tally {
        let caller = try caller(peer)
        try caller.expect(answerTo: nonce, number: 1)
        try caller.feed(answer)
        try caller.end()
        return caller.tally
    }

    func exchange(with peer: PlainReader) throws -> Caller.Tally {
        let caller = try caller(peer)
        while let request = try caller.request() {
            try caller.feed(try peer.answer(request, key))
            try caller.end()
        }
        return caller.tally
    }
}

private struct Calling: CallerHost {
    let store: ChangeStore
    let time: Int64

    func now() -> Int64 { time }
    func grantsKnown(_ db: Database) throws -> UInt64 { 0 }
    func keep(_ grants: [NumberGrant], _ db: Database) throws {}
    func health(_ db: Database) throws -> HealthReport { HealthReport() }
}

/// A program whose better forms are broken: it says it lacks nothing, and reads only what is plain.
private final class PlainReader {
    let name = "peer-\(UUID().uuidString)"
    var readsPlain = true
    var givesPlain = true
    var toGive: [Changeset] = []
    /// Whether its answers travel on a stick, to a program that does not know what it said.
    var forgetsHellos = false
    private(set) var held: [Changeset] = []
    /// In which form each piece came that it could not read.
    private(set) var refused: [UInt8] = []

    func answer(_ request: [UInt8], _ key: LinkKey) throws -> [UInt8] {
        var reader = RecordReader()
        reader.feed(request)
        let preface = try #require(try reader.preface())
        reader.accept(preface, key: key)
        var hello: Hello?
        var notices: [Notice] = []
        while let record = try reader.next() {
            switch record.kind {
            case .hello: hello = try Hello(decoding: record.payload, as: preface.version)
            case .segment: try take(record.payload, &notices)
            default: break
            }
        }
        let told = try #require(hello)
        let scope = Scope("52.02.04.2009")
        let dots = (held + toGive).map(\.dot)
        let answer = Answer(
            wallMilliseconds: 1_788_000_000_000, hasMore: false,
            holdings: [(scope, .vector(VersionVector(dots)))], notices: notices, grants: [])
        let lacked = toGive.filter { changeset in
            !(told.scopes.first { $0.scope == scope }?.vector.covers(changeset.dot) ?? false)
        }
        var writer = RecordWriter(
            key: key, direction: .answer, nonce: preface.nonce, version: preface.version)
        return writer.records(
            [(.answer, answer.encoded(as: preface.version, to: forgetsHellos ? nil : told))]
                + (lacked.isEmpty ? [] : [(.segment, try piece(lacked, told))]))
    }

    private func take(_ frame: [UInt8], _ notices: inout [Notice]) throws {
        guard readsPlain, let kind = frame.first, kind < 2 else {
            refused.append(frame.first ?? 0)
            notices.append(Notice(.damagedSegment, "the bytes end too early"))
            return
        }
        held += try Segment(
            decoding: Frame.decompress(frame, limit: SyncLimits.segmentBytesMax)
        ).changesets
    }

    private func piece(_ changesets: [Changeset], _ hello: Hello) throws -> [UInt8] {
        let segment = Segment(scope: Scope("52.02.04.2009"), changesets: changesets)
        if hello.fields[HelloField.dictionaries] == [], givesPlain {
            return Frame.compress(segment.encoded())
        }
        var head = ByteWriter()
        head.byte(3)
        head.varint(0)
        head.text(segment.scope.code)
        return try head.bytes + segment.modelled().dropLast(2)
    }
}

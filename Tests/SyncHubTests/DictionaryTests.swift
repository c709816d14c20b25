import ChangeStore
import Compression
import Exchange
import Foundation
import Models
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("Dictionaries at the hub")
struct HubDictionaries {
    static let offices = ["52.02.04.2009", "52.02.02.2002", "52.02.03.2007"]
    static let names = ["Ahmad", "Baiq", "Lalu", "Sahrul", "Nurhayati", "Zulkarnaen", "Wirame"]

    /// Residents of an office: common first names, and a family name, NIK and telephone of their
    /// own.
    static func residents(
        of office: Int, _ device: SpeakingDevice, count: Int
    ) -> [Changeset] {
        (1...count).map { n in
            let name = "\(names[n % names.count]) \(secret(office, n))"
            return Changeset(
                scope: device.office, dot: Dot(device.replica, UInt64(n)),
                clock: HLC(milliseconds: 1_788_000_000_000 + Int64(n) * 60_000),
                author: Author("op1", .operator), intent: "resident.add",
                context: VersionVector([Dot(device.replica, UInt64(n - 1))].filter { $0.seq > 0 }),
                operations: [
                    RowOperation(
                        table: TableID(21), row: RowID(replica: device.replica, counter: UInt32(n)),
                        kind: .insert,
                        cells: Domain.schema.table(named: "resident")!.columns.compactMap {
                            column in
                            switch column.name {
                            case "nik": Cell(column.id, .text(nik(office, n)))
                            case "name": Cell(column.id, .text(name))
                            case "birth_place":
                                Cell(column.id, .text("Praya Lombok Tengah Nusa Tenggara Barat"))
                            case "phone": Cell(column.id, .text("0812\(10_000_000 + n * 7919)"))
                            default: nil
                            }
                        })
                ])
        }
    }

    static func secret(_ office: Int, _ n: Int) -> String {
        "Q" + String(n * 7_919 + office * 104_729, radix: 26)
    }

    static func nik(_ office: Int, _ n: Int) -> String {
        "520204" + String(1_000_000_000 + n * 6_700_417 % 899_999_999 + office)
    }

    static func filled(_ count: Int = 300) throws -> (lab: HubLab, devices: [SpeakingDevice]) {
        let lab = try HubLab()
        var devices: [SpeakingDevice] = []
        for (number, office) in offices.enumerated() {
            var device = try lab.device(office)
            let changesets = residents(of: number, device, count: count)
            let (answer, _) = try device.exchange(
                lab.hub, [Segment(scope: device.office, changesets: changesets)])
            #expect(answer.notices.isEmpty)
            devices.append(device)
        }
        return (lab, devices)
    }

    @Test("What is about one person is in no sample; what all offices write stays")
    func samplesTellNobodysData() throws {
        let (lab, _) = try Self.filled()
        let samples = try TrainingSamples(store: lab.hub.store).collect()
        #expect(samples.changesets == 900 && samples.offices == 3)
        let text = samples.segments.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(text.contains("Praya Lombok Tengah Nusa Tenggara Barat"))
        #expect(text.contains("Nurhayati") && text.contains("resident.add"))
        var leaked = 0
        for segment in samples.segments {
            let changesets = try Segment(decoding: segment).changesets
            for cell in changesets.flatMap(\.operations).flatMap(\.cells) {
                guard let text = cell.value.text else { continue }
                for office in 0..<3 where text.contains("Q") || text.count == 16 {
                    for n in 1...300
                    where text.contains(Self.secret(office, n)) || text == Self.nik(office, n) {
                        leaked += 1
                    }
                }
            }
        }
        #expect(leaked == 0)
    }

    @Test("A trained dictionary is reference data, and each side uses what the other has told")
    func publishedAndUsed() throws {
        var (lab, devices) = try Self.filled()
        let shelf = DictionaryShelf(hub: lab.hub)
        let trained = try shelf.train(bytesMax: 8 << 10)
        #expect(trained.after < trained.before)
        try shelf.publish(trained, now: 1)
        let id = trained.dictionary.id
        #expect(try lab.hub.store.read { try StoredDictionaries.all($0) }.ids == [1, id])

        // It says nothing: it gets all, made with what is built in, the new one among it.
        let (answer, segments) = try devices[0].exchange(lab.hub, [])
        #expect(answer.fields[AnswerField.dictionaries] == nil)
        let content = segments.flatMap(\.changesets).flatMap(\.operations).flatMap(\.cells)
            .contains { $0.value == .blob(trained.dictionary.bytes) }
        #expect(content)

        // It knows the new one, and is answered with it.
        devices[0].dictionaries = DictionaryIDs.encode([id])
        let frames = try devices[0].frames(from: lab.hub)
        #expect(!frames.isEmpty && frames.allSatisfy { $0.starts(with: [2] + Self.varint(id)) })

        // It knows none at all.
        devices[0].dictionaries = []
        #expect(try devices[0].frames(from: lab.hub).allSatisfy { $0[0] < 2 })
        // What it tells cannot be read: nothing is taken for granted.
        devices[0].dictionaries = [0x80]
        #expect(try devices[0].frames(from: lab.hub).allSatisfy { $0[0] < 2 })
    }

    @Test(
        "A piece made with a dictionary the hub does not know is named, and taken when it comes plain"
    )
    func unknownAtTheHub() throws {
        let (other, _) = try Self.filled(120)
        let foreign = try DictionaryShelf(hub: other.hub).train(bytesMax: 4 << 10).dictionary
        let lab = try HubLab()
        var device = try lab.device(HubSessions.kuta)
        device.dictionaries = DictionaryIDs.encode([foreign.id])
        let own = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
        let bytes =
            Segment(scope: own.scope, changesets: [own]).encoded()
            + [UInt8](repeating: 0, count: 0)
        let frame = Frame.compress(bytes, with: foreign)
        #expect(frame[0] == 2)
        let (answer, _) = try device.exchange(lab.hub, frames: [frame])
        #expect(answer.notices.map(\.code) == [.unreadableSegment])
        #expect(answer.fields[AnswerField.dictionaries] == DictionaryIDs.encode([foreign.id]))
        let (again, _) = try device.exchange(
            lab.hub, [Segment(scope: own.scope, changesets: [own])])
        #expect(again.notices.isEmpty)
        #expect(try lab.hub.store.query("SELECT hamlet FROM household").rows == [["Timuk"]])
    }

    @Test(
        "A piece foreseen from another history is named, and taken when it comes from the right one"
    )
    func otherHistoryAtTheHub() throws {
        let lab = try HubLab()
        var device = try lab.device(HubSessions.kuta)
        let first = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
        let other = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Lauk")
        let second = device.changeset(HubSessions.kuta, seq: 2, hamlet: "Daye")
        let piece = Segment(scope: second.scope, changesets: [second])
        // After the hello's vector, which is empty, raised to the device's first.
        var head = ByteWriter()
        head.byte(4)
        head.varint(0)
        head.text(second.scope.code)
        head.varint(1)
        head.varint(UInt64(device.replica.rawValue))
        head.zigzag(1)
        let frame = { try head.bytes + piece.modelled(after: [$0]) }
        // Before the hub holds the cut, and with another past than it holds.
        let (before, _) = try device.exchange(lab.hub, frames: [frame(first)])
        #expect(before.fields[AnswerField.dictionaries] == DictionaryIDs.encode([0]))
        _ = try device.exchange(lab.hub, [Segment(scope: first.scope, changesets: [first])])
        let (wrong, _) = try device.exchange(lab.hub, frames: [frame(other)])
        #expect(wrong.notices.map(\.code).contains(.unreadableSegment))
        #expect(wrong.fields[AnswerField.dictionaries] == DictionaryIDs.encode([0]))
        #expect(try lab.hub.store.query("SELECT count(*) FROM household").rows == [[1]])
        let (right, _) = try device.exchange(lab.hub, frames: [frame(first)])
        #expect(!right.notices.map(\.code).contains(.unreadableSegment))
        #expect(try lab.hub.store.query("SELECT count(*) FROM household").rows == [[2]])
    }

    @Test("With too few offices or changes nothing is trained, and it is said why")
    func tooFew() throws {
        let lab = try HubLab()
        let shelf = DictionaryShelf(hub: lab.hub)
        #expect(throws: HubFault.self) { try shelf.train(bytesMax: 8 << 10) }
        #expect(try lab.hub.store.query("SELECT count(*) FROM dictionary").rows == [[0]])
    }

    private static func varint(_ id: UInt32) -> [UInt8] { DictionaryIDs.encode([id]) }
}

extension SpeakingDevice {
    /// The segments of an answer as they came.
    mutating func frames(from hub: Hub) throws -> [[UInt8]] {
        let session = Responder(host: HubResponder(hub: hub))
        try session.feed(request(frames: []))
        var reader = RecordReader(key: key, nonce: nonce, versions: 1...1)
        reader.feed(try session.answer())
        var frames: [[UInt8]] = []
        while let record = try reader.next() {
            if record.kind == .segment { frames.append(record.payload) }
        }
        return frames
    }
}

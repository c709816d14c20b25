import ChangeStore
import Compression
import Exchange
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import SyncHub

/// A hub in a folder of its own, and devices that speak its protocol without the edge's code.
final class HubLab {
    let folder: String
    let hub: Hub

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/hub-\(UUID().uuidString)"
        hub = try Hub.create(in: folder, regency: "52.02", url: "http://127.0.0.1:1")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A device with a link key, past its first contact.
    func device(_ office: String, _ number: Int = 1) throws -> SpeakingDevice {
        let file = try hub.enrol(office: office, device: number)
        let keys = DeviceKeys()
        try hub.accept(keys.request(file))
        return try #require(SpeakingDevice(file: file, keys: keys))
    }
}

@Suite("The hub's side of an exchange")
struct HubSessions {
    static let kuta = "52.02.04.2009"
    static let ubung = "52.02.02.2002"

    @Test("What a device sends is held when the answer says so, and only its scopes come back")
    func exchange() throws {
        let lab = try HubLab()
        var one = try lab.device(Self.kuta)
        var other = try lab.device(Self.ubung)
        let made = one.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        let (answer, _) = try one.exchange(
            lab.hub, [Segment(scope: made.scope, changesets: [made])])
        let holding = try #require(answer.holdings.first { $0.scope == made.scope })
        guard case .vector(let vector) = holding.holding else {
            Issue.record("the hub should hold more than the hello said")
            return
        }
        #expect(vector.covers(made.dot))
        let (otherAnswer, segments) = try other.exchange(lab.hub, [])
        #expect(otherAnswer.holdings.map(\.scope.code) == ["52.02", Self.ubung])
        #expect(!segments.isEmpty && segments.allSatisfy { $0.scope.code == "52.02" })
    }

    @Test("A segment of another office is refused, named, and the rest goes on")
    func otherScope() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let foreign = device.changeset(Self.ubung, seq: 1, hamlet: "Bat")
        let own = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        let (answer, _) = try device.exchange(
            lab.hub,
            [
                Segment(scope: foreign.scope, changesets: [foreign]),
                Segment(scope: own.scope, changesets: [own]),
            ])
        #expect(answer.notices.map(\.code) == [.scopeRefused])
        #expect(try lab.hub.store.query("SELECT hamlet FROM household").rows == [["Timuk"]])
    }

    @Test("Rows of the regency's reference data are not a village's to write")
    func referenceIsReadOnly() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let before = try lab.hub.store.digests(only: Scope("52.02")).map(\.digest)
        let reference = device.changeset("52.02", seq: 1, hamlet: "Bat")
        let (answer, _) = try device.exchange(
            lab.hub, [Segment(scope: reference.scope, changesets: [reference])])
        #expect(answer.notices.map(\.code) == [.scopeRefused])
        #expect(try lab.hub.store.digests(only: Scope("52.02")).map(\.digest) == before)
    }

    @Test("A sealed but unreadable segment is named; the others of the request are taken")
    func unreadableSegment() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let own = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        let good = Frame.compress(Segment(scope: own.scope, changesets: [own]).encoded())
        for damage in [
            Array(good.dropLast()), [], [9, 9, 9], [0] + [UInt8](repeating: 7, count: 50),
        ] {
            let (answer, _) = try device.exchange(lab.hub, frames: [damage, good])
            #expect(answer.notices.map(\.code) == [.damagedSegment])
        }
        #expect(try lab.hub.store.query("SELECT count(*) FROM household").rows == [[1]])
    }

    @Test("Any flipped byte of a request is refused, and no part of a flipped record is taken")
    func flippedBytes() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let own = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        let request = device.request(
            frames: [Frame.compress(Segment(scope: own.scope, changesets: [own]).encoded())])
        for index in request.indices {
            var flipped = request
            flipped[index] ^= 0x40
            let session = Responder(host: HubResponder(hub: lab.hub))
            #expect(throws: Refusal.self, "byte \(index)") {
                try session.feed(flipped)
                _ = try session.answer()
            }
        }
        #expect(try lab.hub.store.query("SELECT count(*) FROM household").rows == [[0]])
    }

    @Test("A request that ends anywhere keeps whole segments and never half of one")
    func truncated() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let first = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        let second = device.changeset(Self.kuta, seq: 2, hamlet: "Bat")
        let request = device.request(
            frames: [first, second].map {
                Frame.compress(Segment(scope: $0.scope, changesets: [$0]).encoded())
            })
        var counts: [Int64] = []
        for length in stride(from: 0, to: request.count, by: 3) {
            let session = Responder(host: HubResponder(hub: lab.hub))
            try session.feed(Array(request[..<length]))
            let rows = try lab.hub.store.query("SELECT count(*) FROM household").rows
            counts.append(rows[0][0].integer ?? -1)
        }
        #expect(counts == counts.sorted())
        #expect(Set(counts) == [0, 1])
    }

    @Test("Unknown, retired and unproven devices are turned away with a reason")
    func turnedAway() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let file = try lab.hub.enrol(office: Self.kuta, device: 2)
        let stranger = DeviceKeys()
        var forged = try stranger.request(file)
        forged.proof = try DeviceKeys().request(
            EnrolmentFile(
                hub: file.hub, hubKey: file.hubKey, office: file.office, officeName: "",
                regency: "52.02", device: 2, replica: file.replica,
                secret: Data(repeating: 1, count: 32).base64EncodedString())
        ).proof
        #expect { try lab.hub.accept(forged) } throws: { ($0 as? Refusal)?.code == .badProof }
        try lab.hub.accept(try stranger.request(file))
        let twin = try DeviceKeys().request(file)
        #expect { try lab.hub.accept(twin) } throws: {
            ($0 as? Refusal)?.code == .alreadyEnrolled
        }
        try lab.hub.store.bookkeeping { try NodeRegistry.retire(device.replica, $0) }
        #expect { try device.exchange(lab.hub, []) } throws: {
            ($0 as? Refusal)?.code == .retired
        }
        #expect { try Responder(host: HubResponder(hub: lab.hub)).feed([1, 99, 1]) } throws: {
            ($0 as? Refusal)?.code == .unknownReplica
        }
        #expect {
            try Responder(host: HubResponder(hub: lab.hub)).feed(Array("GET / HTTP/1.1".utf8))
        } throws: {
            ($0 as? Refusal)?.code == .badRequest
        }
    }

    @Test("A device whose past is another one is named as a copy")
    func fork() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let first = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        _ = try device.exchange(lab.hub, [Segment(scope: first.scope, changesets: [first])])
        let twin = device.changeset(Self.kuta, seq: 1, hamlet: "Bat")
        device.head = HashChain().appending(twin.encoded()).short
        let (answer, _) = try device.exchange(
            lab.hub, [Segment(scope: twin.scope, changesets: [twin])])
        #expect(answer.notices.map(\.code) == [.changesetRejected, .fork])
        #expect(try lab.hub.store.query("SELECT hamlet FROM household").rows == [["Timuk"]])
        #expect(try lab.hub.store.query("SELECT count(*) FROM rejected").rows == [[1]])
    }

    @Test("A number that only the changes know is not given out again")
    func numbersOfLostDevices() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        let lost = device.changeset(Self.kuta, seq: 1, hamlet: "Timuk")
        _ = try device.exchange(lab.hub, [Segment(scope: lost.scope, changesets: [lost])])
        // As after a restore from before the device was enrolled, refilled by its office.
        try lab.hub.store.bookkeeping { try $0.execute(sql: "DELETE FROM node") }
        let next = try lab.hub.enrol(office: Self.kuta, device: 9)
        #expect(next.replica > device.replica.rawValue)
    }

    @Test("Number shares of two PCs of one office never overlap, and each is told once")
    func grants() throws {
        let lab = try HubLab()
        var one = try lab.device(Self.kuta, 1)
        var two = try lab.device(Self.kuta, 2)
        let first = try one.exchange(lab.hub, []).0.grants
        let second = try two.exchange(lab.hub, []).0.grants
        #expect(!first.isEmpty && !second.isEmpty)
        for a in first {
            for b in second where a.series == b.series && a.year == b.year {
                #expect(a.last < b.first || b.last < a.first)
            }
        }
        one.grantsKnown = UInt64(first.count)
        #expect(try one.exchange(lab.hub, []).0.grants.isEmpty)
    }

    @Test("A device that has more shares than a hub that was put back knows still gets new ones")
    func forgottenGrants() throws {
        let lab = try HubLab()
        var device = try lab.device(Self.kuta)
        device.grantsKnown = UInt64(try device.exchange(lab.hub, []).0.grants.count) + 3
        try lab.hub.store.bookkeeping { try $0.execute(sql: "DELETE FROM number_grant") }
        #expect(try !device.exchange(lab.hub, []).0.grants.isEmpty)
    }
}

@Suite("No office speaks for another")
struct ForeignWrites {
    private func refused(
        _ make: (inout SpeakingDevice, SpeakingDevice) -> Changeset
    ) throws -> String? {
        let lab = try HubLab()
        var device = try lab.device(HubSessions.kuta)
        let other = try lab.device(HubSessions.ubung)
        let changeset = make(&device, other)
        let (answer, _) = try device.exchange(
            lab.hub, [Segment(scope: changeset.scope, changesets: [changeset])])
        #expect(try lab.hub.store.query("SELECT count(*) FROM household").rows == [[0]])
        // Kept and acknowledged: what the same author sends next is not held up.
        #expect(try lab.hub.store.query("SELECT count(*) FROM rejected").rows == [[0]])
        let held = try lab.hub.store.read { try ChangeLog.vector(of: changeset.scope, $0) }
        #expect(held.covers(changeset.dot))
        #expect(try lab.hub.store.read { try Quarantine.withheldCount($0) } == 1)
        return answer.notices.first.map { "\($0.code): \($0.detail)" }
    }

    @Test("A changeset under another office's replica number is kept aside")
    func foreignAuthor() throws {
        let notice = try refused { _, other in
            other.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
        }
        #expect(notice?.contains("not a device of") == true)
    }

    @Test("A new row under another office's number is kept aside")
    func foreignRow() throws {
        let notice = try refused { device, other in
            let own = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
            let stolen = RowOperation(
                table: TableID(20), row: RowID(replica: other.replica, counter: 1), kind: .insert,
                cells: own.operations[0].cells)
            return Changeset(
                scope: own.scope, dot: own.dot, clock: own.clock, author: own.author,
                intent: own.intent, context: own.context, operations: [stolen])
        }
        #expect(notice?.contains("another office") == true)
    }

    @Test("Reference data in an office's own scope is kept aside")
    func referenceTable() throws {
        let notice = try refused { device, _ in
            let own = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
            let service = RowOperation(
                table: TableID(3), row: own.operations[0].row, kind: .insert,
                cells: [Cell(ColumnID(1), "gratis")])
            return Changeset(
                scope: own.scope, dot: own.dot, clock: own.clock, author: own.author,
                intent: own.intent, context: own.context, operations: [service])
        }
        #expect(notice?.contains("regency only") == true)
    }
}

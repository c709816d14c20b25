import ChangeStore
import Compression
import Crypto
import Exchange
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import SyncHub

/// A hub that lost its latest reference data, and whoever brings some back.
@Suite("A hub that was put back takes back only what it wrote")
struct RestoredHubs {
    private static let regency = Scope("52.02")

    /// A hub with a backup, one changeset of reference data that came later, and the hub that was
    /// made of the backup.
    private struct Loss {
        let lab: HubLab
        let restored: Hub
        let folder: String
        let lost: Changeset
        let proof: Checkpoint
        var device: SpeakingDevice

        init() throws {
            lab = try HubLab()
            device = try lab.device(HubSessions.kuta)
            let now = Hub.now()
            let file = lab.folder + "/a.backup"
            _ = try HubBackup(hub: lab.hub).make(to: file, now: now)
            lost = try lab.hub.store.record(
                as: Author("it", .centralIT), "holiday.add", now: now
            ) {
                try $0.insert("holiday", [("name", .text("Libur")), ("date", .text("2027-01-02"))])
            }
            .changeset
            let scope = RestoredHubs.regency
            let head = try lab.hub.store.read { db in
                try ChangeLog.chainHead(of: .hub, in: scope, db)
            }
            let key = try #require(lab.hub.keys.signing)
            let chain = try #require(head)
            proof = try #require(
                Checkpoint(
                    scope: scope, dot: lost.dot, chain: chain, key: Array(key.rawRepresentation)))
            folder = lab.folder + "-back"
            _ = try HubRestore.run(from: file, to: folder, replacing: false, now: now)
            restored = try Hub.open(folder)
        }

        /// One exchange that brings a changeset of the regency with a proof.
        mutating func bring(_ changeset: Changeset, _ proof: Checkpoint?) throws -> Answer {
            device.nonce += 1
            var writer = RecordWriter(key: device.key, direction: .request, nonce: device.nonce)
            var hello = Hello(
                schemaVersion: 1, wallMilliseconds: 1_788_000_000_000, grantsKnown: 0,
                health: HealthReport(), scopes: [])
            if let proof { hello.fields[HelloField.checkpoints] = Checkpoints([proof]).encoded() }
            let segment = Segment(scope: changeset.scope, changesets: [changeset])
            let responder = Responder(host: HubResponder(hub: restored))
            try responder.feed(
                RecordWriter.preface(replica: device.replica, nonce: device.nonce)
                    + writer.record(.hello, hello.encoded(as: Preface.versions.upperBound))
                    + writer.record(.segment, Frame.compress(segment.encoded())))
            var reader = RecordReader(key: device.key, nonce: device.nonce)
            reader.feed(try responder.answer())
            let next = try reader.next()
            let record = try #require(next)
            return try Answer(
                decoding: record.payload, as: Preface.versions.upperBound, to: hello)
        }

        func holidays() throws -> Int {
            try restored.store.read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM holiday WHERE name = 'Libur'") ?? 0
            }
        }
    }

    @Test("What it wrote comes back with its proof; another content under the same proof does not")
    func refill() throws {
        var loss = try Loss()
        defer { try? FileManager.default.removeItem(atPath: loss.folder) }
        let forged = Changeset(
            scope: loss.lost.scope, dot: loss.lost.dot, clock: loss.lost.clock,
            author: loss.lost.author, intent: "holiday.forged", context: loss.lost.context,
            operations: loss.lost.operations)
        #expect(try loss.bring(forged, loss.proof).notices.map(\.code) == [.changesetRejected])
        #expect(try loss.bring(loss.lost, nil).notices.map(\.code) == [.scopeRefused])
        let other = try #require(
            Checkpoint(
                scope: loss.proof.scope, dot: loss.proof.dot, chain: loss.proof.chain,
                key: [UInt8](repeating: 7, count: 32)))
        #expect(try loss.bring(loss.lost, other).notices.map(\.code) == [.scopeRefused])
        #expect(try loss.holidays() == 0)
        #expect(try loss.bring(loss.lost, loss.proof).notices.isEmpty)
        #expect(try loss.holidays() == 1)
    }

    @Test("It has a new number and epoch, and names what its backup holds as durable")
    func epoch() throws {
        var loss = try Loss()
        defer { try? FileManager.default.removeItem(atPath: loss.folder) }
        let number = loss.restored.store.identity.replica
        #expect(number.isHub && number != .hub)
        let answer = try loss.bring(loss.lost, loss.proof)
        let epoch = try LogEpoch.decode(try #require(answer.fields[AnswerField.epoch]))
        #expect(epoch != 0)
        #expect(answer.grants.isEmpty)
        let durable = try Durable(decoding: try #require(answer.fields[AnswerField.durable]))
        #expect(durable.vectors[Self.regency]?.covers(loss.lost.dot) == false)
    }

    @Test("It lets nothing of its log go while a device may come that its backup does not know")
    func keepsForUnknown() throws {
        let loss = try Loss()
        let now = Hub.now()
        func floor(afterDays days: Int) throws -> VersionVector {
            _ = try loss.restored.compact(
                Self.regency, days: 0, now: now + Int64(days) * HubSettings.dayMilliseconds)
            return try loss.restored.store.read { try LogFloor.of(Self.regency, $0) }
        }
        let expireDays = try loss.restored.store.read { try HubSettings.expireDays($0) }
        #expect(try floor(afterDays: expireDays - 1).isEmpty)
        #expect(try !floor(afterDays: expireDays + 1).isEmpty)
    }

    @Test("It takes in a device that was enrolled since, by its proof, and no other")
    func enrolledSince() throws {
        let loss = try Loss()
        defer { try? FileManager.default.removeItem(atPath: loss.folder) }
        let file = try loss.lab.hub.enrol(office: HubSessions.kuta, device: 2)
        let keys = DeviceKeys()
        var request = try keys.request(file)
        #expect { try loss.restored.accept(request) } throws: {
            ($0 as? Refusal)?.code == .unknownReplica
        }
        (request.office, request.device) = (file.office, 3)
        #expect { try loss.restored.accept(request) } throws: {
            ($0 as? Refusal)?.code == .badProof
        }
        request.device = file.device
        try loss.restored.accept(request)
        #expect {
            try loss.lab.hub.accept(
                {
                    var r = request; r.replica = 999; return r
                }())
        } throws: {
            ($0 as? Refusal)?.code == .unknownReplica
        }
        let next = try loss.restored.enrol(office: HubSessions.ubung, device: 1)
        #expect(next.replica > file.replica + 1_000)
    }
}

import ChangeStore
import Exchange
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("Programs of different versions exchange")
struct Versions {
    @Test("An older caller is heard by a newer hub")
    func olderCaller() throws {
        let lab = try HubLab()
        var device = try lab.device(HubSessions.kuta)
        let session = Responder(host: HubResponder(hub: lab.hub), versions: 1...3)
        try session.feed(device.request(frames: []))
        #expect(try !session.answer().isEmpty)
    }

    @Test("A newer caller is told which versions the hub speaks, and comes down to the common one")
    func newerCaller() throws {
        let lab = try HubLab()
        let preface = RecordWriter.preface(replica: ReplicaID(2), nonce: 1, version: 3)
        let session = Responder(host: HubResponder(hub: lab.hub))
        #expect {
            try session.feed(preface)
        } throws: {
            let refusal = $0 as? Refusal
            return refusal?.code == .unsupportedVersion && refusal?.versions == [1, 2]
        }
        #expect(Preface.common(1...2, 1...1) == 1)
        #expect(Preface.common(2...3, 1...3) == 3)
        #expect(Preface.common(2...3, 1...1) == nil)
    }

    @Test("What a newer program says besides is passed over")
    func unknownFieldsAndRecords() throws {
        let lab = try HubLab()
        var device = try lab.device(HubSessions.kuta)
        device.nonce += 1
        var hello = Hello(
            schemaVersion: 1, wallMilliseconds: 1, grantsKnown: 0, health: HealthReport(),
            scopes: [])
        hello.fields[4_711] = [1, 2, 3]
        var writer = RecordWriter(key: device.key, direction: .request, nonce: device.nonce)
        let made = device.changeset(HubSessions.kuta, seq: 1, hamlet: "Timuk")
        let session = Responder(host: HubResponder(hub: lab.hub))
        try session.feed(
            RecordWriter.preface(replica: device.replica, nonce: device.nonce)
                + writer.record(.hello, hello.encoded(as: Preface.versions.upperBound))
                + writer.record(RecordKind(rawValue: 100), [9, 9])
                + writer.record(
                    .segment, [0] + Segment(scope: made.scope, changesets: [made]).encoded()))
        #expect(try !session.answer().isEmpty && session.receipt.applied == 1)
        // The same bytes back, whatever is in them.
        #expect(try Hello(decoding: hello.encoded()) == hello)
    }
}

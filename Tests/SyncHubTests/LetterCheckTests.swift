import ChangeStore
import Crypto
import Foundation
import LetterSeal
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("What the public page says of a letter's code")
struct LetterChecks {
    /// A hub, a device that signs and its keys, and one letter of it as a changeset.
    struct Desk {
        let lab: HubLab
        var device: SpeakingDevice
        let keys: DeviceKeys
        let digest = LetterSeal.digest(of: "isi surat")

        init() throws {
            lab = try HubLab()
            keys = DeviceKeys()
            let file = try lab.hub.enrol(office: HubSessions.kuta, device: 1)
            try lab.hub.accept(keys.request(file))
            device = try #require(SpeakingDevice(file: file, keys: keys))
        }

        var letter: RowID { RowID(replica: device.replica, counter: 1) }

        func code(
            digest: String? = nil, by key: Curve25519.Signing.PrivateKey? = nil
        ) throws -> String {
            let key = key ?? keys.signing
            return try LetterSeal(
                LetterSeal.Contents(
                    letter: letter.description, office: HubSessions.kuta,
                    number: "SKU/001/2009/IX/2026", issuedOn: "2026-09-07", type: "SKU",
                    maskedName: "Ba***", digestPrefix: String((digest ?? self.digest).prefix(16)),
                    keyID: LetterSeal.keyID(of: key.publicKey)), by: key
            ).url(base: "http://127.0.0.1:1")
        }

        mutating func send(state: String, until: String) throws {
            let columns = lab.hub.store.schema.table(named: "letter")
            let cells: [(String, Value)] = [
                ("digest", .text(digest)), ("state", .text(state)), ("valid_until", .text(until)),
            ]
            let changeset = Changeset(
                scope: device.office, dot: Dot(device.replica, 1),
                clock: HLC(milliseconds: 1_788_000_000_000), author: Author("kades", .villageHead),
                intent: "letter.sign", context: VersionVector(),
                operations: [
                    RowOperation(
                        table: TableID(40), row: letter, kind: .insert,
                        cells: try cells.map {
                            Cell(try #require(columns?.column(named: $0.0)).id, $0.1)
                        })
                ])
            _ = try device.exchange(
                lab.hub, [Segment(scope: device.office, changesets: [changeset])])
        }

        func outcome(_ code: String) throws -> LetterCheck.Outcome {
            // 2026-10-01
            try LetterCheck.check(code, in: lab.hub, now: 1_790_812_800_000).outcome
        }
    }

    @Test("Signed by a device of the office, but not sent yet")
    func notYetReceived() throws {
        let desk = try Desk()
        #expect(try desk.outcome(desk.code()) == .notYetReceived)
    }

    @Test(
        "Recorded, revoked, expired",
        arguments: [
            ("signed", "2027-09-07", LetterCheck.Outcome.genuine),
            ("revoked", "2027-09-07", .revoked), ("signed", "2026-09-30", .expired),
        ])
    func recorded(state: String, until: String, expected: LetterCheck.Outcome) throws {
        var desk = try Desk()
        try desk.send(state: state, until: until)
        #expect(try desk.outcome(desk.code()) == expected)
    }

    @Test("Another text than the one that was signed")
    func contentDiffers() throws {
        var desk = try Desk()
        try desk.send(state: "signed", until: "2027-09-07")
        let other = LetterSeal.digest(of: "isi lain")
        #expect(try desk.outcome(desk.code(digest: other)) == .contentDiffers)
    }

    @Test("Codes that no device of the office signed are unknown, whatever they say")
    func unknown() throws {
        let desk = try Desk()
        #expect(try desk.outcome(desk.code(by: Curve25519.Signing.PrivateKey())) == .unknown)
        for text in ["", "#", "https://x/#abc", "#" + String(repeating: "A", count: 5_000), "🙂"] {
            #expect(try desk.outcome(text) == .unknown)
        }
    }
}

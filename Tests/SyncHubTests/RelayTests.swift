import ChangeStore
import Compression
import Crypto
import Exchange
import Foundation
import SyncProtocol
import Testing

@testable import SyncHub

@Suite("What the hub takes from a district's relay")
struct RelayHubTests {
    static let kuta = "52.02.04.2009"

    /// A hub, a relay of Kuta's district, and a device of an office with its signing key.
    private struct Place {
        let lab: HubLab
        var relay: SpeakingDevice
        let author: SpeakingDevice
        let signing: [UInt8]

        init(office: String = RelayHubTests.kuta) throws {
            lab = try HubLab()
            let file = try lab.hub.enrol(relayOf: "52.02.04", device: 1)
            let keys = DeviceKeys()
            try lab.hub.accept(keys.request(file))
            relay = try #require(SpeakingDevice(file: file, keys: keys))
            let authorFile = try lab.hub.enrol(office: office, device: 1)
            let authorKeys = DeviceKeys()
            try lab.hub.accept(authorKeys.request(authorFile))
            author = try #require(SpeakingDevice(file: authorFile, keys: authorKeys))
            signing = Array(authorKeys.signing.rawRepresentation)
        }

        /// What the author wrote, and its signature over the first so many.
        func day(_ hamlets: [String], signed: Int, key: [UInt8]? = nil) throws -> (
            [Changeset], Checkpoint
        ) {
            let all = hamlets.enumerated().map { index, hamlet in
                author.changeset(author.office.code, seq: UInt64(index + 1), hamlet: hamlet)
            }
            let chain = all.prefix(signed).reduce(HashChain()) { $0.appending($1.encoded()) }
            let checkpoint = try #require(
                Checkpoint(
                    scope: author.office, dot: Dot(author.replica, UInt64(signed)), chain: chain,
                    key: key ?? signing))
            return (all, checkpoint)
        }

        mutating func bring(_ changesets: [Changeset], _ shown: [Checkpoint]) throws -> Answer {
            relay.checkpoints = Checkpoints(shown).encoded()
            let scope = try #require(changesets.first?.scope)
            return try relay.exchange(
                lab.hub, [Segment(scope: scope, changesets: changesets)]
            ).0
        }

        func hamlets() throws -> [String] {
            try lab.hub.store.query("SELECT hamlet FROM household ORDER BY id").rows.map {
                $0.map(\.description).joined()
            }
        }
    }

    @Test("A run is taken up to where its author signed, and the rest when that is signed, too")
    func signed() throws {
        var place = try Place()
        let (all, first) = try place.day(["Timuk", "Bat", "Lauk"], signed: 2)
        let answer = try place.bring(all, [first])
        #expect(try place.hamlets() == ["Timuk", "Bat"])
        #expect(answer.notices.contains { $0.detail.contains("without a signature") })
        let (_, last) = try place.day(["Timuk", "Bat", "Lauk"], signed: 3)
        #expect(try place.bring([all[2]], [last]).notices == [])
        #expect(try place.hamlets() == ["Timuk", "Bat", "Lauk"])
    }

    @Test("One altered change in a run: nothing of the run is taken, and central IT is told")
    func altered() throws {
        var place = try Place()
        let (_, checkpoint) = try place.day(["Timuk", "Bat"], signed: 2)
        let (forged, _) = try place.day(["Timuk", "Palsu"], signed: 2)
        let answer = try place.bring(forged, [checkpoint])
        #expect(try place.hamlets() == [])
        #expect(answer.notices.map(\.code) == [.changesetRejected])
        let events = try place.lab.hub.store.read { try HubEvents.latest(5, $0) }
        #expect(events.map(\.kind) == ["relay_altered"])
    }

    @Test("A signature of another device, or none, proves nothing")
    func foreignSignature() throws {
        for key in [[UInt8](repeating: 5, count: 32), nil] {
            var place = try Place()
            let (all, checkpoint) = try place.day(["Timuk"], signed: 1, key: key)
            _ = try place.bring(all, key == nil ? [] : [checkpoint])
            #expect(try place.hamlets() == [])
        }
    }

    @Test("A relay brings nothing of another district, and nothing into the reference data")
    func elsewhere() throws {
        var place = try Place(office: "52.02.02.2002")
        let (all, checkpoint) = try place.day(["Timuk"], signed: 1)
        #expect(try place.bring(all, [checkpoint]).notices.map(\.code) == [.scopeRefused])
        #expect(try place.hamlets() == [])
        var reference = place.author
        reference.nonce = 0
        let row = reference.changeset("52.02", seq: 1, hamlet: "Timuk")
        let own = try #require(
            Checkpoint(
                scope: Scope("52.02"), dot: row.dot, chain: HashChain().appending(row.encoded()),
                key: place.signing))
        #expect(try place.bring([row], [own]).notices.map(\.code) == [.scopeRefused])
        #expect(try place.hamlets() == [])
    }

    @Test("A relay gets no letter numbers, and is told the devices of its villages only")
    func told() throws {
        var place = try Place()
        _ = try place.lab.device("52.02.02.2002")
        let answer = try place.relay.exchange(place.lab.hub, []).0
        #expect(answer.grants.isEmpty)
        let list = try PeerList(decoding: try #require(answer.fields[AnswerField.peers]))
        #expect(list.peers.map(\.replica) == [place.author.replica])
        #expect(Set(answer.holdings.map(\.scope.code)) == ["52.02", Self.kuta])
    }
}

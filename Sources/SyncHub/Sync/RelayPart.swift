import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
import SyncProtocol

/// Takes in what a district's relay brings of its villages, as far as their own devices signed it.
///
/// Rule: a relay's word counts for nothing. Why: it holds the registers of a dozen villages and
/// stands in none of them. What if not: whoever sits at it writes them all.
final class RelayPart: ResponderPart {
    private let hub: Hub
    private let relay: CallerInfo
    private let intake: Intake
    private(set) var notices: [Notice] = []

    init(hub: Hub, relay: CallerInfo) {
        self.hub = hub
        self.relay = relay
        let passage = Passage(
            scopes: relay.reads.subtracting([hub.regency]), writes: [], isAmongMates: false
        ) { scope, author, db in
            // What a hub wrote or vouched for comes back as well.
            let own = hub.keys.signing.map { Array($0.publicKey.rawRepresentation) }
            let node = try NodeRegistry.find(author, db).flatMap { $0.office == scope ? $0 : nil }
            return [own, node?.signingKey].compactMap { $0 }
        }
        intake = Intake(store: hub.store, sender: relay.replica, passage: passage) {
            try hub.take(
                Segment(scope: $0, changesets: $1, pasts: $2), now: hub.now())
        }
    }

    func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        // What cannot be read is refused by the part that answers to this field.
        guard let field = hello.fields[HelloField.checkpoints],
            let list = try? Checkpoints(decoding: field).list
        else { return }
        try intake.show(list)
    }

    func take(foreign segment: Segment) throws -> Receipt? {
        relay.reads.contains(segment.scope) && segment.scope != hub.regency
            ? try intake.take(segment) : nil
    }

    func prepare() throws {
        notices = intake.finish()
        let forged = intake.forgedAuthors
        guard !forged.isEmpty else { return }
        try hub.store.bookkeeping { db in
            for author in forged {
                try HubEvents.note(
                    "relay_altered", office: author.scope.code,
                    subject: "\(relay.replica) \(author.scope) \(author.replica)",
                    "Perubahan dari \(author.scope) (nomor \(author.replica.rawValue)) yang dibawa "
                        + "simpul kecamatan nomor \(relay.replica.rawValue) tidak sama dengan yang "
                        + "ditandatangani desa. Perubahan itu ditolak; periksa simpul kecamatan.",
                    now: hub.now(), db)
            }
        }
    }
}

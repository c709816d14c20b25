import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
import SyncProtocol

extension EdgeNode {
    /// Whether this is a district's relay: it keeps its villages' registers and writes none.
    var isRelay: Bool { enrolment.relay == true }

    /// The scopes whose changes this node brings to the hub.
    func carried(_ db: Database) throws -> Set<Scope> {
        guard isRelay else { return [office] }
        let told = try PeerBook.list(db).peers.map(\.office)
        let held = try ChangeLog.vectors(db).map(\.scope)
        return Set((told + held).filter { $0.isWithin(office) })
    }

    /// Whose keys may sign for an author: the hub's, and the author's own in its own office.
    private func signers(_ device: DeviceFile)
        -> @Sendable (Scope, ReplicaID, Database) throws ->
        [[UInt8]]
    {
        let hub = enrolment.hubSigner
        let own = device.signing.map { Array($0.publicKey.rawRepresentation) }
        let (replica, office) = (store.identity.replica, office)
        return { scope, author, db in
            var keys = [hub].compactMap { $0 }
            if author == replica, scope == office { keys += [own].compactMap { $0 } }
            if let peer = try PeerBook.find(author, db), peer.office == scope {
                keys.append(peer.signingKey)
            }
            return keys
        }
    }

    /// What travels between this node and a neighbour, and under which proof.
    /// - Returns: nil when the two have nothing in common.
    func passage(with peer: Peer, _ device: DeviceFile) -> Passage? {
        let isMate = !isRelay && peer.kind == .office && peer.office == office
        let isOurRelay = !isRelay && peer.kind == .relay && office.isWithin(peer.office)
        let isOurVillage = isRelay && peer.kind == .office && peer.office.isWithin(office)
        guard isMate || isOurRelay || isOurVillage else { return nil }
        let village = isRelay ? peer.office : office
        return Passage(
            scopes: [village, Scope(enrolment.regency)], writes: [village], isAmongMates: isMate,
            keys: signers(device))
    }

    /// Towards the hub a relay proves everything; a PC passes on its mates' changes as its own.
    func passageToHub(_ device: DeviceFile, _ db: Database) throws -> Passage? {
        guard isRelay else { return nil }
        return Passage(
            scopes: try carried(db), writes: [], isAmongMates: false, keys: signers(device))
    }
}

import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
package import SyncProtocol

/// One sync with a neighbour, without the transport; see ``HubExchange`` for its use.
///
/// `@unchecked Sendable`: not shared; used by one sync, one call after the other.
package final class PeerExchange: @unchecked Sendable {
    private let node: EdgeNode
    private let peer: Peer
    private var device: DeviceFile
    private let caller: Caller
    private var isFinished = false
    package private(set) var report = SyncReport()

    /// - Parameters:
    ///   - replica: who answers there, as it said.
    ///   - url: where it answers, for people.
    /// - Throws: ``EdgeFault/peerUnknown(url:replica:)`` for who is not on the centre's list.
    package init(node: EdgeNode, with replica: ReplicaID, at url: String) throws {
        self.node = node
        device = try DeviceFile.load(from: node.folder)
        let own = node.store.identity.replica
        guard let peer = try node.store.read({ try PeerBook.find(replica, $0) }),
            let passage = node.passage(with: peer, device)
        else { throw EdgeFault.peerUnknown(url: url, replica: replica) }
        self.peer = peer
        guard let link = device.linkPrivate, let signing = device.signing,
            let key = LinkKey(
                privateKey: Array(link.rawRepresentation), publicKey: peer.linkKey, caller: own,
                responder: replica)
        else { throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory)) }
        let intake = Intake(store: node.store, sender: replica, passage: passage) {
            _, changesets, pasts in
            try node.store.receivePassedOn(changesets, pasts: pasts, now: node.now())
        }
        let proofs = Proofs(
            passage: passage, sender: own, key: Array(signing.rawRepresentation))
        let name = PeerClient.name(of: replica)
        // What it holds changes without us, and a round trip on a LAN costs nothing.
        let line = Line(
            peer: name, replica: own, key: key, carries: passage.scopes, shares: passage.scopes,
            asksFirst: true)
        caller = try Caller(
            host: PeerCaller(node: node, passage: passage, intake: intake), line: line,
            parts: [PassingCaller(proofs: proofs, peer: name, intake: intake)],
            requestBytesMax: SyncLimits.requestBytesMax / 2)
    }

    /// - Returns: nil when neither side can give the other anything.
    package func next() throws -> [UInt8]? {
        guard !isFinished else { return nil }
        do {
            if let request = try caller.request() {
                try SyncClient.witness(node)
                report.sentBytes += request.count
                return request
            }
        } catch let fault as ExchangeFault where fault == .noProgress || fault == .refused {
            // What lacks a signature, or waits for what does, comes from the hub.
            report.notices.append(PlainNotice.restFromHub)
        }
        try finish()
        return nil
    }

    package func feed(_ bytes: some Collection<UInt8>) throws {
        report.receivedBytes += bytes.count
        try caller.feed(bytes)
    }

    package func end() throws { try caller.end() }

    private func finish() throws {
        isFinished = true
        report.rounds = caller.tally.rounds
        report.sentChanges = caller.tally.sent
        report.receivedChanges = caller.tally.received
        report.note(caller.tally.notices)
        report.heldChanges = try node.store.read { try ChangeLog.heldCount($0) }
        try heed()
    }

    /// Who of two is to let go of an author's past, the hub says; it is asked at the next exchange.
    private func heed() throws {
        let others =
            caller.otherForks.map { (scope: $0.notice.scope, author: $0.author) }
            + caller.differing
        let own = node.store.identity.replica
        try node.store.bookkeeping { db in
            for other in others where other.author != own {
                try UnprovenPasts.note(other.scope, other.author, db)
            }
        }
        // A mate may say that this store was put back; a relay's word counts for nothing.
        guard peer.kind == .office else { return }
        let incarnation = Incarnation(folder: node.folder, store: node.store)
        if try incarnation.heed(mate: caller.forks, &device) {
            report.notices.append(PlainNotice.newNumber)
        }
    }
}

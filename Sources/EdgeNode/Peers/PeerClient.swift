import AsyncHTTPClient
import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import SyncProtocol

/// What a device says of itself to whoever asks on the LAN: only a number, so that the caller knows
/// under which key to speak. Whoever lies here cannot answer.
struct PeerCard: Codable, Sendable {
    var replica: UInt32
}

/// Exchanges with a neighbour: another PC of the office, or the district's relay.
struct PeerClient: Sendable {
    let node: EdgeNode
    let http: HTTPClient
    /// Where it answers.
    let url: String

    /// - Throws: ``EdgeFault/notAPeerAddress(_:)``.
    init(node: EdgeNode, http: HTTPClient, url: String) throws {
        self.node = node
        self.http = http
        self.url = try Self.address(url)
    }

    /// - Throws: ``EdgeFault/notAPeerAddress(_:)``.
    static func address(_ text: String) throws -> String {
        guard let url = URL(string: text), let scheme = url.scheme, url.host != nil,
            ["http", "https"].contains(scheme), url.query == nil, url.fragment == nil
        else { throw EdgeFault.notAPeerAddress(text) }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Under which name the store remembers what a neighbour holds; never that of the hub.
    static func name(of replica: ReplicaID) -> String { namePrefix + "\(replica.rawValue)" }

    static let namePrefix = "peer:"

    static let cardPath = "/v1/peer"

    /// Exchanges until neither side can give the other anything.
    /// - Throws: ``EdgeFault``; what was exchanged before stays.
    func sync() async throws -> SyncReport {
        do {
            let (report, replica) = try await exchange()
            try node.store.bookkeeping {
                try PeerBook.noteReached(url, replica, at: EdgeNode.now(), $0)
            }
            return report
        } catch let error {
            try node.store.bookkeeping {
                try PeerBook.noteTrouble(url, String(describing: error), $0)
            }
            throw error
        }
    }

    private func exchange() async throws -> (SyncReport, ReplicaID) {
        let replica = try await whoAnswers()
        var device = try DeviceFile.load(from: node.directory)
        let own = node.store.identity.replica
        guard let peer = try node.store.read({ try PeerBook.find(replica, $0) }),
            let passage = node.passage(with: peer, device)
        else { throw EdgeFault.peerUnknown(url: url, replica: replica) }
        guard let link = device.linkPrivate, let signing = device.signing,
            let key = LinkKey(
                privateKey: Array(link.rawRepresentation), publicKey: peer.linkKey, caller: own,
                responder: replica)
        else { throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory)) }
        let intake = Intake(store: node.store, sender: replica, passage: passage) {
            [store = node.store] _, changesets, pasts in
            try store.receive(changesets, pasts: pasts, now: EdgeNode.now())
        }
        let proofs = Proofs(
            passage: passage, sender: own, key: Array(signing.rawRepresentation))
        let name = Self.name(of: replica)
        // What it holds changes without us, and a round trip on a LAN costs nothing.
        let line = Line(
            peer: name, replica: own, key: key, carries: passage.scopes, shares: passage.scopes,
            asksFirst: true)
        let caller = try Caller(
            host: PeerCaller(node: node, passage: passage, intake: intake), line: line,
            parts: [PassingCaller(proofs: proofs, peer: name, intake: intake)],
            requestBytesMax: SyncLimits.requestBytesMax / 2)
        var report = SyncReport()
        do {
            while let request = try caller.request() {
                try SyncClient.witness(node)
                report.sentBytes += request.count
                try await round(request, caller, &report)
            }
        } catch ExchangeFault.noProgress {
            // What lacks a signature, or waits for what does, comes from the hub.
            report.notices.append(PlainNotice.restFromHub)
        } catch let fault as ExchangeFault {
            throw EdgeFault(fault, url: url)
        }
        report.rounds = caller.tally.rounds
        report.sentChanges = caller.tally.sent
        report.receivedChanges = caller.tally.received
        report.notices += caller.tally.notices.map(\.detail)
        report.heldChanges = try node.store.read { try ChangeLog.heldCount($0) }
        // A mate may say that this store was put back; a relay's word counts for nothing.
        if !caller.forks.isEmpty, peer.kind == .office {
            let incarnation = Incarnation(directory: node.directory, store: node.store)
            if try incarnation.heed(caller.forks, &device) {
                report.notices.append(PlainNotice.newNumber)
            }
        }
        return (report, replica)
    }

    private func round(
        _ request: [UInt8], _ caller: Caller, _ report: inout SyncReport
    ) async throws {
        var post = HTTPClientRequest(url: url + "/v1/sync")
        post.method = .POST
        post.headers.add(name: "content-type", value: SyncClient.contentType)
        post.body = .bytes(ByteBuffer(bytes: request))
        let response = try await execute(post)
        guard response.status == .ok else { throw try await refusal(response) }
        guard response.headers.first(name: "content-type") == SyncClient.contentType else {
            throw notTrasne(response)
        }
        do {
            for try await chunk in response.body {
                report.receivedBytes += chunk.readableBytes
                try caller.feed(chunk.readableBytesView)
            }
        } catch let error where !(error is ExchangeFault || error is StoreError) {
            throw EdgeFault.lineCut(url: url)
        }
        try caller.end()
    }

    // MARK: - HTTP

    /// Asked each time: an address may be another PC's by tomorrow.
    private func whoAnswers() async throws -> ReplicaID {
        let response = try await execute(HTTPClientRequest(url: url + Self.cardPath))
        guard response.status == .ok,
            let body = try? await response.body.collect(upTo: 4 << 10),
            let card = try? JSONDecoder().decode(PeerCard.self, from: Data(buffer: body))
        else { throw notTrasne(response) }
        return ReplicaID(card.replica)
    }

    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await http.execute(request, timeout: .minutes(10))
        } catch {
            let detail = (error as? HTTPClientError)?.shortDescription ?? "no connection"
            throw EdgeFault.peerUnreachable(url: url, detail: detail)
        }
    }

    private func refusal(_ response: HTTPClientResponse) async throws -> EdgeFault {
        guard let body = try? await response.body.collect(upTo: 64 << 10),
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(buffer: body))
        else { return notTrasne(response) }
        return .peerRefused(url: url, refusal)
    }

    private func notTrasne(_ response: HTTPClientResponse) -> EdgeFault {
        .peerIsNotTrasne(
            url: url,
            contentType: "\(response.status.code), "
                + (response.headers.first(name: "content-type") ?? "no type"))
    }
}

extension PlainNotice {
    static let restFromHub =
        "some changes wait for the centre: nobody here can show its signature, or that of their "
        + "author, for them"
}

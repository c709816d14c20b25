import AsyncHTTPClient
import ChangeStore
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
                try PeerBook.noteReached(url, replica, at: node.now(), $0)
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
        let exchange = try PeerExchange(node: node, with: replica, at: url)
        do {
            while let request = try exchange.next() { try await round(request, exchange) }
        } catch let fault as ExchangeFault {
            throw EdgeFault(fault, url: url)
        }
        return (exchange.report, replica)
    }

    private func round(_ request: [UInt8], _ exchange: PeerExchange) async throws {
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
            for try await chunk in response.body { try exchange.feed(chunk.readableBytesView) }
        } catch let error where !(error is ExchangeFault || error is StoreError) {
            throw EdgeFault.lineCut(url: url)
        }
        try exchange.end()
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

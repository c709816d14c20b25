public import AsyncHTTPClient
import ChangeStore
import Crypto
public import Exchange
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
public import SyncProtocol

/// What one sync did, for people.
public struct SyncReport: Codable, Sendable {
    public var rounds = 0
    public var sentChanges = 0
    public var receivedChanges = 0
    /// Request bodies: everything the protocol says, without HTTP's own heads.
    public var sentBytes = 0
    public var receivedBytes = 0
    public var heldChanges = 0
    public var notices: [String] = []
    /// Pieces under a good seal that one of the two sides could not read, and that came again in a
    /// plainer form. Not one is expected: a program errs.
    package var damagedPieces = 0
    /// Whether something waits because the line has cost enough for now.
    public var isOverBudget = false

    mutating func note(_ notices: [SyncProtocol.Notice]) {
        self.notices += notices.map(\.detail)
        damagedPieces += notices.count { $0.code == .damagedSegment }
    }

    enum CodingKeys: String, CodingKey {
        case rounds, notices
        case isOverBudget = "over_budget"
        case sentChanges = "sent_changes"
        case receivedChanges = "received_changes"
        case sentBytes = "sent_bytes"
        case receivedBytes = "received_bytes"
        case heldChanges = "held_changes"
    }
}

/// The shell around ``HubExchange``: HTTP.
public struct SyncClient: Sendable {
    let node: EdgeNode
    let http: HTTPClient
    /// The protocol versions that this program speaks.
    let versions: ClosedRange<UInt8>
    /// Called while much arrives.
    let showFetch: @Sendable (FetchProgress) -> Void
    /// What one exchange may cost both ways; nil for what the office's budget leaves.
    var bytesMax: Int?

    public init(
        node: EdgeNode, http: HTTPClient, versions: ClosedRange<UInt8> = Preface.versions,
        showFetch: @escaping @Sendable (FetchProgress) -> Void = { _ in }
    ) {
        self.node = node
        self.http = http
        self.versions = versions
        self.showFetch = showFetch
    }

    static let contentType = "application/x-trasne"

    /// Exchanges until neither side lacks anything.
    /// - Throws: ``EdgeFault``; what was exchanged before stays.
    public func sync() async throws -> SyncReport {
        let exchange = try HubExchange(
            node: node, versions: versions, bytesMax: bytesMax, showFetch: showFetch)
        do {
            while let request = try exchange.next() {
                switch request {
                case .enrol(let request): try await enrol(request, exchange)
                case .exchange(let bytes): try await round(bytes, exchange)
                }
            }
        } catch let fault as ExchangeFault {
            throw EdgeFault(fault, url: url(""))
        }
        return exchange.report
    }

    /// Before anything is sent: what is about to be said, so that a store that forgets it is told.
    static func witness(_ node: EdgeNode) throws {
        let own = node.store.identity.replica
        let said = try node.store.read { try ChangeLog.vector(of: node.office, $0)[own] }
        let known = Witness.load(from: node.folder)
        guard known?.replica != own.rawValue || known?.said != said else { return }
        try Witness(replica: own.rawValue, said: said).save(to: node.folder)
    }

    /// New parts for one exchange, in the order in which they may speak.
    static func parts(
        of node: EdgeNode, _ line: Line, _ device: DeviceFile,
        showFetch: @escaping @Sendable (FetchProgress) -> Void = { _ in }
    ) throws -> [any CallerPart] {
        let now = node.now()
        let isPhotoTime = try node.store.read { try LinkBudget.load($0).isPhotoTime(now) }
        // Attachments last: nobody's work waits for a photo.
        return try [
            PauseCaller(store: node.store, peer: line.peer, now: now),
            SumsCaller(store: node.store, line: line, now: node.now()),
            CentreRefill(
                store: node.store, key: node.enrolment.hubSigner, carried: line.carries),
            CentreBackup(store: node.store),
            SnapshotFetching(store: node.store, now: node.now, show: showFetch),
            PeerListPart(store: node.store),
        ]
            + (isPhotoTime
                ? [AttachmentCaller(store: node.store, content: node.content, now: node.now)] : [])
            + proofs(of: node, device)
    }

    /// A relay shows the signatures of the villages whose changes it brings.
    private static func proofs(
        of node: EdgeNode, _ device: DeviceFile
    ) throws -> [any CallerPart] {
        guard let passage = try node.store.read({ try node.passageToHub(device, $0) }) else {
            return []
        }
        guard let signing = device.signing else {
            throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory))
        }
        let proofs = Proofs(
            passage: passage, sender: node.store.identity.replica,
            key: Array(signing.rawRepresentation))
        return [PassingCaller(proofs: proofs, peer: EdgeNode.hubPeer)]
    }

    /// The link to the hub.
    static func line(of node: EdgeNode, _ device: DeviceFile) throws -> Line {
        guard let key = device.linkSecret else {
            throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory))
        }
        return try node.store.read { db in
            try Line(
                peer: EdgeNode.hubPeer, replica: ReplicaID(device.enrolment.replica), key: key,
                carries: node.carried(db),
                asksFirst: PeerVectors.isElsewhere(
                    PeerClient.namePrefix, than: EdgeNode.hubPeer, db))
        }
    }

    private func round(_ request: [UInt8], _ exchange: HubExchange) async throws {
        let response = try await post("/v1/sync", request, type: Self.contentType)
        guard response.status == .ok else {
            return try exchange.refused(try await refusal(response))
        }
        guard response.headers.first(name: "content-type") == Self.contentType else {
            throw notTrasne(response)
        }
        do {
            for try await chunk in response.body { try exchange.feed(chunk.readableBytesView) }
        } catch let error where !(error is ExchangeFault || error is StoreError) {
            throw EdgeFault.lineCut(url: url(""))
        }
        try exchange.end()
    }

    // MARK: - HTTP

    private func enrol(_ request: EnrolmentRequest, _ exchange: HubExchange) async throws {
        let body = try JSONEncoder().encode(request)
        let response = try await post("/v1/enrol", Array(body), type: "application/json")
        guard response.status == .ok else {
            return try exchange.refused(try await refusal(response))
        }
        guard response.headers.first(name: "content-type")?.hasPrefix("application/json") == true
        else { throw notTrasne(response) }
        try exchange.end()
    }

    private func url(_ path: String) -> String { node.enrolment.hub + path }

    private func post(
        _ path: String, _ body: [UInt8], type: String
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url(path))
        request.method = .POST
        request.headers.add(name: "content-type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            // Long enough for the budget of one request at 32 kbit/s.
            return try await http.execute(request, timeout: .minutes(10))
        } catch {
            throw EdgeFault.hubUnreachable(url: url(""), detail: reason(error))
        }
    }

    private func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        return "no connection"
    }

    private func refusal(_ response: HTTPClientResponse) async throws -> Refusal {
        let type = response.headers.first(name: "content-type") ?? "no type"
        guard type.hasPrefix("application/json"),
            let body = try? await response.body.collect(upTo: 64 << 10),
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(buffer: body))
        else {
            throw EdgeFault.hubIsNotTrasne(
                url: url(""), contentType: "\(response.status.code), \(type)")
        }
        return refusal
    }

    private func notTrasne(_ response: HTTPClientResponse) -> EdgeFault {
        .hubIsNotTrasne(
            url: url(""), contentType: response.headers.first(name: "content-type") ?? "no type")
    }
}

enum PlainNotice {
    static let newNumber =
        "this store is a copy or was put back from one: it goes on under a new number, and "
        + "nothing is lost"
}

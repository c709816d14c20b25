public import AsyncHTTPClient
import ChangeStore
import Compression
import Foundation
import GRDB
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import SyncProtocol

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

    enum CodingKeys: String, CodingKey {
        case rounds, notices
        case sentChanges = "sent_changes"
        case receivedChanges = "received_changes"
        case sentBytes = "sent_bytes"
        case receivedBytes = "received_bytes"
        case heldChanges = "held_changes"
    }
}

/// The shell around ``EdgeSession``: HTTP, the store, the clock.
///
/// Invariants: only committed changesets are sent; each arriving segment is committed before the
/// next is looked at; what the hub acknowledged is remembered only from a sealed answer.
public struct SyncClient: Sendable {
    let node: EdgeNode
    let http: HTTPClient
    /// Compressed bytes of segments in one request.
    let requestBytesMax: Int

    public init(node: EdgeNode, http: HTTPClient, requestBytesMax: Int = 512 << 10) {
        self.node = node
        self.http = http
        self.requestBytesMax = requestBytesMax
    }

    static let contentType = "application/x-trasne"
    private static let doubtKey = "hub_doubt"
    private static let nonceKey = "hub_nonce"

    /// Exchanges until neither side lacks anything.
    /// - Throws: ``EdgeFault``; what was exchanged before stays.
    public func sync() async throws -> SyncReport {
        var device = try DeviceFile.load(from: node.directory)
        do {
            return try await exchange(as: &device)
        } catch EdgeFault.hubRefused(let refusal)
            where refusal.code == .notEnrolled && device.isEnrolled
        {
            // A hub put back from an older copy has forgotten our keys; the secret still counts.
            device.isEnrolled = false
            return try await exchange(as: &device)
        }
    }

    private func exchange(as device: inout DeviceFile) async throws -> SyncReport {
        if !device.isEnrolled {
            try await enrol(device)
            device.isEnrolled = true
            try device.save(to: node.directory)
        }
        guard let key = device.linkSecret else {
            throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory))
        }
        let isDoubtful = try node.store.read {
            try StoreInfo.integer(Self.doubtKey, $0) == 1
        }
        var session = EdgeSession(isDoubtful: isDoubtful)
        var report = SyncReport()
        var directive = session.start()
        while true {
            switch directive {
            case .exchange(let carriesSegments):
                directive = try await round(carriesSegments, key, &session, &report)
            case .finished:
                report.heldChanges = try node.store.read { try ChangeLog.heldCount($0) }
                return report
            case .stalled: throw EdgeFault.noProgress
            }
        }
    }

    private func round(
        _ carriesSegments: Bool, _ key: LinkKey, _ session: inout EdgeSession,
        _ report: inout SyncReport
    ) async throws -> EdgeSession.Directive {
        let nonce = try nextNonce(doubtful: carriesSegments)
        let request = try outgoing(carriesSegments, key, nonce)
        report.rounds += 1
        report.sentBytes += request.body.count
        let incoming = try await exchange(request.body, key, nonce, &report)
        guard let answer = incoming.answer else { throw EdgeFault.lineCut(url: url("")) }
        let believed = try node.store.read {
            try PeerVectors.all(of: EdgeNode.hubPeer, $0)[node.office] ?? VersionVector()
        }
        let after = try remember(answer, request.hello)
        let taken = request.sent.filter(after.covers).count
        report.sentChanges += taken
        report.notices += answer.notices.map(\.detail)
        let mine = try node.store.read { try ChangeLog.vector(of: node.office, $0) }
        return session.received(
            lackedByHub: mine.excess(over: after), hubHasMore: answer.hasMore,
            // A hub that holds less than was believed was restored: that is worth another round.
            madeProgress: incoming.receipt.applied > 0 || taken > 0 || after != believed)
    }

    // MARK: - Outgoing

    private struct Outgoing {
        let body: [UInt8]
        let hello: Hello
        /// The changesets in the body.
        let sent: [Dot]
    }

    private func outgoing(
        _ carriesSegments: Bool, _ key: LinkKey, _ nonce: UInt64
    ) throws -> Outgoing {
        try node.store.read { db in
            let hello = try self.hello(db)
            var body = RecordWriter.preface(replica: node.store.identity.replica, nonce: nonce)
            var writer = RecordWriter(key: key, direction: .request, nonce: nonce)
            body += writer.record(.hello, hello.encoded())
            var known = try PeerVectors.all(of: EdgeNode.hubPeer, db)[node.office] ?? .init()
            var sent: [Dot] = []
            while carriesSegments, body.count < requestBytesMax,
                let segment = try ChangeLog.segment(
                    of: node.office, lackedBy: known,
                    bytesMax: SyncLimits.segmentBytesTarget, db)
            {
                body += writer.record(.segment, Frame.compress(segment.encoded()))
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                    sent.append(changeset.dot)
                }
            }
            return Outgoing(body: body, hello: hello, sent: sent)
        }
    }

    private func hello(_ db: Database) throws -> Hello {
        let replica = node.store.identity.replica
        let scopes = try ChangeLog.vectors(db).map { scope, vector in
            let head = try ChangeLog.chainHead(of: replica, in: scope, db)
            return ScopeState(scope: scope, vector: vector, head: head?.short ?? 0)
        }
        return Hello(
            schemaVersion: node.store.schema.version, wallMilliseconds: EdgeNode.now(),
            grantsKnown: try LetterNumbers.grantCount(db),
            health: try NodeHealth.report(node, db), scopes: scopes)
    }

    /// A number that no earlier request of this device had.
    private func nextNonce(doubtful: Bool) throws -> UInt64 {
        try node.store.bookkeeping { db in
            let next = (try StoreInfo.integer(Self.nonceKey, db) ?? 0) + 1
            try StoreInfo.set(Self.nonceKey, next, db)
            if doubtful { try StoreInfo.set(Self.doubtKey, 1, db) }
            return UInt64(next)
        }
    }

    // MARK: - Incoming

    private struct Incoming {
        var answer: Answer?
        var receipt = Receipt()
    }

    private func exchange(
        _ body: [UInt8], _ key: LinkKey, _ nonce: UInt64, _ report: inout SyncReport
    ) async throws -> Incoming {
        let response = try await post("/v1/sync", body, type: Self.contentType)
        guard response.status == .ok else { throw try await refusal(response) }
        guard response.headers.first(name: "content-type") == Self.contentType else {
            throw notTrasne(response)
        }
        var reader = RecordReader(key: key, nonce: nonce)
        var incoming = Incoming()
        do {
            for try await chunk in response.body {
                report.receivedBytes += chunk.readableBytes
                reader.feed(chunk.readableBytesView)
                while let record = try reader.next() {
                    try take(record, &incoming, &report)
                }
            }
        } catch let error as StreamError {
            throw EdgeFault.answerDamaged(String(describing: error))
        } catch let error where !(error is EdgeFault || error is StoreError) {
            throw EdgeFault.lineCut(url: url(""))
        }
        guard !reader.isMidRecord else { throw EdgeFault.lineCut(url: url("")) }
        return incoming
    }

    private func take(
        _ record: (kind: RecordKind, payload: [UInt8]), _ incoming: inout Incoming,
        _ report: inout SyncReport
    ) throws {
        do {
            switch record.kind {
            case .answer: incoming.answer = try Answer(decoding: record.payload)
            case .segment:
                let bytes = try Frame.decompress(
                    record.payload, limit: SyncLimits.segmentBytesMax)
                let segment = try Segment(decoding: bytes)
                let receipt = try node.store.receive(segment.changesets, now: EdgeNode.now())
                incoming.receipt += receipt
                report.receivedChanges += receipt.applied
                report.notices += receipt.rejected.map { "\($0.scope) \($0.dot): \($0.reason)" }
            case .hello:
                throw EdgeFault.answerDamaged("the hub sent a hello")
            }
        } catch let error where error is DecodeError || error is FrameError {
            throw EdgeFault.answerDamaged(String(describing: error))
        }
    }

    /// Keeps what the hub said it holds.
    /// - Returns: its vector of our office.
    private func remember(_ answer: Answer, _ hello: Hello) throws -> VersionVector {
        let told = Dictionary(uniqueKeysWithValues: hello.scopes.map { ($0.scope, $0.vector) })
        var mine = VersionVector()
        try node.store.bookkeeping { db in
            for (scope, holding) in answer.holdings {
                let vector =
                    switch holding {
                    case .same: told[scope] ?? VersionVector()
                    case .vector(let vector): vector
                    }
                if scope == node.office { mine = vector }
                try PeerVectors.set(vector, of: scope, at: EdgeNode.hubPeer, db)
            }
            try LetterNumbers.keep(answer.grants, db)
            try StoreInfo.set(Self.doubtKey, 0, db)
            try StoreInfo.set("last_sync", EdgeNode.now(), db)
        }
        return mine
    }

    // MARK: - HTTP

    private func enrol(_ device: DeviceFile) async throws {
        guard let request = device.request() else {
            throw EdgeFault.deviceFileUnreadable(path: DeviceFile.path(in: node.directory))
        }
        let body = try JSONEncoder().encode(request)
        let response = try await post("/v1/enrol", Array(body), type: "application/json")
        guard response.status == .ok else { throw try await refusal(response) }
        guard response.headers.first(name: "content-type")?.hasPrefix("application/json") == true
        else { throw notTrasne(response) }
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

    private func refusal(_ response: HTTPClientResponse) async throws -> EdgeFault {
        let type = response.headers.first(name: "content-type") ?? "no type"
        guard type.hasPrefix("application/json"),
            let body = try? await response.body.collect(upTo: 64 << 10),
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(buffer: body))
        else {
            return .hubIsNotTrasne(url: url(""), contentType: "\(response.status.code), \(type)")
        }
        return .hubRefused(refusal)
    }

    private func notTrasne(_ response: HTTPClientResponse) -> EdgeFault {
        .hubIsNotTrasne(
            url: url(""), contentType: response.headers.first(name: "content-type") ?? "no type")
    }
}

import ChangeStore
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SyncProtocol

/// Answers neighbours: `POST /v1/sync` as the hub does, and `GET /v1/peer`, which says who this is.
struct PeerRoutes: Sendable {
    let node: EdgeNode
    let lane: StoreLane

    func add(to router: Router<some RequestContext>) {
        router.get(RouterPath(PeerClient.cardPath)) { _, _ in
            let card = PeerCard(replica: node.store.identity.replica.rawValue)
            return try Self.json(card, .ok)
        }
        router.post("/v1/sync") { request, _ in try await sync(request) }
    }

    private func sync(_ request: Request) async throws -> Response {
        do {
            let session = try node.peerResponder()
            for try await chunk in request.body {
                let bytes = Array(chunk.readableBytesView)
                try await lane.run { try session.feed(bytes) }
            }
            let answer = try await lane.run { try session.answer() }
            return Response(
                status: .ok, headers: [.contentType: SyncClient.contentType],
                body: .init(byteBuffer: ByteBuffer(bytes: answer)))
        } catch let refusal as Refusal {
            return try Self.json(refusal, .init(code: refusal.status))
        } catch is StoreError {
            return try Self.json(
                Refusal(.storeTrouble, "this PC cannot write its store"), .serviceUnavailable)
        }
    }

    private static func json(
        _ value: some Encodable, _ status: HTTPResponse.Status
    ) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}

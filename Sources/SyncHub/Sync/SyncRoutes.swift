import ChangeStore
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SyncProtocol

/// `POST /v1/enrol` and `POST /v1/sync`: the shell around ``Responder``.
struct SyncRoutes: Sendable {
    let hub: Hub
    /// The one lane on which the store is written.
    let writer: StoreLane
    /// What follows in other scopes from what was taken in.
    let chains: ChainWork
    let compaction: CompactionWork

    init(hub: Hub, writer: StoreLane) {
        self.hub = hub
        self.writer = writer
        chains = ChainWork(hub: hub, writer: writer)
        compaction = CompactionWork(hub: hub, writer: writer)
    }

    static let contentType = "application/x-trasne"

    func add(to router: Router<BasicRequestContext>) {
        router.post("/v1/sync") { request, _ in try await sync(request) }
        router.post("/v1/enrol") { request, context in try await enrol(request, context) }
    }

    private func sync(_ request: Request) async throws -> Response {
        let session = hub.responder()
        do {
            for try await chunk in request.body {
                let bytes = Array(chunk.readableBytesView)
                try await writer.run { try session.feed(bytes) }
            }
            let answer = try await writer.run { try session.answer() }
            chains.start()
            compaction.start()
            return Response(
                status: .ok, headers: [.contentType: Self.contentType],
                body: .init(byteBuffer: ByteBuffer(bytes: answer)))
        } catch let refusal as Refusal {
            return try Self.response(to: refusal)
        } catch let error as StoreError {
            return try Self.response(
                to: Refusal(.storeTrouble, "the hub cannot write: \(error)"))
        }
    }

    private func enrol(
        _ request: Request, _ context: BasicRequestContext
    ) async throws -> Response {
        do {
            let body = try await request.body.collect(upTo: 16 << 10)
            guard
                let asked = try? JSONDecoder().decode(
                    EnrolmentRequest.self, from: Data(body.readableBytesView))
            else { throw Refusal(.badRequest, "the enrolment cannot be read") }
            try await writer.run { try hub.accept(asked) }
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(string: "{\"enrolled\":true}\n")))
        } catch let refusal as Refusal {
            return try Self.response(to: refusal)
        } catch let error as StoreError {
            return try Self.response(
                to: Refusal(.storeTrouble, "the hub cannot write: \(error)"))
        }
    }

    private static func response(to refusal: Refusal) throws -> Response {
        Response(
            status: .init(code: refusal.status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(refusal))))
    }
}

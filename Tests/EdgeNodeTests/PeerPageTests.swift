import ChangeStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("The other computers of the office, on the page Sinkron")
struct PeerPageTests {
    @Test("An address is entered, shown with what became of it, and removed")
    func addresses() async throws {
        let sample = try SampleOffice()
        let peer = try #require(
            Peer(
                replica: ReplicaID(9), kind: .office, office: Scope(SampleOffice.code), device: 4,
                linkKey: [UInt8](repeating: 1, count: 32),
                signingKey: [UInt8](repeating: 2, count: 32)))
        try sample.node.store.bookkeeping { try PeerBook.replace(with: PeerList([peer]), $0) }
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            #expect(try await browser.get("/sinkron").html.contains("Alamatnya belum diisi."))
            _ = try await browser.post(
                "/sinkron/tetangga", ["alamat": "bukan alamat"], from: "/sinkron")
            #expect(try sample.node.store.read { try PeerBook.addresses($0) }.isEmpty)
            _ = try await browser.post(
                "/sinkron/tetangga", ["alamat": "http://10.0.0.5:8700/"], from: "/sinkron")
            try sample.node.store.bookkeeping {
                try PeerBook.noteReached(
                    "http://10.0.0.5:8700", ReplicaID(9), at: SampleOffice.start, $0)
            }
            let page = try await browser.get("/sinkron").html
            #expect(page.contains("Komputer 4") && page.contains("baru saja"))
            #expect(!page.contains("Alamatnya belum diisi."))
            try sample.node.store.bookkeeping {
                try PeerBook.noteTrouble("http://10.0.0.5:8700", "no connection", $0)
            }
            #expect(try await browser.get("/sinkron").html.contains("mungkin sedang mati"))
            _ = try await browser.post(
                "/sinkron/tetangga/hapus", ["alamat": "http://10.0.0.5:8700"], from: "/sinkron")
            #expect(try sample.node.store.read { try PeerBook.addresses($0) }.isEmpty)
        }
    }

    @Test("Whoever did not sign in learns a PC's number and nothing else")
    func card() async throws {
        let sample = try SampleOffice()
        let application = Application(router: sample.web.router())
        try await application.test(.router) { client in
            try await client.execute(uri: "/v1/peer", method: .get) { response in
                #expect(String(buffer: response.body) == "{\"replica\":7}")
            }
            try await client.execute(
                uri: "/v1/sync", method: .post, body: ByteBuffer(bytes: [1, 9, 1, 5])
            ) { response in
                #expect(response.status.code == 404)
                #expect(String(buffer: response.body).contains("unknown_replica"))
            }
            try await client.execute(uri: "/sinkron", method: .get) { response in
                #expect(response.status == .seeOther)
            }
        }
    }
}

import ChangeStore
import Hummingbird
import SyncProtocol

/// The other computers of the office, on the page *Sinkron*.
struct PeerPages {
    let web: EdgeWeb

    struct Line: Sendable {
        let name: String
        /// nil for one whose address nobody has entered.
        let url: String?
        let contact: String
        let trouble: String?
        let detail: String?
    }

    func add(to router: Router<WebContext>) {
        router.post("/sinkron/tetangga") { _, context in
            _ = try context.staff
            guard let url = try? PeerClient.address(context.form["alamat"]) else {
                return web.go(to: "/sinkron?ok=alamat-salah")
            }
            try await web.lane.run { [office = web.office] in
                try office.store.bookkeeping { try PeerBook.add(url, $0) }
            }
            return web.go(to: "/sinkron?ok=tetangga")
        }
        router.post("/sinkron/tetangga/hapus") { _, context in
            _ = try context.staff
            let url = context.form["alamat"]
            try await web.lane.run { [office = web.office] in
                _ = try office.store.bookkeeping { try PeerBook.remove(url, $0) }
            }
            return web.go(to: "/sinkron?ok=tetangga-hapus")
        }
    }

    /// Addresses with what became of them, then neighbours that the centre named and nobody has
    /// entered.
    static func lines(of office: Office, _ words: Words) throws -> [Line] {
        let format = Format(words)
        let now = office.clock()
        let (peers, addresses) = try office.store.read { db in
            (try PeerBook.list(db).peers, try PeerBook.addresses(db))
        }
        func name(_ peer: Peer) -> String {
            peer.kind == .relay ? words("Simpul kecamatan") : words("Komputer {0}", peer.device)
        }
        let known = addresses.map { address in
            let peer = peers.first { $0.replica.rawValue == address.replica }
            let contact =
                address.reachedAt.map { format.age(since: $0, now: now) } ?? words("belum pernah")
            return Line(
                name: peer.map(name) ?? words("belum dikenal"), url: address.url,
                contact: contact,
                trouble: address.trouble.map { _ in
                    words("Tidak dapat dihubungi sekarang; mungkin sedang mati.")
                }, detail: address.trouble.map { String($0.prefix(160)) })
        }
        let entered = Set(addresses.compactMap(\.replica))
        let others = peers.filter { !entered.contains($0.replica.rawValue) }.map {
            Line(
                name: name($0), url: nil, contact: words("Alamatnya belum diisi."), trouble: nil,
                detail: nil)
        }
        return known + others
    }
}

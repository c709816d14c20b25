import Bundles
import ChangeStore
import Exchange
import HTTPTypes
import Hummingbird
import Models
import NIOCore
import SyncProtocol

/// What the centre has, what it lacks and why.
struct SyncPages {
    let web: EdgeWeb

    /// Where the files of a stick are sent.
    static let stickPath = "/sinkron/ambil"

    func add(to router: Router<WebContext>) {
        router.get("/sinkron", use: sync)
        router.post("/sinkron") { _, context in
            _ = try context.staff
            web.sync.ring()
            return web.go(to: "/sinkron?ok=panggil")
        }
        router.post("/sinkron/simpan") { _, context in
            _ = try context.staff
            let (name, bytes) = try await web.lane.run { [office = web.office] in
                try office.exportBundle()
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/octet-stream",
                    .contentDisposition: "attachment; filename=\"\(name)\"",
                ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        router.post(RouterPath(Self.stickPath)) { _, context in
            _ = try context.staff
            let files = context.files.map { (name: $0.name, bytes: $0.bytes) }
            guard !files.isEmpty else { throw BundleFault.nothingThere(folder: "") }
            _ = try await web.lane.run { [office = web.office] in try office.takeBundles(files) }
            return web.go(to: "/sinkron?ok=flashdisk")
        }
    }

    private struct Kind: Sendable {
        let label: String
        let count: Int
        let oldest: String
    }

    private struct Session: Sendable {
        let when: String
        let took: String
        let result: String
        let detail: String?
        let sent: String
        let received: String
    }

    private struct Withheld: Sendable {
        let work: String
        let detail: String
        let why: String
        let decision: String
        let advice: String
    }

    private struct SyncPage: Sendable {
        let summary: String
        let clock: String?
        let withheld: [Withheld]
        let durable: String
        let running: String?
        let reason: String?
        let kinds: [Kind]
        let sessions: [Session]
        let altered: [Altered]
        let peers: [PeerPages.Line]
    }

    private struct Altered: Sendable {
        let when: String
        let what: String
        let columns: String
        let remedy: String
    }

    private func sync(_ request: Request, _ context: WebContext) async throws -> Response {
        let staff = try context.staff
        let words = Words(context.visitor.language)
        let (office, status, notice) = (web.office, web.sync, try request.query()["ok"])
        return try await web.show("sync", "Sinkron", context, tab: .sync, notice: notice) {
            let board = try office.board()
            let kinds = try office.unsent()
            let rulings = try office.rulings()
            let notDurable = try office.node.notDurable()
            let sessions = try SyncJournal(store: office.store).sessions(limit: 30)
            let altered = try office.store.read { try DamageLog.all(limit: 10, $0) }
            let format = Format(words)
            let now = office.clock()
            let contact =
                board.lastContact.map { format.age(since: $0, now: now) } ?? words("belum pernah")
            return SyncPage(
                summary: words(
                    "Terakhir terhubung ke pusat: {0}. Komputer ini mencoba sendiri; Anda tidak "
                        + "perlu menunggu.", contact),
                clock: rulings.clockIsWrong ? RulingWords(words).wrongClock : nil,
                withheld: rulings.withheld.map { withheld($0, words) },
                durable: durable(notDurable, words),
                running: status.fetch.map { fetching($0, words) }
                    ?? (status.isRunning
                        ? words("Sedang bertukar data dengan pusat…")
                        : status.isWaiting ? words("Sinkronisasi segera dimulai.") : nil),
                reason: kinds.isEmpty ? nil : reason(sessions.first, board.lastContact, words),
                kinds: kinds.map {
                    Kind(
                        label: words.intent($0.intent), count: $0.count,
                        oldest: format.age(since: $0.oldest, now: now))
                },
                sessions: sessions.map { session($0, staff, words) },
                altered: altered.map {
                    Altered(
                        when: format.moment($0.at), what: $0.what,
                        columns: $0.columns.joined(separator: ", "),
                        remedy: PlainWords(words).remedy($0.remedy))
                }, peers: try PeerPages.lines(of: office, words))
        }
    }

    private func withheld(_ entry: OfficeRulings.Withheld, _ words: Words) -> Withheld {
        let says = RulingWords(words)
        let format = Format(words)
        let authors = Set(entry.works.map(\.author)).sorted().joined(separator: ", ")
        let intents = Set(entry.works.map { words.intent($0.intent) }).sorted()
        return Withheld(
            work: words("{0} perubahan", entry.works.count),
            detail: authors + ": " + intents.prefix(3).joined(separator: ", "),
            why: says.reason(entry.code),
            decision: says.decision(entry)
                + (entry.at.map { ", " + format.moment($0) } ?? ""),
            advice: says.advice(entry))
    }

    private func durable(_ missing: Int?, _ words: Words) -> String {
        switch missing {
        case nil:
            words("Pusat belum pernah mengabarkan cadangan. Data tetap disimpan di komputer ini.")
        case 0: words("Semua data komputer ini sudah ada di cadangan pusat.")
        case .some(let count):
            words(
                "{0} perubahan belum ada di cadangan pusat; tetap disimpan di komputer ini.", count)
        }
    }

    private func fetching(_ progress: FetchProgress, _ words: Words) -> String {
        let format = Format(words)
        let left =
            switch progress.secondsLeft {
            case nil: words("belum dapat diperkirakan")
            case .some(let seconds) where seconds < 60: words("kurang dari satu menit")
            case .some(let seconds): words("kira-kira {0} menit", (seconds + 59) / 60)
            }
        return words(
            "Mengambil data kantor dari pusat: {0} dari kira-kira {1}. Sisa waktu: {2}. Anda sudah "
                + "bisa mencatat.", format.bytes(progress.bytes), format.bytes(progress.bytesAll),
            left)
    }

    private func reason(_ last: SyncSession?, _ contact: Int64?, _ words: Words) -> String {
        if let last, last.outcome != .done {
            return words("Belum terkirim karena: {0}", PlainWords(words).sync(last.outcome))
        }
        return contact == nil
            ? words("Belum pernah terhubung ke pusat.")
            : words("Menunggu giliran; dikirim pada sinkron berikutnya.")
    }

    private func session(_ session: SyncSession, _ staff: Staff, _ words: Words) -> Session {
        let format = Format(words)
        let seconds = max(0, session.ended - session.began) / 1_000
        return Session(
            when: format.moment(session.began), took: words("{0} detik", seconds),
            result: PlainWords(words).sync(session.outcome),
            // The technical sentence helps whoever telephones central IT.
            detail: session.detail.isEmpty ? nil : String(session.detail.prefix(160)),
            sent: words(
                "{0} perubahan, {1}", session.sentChanges, format.bytes(session.sentBytes)),
            received: words(
                "{0} perubahan, {1}", session.receivedChanges,
                format.bytes(session.receivedBytes)))
    }
}

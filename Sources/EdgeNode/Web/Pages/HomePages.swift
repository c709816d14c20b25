import Hummingbird
import Models
import SyncProtocol

/// The first screen: what must I do, and is my work safe at the centre?
struct HomePages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/", use: home)
        router.get("/peristiwa") { request, context in
            _ = try context.staff
            return try await web.show("events", "Catat peristiwa", context, tab: .events) { "" }
        }
    }

    private struct Task: Sendable {
        let count: Int
        let label: String
        let path: String
        let isUrgent: Bool
    }

    private struct HomePage: Sendable {
        let greeting: String
        let missing: String?
        let tasks: [Task]
        let unsent: String
        let oldest: String?
        let lastContact: String
        let residents: String
        let households: String
    }

    private func home(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let staff = context.visitor.staff else { return web.go(to: "/masuk") }
        let words = Words(context.visitor.language)
        let office = web.office
        return try await web.show("home", "Beranda", context, tab: .home) {
            let board = try office.board()
            let format = Format(words)
            let now = office.clock()
            return HomePage(
                greeting: words("Selamat bekerja, {0}", staff.fullName),
                missing: board.hasReferenceData
                    ? nil
                    : words(
                        "Data acuan kabupaten (jenis surat, wilayah) belum diterima. Pencatatan "
                            + "sudah bisa dimulai; surat menunggu sinkron pertama."),
                tasks: tasks(board, staff, words),
                unsent: board.unsent == 0
                    ? words("tidak ada")
                    : words("{0} perubahan", format.grouped(Int64(board.unsent))),
                oldest: board.oldestUnsent.map { format.age(since: $0, now: now) },
                lastContact: board.lastContact.map { format.age(since: $0, now: now) }
                    ?? words("belum pernah"),
                residents: format.grouped(Int64(board.residents)),
                households: format.grouped(Int64(board.households)))
        }
    }

    private func tasks(_ board: Office.Board, _ staff: Staff, _ words: Words) -> [Task] {
        var tasks: [Task] = []
        if board.openConflicts > 0 {
            tasks.append(
                Task(
                    count: board.openConflicts, label: words("beda data menunggu keputusan"),
                    path: "/beda-data", isUrgent: Role.deciders.contains(staff.role)))
        }
        if board.arrivalsWaiting > 0 {
            tasks.append(
                Task(
                    count: board.arrivalsWaiting,
                    label: words("kiriman desa lain menunggu jawaban"),
                    path: "/kedatangan", isUrgent: false))
        }
        if board.proposalsWaiting > 0 {
            tasks.append(
                Task(
                    count: board.proposalsWaiting, label: words("usulan Dukcapil menunggu jawaban"),
                    path: "/usulan", isUrgent: false))
        }
        let waiting = Dictionary(
            board.lettersWaiting.map { ($0.state, $0.count) }, uniquingKeysWith: +)
        let undecided = ["draft", "checked", "verified", "approved"].reduce(0) {
            $0 + (waiting[$1] ?? 0)
        }
        if undecided > 0 {
            tasks.append(
                Task(
                    count: undecided, label: words("surat menunggu persetujuan"), path: "/surat",
                    isUrgent: staff.role == .villageHead))
        }
        if let signed = waiting["signed"] {
            tasks.append(
                Task(
                    count: signed, label: words("surat siap dicetak dan diserahkan"),
                    path: "/surat", isUrgent: false))
        }
        return tasks
    }
}

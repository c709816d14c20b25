import ChangeStore
import Foundation
import Hummingbird
import Logging
import Models
import NIOCore
import SyncProtocol

/// The office's own web application: plain HTML that any old browser shows and no network delays.
///
/// A request goes through: safety headers → faults as pages → who is there → own forms only → page.
/// Pages ask the ``Office`` on the ``StoreLane``; templates are text, escaped by Mustache.
public struct EdgeWeb: Sendable {
    let office: Office
    let users: OfficeUsers
    let sync: SyncStatus
    let lane = StoreLane("trasne.store", isSerial: false)
    let sessions = Sessions()
    let submissions = Submissions()
    let templates: Templates
    /// Whether a request comes from this very PC.
    let isLocal: @Sendable (WebContext) -> Bool

    public init(node: EdgeNode, sync: SyncStatus) throws {
        let office = try Office(node: node)
        try self.init(office: office, users: OfficeUsers(office), sync: sync)
    }

    init(
        office: Office, users: OfficeUsers, sync: SyncStatus,
        isLocal: @escaping @Sendable (WebContext) -> Bool = { $0.remoteAddress?.isLoopback == true }
    ) throws {
        self.office = office
        self.users = users
        self.sync = sync
        self.isLocal = isLocal
        templates = try Templates()
    }

    func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self)
        // Before the middleware: neighbours have seals, not cookies.
        PeerRoutes(node: office.node, lane: lane).add(to: router)
        router.addMiddleware {
            SafetyHeaders()
            FaultPages(web: self)
            WhoIsThere(web: self)
            OwnForms(sessions: sessions, submissions: submissions)
        }
        AssetPages(web: self).add(to: router)
        SignInPages(web: self).add(to: router)
        HomePages(web: self).add(to: router)
        ResidentPages(web: self).add(to: router)
        AttachmentPages(web: self).add(to: router)
        EventPages(web: self).add(to: router)
        ArrivalPages(web: self).add(to: router)
        ProposalPages(web: self).add(to: router)
        LetterPages(web: self).add(to: router)
        LetterSteps(web: self).add(to: router)
        ConflictPages(web: self).add(to: router)
        SyncPages(web: self).add(to: router)
        PeerPages(web: self).add(to: router)
        UserPages(web: self).add(to: router)
        return router
    }

    func application(
        host: String, port: Int, logger: Logger,
        ready: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> Application<RouterResponder<WebContext>> {
        Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "trasne"),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? port) },
            logger: logger)
    }

    // MARK: - Answering

    /// Builds a page on the store's lane and shows it.
    func show<Page: Sendable>(
        _ template: String, _ title: String, _ context: WebContext, tab: Tab? = nil,
        notice: String = "", status: HTTPResponse.Status = .ok,
        _ page: @escaping @Sendable () throws -> Page
    ) async throws -> Response {
        let (content, unsent, conflicts) = try await lane.run { [office] in
            (try page(), try office.node.pending().count, try office.openConflictCount())
        }
        let frame = PageFrame(
            self, context, title: title, tab: tab, notice: notice, unsent: unsent,
            conflicts: conflicts)
        return html(
            templates.render(
                template, PageContext(frame: frame, page: content), context.visitor.language),
            status)
    }

    func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// After a POST: the browser asks for the page anew, so that "back" repeats nothing.
    func go(to path: String) -> Response { .redirect(to: path, type: .normal) }

    func faultPage(_ plain: PlainWords.Page, _ context: WebContext) async throws -> Response {
        let frame = PageFrame(
            self, context, title: plain.title, tab: nil, notice: "", unsent: 0, conflicts: 0)
        return html(
            templates.render(
                "fault", PageContext(frame: frame, page: plain), context.visitor.language),
            plain.status)
    }
}

/// What a template sees: `frame` around the page and `page` itself.
struct PageContext<Page> {
    let frame: PageFrame
    let page: Page
}

/// The screens of the navigation.
enum Tab: String, CaseIterable {
    case home = "/"
    case residents = "/warga"
    case events = "/peristiwa"
    case letters = "/surat"
    case conflicts = "/beda-data"
    case sync = "/sinkron"

    var label: String {
        switch self {
        case .home: "Beranda"
        case .residents: "Cari warga"
        case .events: "Catat peristiwa"
        case .letters: "Surat"
        case .conflicts: "Beda data"
        case .sync: "Sinkron"
        }
    }
}

/// Head and foot of every page.
struct PageFrame {
    struct Link {
        let path: String
        let label: String
        let isHere: Bool
        let count: String?
    }

    let lang: String
    let title: String
    let officeName: String
    let asset: String
    let token: String
    /// Good for one submission of a form on this page.
    let form: String
    let person: String?
    let role: String?
    let links: [Link]
    let unsent: String?
    let notice: String?
    let mayDecide: Bool

    init(
        _ web: EdgeWeb, _ context: WebContext, title: String, tab: Tab?, notice: String,
        unsent: Int, conflicts: Int
    ) {
        let visitor = context.visitor
        let words = Words(visitor.language)
        lang = visitor.language.rawValue
        self.title = words(title)
        officeName = web.office.node.enrolment.officeName
        asset = Assets.version
        token = visitor.token
        form = Submissions.newID()
        person = visitor.staff?.fullName
        role = visitor.staff.map { words.role($0.role) }
        links = Tab.allCases.map { item in
            let isCounted = item == .conflicts && conflicts > 0
            return Link(
                path: item.rawValue, label: words(item.label), isHere: item == tab,
                count: isCounted ? String(conflicts) : nil)
        }
        self.unsent = unsent > 0 ? words("{0} belum terkirim", unsent) : nil
        self.notice = notice.isEmpty ? nil : words.notice(notice)
        mayDecide = visitor.staff.map { Role.deciders.contains($0.role) } ?? false
    }
}

extension SocketAddress {
    var isLoopback: Bool {
        guard let ip = ipAddress else { return false }
        return ip == "::1" || ip.hasPrefix("127.") || ip.hasPrefix("::ffff:127.")
    }
}

import ChangeStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Headers that every answer carries, whatever became of the request.
struct SafetyHeaders: RouterMiddleware {
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[named("X-Frame-Options")] = "DENY"
        response.headers[named("Referrer-Policy")] = "no-referrer"
        response.headers[named("Cross-Origin-Opener-Policy")] = "same-origin"
        // Pages show people's data; the next person at this PC must not find them.
        if response.headers[.cacheControl] == nil {
            response.headers[.cacheControl] = "no-store"
        }
        return response
    }

    private func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("bad header \(name)") }
        return name
    }
}

/// Turns what went wrong into a page in plain words.
struct FaultPages: RouterMiddleware {
    let web: EdgeWeb

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch is NotSignedIn {
            return .redirect(to: "/masuk", type: .normal)
        } catch {
            let words = PlainWords(Words(context.visitor.language))
            let plain = words.page(for: error)
            if plain.status == .internalServerError {
                context.logger.error("a page failed", metadata: ["error": "\(error)"])
            }
            return try await web.faultPage(plain, context)
        }
    }
}

/// Finds out who is there.
struct WhoIsThere: RouterMiddleware {
    static let sessionCookie = "trasne"
    static let guestCookie = "trasne_tamu"
    static let languageCookie = "trasne_bahasa"

    let web: EdgeWeb

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let cookies = request.cookies
        let language = Language(cookies[Self.languageCookie]?.value)
        let session = cookies[Self.sessionCookie]?.value ?? ""
        if let user = web.sessions.user(of: session, now: web.office.clock()) {
            let users = web.users
            // Asked each time: who was disabled, here or at another PC, is out at once.
            let staff = try await web.lane.run { try users.find(user) }
            context.visitor = Visitor(
                cookie: session, token: web.sessions.token(for: session), staff: staff,
                language: language)
            return try await next(request, context)
        }
        let known = cookies[Self.guestCookie]?.value ?? ""
        let guest = known.utf8.count == 43 ? known : Sessions.newCookie()
        context.visitor = Visitor(
            cookie: guest, token: web.sessions.token(for: guest), staff: nil, language: language)
        var response = try await next(request, context)
        if guest != known { response.setCookie(.private(Self.guestCookie, guest)) }
        return response
    }
}

/// Reads the form of a POST and refuses one that did not come from our own page, or came before.
struct OwnForms: RouterMiddleware {
    /// The longest form is a letter of two pages.
    private static let bytesMax = 64 << 10
    /// A file and the few fields beside it.
    private static let fileBytesMax = ImageReduction.fileBytesMax + 128 << 10
    /// What a stick brings.
    private static let stickBytesMax = 64 << 20

    let sessions: Sessions
    let submissions: Submissions

    func handle(
        _ request: Request, context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post else {
            guard [.get, .head].contains(request.method) else { throw ForeignForm() }
            return try await next(request, context)
        }
        var request = request
        var context = context
        if let boundary = request.headers[.contentType].flatMap(MultipartForm.boundary(in:)) {
            // Only people of the office may make this PC hold so much in memory.
            guard context.visitor.staff != nil else { throw NotSignedIn() }
            let isStick = request.uri.path == SyncPages.stickPath
            let body = try await collect(
                &request, upTo: isStick ? Self.stickBytesMax : Self.fileBytesMax)
            let form = try MultipartForm(Array(buffer: body), boundary: boundary)
            context.form = Entries(form.fields)
            context.files = form.files
        } else {
            let body = try await request.collectBody(upTo: Self.bytesMax)
            let fields = try URLEncodedFormDecoder().decode(
                [String: String].self, from: String(buffer: body))
            context.form = Entries(fields)
        }
        guard sessions.isToken(context.form["csrf"], for: context.visitor.cookie) else {
            throw ForeignForm()
        }
        let (once, own) = (request, context)
        let form = context.form["form"]
        return try await submissions.once(form.isEmpty ? "" : context.visitor.cookie + form) {
            try await next(once, own)
        }
    }

    private func collect(_ request: inout Request, upTo limit: Int) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw AttachFault.fileTooLarge(bytes: length, limit: limit)
        }
        return try await request.collectBody(upTo: limit)
    }
}

extension Cookie {
    /// A cookie that scripts cannot read and other sites cannot send.
    static func `private`(_ name: String, _ value: String, maxAge: Int? = nil) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: maxAge, path: "/", httpOnly: true, sameSite: .strict)
    }
}

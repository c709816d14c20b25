import ChangeStore
import Foundation
import Hummingbird
import SyncProtocol

struct AssetPages {
    /// A coat of arms larger than this would hold up every letter on an old PC.
    private static let logoBytesMax = 200_000

    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/gaya-{version}") { _, _ in file(StyleSheet.css, "text/css; charset=utf-8") }
        router.get("/trasne-{version}") { _, _ in
            file(Assets.script, "text/javascript; charset=utf-8")
        }
        router.get("/logo.png", use: logo)
        router.get("/ikon.svg") { _, _ in file(Assets.icon, "image/svg+xml") }
    }

    private func logo(_ request: Request, _ context: WebContext) async throws -> Response {
        let path = web.office.logoPath
        let data = try await web.lane.run { FileManager.default.contents(atPath: path) }
        guard let data, data.count <= Self.logoBytesMax else { throw OfficeFault.notFound }
        return Response(
            status: .ok, headers: [.contentType: "image/png", .cacheControl: "max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    private func file(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Signing in and out, the very first user, the language.
struct SignInPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/masuk", use: signInForm)
        router.post("/masuk", use: signIn)
        router.get("/mulai", use: setUpForm)
        router.post("/mulai", use: setUp)
        router.post("/keluar", use: signOut)
        router.post("/bahasa", use: setLanguage)
    }

    private struct SignInPage: Sendable {
        let name: String
        let fault: String?
    }

    private func signInForm(_ request: Request, _ context: WebContext) async throws -> Response {
        if context.visitor.staff != nil { return web.go(to: "/") }
        let users = web.users
        if try await web.lane.run({ try users.isEmpty() }) { return web.go(to: "/mulai") }
        let notice = try request.query()["ok"]
        return try await web.show("sign_in", "Masuk", context, notice: notice) {
            SignInPage(name: "", fault: nil)
        }
    }

    private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        let (users, form) = (web.users, context.form)
        do {
            let staff = try await web.lane.run {
                // The password as typed: spaces belong to it.
                try users.signIn(form["name"], password: form.fields["password"] ?? "")
            }
            // A new cookie, so that one planted before signing in is worth nothing.
            let cookie = web.sessions.begin(staff.id, now: web.office.clock())
            var response = web.go(to: "/")
            response.setCookie(.private(WhoIsThere.sessionCookie, cookie))
            return response
        } catch let fault as OfficeFault {
            let plain = PlainWords(Words(context.visitor.language))
            let page = SignInPage(name: form["name"], fault: plain.sentence(for: fault))
            return try await web.show(
                "sign_in", "Masuk", context, status: plain.page(for: fault).status
            ) { page }
        }
    }

    private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        web.sessions.end(context.visitor.cookie)
        var response = web.go(to: "/masuk?ok=keluar")
        response.setCookie(.private(WhoIsThere.sessionCookie, "", maxAge: 0))
        return response
    }

    private func setLanguage(_ request: Request, _ context: WebContext) async throws -> Response {
        let language = Language(context.form["bahasa"])
        var response = web.go(to: "/")
        response.setCookie(
            .private(WhoIsThere.languageCookie, language.rawValue, maxAge: 31_536_000))
        return response
    }

    // MARK: - The first user

    /// Only at the PC itself, and not through a name that a page of another site made point here.
    private func requireThisPC(_ request: Request, _ context: WebContext) throws {
        let host = (request.head.authority ?? "").lowercased()
        let names = ["localhost", "127.0.0.1", "[::1]"]
        guard web.isLocal(context),
            names.contains(where: { host == $0 || host.hasPrefix($0 + ":") })
        else { throw OfficeFault.notAllowed([]) }
    }

    private func setUpForm(_ request: Request, _ context: WebContext) async throws -> Response {
        let users = web.users
        guard try await web.lane.run({ try users.isEmpty() }) else { return web.go(to: "/masuk") }
        do {
            try requireThisPC(request, context)
        } catch OfficeFault.notAllowed {
            let words = Words(context.visitor.language)
            return try await web.faultPage(
                PlainWords.Page(
                    status: .forbidden, title: words("Belum ada pengguna"),
                    text: words(
                        "Pengguna pertama hanya dapat didaftarkan di komputer yang menjalankan "
                            + "Trasne. Buka http://127.0.0.1 di komputer itu."),
                    isSignInNeeded: false), context)
        }
        return try await showSetUp(context, Entries(), nil)
    }

    private func setUp(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireThisPC(request, context)
        let (users, form) = (web.users, context.form)
        do {
            try await web.lane.run {
                try users.addFirst(
                    form["name"], fullName: form["full_name"],
                    password: form.fields["password"] ?? "")
            }
            return web.go(to: "/masuk?ok=mulai")
        } catch let fault as OfficeFault {
            return try await showSetUp(context, form, fault)
        }
    }

    private func showSetUp(
        _ context: WebContext, _ form: Entries, _ fault: OfficeFault?
    ) async throws -> Response {
        var page = FormPage(Words(context.visitor.language), "Pengguna pertama: sekretaris")
        page.subject = page.words(
            "Komputer ini baru dipasang. Daftarkan sekretaris; pengguna lain ditambahkan kemudian.")
        page.action = "/mulai"
        page.button = page.words("Daftarkan")
        page.isNarrow = true
        page.add(
            "",
            [
                .text("full_name", "Nama lengkap", isRequired: true),
                .text("name", "Nama pengguna", isRequired: true),
                .password("password", "Sandi"),
            ], form)
        page.take(fault)
        let shown = page
        return try await web.show(
            "form", "Pengguna pertama: sekretaris", context, status: page.status
        ) { shown }
    }
}

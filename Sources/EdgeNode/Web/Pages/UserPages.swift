import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// Who may sign in; for the secretary and the head.
struct UserPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/pengguna", use: list)
        router.get("/pengguna/baru") { try await form($0, $1, nil) }
        router.post("/pengguna/baru", use: add)
        router.post("/pengguna/nonaktif", use: disable)
    }

    private struct User: Sendable {
        let name: String
        let fullName: String
        let role: String
        let isDisabled: Bool
        let isSelf: Bool
    }

    private struct UsersPage: Sendable {
        let users: [User]
    }

    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let staff = try context.staff
        try staff.require(oneOf: Role.deciders)
        let words = Words(context.visitor.language)
        let (users, notice) = (web.users, try request.query()["ok"])
        return try await web.show("users", "Pengguna", context, notice: notice) {
            UsersPage(
                users: try users.all().map { entry in
                    User(
                        name: entry.staff.name, fullName: entry.staff.fullName,
                        role: words.role(entry.staff.role), isDisabled: entry.isDisabled,
                        isSelf: entry.staff.id == staff.id)
                })
        }
    }

    private func form(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        try context.staff.require(oneOf: Role.deciders)
        var page = FormPage(Words(context.visitor.language), "Tambah pengguna")
        page.action = "/pengguna/baru"
        page.cancel = "/pengguna"
        let roles = Role.ofVillage.map { (value: $0.code, label: page.words.role($0)) }
        page.add(
            "",
            [
                .text("full_name", "Nama lengkap", isRequired: true),
                .rows("role", "Peran", roles),
                .text("name", "Nama pengguna", isRequired: true), .password("password", "Sandi"),
                .text("title", "Jabatan pada surat (boleh kosong)", isWide: true),
            ], context.form)
        page.take(fault)
        let shown = page
        return try await web.show("form", page.title, context, status: page.status) { shown }
    }

    private func add(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, entries, users) = (try context.staff, context.form, web.users)
        do {
            try await web.lane.run {
                guard let role = Role(code: entries["role"]) else {
                    throw OfficeFault.refused([FieldProblem("role", .notAChoice)])
                }
                let title = entries["title"]
                try users.add(
                    entries["name"], fullName: entries["full_name"], role: role,
                    password: entries.fields["password"] ?? "",
                    title: title.isEmpty ? nil : title, by: staff)
            }
            return web.go(to: "/pengguna?ok=pengguna")
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await form(request, context, fault)
        }
    }

    private func disable(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, entries, users) = (try context.staff, context.form, web.users)
        try await web.lane.run { try users.disable(entries["name"], by: staff) }
        return web.go(to: "/pengguna?ok=nonaktif")
    }
}

import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// What civil registry proposes, one click each.
struct ProposalPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/usulan") { try await list($0, $1, nil) }
        router.post("/usulan/{id}", use: answer)
    }

    private struct Change: Sendable {
        let label: String
        let now: String
        let proposed: String
    }

    private struct Proposal: Sendable {
        let name: String
        let path: String?
        let result: String
        let by: String
        let note: String?
        let changes: [Change]
        let action: String
        let seen: String
        let form: String
    }

    private struct ListPage: Sendable {
        let fault: String?
        let proposals: [Proposal]
    }

    private func list(
        _ request: Request, _ context: WebContext, _ fault: OfficeFault?
    ) async throws -> Response {
        _ = try context.staff
        let words = Words(context.visitor.language)
        let plain = PlainWords(words)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show(
            "proposals", "Usulan Dukcapil", context, tab: .residents, notice: notice,
            status: fault.map { plain.page(for: $0).status } ?? .ok
        ) {
            ListPage(
                fault: fault.map { plain.sentence(for: $0) },
                proposals: try office.proposals().map { view($0, words) })
        }
    }

    private func view(_ proposal: Office.Proposal, _ words: Words) -> Proposal {
        let (format, match) = (Format(words), proposal.match)
        return Proposal(
            name: proposal.resident?.text("name") ?? "–",
            path: proposal.resident.map { "/warga/\($0.id)" },
            result: words.choice("registry_match", "result", match.text("result")),
            by: [match.text("by"), match["at"].integer.map { format.moment($0) }]
                .compactMap(\.self).joined(separator: " · "), note: match.text("note"),
            changes: proposal.changes.map {
                Change(
                    label: words($0.column.label), now: format.value($0.now, of: $0.column),
                    proposed: format.value($0.proposed, of: $0.column))
            }, action: "/usulan/\(match.id)", seen: proposal.seen, form: Submissions.newID())
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let (staff, id, form) = (try context.staff, try context.row(), context.form)
        let office = web.office
        do {
            if form["jawab"] == "tolak" {
                try await web.lane.run {
                    try office.declineProposal(id, note: form["note"], by: staff)
                }
                return web.go(to: "/usulan?ok=usulan-tolak")
            }
            let seen = form.fields["seen"]?.replacing("\r\n", with: "\n")
            try await web.lane.run { try office.acceptProposal(id, seen: seen, by: staff) }
            return web.go(to: "/usulan?ok=usulan")
        } catch let fault as OfficeFault where fault != .notFound {
            return try await list(request, context, fault)
        }
    }
}

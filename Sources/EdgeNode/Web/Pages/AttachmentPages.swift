import ChangeStore
import HTTPTypes
import Hummingbird
import Models
import NIOCore
import SyncProtocol

/// Photos and scans of a resident or a household: adding, listing, looking at, asking for.
struct AttachmentPages {
    let web: EdgeWeb

    func add(to router: Router<WebContext>) {
        router.get("/warga/{id}/lampiran") { try await form("resident", $1, nil) }
        router.post("/warga/{id}/lampiran") { try await save("resident", $1) }
        router.get("/keluarga/{id}/lampiran") { try await form("household", $1, nil) }
        router.post("/keluarga/{id}/lampiran") { try await save("household", $1) }
        router.get("/lampiran/{id}", use: document)
        router.get("/lampiran/{id}/isi", use: content)
        router.post("/lampiran/{id}/minta", use: ask)
    }

    private static func path(_ table: String, _ id: RowID) -> String {
        "/\(table == "resident" ? "warga" : "keluarga")/\(id)"
    }

    // MARK: - Adding

    private func form(
        _ table: String, _ context: WebContext, _ fault: (any Error)?
    ) async throws -> Response {
        try context.staff.requireWriting("document")
        let id = try context.row()
        let office = web.office
        let record = try await web.lane.run { try office.record(table, id) }
        let limits = try office.node.attachmentLimits()
        var page = FormPage(Words(context.visitor.language), "Tambah lampiran")
        page.subject = record.text(table == "resident" ? "name" : "family_card_no")
        page.action = Self.path(table, id) + "/lampiran"
        page.cancel = Self.path(table, id)
        page.isNarrow = true
        page.isMultipart = true
        page.add(
            "",
            [
                .file(
                    "file", "Foto atau hasil pindai",
                    hint: page.words(
                        "JPEG, PNG, atau PDF. Foto dikecilkan sendiri sampai {0} kB; lokasi dan "
                            + "keterangan kamera dihapus.", limits.pictureBytesMax / 1_000)),
                .column("document", "kind"), .column("document", "note"),
            ], context.form)
        page.take(fault)
        if let fault, !(fault is OfficeFault) {
            let plain = PlainWords(page.words).page(for: fault)
            page.fault = plain.text
            page.status = plain.status
        }
        let form = page
        return try await web.show(
            "form", page.title, context, tab: .residents, status: page.status
        ) { form }
    }

    private func save(_ table: String, _ context: WebContext) async throws -> Response {
        let (staff, id, entries) = (try context.staff, try context.row(), context.form)
        let (office, file) = (web.office, context.file)
        do {
            guard let file, !file.bytes.isEmpty else {
                throw OfficeFault.refused([FieldProblem("file", .missing)])
            }
            let row = try await web.lane.run {
                try office.attach(file.bytes, to: table, id, entries, by: staff)
            }
            let notice: Notice = row == nil ? .attachedBefore : .attached
            return web.go(to: "\(Self.path(table, id))?ok=\(notice.rawValue)")
        } catch let fault where fault is AttachFault || fault is ContentError {
            return try await form(table, context, fault)
        } catch let fault as OfficeFault where fault.isAboutForm {
            return try await form(table, context, fault)
        }
    }

    // MARK: - Showing

    private struct DocumentPage: Sendable {
        let kind: String
        let when: String
        let note: String?
        let state: String
        let back: String
        let picture: String?
        let file: String?
        let ask: String?
    }

    private func document(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let id = try context.row()
        let words = Words(context.visitor.language)
        let (office, notice) = (web.office, try request.query()["ok"])
        return try await web.show("document", "Lampiran", context, tab: .residents, notice: notice)
        {
            let document = try office.document(id)
            let view = DocumentView(document, words)
            let isHere = document.content == .here
            let owner =
                document.row.row("resident").map { Self.path("resident", $0) }
                ?? document.row.row("household").map { Self.path("household", $0) } ?? "/warga"
            return DocumentPage(
                kind: view.kind, when: view.when, note: document.row.text("note"),
                state: view.state, back: owner, picture: view.picture,
                file: isHere && view.picture == nil ? "\(view.path)/isi" : nil,
                ask: document.content == .elsewhere ? "\(view.path)/minta" : nil)
        }
    }

    /// The bytes themselves. Only what the node made or a PDF, never as a page of ours.
    private func content(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let id = try context.row()
        let office = web.office
        let found = try await web.lane.run { try office.content(of: id) }
        let isPicture = found.mediaType.hasPrefix("image/")
        let extensions = ["image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"]
        guard let ending = extensions[found.mediaType] else { throw OfficeFault.notFound }
        return Response(
            status: .ok,
            headers: [
                .contentType: found.mediaType,
                .contentDisposition: isPicture
                    ? "inline" : "attachment; filename=\"lampiran-\(id).\(ending)\"",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: found.bytes)))
    }

    private func ask(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try context.staff
        let id = try context.row()
        let office = web.office
        try await web.lane.run { try office.fetchDocument(id) }
        web.sync.ring()
        return web.go(to: "/lampiran/\(id)?ok=\(Notice.attachmentAsked.rawValue)")
    }
}

/// A document in words.
struct DocumentView: Sendable {
    let path: String
    let kind: String
    let when: String
    let state: String
    /// Where the picture is; nil when it is not here or no picture.
    let picture: String?
    /// What stands in place of the picture.
    let format: String

    init(_ document: AttachedDocument, _ words: Words) {
        let format = Format(words)
        path = "/lampiran/\(document.row.id)"
        kind = words.choice("document", "kind", document.row.text("kind"))
        when = format.day(iso: document.row.text("added_on"))
        let size = document.size.map { ", " + format.bytes($0) } ?? ""
        state =
            switch document.content {
            case .here where document.isAtHub: words("diterima pusat") + size
            case .here: words("di komputer ini") + size
            case .asked: words("diminta; datang pada sinkron berikutnya") + size
            case .elsewhere: words("belum ada di komputer ini") + size
            }
        let isPicture = document.mediaType?.hasPrefix("image/") ?? false
        picture = document.content == .here && isPicture ? "\(path)/isi" : nil
        self.format = document.mediaType == "application/pdf" ? "PDF" : "…"
    }
}

/// The list of documents on somebody's page.
struct DocumentList: Sendable {
    let addPath: String
    let list: [DocumentView]

    init(_ documents: [AttachedDocument], path: String, _ words: Words) {
        addPath = path + "/lampiran"
        list = documents.map { DocumentView($0, words) }
    }
}

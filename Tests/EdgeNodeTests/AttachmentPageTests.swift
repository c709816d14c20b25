import CGD
import ChangeStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Photos and scans on the screens")
struct AttachmentPageTests {
    /// A small picture as PNG.
    private static func picture() -> [UInt8] {
        let image = gdImageCreateTrueColor(90, 60)!
        defer { gdImageDestroy(image) }
        gdImageFilledRectangle(image, 0, 0, 90, 60, 0x30_8050)
        var size: Int32 = 0
        let bytes = gdImagePngPtr(image, &size)!
        defer { gdFree(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    private static func body(
        _ fields: [(String, String)], file: [UInt8]?, boundary: String = "xYzZY"
    ) -> [UInt8] {
        var out: [UInt8] = []
        for (name, value) in fields {
            out += Array(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
                    .utf8)
        }
        if let file {
            let head = """
                --\(boundary)\r\nContent-Disposition: form-data; name="file"; \
                filename="kk.png"\r\nContent-Type: image/png\r\n\r\n
                """
            out += Array(head.utf8) + file + Array("\r\n".utf8)
        }
        return out + Array("--\(boundary)--\r\n".utf8)
    }

    @Test("A scan that is uploaded is reduced, listed, shown, and attached once")
    func upload() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let path = "/warga/\(family.mother)/lampiran"
            let form = try await browser.get(path)
            #expect(form.html.contains("enctype=\"multipart/form-data\""))
            let token = try #require(Browser.token(in: form))
            let fields = [("csrf", token), ("kind", "kk"), ("note", "asli \"dilihat\"")]
            let saved = try await browser.upload(
                path, Self.body(fields, file: Self.picture()))
            #expect(saved.status == .seeOther)
            #expect(saved.headers[.location] == "/warga/\(family.mother)?ok=lampiran")
            let page = try await browser.get("/warga/\(family.mother)?ok=lampiran").html
            #expect(page.contains("Lampiran tersimpan.") && page.contains("Kartu keluarga"))
            let picture = try #require(page.firstMatch(of: #/src="(/lampiran/[^"]+/isi)"/#)).1
            let shown = try await browser.get(String(picture))
            #expect(shown.headers[.contentType] == "image/jpeg")
            let bytes = Array(buffer: shown.body)
            #expect(ImageHead(bytes)?.width == 90)
            let again = try await browser.upload(
                path, Self.body(fields, file: Self.picture()))
            #expect(again.headers[.location] == "/warga/\(family.mother)?ok=lampiran-ada")
        }
        #expect(try sample.office.documents(of: "resident", family.mother).count == 1)
    }

    @Test("A file that is none, or no file, is said in the form and nothing is kept")
    func badUpload() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let path = "/keluarga/\(family.household)/lampiran"
            let token = try #require(Browser.token(in: try await browser.get(path)))
            let fields = [("csrf", token), ("kind", "other")]
            let text = try await browser.upload(
                path, Self.body(fields, file: Array("halo".utf8)))
            #expect(text.status == .unprocessableContent)
            #expect(text.html.contains("bukan foto JPEG atau PNG"))
            let none = try await browser.upload(path, Self.body(fields, file: nil))
            #expect(none.status == .unprocessableContent && none.html.contains("Wajib diisi."))
            let foreign = try await browser.upload(
                path, Self.body([("csrf", "x"), ("kind", "kk")], file: Self.picture()))
            #expect(foreign.status == .forbidden)
        }
        #expect(try sample.node.content.entries().isEmpty)
    }

    @Test("Who has not signed in uploads nothing")
    func stranger() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try await sample.browse { browser in
            let answer = try await browser.upload(
                "/warga/\(family.mother)/lampiran", Self.body([], file: Self.picture()))
            #expect(answer.headers[.location] == "/masuk")
        }
    }

    @Test("A form's body is read whole or refused, whatever it is")
    func reading() throws {
        let boundary = try #require(
            MultipartForm.boundary(in: "multipart/form-data; boundary=xYzZY"))
        let file = Self.picture() + Array("\r\n--xYzZ no boundary".utf8)
        let whole = Self.body([("a", "1"), ("b", "ä")], file: file)
        let form = try MultipartForm(whole, boundary: boundary)
        #expect(form.fields == ["a": "1", "b": "ä"])
        #expect(form.file?.bytes == file && form.file?.name == "kk.png")
        for length in 0..<whole.count - 4 {
            #expect(throws: MultipartForm.Malformed.self) {
                _ = try MultipartForm(Array(whole.prefix(length)), boundary: boundary)
            }
        }
        let many = Self.body((0...40).map { ("f\($0)", "") }, file: nil)
        #expect(throws: MultipartForm.Malformed.self) {
            _ = try MultipartForm(many, boundary: boundary)
        }
        for type in ["text/plain", "multipart/form-data", "multipart/form-data; boundary="] {
            #expect(MultipartForm.boundary(in: type) == nil)
        }
    }
}

extension Browser {
    fileprivate func upload(_ path: String, _ body: [UInt8]) async throws -> TestResponse {
        try await client.execute(
            uri: path, method: .post,
            headers: [
                .cookie: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "),
                .contentType: "multipart/form-data; boundary=xYzZY",
            ], body: ByteBuffer(bytes: body))
    }
}

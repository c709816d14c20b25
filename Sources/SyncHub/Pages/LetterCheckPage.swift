import ChangeStore
import Foundation
import HTTPTypes
import Hummingbird
import LetterSeal
import Models
import Mustache
import NIOCore

/// `/s`: where the code on a letter leads. The code stands behind `#`, so the page's own script
/// hands it over; without a script it is pasted.
struct LetterCheckPage: Sendable {
    let hub: Hub
    let readers: StoreLane

    func add(to router: Router<BasicRequestContext>) {
        router.get("/s") { _, _ in Self.response(Self.form.render(())) }
        router.get("/s.js") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/javascript; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: LetterCheckTemplate.script)))
        }
        router.post("/s") { request, _ in
            let body = try await request.body.collect(upTo: 8 << 10)
            let code = Self.field("kode", in: String(buffer: body))
            let result = try await readers.run { [hub] in
                try LetterCheck.check(code, in: hub, now: Hub.now())
            }
            return Self.response(Self.answer.render(LetterCheckContent(result)))
        }
    }

    /// One field of a form sent as `application/x-www-form-urlencoded`.
    private static func field(_ name: String, in body: String) -> String {
        var form = URLComponents()
        form.percentEncodedQuery = body.replacingOccurrences(of: "+", with: "%20")
        return form.queryItems?.first { $0.name == name }?.value ?? ""
    }

    private static func response(_ html: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; "
                    + "form-action 'self'",
            ], body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private static let form = template(LetterCheckTemplate.form)
    private static let answer = template(LetterCheckTemplate.answer)

    private static func template(_ text: String) -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: text)
        } catch {
            preconditionFailure("a template of the letter page does not parse: \(error)")
        }
    }
}

/// The words for one outcome.
struct LetterCheckContent {
    let mood: String
    let title: String
    let text: String
    let number: String
    let day: String
    let office: String
    let name: String
    let type: String
    let hasContents: Bool

    init(_ result: LetterCheck.Result) {
        switch result.outcome {
        case .genuine:
            (mood, title) = ("good", "Asli dan tercatat")
            text = "Surat ini dibuat oleh kantor tersebut dan tercatat di pusat."
        case .notYetReceived:
            (mood, title) = ("good", "Asli, belum diterima pusat")
            text =
                "Tanda tangannya benar. Kantor tersebut belum mengirim catatannya, "
                + "misalnya karena belum ada jaringan."
        case .revoked:
            (mood, title) = ("bad", "Sudah dicabut")
            text = "Surat ini pernah dibuat, tetapi sudah dicabut dan tidak berlaku."
        case .expired:
            (mood, title) = ("warn", "Masa berlaku habis")
            text = "Surat ini asli, tetapi masa berlakunya sudah lewat."
        case .contentDiffers:
            (mood, title) = ("bad", "Isi berbeda")
            text = "Isi surat yang tercatat di pusat berbeda dari yang ditandatangani."
        case .unknown:
            (mood, title) = ("bad", "Tidak dikenal")
            text =
                "Kode ini bukan dari kantor desa atau kelurahan di kabupaten ini, "
                + "atau tidak terbaca utuh."
        }
        let contents = result.contents
        hasContents = contents != nil
        number = contents?.number ?? ""
        day = contents.flatMap { CivilDate(iso: $0.issuedOn)?.spoken } ?? ""
        office = contents.map { Regions.region(code: $0.office)?.name ?? $0.office } ?? ""
        name = contents?.maskedName ?? ""
        type = contents?.type ?? ""
    }
}

enum LetterCheckTemplate {
    /// Hands over what stands behind `#`.
    static let script = """
        if (location.hash.length > 1) {
          document.getElementById("kode").value = location.hash.slice(1);
          document.getElementById("periksa").submit();
        }
        """

    private static let head = #"""
        <!doctype html>
        <html lang="id"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Periksa surat – Trasne</title>
        <style>
        body{margin:0;font:17px/1.5 "Segoe UI","DejaVu Sans",sans-serif;background:#f3f5f7;color:#1d2733}
        main{max-width:560px;margin:32px auto;padding:24px;background:#fff;border-radius:10px}
        h1{font-size:22px;margin:0 0 12px}.mark{padding:14px 18px;border-radius:8px;margin-bottom:16px}
        .mark b{display:block;font-size:21px}.good{background:#d8f0e2}.warn{background:#fbe8c6}.bad{background:#f7d6d3}
        dl{display:grid;grid-template-columns:9em 1fr;gap:6px 12px}dt{color:#5a6872}dd{margin:0;font-weight:600}
        input{width:100%;padding:10px;font:inherit;box-sizing:border-box}
        button{margin-top:12px;padding:10px 22px;font:inherit;font-weight:600;background:#0b4f4a;color:#fff;border:0;border-radius:6px}
        small{color:#5a6872}
        </style></head><body><main><h1>Periksa keaslian surat</h1>
        """#

    private static let foot = #"""
        <p><small>Kode verifikasi; bukan tanda tangan elektronik tersertifikasi (TTE).
        Cocokkan nomor, tanggal, dan nama dengan surat di tangan Anda.</small></p></main>
        """#

    static let form =
        head + #"""
            <form id="periksa" method="post" action="/s">
            <label for="kode">Pindai kode QR pada surat, atau tempel alamatnya di sini</label>
            <input id="kode" name="kode" autocomplete="off"><button>Periksa</button></form>
            """# + foot + #"<script src="/s.js"></script></body></html>"#

    static let answer =
        head + #"""
            <div class="mark {{mood}}"><b>{{title}}</b>{{text}}</div>
            {{#hasContents}}<dl><dt>Nomor</dt><dd>{{number}}</dd><dt>Tanggal</dt><dd>{{day}}</dd>
            <dt>Jenis</dt><dd>{{type}}</dd><dt>Kantor</dt><dd>{{office}}</dd>
            <dt>Nama (disamarkan)</dt><dd>{{name}}</dd></dl>{{/hasContents}}
            <p><a href="/s">Periksa surat lain</a></p>
            """# + foot + "</body></html>"
}

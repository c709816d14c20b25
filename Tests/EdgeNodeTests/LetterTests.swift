import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LetterSeal
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Letters")
struct LetterTests {
    private static let fields = ["f.purpose": "melamar pekerjaan", "f.income": "1.500.000"]

    private func draft(_ sample: SampleOffice, _ resident: RowID) throws -> RowID {
        try sample.office.draftLetter(
            "SKTM", for: resident, Entries(Self.fields), by: try sample.staff(.operator))
    }

    @Test("Approving numbers, freezes and signs in one changeset")
    func signing() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try sample.grantNumbers(41...42)
        let letter = try draft(sample, family.mother)
        let head = try sample.staff(.villageHead)
        let seq = try sample.seq()
        try sample.office.signLetter(letter, by: head)
        #expect(try sample.changesets(after: seq).map(\.intent) == ["letter.sign"])
        let row = try sample.record("letter", letter)
        #expect(row.text("state") == "signed")
        #expect(row["number"] == 41)
        #expect(row.text("issued_on") == "2026-11-23")
        let text = try #require(row.text("frozen_text"))
        #expect(text.contains("Nomor: SKTM/041/2004/XI/2026"))
        #expect(text.contains("Nama: Jamilah"))
        #expect(text.contains("Rp1.500.000"))
        #expect(row.text("digest") == LetterSeal.digest(of: text))
        #expect(throws: OfficeFault.wrongState("signed")) {
            try sample.office.signLetter(letter, by: head)
        }
    }

    @Test("Numbers are never doubled, and refused kindly when they are used up")
    func numbers() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let head = try sample.staff(.villageHead)
        let letters = try (0..<5).map { _ in try draft(sample, family.mother) }
        let seq = try sample.seq()
        #expect(throws: OfficeFault.noNumbers(series: "UMUM", year: 2026)) {
            try sample.office.signLetter(letters[0], by: head)
        }
        #expect(try sample.seq() == seq)
        #expect(try sample.record("letter", letters[0]).text("state") == "draft")
        try sample.grantNumbers(1...2)
        try sample.grantNumbers(101...102)
        #expect(try sample.office.numbersLeft() == 4)
        for letter in letters.prefix(4) { try sample.office.signLetter(letter, by: head) }
        let taken = try letters.prefix(4).map { try sample.record("letter", $0)["number"] }
        #expect(taken == [1, 2, 101, 102])
        #expect(try sample.office.numbersLeft() == 0)
        #expect(throws: OfficeFault.noNumbers(series: "UMUM", year: 2026)) {
            try sample.office.signLetter(letters[4], by: head)
        }
    }

    @Test("Last year's share is not used in the new year, and this year's waits before it begins")
    func newYear() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let head = try sample.staff(.villageHead)
        let letters = try (0..<2).map { _ in try draft(sample, family.mother) }
        try sample.grantNumbers(71...80)
        try sample.grantNumbers(1...10, year: 2027)
        try sample.office.signLetter(letters[0], by: head)
        // Nobody had a line in between.
        sample.advance(minutes: 60 * 24 * 39)
        #expect(sample.today == "2027-01-01")
        #expect(try sample.office.numbersLeft() == 10)
        try sample.office.signLetter(letters[1], by: head)
        let taken = try letters.map { try sample.record("letter", $0) }
        #expect(taken.map { $0["number"] } == [71, 1])
        #expect(taken.map { $0["year"] } == [2026, 2027])
    }

    @Test("The QR code is verified with the device's public key and tells no NIK")
    func seal() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try sample.grantNumbers(1...9)
        let letter = try draft(sample, family.mother)
        try sample.office.signLetter(letter, by: try sample.staff(.villageHead))
        let row = try sample.record("letter", letter)
        let url = try #require(row.text("qr"))
        let key = try #require(try DeviceFile.load(from: sample.node.folder).signing).publicKey
        let seal = try LetterSeal(url: url)
        try seal.verify(with: key)
        #expect(seal.contents.maskedName == "Ja***")
        #expect(seal.contents.number == "SKTM/001/2004/XI/2026")
        #expect(seal.contents.office == SampleOffice.code)
        #expect(seal.contents.letter == letter.description)
        #expect(row.text("digest")?.hasPrefix(seal.contents.digestPrefix) == true)
        #expect(!String(describing: seal).contains("5202056307870004"))
        #expect(throws: LetterSeal.Failure.otherKey) {
            try seal.verify(with: Curve25519.Signing.PrivateKey().publicKey)
        }
        // Any other contents under the same signature are a forgery.
        let code = try #require(url.split(separator: "#").last)
        for at in stride(from: 4, to: code.count - 90, by: 7) {
            var changed = Array(code.utf8)
            changed[at] = changed[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let forged = "http://127.0.0.1:9/s#" + String(decoding: changed, as: UTF8.self)
            #expect(throws: LetterSeal.Failure.self) {
                try LetterSeal(url: forged).verify(with: key)
            }
        }
        #expect(QRCode.svg(url)?.hasPrefix("<svg") == true)
    }

    @Test("Each role takes its own steps only")
    func roles() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try sample.grantNumbers(1...9)
        let letter = try draft(sample, family.mother)
        let office = sample.office
        #expect(throws: OfficeFault.notAllowed([.villageHead])) {
            try office.signLetter(letter, by: try sample.staff(.secretary))
        }
        #expect(throws: OfficeFault.notAllowed([.secretary])) {
            try office.advanceLetter(letter, to: "verified", by: try sample.staff(.operator))
        }
        try office.advanceLetter(letter, to: "verified", by: try sample.staff(.secretary))
        try office.signLetter(letter, by: try sample.staff(.villageHead))
        try office.handOverLetter(letter, to: "Jamilah", by: try sample.staff(.operator))
        #expect(try sample.record("letter", letter).text("handed_over_to") == "Jamilah")
        #expect(throws: OfficeFault.refused([FieldProblem("reason", .missing)])) {
            try office.endLetter(
                letter, as: "revoked", reason: " ", by: try sample.staff(.villageHead))
        }
        try office.endLetter(
            letter, as: "revoked", reason: "salah orang", by: try sample.staff(.villageHead))
        let row = try sample.record("letter", letter)
        #expect(row.text("state") == "revoked")
        #expect(!row["handed_over_at"].isNull)
    }

    @Test("From the resident to the printed sheet in four steps")
    func pages() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try sample.grantNumbers(7...9)
        try await sample.browse { browser in
            try await browser.signIn(.villageHead, sample)
            let types = try await browser.get("/surat/baru")
            #expect(types.html.contains("/warga?untuk=surat-SKTM"))
            let path = "/surat/baru/SKTM/\(family.mother)"
            let missing = try await browser.post(path, ["langkah": "periksa"])
            #expect(missing.html.contains("Wajib diisi"))
            let check = try await browser.post(path, Self.fields)
            #expect(check.html.contains("Periksa isi surat"))
            #expect(check.html.contains("melamar pekerjaan"))
            let saved = try await browser.post(
                path, Self.fields.merging(["langkah": "simpan"]) { $1 })
            let page = try #require(saved.headers[.location]?.split(separator: "?").first)
            let letter = String(page)
            #expect(try await browser.get(letter + "/cetak").status == .conflict)
            _ = try await browser.post(letter + "/tanda-tangan", [:], from: letter)
            let sheet = try await browser.get(letter + "/cetak")
            #expect(sheet.html.contains("PEMERINTAH KABUPATEN LOMBOK TENGAH"))
            #expect(sheet.html.contains("SKTM/007/2004/XI/2026"))
            #expect(sheet.html.contains("<svg"))
            #expect(sheet.html.contains("bukan TTE tersertifikasi"))
            #expect(sheet.html.utf8.count < 30_000)
        }
    }

    @Test("Without reference data the page says what to do")
    func noReference() async throws {
        let sample = try SampleOffice(withReference: false)
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let page = try await browser.get("/surat/baru")
            #expect(page.status == .ok)
            #expect(page.html.contains("belum diterima dari pusat"))
            #expect(try await browser.get("/").html.contains("surat menunggu sinkron pertama"))
        }
    }
}

import Models
import SyncProtocol
import Testing

struct LetterTextTests {
    private let office = LetterText.Office(name: "Kateng", district: "Praya Barat", isUrban: false)

    private func type(_ code: String) throws -> LetterText {
        let row = try #require(
            ReferenceCatalogue.rows.first { $0.table == "letter_type" && $0.key == code })
        func text(_ column: String) -> String? {
            row.values.first { $0.column == column }?.value.text
        }
        return LetterText(title: try #require(text("title")), body: try #require(text("body")))
    }

    private func person() -> LetterText.Person {
        var person = LetterText.Person(name: "Syamsiah Mila")
        person.nik = "5202056408950002"
        person.birthPlace = "Mataram"
        person.birthDate = CivilDate(iso: "1995-08-24")
        person.sex = "female"
        person.religion = "islam"
        person.occupation = "Petani/Pekebun"
        person.address = "Dusun Gerepek"
        person.hamlet = "Gerepek"
        person.rt = "003"
        person.rw = "000"
        return person
    }

    private func render(
        _ letter: LetterText, fields: [(name: String, value: String)]
    ) throws -> String {
        try letter.render(
            fields: fields, person: person(), office: office,
            number: "PGT/481/2004/IX/2026", issued: "1 September 2026", signer: "Amaq Haikal")
    }

    @Test("A letter reads exactly as in the workload traces")
    func trace() throws {
        let text = try render(
            try type("PGT"), fields: [("purpose", "persyaratan magang di hotel")])
        #expect(
            text == """
                PEMERINTAH KABUPATEN LOMBOK TENGAH
                KECAMATAN PRAYA BARAT
                DESA KATENG

                SURAT PENGANTAR
                Nomor: PGT/481/2004/IX/2026

                Yang bertanda tangan di bawah ini Kepala Desa Kateng, Kecamatan Praya Barat, \
                Kabupaten Lombok Tengah, menerangkan dengan sebenarnya bahwa:

                Nama: Syamsiah Mila
                NIK: 5202056408950002
                Tempat/tanggal lahir: Mataram, 24 Agustus 1995
                Jenis kelamin: Perempuan
                Agama: Islam
                Pekerjaan: Petani/Pekebun
                Alamat: Dusun Gerepek RT 003/RW 000

                Orang tersebut adalah benar warga kami yang berdomisili di alamat di atas dan \
                berkelakuan baik. Surat pengantar ini diberikan untuk keperluan persyaratan \
                magang di hotel.

                Demikian surat keterangan ini dibuat dengan sebenarnya untuk dapat \
                dipergunakan sebagaimana mestinya.

                Kateng, 1 September 2026
                Kepala Desa Kateng

                Amaq Haikal
                """)
    }

    @Test("An urban village has a Lurah")
    func urban() throws {
        let office = LetterText.Office(name: "Praya", district: "Praya", isUrban: true)
        let text = try type("PGT").render(
            fields: [("purpose", "x")], person: LetterText.Person(), office: office, number: "1",
            issued: "2 Mei 2026", signer: "Zulkifli")
        #expect(text.contains("\nKELURAHAN PRAYA\n"))
        #expect(text.hasSuffix("\nPraya, 2 Mei 2026\nLurah Praya\n\nZulkifli"))
        #expect(text.contains("\nNIK: -\n") && text.contains("\nAgama: -\n"))
    }

    @Test("Every shipped letter can be filled from its own fields")
    func shipped() throws {
        for row in ReferenceCatalogue.rows where row.table == "letter_type" {
            let letter = try type(row.key)
            let fields = ReferenceCatalogue.letterFields(type: row.key)
            let text = try render(letter, fields: fields.map { ($0.name, "⟪\($0.name)⟫") })
            #expect(text.contains(letter.title) && !text.contains("{"), "\(row.key)")
            for field in fields {
                #expect(text.contains("⟪\(field.name)⟫"), "\(row.key) \(field.name)")
            }
        }
    }

    @Test("A field of a letter never changes the date of issue")
    func issueDate() throws {
        let text = try render(
            try type("KHL"),
            fields: [("item", "KTP"), ("place", "pasar"), ("date", "4 September 2026")])
        #expect(text.contains("pada tanggal 4 September 2026"))
        #expect(text.contains("\nKateng, 1 September 2026\n"))
    }

    @Test("What a citizen dictated cannot forge a line or a placeholder")
    func injection() throws {
        let letter = LetterText(title: "SURAT", body: "Isi: {purpose}.")
        let plain = try render(letter, fields: [("purpose", "x")])
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).count
        for text in hostileTexts.filter({ $0.utf8.count < 5_000 }) + [
            "a\nNomor: 999", "a\r\nb", "{nik}", "}{", "a\u{2028}b", "\u{202E}terbalik", "\u{0}",
        ] {
            let filled = try render(letter, fields: [("purpose", text)])
            #expect(
                filled.split(separator: "\n", omittingEmptySubsequences: false).count == lines)
            #expect(!filled.unicodeScalars.contains("\u{202E}"))
            #expect(!filled.unicodeScalars.contains("\r"))
        }
        #expect(try render(letter, fields: [("purpose", "{nik}")]).contains("Isi: {nik}."))
    }

    @Test("A template that cannot be filled says why")
    func failures() throws {
        let cases: [(String, LetterText.Failure)] = [
            ("{siapa}", .unknownPlaceholder("siapa")), ("{}", .unknownPlaceholder("")),
            ("a{name", .unbalancedBrace(offset: 1)), ("name}", .unbalancedBrace(offset: 4)),
            ("{{name}}", .unbalancedBrace(offset: 1)),
            (String(repeating: "a", count: LetterText.lengthLimit + 1), .tooLong),
            (String(repeating: "{name}", count: 2_000), .tooLong),
        ]
        for (body, failure) in cases {
            #expect(throws: failure) { try render(LetterText(title: "", body: body), fields: []) }
        }
        #expect(throws: LetterText.Failure.tooLong) {
            try render(
                LetterText(title: "", body: "{purpose}"),
                fields: [("purpose", String(repeating: "a", count: 100_000))])
        }
    }

    @Test("An editor can list the placeholders of a template")
    func placeholders() throws {
        #expect(try LetterText.placeholders(in: "{name} dan {purpose}") == ["name", "purpose"])
        #expect(LetterText.builtIn.contains("name"))
        #expect(Set(LetterText.builtIn).count == LetterText.builtIn.count)
    }

    @Test("Fields read as people write them")
    func spoken() {
        #expect(LetterField("d", "D", .date).spoken("2026-09-04") == "4 September 2026")
        #expect(LetterField("d", "D", .date).spoken("besok") == "besok")
        #expect(LetterField("m", "M", .money).spoken("1250000") == "1.250.000")
        #expect(LetterField("m", "M", .money).spoken("0") == "0")
        #expect(LetterField("n", "N", .number).spoken("2015") == "2015")
        for text in hostileTexts {
            for kind in LetterField.Kind.allCases where !(kind == .money && text.hasPrefix("5")) {
                #expect(LetterField("f", "F", kind).spoken(text) == text)
            }
        }
    }
}

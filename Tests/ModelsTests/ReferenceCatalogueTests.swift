import Models
import SyncProtocol
import Testing

struct ReferenceCatalogueTests {
    private func rows(_ table: String) -> [ReferenceRow] {
        ReferenceCatalogue.rows.filter { $0.table == table }
    }

    private func keys(_ table: String) -> Set<String> { Set(rows(table).map(\.key)) }

    @Test("Every row fits its table: declared columns in order, values of their type")
    func fits() throws {
        for row in ReferenceCatalogue.rows {
            let table = try #require(Domain.schema.table(named: row.table))
            #expect(table.kind == .reference)
            let columns = try row.values.map { value in
                try #require(table.column(named: value.column), "\(row.table).\(value.column)")
            }
            #expect(columns.map(\.id) == columns.map(\.id).sorted(), "\(row.table) \(row.key)")
            #expect(Set(columns.map(\.id)).count == columns.count)
            for (column, value) in zip(columns, row.values.map(\.value)) {
                #expect(matches(value, column.type), "\(row.table).\(column.name) \(row.key)")
            }
            for column in table.columns where column.isRequired {
                #expect(columns.contains(column), "\(row.table).\(column.name) \(row.key)")
            }
        }
    }

    private func matches(_ value: Value, _ type: ColumnType) -> Bool {
        switch (type, value) {
        case (.text, .text), (.integer, .integer), (.real, .real), (.money, .integer): true
        case (.boolean, .integer(let flag)): flag == 0 || flag == 1
        case (.date, .text(let text)): CivilDate(iso: text) != nil
        case (.enumeration(let choices), .text(let code)): choices.contains { $0.code == code }
        case (.code(let table), .text(let code)): keys(table).contains(code)
        case (.json, .text(let text)): text.hasPrefix("[") && text.hasSuffix("]")
        default: false
        }
    }

    @Test("Rows are named once and the order never changes")
    func order() {
        for table in Set(ReferenceCatalogue.rows.map(\.table)) {
            #expect(keys(table).count == rows(table).count, "\(table)")
            #expect(!keys(table).contains(""))
        }
        let first = ReferenceCatalogue.rows.map { "\($0.table) \($0.key)" }
        #expect(first.prefix(2) == ["region 52.02", "region 52.02.01"])
        #expect(first.last == "report_template aset")
    }

    @Test("Everything that the traces name by code is published")
    func traces() {
        let codes: [(String, String)] = [
            ("service", "kk-baru ktp-el pindah akta-lahir akta-mati kia pbi nib rutilahu surat"),
            ("agency", "dukcapil dinsos dpmptsp perkim pupr pdam setda dlh satpolpp dinkes"),
            ("letter_type", "SKTM PGT SKU DOM SKCK SKD NKH PHO KHL BID BPG LHR MTI RAM"),
            ("number_series", "UMUM"), ("aid_program", "CBP BLT-DD BPNT PKH"),
            ("report_template", "penduduk"),
        ]
        for (table, text) in codes {
            for code in text.split(separator: " ") {
                #expect(keys(table).contains(String(code)), "\(table) \(code)")
            }
        }
    }

    @Test("Letters keep the classification and validity of the paper registers")
    func letters() {
        let expected = """
            SKTM 465.1 90, PGT 140 30, SKU 510 365, DOM 474 90, SKCK 331 30, SKD 470 90, \
            NKH 472.2 30, PHO 560 90, KHL 331.1 14, BID 471.1 90, BPG 475 30, LHR 472.11 60, \
            MTI 472.12 60, RAM 300 14
            """
        for line in expected.split(separator: ", ") {
            let parts = line.split(separator: " ").map(String.init)
            let row = rows("letter_type").first { $0.key == parts[0] }
            let value = { (column: String) in row?.values.first { $0.column == column }?.value }
            #expect(value("classification") == .text(parts[1]), "\(line)")
            #expect(value("validity_days")?.integer == Int64(parts[2]), "\(line)")
        }
        #expect(rows("letter_type").count == 33)
    }

    @Test("Every service fills all fourteen components of its standard")
    func services() {
        let components = """
            requirements procedure sla_minutes fee product complaint_channel legal_basis \
            facilities competence oversight staff_count guarantee safety evaluation
            """.split(separator: " ").map(String.init)
        #expect(components.count == 14)
        for row in rows("service") {
            for component in components {
                let value = row.values.first { $0.column == component }?.value
                #expect(value != nil && value != .text(""), "\(row.key) \(component)")
            }
        }
    }

    @Test("The number series can be parsed")
    func series() throws {
        for row in rows("number_series") {
            let format = try #require(row.values.first { $0.column == "format" }?.value.text)
            #expect(throws: Never.self) { try NumberFormat(format) }
        }
    }

    @Test("Holidays are days in order; 2026 has the 25 of its decree")
    func holidays() {
        let days = ReferenceCatalogue.holidayDates
        #expect(days.count == rows("holiday").count)
        #expect(days == days.sorted())
        #expect(days.count { $0.year == 2026 } == 25)
        #expect(days.count { $0.year == 2027 } >= 16)
    }

    @Test("JSON texts are written as JSON")
    func json() throws {
        let row = try #require(rows("letter_type").first { $0.key == "BPG" })
        let fields = row.values.first { $0.column == "fields" }?.value.text
        #expect(
            fields == """
                [{"name":"destination","label":"Tujuan","type":"text","required":true},\
                {"name":"from","label":"Mulai tanggal","type":"date","required":true},\
                {"name":"until","label":"Sampai tanggal","type":"date","required":true}]
                """)
    }
}

/// The reference rows that the hub publishes at `init` (DOMAIN §3 "Reference").
///
/// All of it is a starting point that the regency edits: texts, days, fees and formats are rows,
/// not code. Rows are named by their code (a holiday by its date), so publishing again adds nothing
/// twice.
///
/// Invariants: the order is fixed; every row names declared columns only, each once; referenced
/// rows come first.
public import SyncProtocol

public struct ReferenceRow: Sendable {
    /// A table of kind `.reference`.
    public let table: String
    /// In the order of the table's columns; absent columns are null.
    public let values: [(column: String, value: Value)]

    init(_ table: String, _ values: [(column: String, value: Value)]) {
        self.table = table
        self.values = values.filter { !$0.value.isNull }
    }

    /// What names the row within its table: its code, or a holiday's date.
    public var key: String { values.first?.value.text ?? "" }
}

public enum ReferenceCatalogue {
    /// Every row: regions, agencies, services, number series, letter types, holidays, aid
    /// programmes, report templates.
    public static let rows: [ReferenceRow] =
        regions + agencies + services + numberSeries + letterTypes + holidays + aidPrograms
        + reportTemplates

    /// The national holidays as days, for ``WorkingDays``.
    public static let holidayDates: [CivilDate] = holidayList.compactMap { CivilDate(iso: $0.0) }

    static let regions: [ReferenceRow] = Regions.all.map { region in
        ReferenceRow(
            "region",
            [
                ("code", .text(region.code)), ("name", .text(region.name)),
                ("kind", .text(region.kind.rawValue)), ("parent", text(region.parent)),
                ("lat", region.lat.map { .real($0) } ?? .null),
                ("lon", region.lon.map { .real($0) } ?? .null),
                ("valid_from", text(region.validFrom?.iso)),
                ("valid_to", text(region.validTo?.iso)), ("split_from", text(region.splitFrom)),
            ])
    }

    static let agencies: [ReferenceRow] = agencyList.map { code, name in
        ReferenceRow("agency", [("code", .text(code)), ("name", .text(name))])
    }

    private static let agencyList: [(String, String)] = [
        ("setda", "Sekretariat Daerah"),
        ("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
        ("dinsos", "Dinas Sosial"),
        ("dpmptsp", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"),
        ("perkim", "Dinas Perumahan dan Kawasan Permukiman"),
        ("pupr", "Dinas Pekerjaan Umum dan Penataan Ruang"),
        ("pdam", "Perumda Air Minum Tirta Ardhia Rinjani"),
        ("dlh", "Dinas Lingkungan Hidup"),
        ("satpolpp", "Satuan Polisi Pamong Praja"),
        ("dinkes", "Dinas Kesehatan"),
        ("bpbd", "Badan Penanggulangan Bencana Daerah"),
        ("dpmd", "Dinas Pemberdayaan Masyarakat dan Desa"),
        ("disdik", "Dinas Pendidikan"),
        ("distan", "Dinas Pertanian"),
        ("dkp", "Dinas Kelautan dan Perikanan"),
        ("disketapang", "Dinas Ketahanan Pangan"),
        ("disnakertrans", "Dinas Tenaga Kerja dan Transmigrasi"),
        ("dishub", "Dinas Perhubungan"),
        ("diskominfo", "Dinas Komunikasi dan Informatika"),
        ("disperindag", "Dinas Perindustrian dan Perdagangan"),
        ("bapenda", "Badan Pendapatan Daerah"),
        ("bappeda", "Badan Perencanaan Pembangunan Daerah"),
        ("inspektorat", "Inspektorat Daerah"),
        ("kecamatan", "Kantor Kecamatan"),
        ("desa", "Pemerintah Desa/Kelurahan"),
    ]

    static let numberSeries: [ReferenceRow] = [
        ReferenceRow(
            "number_series",
            [
                ("code", "UMUM"), ("format", .text(NumberFormat.standard)), ("reset", "yearly"),
                ("shared_by", "all"),
            ])
    ]

    static let holidays: [ReferenceRow] = holidayList.map { date, name in
        ReferenceRow("holiday", [("date", .text(date)), ("name", .text(name))])
    }

    /// 2026: the joint decree of three ministers (SKB 1497, 2 and 5 of 2025) with its collective
    /// leave. 2027: computed before its decree; days that follow the moon are marked (perkiraan)
    /// and must be confirmed by the regency.
    private static let holidayList: [(String, String)] = [
        ("2026-01-01", "Tahun Baru 2026 Masehi"),
        ("2026-01-16", "Isra Mikraj Nabi Muhammad SAW"),
        ("2026-02-16", "Cuti bersama Tahun Baru Imlek"),
        ("2026-02-17", "Tahun Baru Imlek 2577 Kongzili"),
        ("2026-03-18", "Cuti bersama Hari Suci Nyepi"),
        ("2026-03-19", "Hari Suci Nyepi Tahun Baru Saka 1948"),
        ("2026-03-20", "Cuti bersama Idulfitri 1447 Hijriah"),
        ("2026-03-21", "Idulfitri 1447 Hijriah"),
        ("2026-03-22", "Idulfitri 1447 Hijriah"),
        ("2026-03-23", "Cuti bersama Idulfitri 1447 Hijriah"),
        ("2026-03-24", "Cuti bersama Idulfitri 1447 Hijriah"),
        ("2026-04-03", "Wafat Yesus Kristus"),
        ("2026-04-05", "Kebangkitan Yesus Kristus (Paskah)"),
        ("2026-05-01", "Hari Buruh Internasional"),
        ("2026-05-14", "Kenaikan Yesus Kristus"),
        ("2026-05-15", "Cuti bersama Kenaikan Yesus Kristus"),
        ("2026-05-27", "Iduladha 1447 Hijriah"),
        ("2026-05-28", "Cuti bersama Iduladha 1447 Hijriah"),
        ("2026-05-31", "Hari Raya Waisak 2570 BE"),
        ("2026-06-01", "Hari Lahir Pancasila"),
        ("2026-06-16", "1 Muharam Tahun Baru Islam 1448 Hijriah"),
        ("2026-08-17", "Proklamasi Kemerdekaan"),
        ("2026-08-25", "Maulid Nabi Muhammad SAW"),
        ("2026-12-24", "Cuti bersama Kelahiran Yesus Kristus"),
        ("2026-12-25", "Kelahiran Yesus Kristus (Natal)"),
        ("2027-01-01", "Tahun Baru 2027 Masehi"),
        ("2027-01-05", "Isra Mikraj Nabi Muhammad SAW (perkiraan)"),
        ("2027-02-06", "Tahun Baru Imlek 2578 Kongzili (perkiraan)"),
        ("2027-03-08", "Hari Suci Nyepi Tahun Baru Saka 1949 (perkiraan)"),
        ("2027-03-10", "Idulfitri 1448 Hijriah (perkiraan)"),
        ("2027-03-11", "Idulfitri 1448 Hijriah (perkiraan)"),
        ("2027-03-26", "Wafat Yesus Kristus"),
        ("2027-03-28", "Kebangkitan Yesus Kristus (Paskah)"),
        ("2027-05-01", "Hari Buruh Internasional"),
        ("2027-05-06", "Kenaikan Yesus Kristus"),
        ("2027-05-17", "Iduladha 1448 Hijriah (perkiraan)"),
        ("2027-05-20", "Hari Raya Waisak 2571 BE (perkiraan)"),
        ("2027-06-01", "Hari Lahir Pancasila"),
        ("2027-06-06", "1 Muharam Tahun Baru Islam 1449 Hijriah (perkiraan)"),
        ("2027-08-15", "Maulid Nabi Muhammad SAW (perkiraan)"),
        ("2027-08-17", "Proklamasi Kemerdekaan"),
        ("2027-12-25", "Kelahiran Yesus Kristus (Natal)"),
    ]

    static let aidPrograms: [ReferenceRow] = [
        program(
            "BPNT", "Bantuan Pangan Nontunai (Sembako)", "national", "household", "", "monthly",
            "paket"),
        program(
            "PKH", "Program Keluarga Harapan", "national", "household", "", "quarterly", "rupiah"),
        program(
            "BLT-DD", "Bantuan Langsung Tunai Dana Desa", "village_fund", "household", "tunai",
            "monthly", "paket"),
        program(
            "BST", "Bantuan Sosial Tunai", "national", "household", "tunai", "monthly", "paket"),
        program(
            "CBP", "Bantuan Pangan Cadangan Beras Pemerintah", "national", "household", "",
            "monthly", "kg"),
        program(
            "PBI-JK", "Penerima Bantuan Iuran Jaminan Kesehatan", "national", "resident", "",
            "monthly", "jiwa"),
        program("PIP", "Program Indonesia Pintar", "national", "resident", "", "yearly", "rupiah"),
        program(
            "RTLH", "Rehabilitasi Rumah Tidak Layak Huni", "regency", "household", "rumah", "once",
            "unit"),
        program(
            "BSPS", "Bantuan Stimulan Perumahan Swadaya", "national", "household", "rumah", "once",
            "unit"),
        program("LANSIA", "Bantuan Lanjut Usia", "regency", "resident", "", "quarterly", "paket"),
        program(
            "DISABILITAS", "Bantuan Penyandang Disabilitas", "regency", "resident", "", "quarterly",
            "paket"),
        program(
            "DARURAT", "Bantuan Tanggap Darurat Bencana", "regency", "household", "", "once",
            "paket"),
        program("PUPUK", "Pupuk Bersubsidi Kelompok Tani", "national", "group", "", "yearly", "kg"),
    ]

    private static func program(
        _ code: String, _ name: String, _ source: String, _ target: String, _ group: String,
        _ period: String, _ unit: String
    ) -> ReferenceRow {
        ReferenceRow(
            "aid_program",
            [
                ("code", .text(code)), ("name", .text(name)), ("source", .text(source)),
                ("target", .text(target)), ("exclusive_group", text(group.isEmpty ? nil : group)),
                ("period", .text(period)), ("unit", .text(unit)),
            ])
    }

    static let reportTemplates: [ReferenceRow] = [
        template("penduduk", "Laporan bulanan kependudukan", ["kecamatan", "dukcapil"], "monthly"),
        template(
            "layanan", "Laporan pelayanan surat dan permohonan", ["kecamatan", "setda"], "monthly"),
        template("pengaduan", "Laporan pengaduan masyarakat", ["kecamatan", "setda"], "monthly"),
        template("bantuan", "Laporan penyaluran bantuan", ["kecamatan", "dinsos"], "monthly"),
        template("pembangunan", "Laporan kemajuan kegiatan", ["kecamatan", "dpmd"], "monthly"),
        template("ikm", "Laporan survei kepuasan masyarakat", ["kecamatan", "setda"], "quarterly"),
        template(
            "kesehatan", "Laporan pantauan kesehatan warga", ["kecamatan", "dinkes"], "monthly"),
        template("aset", "Laporan inventaris aset desa", ["kecamatan", "dpmd"], "half_yearly"),
    ]

    private static func template(
        _ code: String, _ name: String, _ recipients: [String], _ period: String
    ) -> ReferenceRow {
        ReferenceRow(
            "report_template",
            [
                ("code", .text(code)), ("name", .text(name)),
                ("recipients", .text(JSONText.array(recipients.map(JSONText.string)))),
                ("period", .text(period)), ("version", 1),
            ])
    }

    static func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
}

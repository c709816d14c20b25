/// The one-stop services and the 14 components of their standards (UU 25/2009, Permenpan 15/2014).
///
/// What is the same for every service of an agency is written once below; a regency edits any of
/// it.
import SyncProtocol

extension ReferenceCatalogue {
    static let services: [ReferenceRow] = serviceList.map(\.row)

    /// Minutes of a working day, 08:00–15:30.
    static let workingDayMinutes = 450

    private struct Service {
        let code: String
        let agency: String
        let name: String
        let days: Int
        let requirements: String
        let product: String
        let legalBasis: String
        var needsNetwork = false

        var row: ReferenceRow {
            let items = requirements.split(separator: " ").map { code -> String in
                let name = requirementNames.first { $0.0 == code }?.1 ?? String(code)
                return #"{"code":\#(JSONText.string(String(code))),"#
                    + #""name":\#(JSONText.string(name))}"#
            }
            let values: [(column: String, value: Value)] = [
                ("code", .text(code)), ("agency", .text(agency)), ("name", .text(name)),
                ("requirements", .text(JSONText.array(items))), ("procedure", .text(procedure)),
                ("sla_minutes", .integer(Int64(days * workingDayMinutes))), ("fee", 0),
                ("product", .text(product)), ("complaint_channel", .text(complaintChannel)),
                ("legal_basis", .text(legalBasis)), ("facilities", .text(facilities)),
                ("competence", .text(competence)), ("oversight", .text(oversight)),
                ("staff_count", 2), ("guarantee", .text(guarantee)), ("safety", .text(safety)),
                ("evaluation", .text(evaluation)),
                ("offline", needsNetwork ? 0 : 1), ("version", 1),
            ]
            return ReferenceRow("service", values)
        }

        private var procedure: String {
            "1. Pemohon mengambil nomor antrean dan menyerahkan berkas di loket desa/kelurahan. "
                + "2. Petugas memeriksa kelengkapan dan memberi nomor tiket. "
                + "3. Berkas diteruskan kepada penyelenggara dan diproses. "
                + "4. \(product) diserahkan kepada pemohon atau kuasanya dengan bukti terima."
        }

        private var guarantee: String {
            "Diselesaikan paling lama \(days) hari kerja sejak berkas lengkap, tanpa biaya. "
                + "Bila terlambat, pemohon diberi tahu beserta alasannya."
        }
    }

    private static let complaintChannel =
        "Loket kantor desa/kelurahan, WhatsApp kantor, kotak saran, halaman publik, SP4N-LAPOR!"
    private static let facilities =
        "Ruang tunggu, kursi prioritas, toilet, komputer, pencetak, papan informasi persyaratan"
    private static let competence =
        "Paham peraturan layanan, mampu mengoperasikan aplikasi, santun dan komunikatif"
    private static let oversight =
        "Diawasi sekretaris desa/lurah setiap hari dan kepala perangkat daerah secara berkala"
    private static let safety =
        "Data pribadi hanya dipakai untuk layanan ini; keaslian dokumen diperiksa lewat kode QR"
    private static let evaluation =
        "Survei kepuasan masyarakat (Permenpan-RB 14/2017) setiap triwulan dan evaluasi tahunan"

    private static let civilLaw = "UU 24/2013; Perpres 96/2018; Permendagri 108/2019"
    private static let welfareLaw = "UU 13/2011; Permensos tentang data kesejahteraan sosial"

    private static let serviceList: [Service] = [
        Service(
            code: "kk-baru", agency: "dukcapil", name: "Penerbitan Kartu Keluarga baru", days: 3,
            requirements: "kk ktp buku_nikah", product: "Kartu Keluarga", legalBasis: civilLaw),
        Service(
            code: "ktp-el", agency: "dukcapil", name: "Perekaman dan pencetakan KTP elektronik",
            days: 2, requirements: "kk", product: "KTP elektronik", legalBasis: civilLaw,
            needsNetwork: true),
        Service(
            code: "pindah", agency: "dukcapil", name: "Surat keterangan pindah", days: 3,
            requirements: "kk ktp", product: "Surat Keterangan Pindah", legalBasis: civilLaw),
        Service(
            code: "akta-lahir", agency: "dukcapil", name: "Akta kelahiran", days: 5,
            requirements: "kk ktp surat_lahir saksi", product: "Kutipan akta kelahiran",
            legalBasis: civilLaw),
        Service(
            code: "akta-mati", agency: "dukcapil", name: "Akta kematian", days: 5,
            requirements: "kk ktp surat_kematian", product: "Kutipan akta kematian",
            legalBasis: civilLaw),
        Service(
            code: "kia", agency: "dukcapil", name: "Kartu Identitas Anak", days: 3,
            requirements: "kk akta foto", product: "Kartu Identitas Anak",
            legalBasis: "Permendagri 2/2016"),
        Service(
            code: "pbi", agency: "dinsos", name: "Usulan peserta PBI Jaminan Kesehatan", days: 10,
            requirements: "kk ktp sktm", product: "Usulan kepesertaan PBI-JK",
            legalBasis: welfareLaw),
        Service(
            code: "nib", agency: "dpmptsp", name: "Nomor Induk Berusaha usaha mikro", days: 1,
            requirements: "ktp npwp", product: "Nomor Induk Berusaha",
            legalBasis: "PP 28/2025", needsNetwork: true),
        Service(
            code: "rutilahu", agency: "perkim", name: "Usulan rehabilitasi rumah tidak layak huni",
            days: 20, requirements: "kk ktp foto_rumah surat_tanah",
            product: "Berita acara verifikasi rumah", legalBasis: "UU 1/2011"),
        Service(
            code: "surat", agency: "desa", name: "Surat keterangan desa/kelurahan", days: 1,
            requirements: "kk ktp", product: "Surat keterangan bertanda tangan",
            legalBasis: "UU 6/2014; Permendagri 2/2017"),
        Service(
            code: "kk-ubah", agency: "dukcapil", name: "Perubahan data Kartu Keluarga", days: 3,
            requirements: "kk ktp bukti_perubahan", product: "Kartu Keluarga",
            legalBasis: civilLaw),
        Service(
            code: "datang", agency: "dukcapil", name: "Pendaftaran penduduk datang", days: 3,
            requirements: "skp ktp", product: "Kartu Keluarga di alamat baru",
            legalBasis: civilLaw),
        Service(
            code: "nikah", agency: "desa", name: "Berkas pengantar nikah (N-1 s.d. N-6)", days: 1,
            requirements: "kk ktp akta foto", product: "Formulir N-1 sampai dengan N-6",
            legalBasis: "PMA 30/2024"),
        Service(
            code: "dtsen", agency: "dinsos", name: "Usulan perbaikan data kesejahteraan",
            days: 10, requirements: "kk ktp foto_rumah", product: "Usulan pemutakhiran data",
            legalBasis: welfareLaw),
        Service(
            code: "ak1", agency: "disnakertrans", name: "Kartu pencari kerja (AK-1)", days: 1,
            requirements: "ktp ijazah foto", product: "Kartu AK-1",
            legalBasis: "Permenaker 18/2024"),
        Service(
            code: "pbb", agency: "bapenda", name: "Mutasi dan pembetulan PBB", days: 15,
            requirements: "ktp surat_tanah sppt", product: "SPPT baru",
            legalBasis: "UU 1/2022"),
        Service(
            code: "air-bersih", agency: "pdam", name: "Sambungan baru air bersih", days: 10,
            requirements: "kk ktp foto_rumah", product: "Sambungan rumah",
            legalBasis: "PP 122/2015"),
    ]

    private static let requirementNames: [(String, String)] = [
        ("kk", "Kartu Keluarga"), ("ktp", "KTP elektronik"), ("buku_nikah", "Buku nikah"),
        ("surat_lahir", "Surat keterangan lahir"), ("saksi", "Dua orang saksi"),
        ("surat_kematian", "Surat keterangan kematian"), ("akta", "Akta kelahiran"),
        ("foto", "Pas foto"), ("sktm", "Surat keterangan tidak mampu"), ("npwp", "NPWP"),
        ("foto_rumah", "Foto rumah"), ("surat_tanah", "Surat tanah"),
        ("bukti_perubahan", "Bukti perubahan data"), ("skp", "Surat Keterangan Pindah"),
        ("ijazah", "Ijazah terakhir"), ("sppt", "SPPT PBB tahun lalu"),
    ]
}

/// Reference data: written at the hub, read everywhere (DOMAIN §3 "Reference"). Ids 1 to 19.
///
/// What a regency decides for itself is a row here, never a constant in code. Other tables name
/// these rows by `code`, so a code once published stays. A changed service or letter type gets a
/// higher `version`: what began under the old one ends under it (C14).
import SyncProtocol

enum ReferenceTables {
    static let all: [Table] = [
        region, agency, service, letterType, numberSeries, holiday, aidProgram, reportTemplate,
        officeUser, dictionary,
    ]

    static let region = Table(
        1, "region", Label("Wilayah", "Region"), kind: .reference, scope: .regency,
        writers: [.centralIT], indexes: [["code"], ["parent"]],
        columns: [
            Column(1, "code", .text, Label("Kode Kemendagri", "Ministry code"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
            Column(
                3, "kind",
                .enumeration([
                    Choice("regency", "Kabupaten", "Regency"),
                    Choice("district", "Kecamatan", "District"),
                    Choice("village", "Desa", "Village"),
                    Choice("urban_village", "Kelurahan", "Urban village"),
                ]), Label("Jenis", "Kind"), isRequired: true),
            Column(4, "parent", .code("region"), Label("Induk wilayah", "Belongs to")),
            Column(5, "lat", .real, Label("Lintang", "Latitude")),
            Column(6, "lon", .real, Label("Bujur", "Longitude")),
            Column(7, "valid_from", .date, Label("Berlaku sejak", "Valid from")),
            Column(8, "valid_to", .date, Label("Berlaku sampai", "Valid to")),
            Column(9, "split_from", .code("region"), Label("Pemekaran dari", "Split from")),
            // The letterhead (kop surat) needs these three.
            Column(10, "address", .text, Label("Alamat kantor", "Office address")),
            Column(11, "postal_code", .text, Label("Kode pos", "Postal code")),
            Column(12, "phone", .text, Label("Telepon/surel kantor", "Office contact")),
        ])

    static let agency = Table(
        2, "agency", Label("Perangkat daerah", "Agency"), kind: .reference, scope: .regency,
        writers: Writers.catalogue, indexes: [["code"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
        ])

    /// The 14 components of a service standard (Permenpan 15/2014) and how we serve it.
    static let service = Table(
        3, "service", Label("Layanan", "Service"), kind: .reference, scope: .regency,
        writers: [.agency] + Writers.catalogue, indexes: [["code"], ["agency"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "agency", .code("agency"), Label("Penyelenggara", "Agency")),
            Column(3, "name", .text, Label("Nama layanan", "Service name"), isRequired: true),
            // JSON: an array of {"code","name"}.
            Column(4, "requirements", .json, Label("Persyaratan", "Requirements")),
            Column(5, "procedure", .text, Label("Prosedur", "Procedure")),
            // Working minutes; a working day has 450 (08:00–15:30).
            Column(
                6, "sla_minutes", .integer,
                Label("Jangka waktu (menit kerja)", "Service time (working minutes)")),
            Column(7, "fee", .money, Label("Biaya", "Fee"), policy: .review),
            Column(8, "product", .text, Label("Produk layanan", "Product")),
            Column(
                9, "complaint_channel", .text, Label("Saluran pengaduan", "Complaint channel")),
            Column(10, "legal_basis", .text, Label("Dasar hukum", "Legal basis")),
            Column(11, "facilities", .text, Label("Sarana dan prasarana", "Facilities")),
            Column(12, "competence", .text, Label("Kompetensi pelaksana", "Staff competence")),
            Column(13, "oversight", .text, Label("Pengawasan internal", "Internal oversight")),
            Column(14, "staff_count", .integer, Label("Jumlah pelaksana", "Number of staff")),
            Column(15, "guarantee", .text, Label("Jaminan pelayanan", "Service guarantee")),
            Column(16, "safety", .text, Label("Jaminan keamanan", "Safety guarantee")),
            Column(17, "evaluation", .text, Label("Evaluasi kinerja", "Evaluation")),
            Column(
                18, "offline", .boolean, Label("Bisa tanpa jaringan", "Works without network")),
            Column(19, "version", .integer, Label("Versi", "Version"), policy: .max),
        ])

    static let letterType = Table(
        4, "letter_type", Label("Jenis surat", "Letter type"), kind: .reference, scope: .regency,
        writers: Writers.catalogue, indexes: [["code"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
            Column(3, "classification", .text, Label("Kode klasifikasi", "Classification")),
            Column(4, "validity_days", .integer, Label("Masa berlaku (hari)", "Validity (days)")),
            // JSON: an array of {"name","label","type","required"}; see LetterField.
            Column(5, "fields", .json, Label("Isian", "Fields")),
            // JSON: an array of names.
            Column(6, "attachments", .json, Label("Lampiran", "Attachments")),
            Column(7, "version", .integer, Label("Versi", "Version"), policy: .max),
            Column(8, "title", .text, Label("Judul cetak", "Printed title"), isRequired: true),
            // Text with {placeholders}; see LetterText.
            Column(9, "body", .text, Label("Isi surat", "Body text"), isRequired: true),
            // Null means LetterText's standard sentence.
            Column(10, "opening", .text, Label("Kalimat pembuka", "Opening sentence")),
            Column(11, "closing", .text, Label("Kalimat penutup", "Closing sentence")),
            Column(12, "series", .code("number_series"), Label("Seri nomor", "Number series")),
            Column(13, "active", .boolean, Label("Dipakai", "In use")),
        ])

    static let numberSeries = Table(
        5, "number_series", Label("Seri nomor", "Number series"), kind: .reference,
        scope: .regency, writers: Writers.catalogue, indexes: [["code"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "format", .text, Label("Format nomor", "Format"), isRequired: true),
            Column(
                3, "reset",
                .enumeration([
                    Choice("yearly", "Tiap tahun", "Yearly"),
                    Choice("monthly", "Tiap bulan", "Monthly"),
                    Choice("never", "Tidak pernah", "Never"),
                ]), Label("Mulai lagi dari 1", "Restarts")),
            Column(
                4, "shared_by",
                .enumeration([
                    Choice("type", "Satu jenis surat", "One letter type"),
                    Choice("all", "Semua jenis surat", "All letter types"),
                ]), Label("Dipakai bersama oleh", "Shared by")),
        ])

    static let holiday = Table(
        6, "holiday", Label("Hari libur", "Holiday"), kind: .reference, scope: .regency,
        writers: Writers.catalogue, indexes: [["date"]],
        columns: [
            Column(1, "date", .date, Label("Tanggal", "Date"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
        ])

    static let aidProgram = Table(
        7, "aid_program", Label("Program bantuan", "Aid programme"), kind: .reference,
        scope: .regency, writers: [.agency] + Writers.catalogue, indexes: [["code"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
            Column(3, "source", .enumeration(Choices.fundSource), Label("Sumber", "Source")),
            Column(
                4, "target",
                .enumeration([
                    Choice("resident", "Perorangan", "Resident"),
                    Choice("household", "Keluarga", "Household"),
                    Choice("group", "Kelompok", "Group"),
                ]), Label("Sasaran", "Target")),
            // Programmes of one group exclude each other for the same household.
            Column(5, "exclusive_group", .text, Label("Kelompok eksklusif", "Exclusive group")),
            Column(
                6, "period",
                .enumeration([
                    Choice("monthly", "Bulanan", "Monthly"),
                    Choice("quarterly", "Triwulan", "Quarterly"),
                    Choice("yearly", "Tahunan", "Yearly"),
                    Choice("once", "Sekali", "Once"),
                ]), Label("Periode", "Period")),
            Column(7, "unit", .text, Label("Satuan", "Unit")),
        ])

    static let reportTemplate = Table(
        8, "report_template", Label("Templat laporan", "Report template"), kind: .reference,
        scope: .regency, writers: Writers.catalogue, indexes: [["code"]],
        columns: [
            Column(1, "code", .text, Label("Kode", "Code"), isRequired: true),
            Column(2, "name", .text, Label("Nama", "Name"), isRequired: true),
            Column(3, "recipients", .json, Label("Penerima", "Recipients")),
            Column(
                4, "period",
                .enumeration([
                    Choice("monthly", "Bulanan", "Monthly"),
                    Choice("quarterly", "Triwulan", "Quarterly"),
                    Choice("half_yearly", "Semester", "Half-yearly"),
                    Choice("yearly", "Tahunan", "Yearly"),
                ]), Label("Periode", "Period")),
            Column(5, "version", .integer, Label("Versi", "Version"), policy: .max),
        ])

    /// In the office's own scope, so that no office learns the users of another.
    static let officeUser = Table(
        9, "office_user", Label("Pengguna", "User"), kind: .reference, scope: .office,
        writers: [.secretary, .villageHead, .centralIT], indexes: [["name"]],
        columns: [
            Column(1, "office", .code("region"), Label("Kantor", "Office")),
            Column(2, "name", .text, Label("Nama pengguna", "User name"), isRequired: true),
            Column(3, "full_name", .text, Label("Nama lengkap", "Full name"), policy: .review),
            Column(4, "role", .enumeration(Choices.role), Label("Peran", "Role"), policy: .review),
            // A memory-hard hash with its parameters; never the password.
            Column(5, "credential", .text, Label("Sandi", "Password")),
            // The earliest says from when work is quarantined (C17); clearing it is causal.
            Column(6, "disabled_at", .instant, Label("Dinonaktifkan", "Disabled"), policy: .min),
            Column(7, "title", .text, Label("Jabatan", "Job title")),
        ])

    /// What segments have in common, trained at the hub (SYNC §5): it makes exchanges smaller. A
    /// row stays for ever, since something made with it may still be on its way.
    static let dictionary = Table(
        10, "dictionary", Label("Kamus pemampatan", "Compression dictionary"), kind: .reference,
        scope: .regency, writers: [.centralIT],
        columns: [
            // From the content's hash: never given twice.
            Column(1, "number", .integer, Label("Nomor", "Number"), isRequired: true),
            Column(2, "content", .blob, Label("Isi", "Content"), isRequired: true),
            Column(3, "trained_at", .instant, Label("Dibuat", "Trained")),
            Column(4, "offices", .integer, Label("Dari berapa kantor", "From how many offices")),
            Column(5, "changes", .integer, Label("Dari berapa perubahan", "From how many changes")),
        ])
}

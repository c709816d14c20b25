/// Enumerations that more than one table uses, or that official forms fix.
///
/// Codes are English and stored; the Indonesian labels are those of the official forms
/// (F-1.01 to F-2.01 of Permendagri 109/2019, register books of Permendagri 47/2016).
import SyncProtocol

enum Choices {
    static let sex: [Choice] = [
        Choice("male", "Laki-laki", "Male"),
        Choice("female", "Perempuan", "Female"),
    ]

    static let religion: [Choice] = [
        Choice("islam", "Islam", "Islam"),
        Choice("christian", "Kristen", "Protestant"),
        Choice("catholic", "Katolik", "Catholic"),
        Choice("hindu", "Hindu", "Hindu"),
        Choice("buddhist", "Buddha", "Buddhist"),
        Choice("confucian", "Khonghucu", "Confucian"),
        Choice("belief", "Kepercayaan terhadap Tuhan YME", "Indigenous belief"),
    ]

    static let education: [Choice] = [
        Choice("none", "Tidak/belum sekolah", "No schooling"),
        Choice("not_finished_primary", "Belum tamat SD/sederajat", "Primary not finished"),
        Choice("primary", "Tamat SD/sederajat", "Primary school"),
        Choice("junior", "SLTP/sederajat", "Junior secondary"),
        Choice("senior", "SLTA/sederajat", "Senior secondary"),
        Choice("diploma", "Diploma I/II", "Diploma I/II"),
        Choice("academy", "Akademi/Diploma III/Sarjana Muda", "Diploma III"),
        Choice("bachelor", "Diploma IV/Strata I", "Bachelor"),
        Choice("master", "Strata II", "Master"),
        Choice("doctorate", "Strata III", "Doctorate"),
    ]

    static let maritalStatus: [Choice] = [
        Choice("single", "Belum kawin", "Single"),
        Choice("married", "Kawin tercatat", "Married, registered"),
        Choice("married_unregistered", "Kawin belum tercatat", "Married, not registered"),
        Choice("divorced", "Cerai hidup", "Divorced"),
        Choice("widowed", "Cerai mati", "Widowed"),
    ]

    static let citizenship: [Choice] = [
        Choice("wni", "WNI", "Indonesian citizen"),
        Choice("wna", "WNA", "Foreign citizen"),
        Choice("dual", "Dwikewarganegaraan", "Dual citizen"),
    ]

    static let bloodType: [Choice] = [
        Choice("A", "A", "A"), Choice("B", "B", "B"),
        Choice("AB", "AB", "AB"), Choice("O", "O", "O"),
        Choice("A+", "A+", "A+"), Choice("A-", "A-", "A-"),
        Choice("B+", "B+", "B+"), Choice("B-", "B-", "B-"),
        Choice("AB+", "AB+", "AB+"), Choice("AB-", "AB-", "AB-"),
        Choice("O+", "O+", "O+"), Choice("O-", "O-", "O-"),
        Choice("unknown", "Tidak tahu", "Unknown"),
    ]

    static let familyRelationship: [Choice] = [
        Choice("head", "Kepala keluarga", "Head of household"),
        Choice("husband", "Suami", "Husband"),
        Choice("wife", "Istri", "Wife"),
        Choice("child", "Anak", "Child"),
        Choice("child_in_law", "Menantu", "Son- or daughter-in-law"),
        Choice("grandchild", "Cucu", "Grandchild"),
        Choice("parent", "Orang tua", "Parent"),
        Choice("parent_in_law", "Mertua", "Parent-in-law"),
        Choice("other_family", "Famili lain", "Other family"),
        Choice("helper", "Pembantu", "Domestic helper"),
        Choice("other", "Lainnya", "Other"),
    ]

    /// Who came to the office to report an event.
    static let reporterRelationship: [Choice] = [
        Choice("self", "Yang bersangkutan", "The person concerned"),
        Choice("father", "Ayah", "Father"),
        Choice("mother", "Ibu", "Mother"),
        Choice("husband", "Suami", "Husband"),
        Choice("wife", "Istri", "Wife"),
        Choice("child", "Anak", "Child"),
        Choice("sibling", "Saudara", "Brother or sister"),
        Choice("family", "Keluarga lain", "Other family"),
        Choice("neighbour", "Tetangga", "Neighbour"),
        Choice("hamlet_head", "Kepala dusun/RT", "Head of hamlet"),
        Choice("midwife", "Bidan/tenaga kesehatan", "Midwife or health worker"),
        Choice("police", "Kepolisian", "Police"),
        Choice("other", "Lainnya", "Other"),
    ]

    /// How a complaint, an answer or a survey reached the office.
    static let contactChannel: [Choice] = [
        Choice("counter", "Loket", "Counter"),
        Choice("whatsapp", "WhatsApp", "WhatsApp"),
        Choice("paper", "Surat/kotak saran", "Paper or suggestion box"),
        Choice("phone", "Telepon", "Telephone"),
        Choice("web", "Halaman publik", "Public page"),
        Choice("lapor", "SP4N-LAPOR!", "SP4N-LAPOR!"),
        Choice("village", "Kantor desa", "Village office"),
        Choice("self", "Layanan mandiri", "Self-service"),
        Choice("visit", "Kunjungan petugas", "Visit by staff"),
    ]

    /// Where money comes from (`aid_program.source`, `project.funding`).
    static let fundSource: [Choice] = [
        Choice("national", "APBN", "National budget"),
        Choice("province", "APBD provinsi", "Province budget"),
        Choice("regency", "APBD kabupaten", "Regency budget"),
        Choice("village_fund", "Dana Desa", "Village fund"),
        Choice("village_allocation", "Alokasi Dana Desa", "Village allocation"),
        Choice("village_income", "Pendapatan asli desa", "Village's own income"),
        Choice("grant", "Hibah", "Grant"),
        Choice("self_help", "Swadaya masyarakat", "Community contribution"),
    ]

    static let damage: [Choice] = [
        Choice("heavy", "Rusak berat", "Heavy"),
        Choice("moderate", "Rusak sedang", "Moderate"),
        Choice("light", "Rusak ringan", "Light"),
    ]

    /// The steps of an application, also in each `application_step`.
    static let applicationState: [Choice] = [
        Choice("draft", "Konsep", "Draft"),
        Choice("submitted", "Diajukan", "Submitted"),
        Choice("incomplete", "Belum lengkap", "Incomplete"),
        Choice("completed", "Sudah dilengkapi", "Completed"),
        Choice("in_progress", "Diproses", "In progress"),
        Choice("awaiting_signature", "Menunggu tanda tangan", "Awaiting signature"),
        Choice("ready", "Siap diambil", "Ready"),
        Choice("handed_over", "Diserahkan", "Handed over"),
        Choice("rejected", "Ditolak", "Rejected"),
        Choice("withdrawn", "Ditarik pemohon", "Withdrawn"),
    ]

    static let role: [Choice] = [
        Choice("operator", "Operator", "Operator"),
        Choice("section_head", "Kasi/Kaur", "Section head"),
        Choice("secretary", "Sekretaris desa/lurah", "Secretary"),
        Choice("village_head", "Kepala desa/Lurah", "Village head"),
        Choice("district", "Kecamatan", "District"),
        Choice("civil_registry", "Dukcapil", "Civil registry"),
        Choice("agency", "Perangkat daerah", "Agency desk"),
        Choice("regency_secretary", "Sekretaris daerah", "Regency secretary"),
        Choice("central_it", "TI pusat", "Central IT"),
        Choice("auditor", "Inspektorat", "Auditor"),
        Choice("citizen", "Warga", "Citizen"),
        Choice("system", "Sistem", "System"),
    ]
}

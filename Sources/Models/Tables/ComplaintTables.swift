/// Complaints and citizens' voice (DOMAIN §3). Ids 60 to 69.
///
/// A complaint that someone closes while the citizen replies stays open (C12), so every open state
/// comes before `closed` and `rejected`. A survey answer never names a resident.
import SyncProtocol

enum ComplaintTables {
    static let all: [Table] = [complaint, complaintAction, surveyResponse, proposal]

    private static let everybody: [Role] =
        Writers.village + [.agency, .district, .regencySecretary, .citizen]

    static let complaint = Table(
        60, "complaint", Label("Pengaduan", "Complaint"), writers: everybody,
        indexes: [["ticket"], ["state"]],
        columns: [
            Column(1, "ticket", .text, Label("Nomor tiket", "Ticket"), isRequired: true),
            Column(
                2, "kind",
                .enumeration([
                    Choice("complaint", "Pengaduan", "Complaint"),
                    Choice("aspiration", "Aspirasi", "Aspiration"),
                    Choice("information", "Permintaan informasi", "Information request"),
                ]), Label("Jenis", "Kind")),
            Column(3, "category", .text, Label("Kategori", "Category")),
            Column(4, "text", .text, Label("Isi", "Text"), isRequired: true),
            Column(5, "place", .text, Label("Tempat", "Place")),
            Column(6, "channel", .enumeration(Choices.contactChannel), Label("Saluran", "Channel")),
            Column(
                7, "identity",
                .enumeration([
                    Choice("open", "Terbuka", "Open"),
                    Choice("confidential", "Rahasia", "Confidential"),
                    Choice("anonymous", "Anonim", "Anonymous"),
                ]), Label("Identitas pelapor", "Identity")),
            Column(8, "reporter", .row("resident"), Label("Pelapor", "Reporter")),
            Column(9, "agency", .code("agency"), Label("Ditangani oleh", "Agency")),
            Column(
                10, "verify_due", .instant, Label("Batas verifikasi", "Verify by"), policy: .max),
            Column(
                11, "respond_due", .instant, Label("Batas tanggapan", "Respond by"), policy: .max),
            Column(12, "close_due", .instant, Label("Batas tutup", "Close by"), policy: .max),
            Column(
                13, "state",
                .enumeration([
                    Choice("received", "Diterima", "Received"),
                    Choice("verified", "Diverifikasi", "Verified"),
                    Choice("rejected", "Ditolak", "Rejected"),
                    Choice("dispatched", "Diteruskan", "Dispatched"),
                    Choice("in_progress", "Ditindaklanjuti", "In progress"),
                    Choice("answered", "Dijawab", "Answered"),
                    Choice("closed", "Ditutup", "Closed"),
                    Choice("reopened", "Dibuka kembali", "Reopened"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "reopened", "answered", "in_progress", "dispatched", "verified", "received",
                    "closed", "rejected",
                ])),
            // For a reporter who is no resident of the office.
            Column(14, "reporter_name", .text, Label("Nama pelapor luar", "Other reporter")),
            Column(15, "reporter_contact", .text, Label("Kontak pelapor", "Reporter's contact")),
        ])

    static let complaintAction = Table(
        61, "complaint_action", Label("Tindak lanjut", "Complaint action"), kind: .ledger,
        writers: everybody, indexes: [["complaint"], ["attachment"]],
        columns: [
            Column(
                1, "complaint", .row("complaint"), Label("Pengaduan", "Complaint"),
                policy: .append, isRequired: true),
            Column(2, "at", .instant, Label("Waktu", "Time"), policy: .append, isRequired: true),
            Column(3, "actor", .text, Label("Petugas", "Actor"), policy: .append),
            Column(
                4, "action",
                .enumeration([
                    Choice("received", "Diterima", "Received"),
                    Choice("verified", "Diverifikasi", "Verified"),
                    Choice("rejected", "Ditolak", "Rejected"),
                    Choice("dispatched", "Diteruskan", "Dispatched"),
                    Choice("in_progress", "Ditindaklanjuti", "In progress"),
                    Choice("answered", "Dijawab", "Answered"),
                    Choice("closed", "Ditutup", "Closed"),
                    Choice("reopened", "Dibuka kembali", "Reopened"),
                    Choice("replied", "Balasan pelapor", "Reporter replied"),
                    Choice("note", "Catatan", "Note"),
                ]), Label("Tindakan", "Action"), policy: .append),
            Column(5, "text", .text, Label("Isi", "Text"), policy: .append),
            Column(
                6, "attachment", .attachment, Label("Lampiran", "Attachment"), policy: .append),
        ])

    private static func element(_ number: UInt32, _ id: String, _ en: String) -> Column {
        Column(
            number + 1, "u\(number)", .integer, Label(id, en), policy: .append, isRequired: true)
    }

    /// The nine elements of Permenpan 14/2017, each 1 to 4.
    static let surveyResponse = Table(
        62, "survey_response", Label("Jawaban survei", "Survey response"), kind: .ledger,
        writers: everybody, indexes: [["service"]],
        columns: [
            Column(1, "service", .code("service"), Label("Layanan", "Service"), policy: .append),
            element(1, "U1 Persyaratan", "U1 Requirements"),
            element(2, "U2 Prosedur", "U2 Procedure"),
            element(3, "U3 Waktu penyelesaian", "U3 Time"),
            element(4, "U4 Biaya/tarif", "U4 Cost"),
            element(5, "U5 Produk layanan", "U5 Product"),
            element(6, "U6 Kompetensi pelaksana", "U6 Competence"),
            element(7, "U7 Perilaku pelaksana", "U7 Conduct"),
            element(8, "U8 Penanganan pengaduan", "U8 Complaints handling"),
            element(9, "U9 Sarana dan prasarana", "U9 Facilities"),
            Column(11, "suggestion", .text, Label("Saran", "Suggestion"), policy: .append),
            Column(
                12, "channel", .enumeration(Choices.contactChannel), Label("Saluran", "Channel"),
                policy: .append),
            Column(13, "age", .integer, Label("Umur", "Age"), policy: .append),
            Column(
                14, "sex", .enumeration(Choices.sex), Label("Jenis kelamin", "Sex"),
                policy: .append),
        ])

    static let proposal = Table(
        63, "proposal", Label("Usulan warga", "Proposal"), writers: everybody,
        columns: [
            Column(1, "title", .text, Label("Judul", "Title"), isRequired: true),
            Column(2, "place", .text, Label("Tempat", "Place")),
            Column(3, "benefit", .text, Label("Manfaat", "Benefit")),
            Column(4, "support", .integer, Label("Dukungan", "Support"), policy: .counter),
            Column(5, "proposer", .text, Label("Pengusul", "Proposed by")),
            Column(6, "project", .row("project"), Label("Menjadi kegiatan", "Became project")),
        ])
}

/// Integrated reporting and the situation room (DOMAIN §3). Ids 100 to 119.
///
/// A closed report is frozen together with the version vector it was computed at (`boundary`);
/// what arrives later is a correction line of the next month (C16), never a silent change.
import SyncProtocol

enum ReportingTables {
    static let all: [Table] = [monthlyReport, directive, finding, readiness]

    static let monthlyReport = Table(
        100, "monthly_report", Label("Laporan bulanan", "Monthly report"),
        writers: Writers.village + [.district, .agency],
        indexes: [["period", "template"], ["state"]],
        columns: [
            Column(
                1, "template", .code("report_template"), Label("Laporan", "Template"),
                isRequired: true),
            Column(2, "office", .code("region"), Label("Kantor", "Office"), isRequired: true),
            // `2026-09`.
            Column(3, "period", .text, Label("Periode", "Period"), isRequired: true),
            Column(4, "version", .integer, Label("Versi", "Version")),
            Column(5, "figures", .json, Label("Angka", "Figures"), policy: .review),
            Column(6, "boundary", .text, Label("Batas data", "Data boundary")),
            // Returned asks for work, so it wins over an acceptance made at the same time.
            Column(
                7, "state",
                .enumeration([
                    Choice("automatic", "Otomatis", "Automatic"),
                    Choice("reviewed", "Diperiksa", "Reviewed"),
                    Choice("closed", "Ditutup", "Closed"),
                    Choice("sent", "Dikirim", "Sent"),
                    Choice("accepted", "Diterima", "Accepted"),
                    Choice("returned", "Dikembalikan", "Returned"),
                    Choice("corrected", "Sudah dibetulkan", "Corrected"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "corrected", "returned", "accepted", "sent", "closed", "reviewed",
                    "automatic",
                ])),
            Column(8, "signature", .text, Label("Tanda tangan", "Signature")),
            Column(9, "corrects", .row("monthly_report"), Label("Membetulkan", "Corrects")),
            Column(10, "difference", .json, Label("Selisih", "Difference")),
            Column(11, "closed_at", .instant, Label("Waktu tutup", "Closed at")),
            Column(12, "note", .text, Label("Catatan", "Note")),
        ])

    static let directive = Table(
        101, "directive", Label("Arahan", "Directive"), scope: .regency,
        writers: [.regencySecretary, .agency], indexes: [["to_agency"], ["state"]],
        columns: [
            Column(1, "to_agency", .code("agency"), Label("Kepada", "To"), isRequired: true),
            Column(2, "text", .text, Label("Isi arahan", "Text"), isRequired: true),
            Column(3, "due", .date, Label("Tenggat", "Due")),
            Column(
                4, "state",
                .enumeration([
                    Choice("issued", "Diterbitkan", "Issued"),
                    Choice("acknowledged", "Diterima", "Acknowledged"),
                    Choice("in_progress", "Dikerjakan", "In progress"),
                    Choice("done", "Dilaporkan selesai", "Reported done"),
                    Choice("verified", "Dinyatakan selesai", "Verified"),
                    Choice("cancelled", "Dibatalkan", "Cancelled"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "cancelled", "verified", "done", "in_progress", "acknowledged", "issued",
                ])),
            Column(5, "evidence", .text, Label("Bukti", "Evidence")),
            Column(6, "issued_at", .instant, Label("Waktu terbit", "Issued at")),
        ])

    /// Soft constraints never block a merge: they become rows here (Periksa Data).
    static let finding = Table(
        102, "finding", Label("Temuan", "Finding"),
        writers: [.system] + Writers.village + [.district, .civilRegistry, .agency, .centralIT],
        indexes: [["state"], ["subject"]],
        columns: [
            // Open list: a newer version may find what an older one cannot name.
            Column(1, "kind", .text, Label("Jenis", "Kind"), isRequired: true),
            // `table:row id`.
            Column(2, "subject", .text, Label("Tentang", "Subject")),
            Column(3, "detail", .text, Label("Rincian", "Detail")),
            Column(
                4, "state",
                .enumeration([
                    Choice("open", "Terbuka", "Open"),
                    Choice("acknowledged", "Sedang ditangani", "Being handled"),
                    Choice("resolved", "Selesai", "Resolved"),
                    Choice("dismissed", "Bukan masalah", "Dismissed"),
                ]), Label("Status", "State"),
                policy: .state(precedence: ["open", "acknowledged", "resolved", "dismissed"])),
            Column(5, "decider", .enumeration(Choices.role), Label("Pemutus", "Decider")),
            Column(6, "found_at", .instant, Label("Ditemukan", "Found at"), policy: .min),
            Column(7, "settled_by", .text, Label("Diselesaikan oleh", "Settled by")),
            Column(8, "note", .text, Label("Catatan", "Note")),
        ])

    /// The five e-government stages of an office; a new assessment is a new row.
    static let readiness = Table(
        103, "readiness", Label("Kesiapan", "Readiness"), kind: .ledger,
        writers: [.secretary, .villageHead, .district, .centralIT], indexes: [["office", "at"]],
        columns: [
            Column(
                1, "office", .code("region"), Label("Kantor", "Office"), policy: .append,
                isRequired: true),
            Column(
                2, "stage",
                .enumeration([
                    Choice("people", "Sumber daya manusia", "People"),
                    Choice("application", "Aplikasi", "Application"),
                    Choice("data", "Data", "Data"),
                    Choice("network", "Jaringan", "Network"),
                    Choice("policy", "Kebijakan", "Policy"),
                ]), Label("Tahap", "Stage"), policy: .append, isRequired: true),
            // 0 to 100.
            Column(3, "score", .integer, Label("Nilai", "Score"), policy: .append),
            Column(4, "evidence", .text, Label("Bukti", "Evidence"), policy: .append),
            Column(5, "at", .instant, Label("Waktu", "Time"), policy: .append),
        ])
}

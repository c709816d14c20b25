/// Letters, their numbers and the papers shown for them (DOMAIN §3 "Letters with a barcode signature"). Ids 40 to 49.
///
/// A number is taken at approval from the replica's own lease, so two PCs offline can never take
/// the same one. Text is frozen at signing: `digest` is over `frozen_text`, `qr` over both.
import SyncProtocol

enum LetterTables {
    static let all: [Table] = [letter, numberLease, document]

    static let letter = Table(
        40, "letter", Label("Surat", "Letter"), writers: Writers.village,
        indexes: [["number"], ["resident"], ["state"], ["digest"]],
        columns: [
            Column(1, "type", .code("letter_type"), Label("Jenis surat", "Type"), isRequired: true),
            Column(2, "type_version", .integer, Label("Versi jenis", "Type version")),
            Column(3, "series", .code("number_series"), Label("Seri nomor", "Number series")),
            // Two values here mean a broken lease (C9): a person must look.
            Column(4, "number", .integer, Label("Nomor urut", "Number"), policy: .review),
            Column(5, "year", .integer, Label("Tahun", "Year")),
            Column(6, "classification", .text, Label("Kode klasifikasi", "Classification")),
            Column(
                7, "resident", .row("resident"), Label("Pemohon", "Resident"), policy: .review,
                isRequired: true),
            Column(8, "fields", .json, Label("Isian", "Fields")),
            Column(9, "frozen_text", .text, Label("Isi surat", "Text"), policy: .review),
            Column(10, "issued_on", .date, Label("Tanggal surat", "Issued on")),
            Column(11, "valid_until", .date, Label("Berlaku sampai", "Valid until")),
            Column(12, "signer", .text, Label("Penanda tangan", "Signer")),
            Column(13, "signer_title", .text, Label("Jabatan", "Signer's title")),
            // C10: revoked wins over handed over; `handed_over_at` keeps the other fact visible.
            // A rejection loses against a number that is already taken, and is shown.
            Column(
                14, "state",
                .enumeration([
                    Choice("draft", "Konsep", "Draft"),
                    Choice("checked", "Diperiksa", "Checked"),
                    Choice("verified", "Diverifikasi", "Verified"),
                    Choice("approved", "Disetujui", "Approved"),
                    Choice("numbered", "Bernomor", "Numbered"),
                    Choice("signed", "Ditandatangani", "Signed"),
                    Choice("handed_over", "Diserahkan", "Handed over"),
                    Choice("rejected", "Ditolak", "Rejected"),
                    Choice("revoked", "Dicabut", "Revoked"),
                    Choice("replaced", "Diganti", "Replaced"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "revoked", "replaced", "handed_over", "signed", "numbered", "rejected",
                    "approved", "verified", "checked", "draft",
                ])),
            Column(
                15, "signature_class",
                .enumeration([
                    Choice("wet", "Tanda tangan basah", "Ink signature"),
                    Choice(
                        "node", "Kode verifikasi; bukan TTE tersertifikasi",
                        "Verification code; not a certified e-signature"),
                    Choice("certified", "TTE tersertifikasi (BSrE)", "Certified e-signature"),
                ]), Label("Jenis tanda tangan", "Class of signature")),
            Column(16, "digest", .text, Label("Sidik isi", "Digest")),
            Column(17, "qr", .text, Label("Kode QR", "QR code")),
            Column(18, "revoked_reason", .text, Label("Alasan tolak/cabut", "Reason")),
            Column(19, "replaces", .row("letter"), Label("Mengganti surat", "Replaces")),
            Column(20, "handed_over_at", .instant, Label("Waktu serah", "Handed over at")),
            Column(21, "handed_over_to", .text, Label("Diterima oleh", "Handed over to")),
            Column(22, "revoked_at", .instant, Label("Waktu cabut", "Revoked at"), policy: .min),
            Column(23, "application", .row("application"), Label("Permohonan", "Application")),
        ])

    static let numberLease = Table(
        41, "number_lease", Label("Jatah nomor", "Number lease"),
        writers: [.system]
            + Writers.village, indexes: [["series", "year"]],
        columns: [
            Column(
                1, "series", .code("number_series"), Label("Seri nomor", "Series"),
                policy: .append),
            Column(2, "year", .integer, Label("Tahun", "Year"), policy: .append),
            Column(3, "replica", .text, Label("Komputer", "Replica"), policy: .append),
            Column(4, "first", .integer, Label("Nomor pertama", "First"), policy: .append),
            // A lease may only shrink (the hub takes back the unused rest of a lost PC).
            Column(5, "last", .integer, Label("Nomor terakhir", "Last"), policy: .min),
            Column(6, "next", .integer, Label("Nomor berikut", "Next"), policy: .escrow),
        ])

    /// A scan or photo that belongs to a resident, a household or a letter.
    static let document = Table(
        42, "document", Label("Lampiran", "Attachment"), writers: Writers.village,
        indexes: [["resident"], ["household"], ["letter"], ["content"]],
        columns: [
            Column(1, "resident", .row("resident"), Label("Warga", "Resident")),
            Column(2, "household", .row("household"), Label("Keluarga", "Household")),
            Column(3, "letter", .row("letter"), Label("Surat", "Letter")),
            Column(
                4, "kind",
                .enumeration([
                    Choice("ktp", "KTP", "Identity card"),
                    Choice("kk", "Kartu keluarga", "Family card"),
                    Choice("birth_certificate", "Akta kelahiran", "Birth certificate"),
                    Choice("death_certificate", "Akta kematian", "Death certificate"),
                    Choice("marriage_book", "Buku nikah", "Marriage book"),
                    Choice("covering_letter", "Surat pengantar", "Covering letter"),
                    Choice("proof_of_ownership", "Bukti kepemilikan", "Proof of ownership"),
                    Choice("photo", "Foto", "Photo"),
                    Choice("other", "Lainnya", "Other"),
                ]), Label("Jenis", "Kind"), isRequired: true),
            Column(
                5, "content", .attachment, Label("Berkas", "File"), isRequired: true),
            Column(6, "note", .text, Label("Catatan", "Note")),
            Column(7, "added_on", .date, Label("Tanggal", "Added on"), policy: .min),
        ])
}

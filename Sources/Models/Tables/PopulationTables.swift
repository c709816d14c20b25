/// Residents, households and what happens to them (DOMAIN §3 "Population"). Ids 20 to 39.
///
/// The village is the master of its residents. Civil registry never overwrites a field: it writes
/// a `registry_match` that the village accepts (C3). A registered event is never edited, only
/// corrected by a new row that names it in `corrects`.
import SyncProtocol

enum PopulationTables {
    static let all: [Table] = [
        household, resident, vitalEvent, registryMatch, residentLink, transfer,
    ]

    static let household = Table(
        20, "household", Label("Keluarga", "Household"), writers: Writers.village,
        indexes: [["family_card_no"]],
        columns: [
            Column(
                1, "family_card_no", .text, Label("Nomor KK", "Family card number"),
                policy: .review),
            Column(2, "address", .text, Label("Alamat", "Address")),
            Column(3, "hamlet", .text, Label("Dusun/lingkungan", "Hamlet"), isRequired: true),
            Column(4, "rw", .text, Label("RW", "RW")),
            Column(5, "rt", .text, Label("RT", "RT")),
            Column(
                6, "welfare_class",
                .enumeration([
                    Choice("very_poor", "Sangat miskin", "Very poor"),
                    Choice("poor", "Miskin", "Poor"),
                    Choice("near_poor", "Hampir miskin", "Near poor"),
                    Choice("not_poor", "Tidak miskin", "Not poor"),
                    Choice("unknown", "Belum didata", "Not assessed"),
                ]), Label("Kesejahteraan", "Welfare class")),
            Column(
                7, "status",
                .enumeration([
                    Choice("active", "Aktif", "Active"),
                    Choice("moved", "Pindah", "Moved"),
                    Choice("dissolved", "Bubar/digabung", "Dissolved or merged"),
                ]), Label("Status keluarga", "Household status"),
                policy: .state(precedence: ["active", "moved", "dissolved"])),
            Column(8, "lat", .real, Label("Lintang", "Latitude")),
            Column(9, "lon", .real, Label("Bujur", "Longitude")),
        ])

    static let resident = Table(
        21, "resident", Label("Warga", "Resident"), writers: Writers.village,
        indexes: [["nik"], ["household"]],
        columns: [
            Column(1, "nik", .text, Label("NIK", "NIK"), policy: .review),
            Column(
                2, "nik_status",
                .enumeration([
                    Choice("temporary", "Nomor sementara", "Temporary number"),
                    Choice("submitted", "Diajukan", "Submitted"),
                    Choice("matched", "Cocok", "Matched"),
                    Choice("mismatched", "Tidak cocok", "Mismatched"),
                ]), Label("Status NIK", "NIK status")),
            Column(3, "temporary_no", .text, Label("Nomor sementara", "Temporary number")),
            Column(
                4, "name", .text, Label("Nama lengkap", "Full name"), policy: .review,
                isRequired: true),
            Column(
                5, "sex", .enumeration(Choices.sex), Label("Jenis kelamin", "Sex"),
                policy: .review, isRequired: true),
            Column(6, "birth_place", .text, Label("Tempat lahir", "Birth place")),
            Column(
                7, "birth_date", .date, Label("Tanggal lahir", "Birth date"), policy: .review,
                isRequired: true),
            Column(8, "religion", .enumeration(Choices.religion), Label("Agama", "Religion")),
            Column(
                9, "education", .enumeration(Choices.education), Label("Pendidikan", "Education")),
            Column(10, "occupation", .text, Label("Pekerjaan", "Occupation")),
            Column(
                11, "marital_status", .enumeration(Choices.maritalStatus),
                Label("Status perkawinan", "Marital status")),
            Column(
                12, "citizenship", .enumeration(Choices.citizenship),
                Label("Kewarganegaraan", "Citizenship")),
            Column(
                13, "blood_type", .enumeration(Choices.bloodType),
                Label("Golongan darah", "Blood type")),
            Column(14, "father_name", .text, Label("Nama ayah", "Father's name"), policy: .review),
            Column(15, "father_nik", .text, Label("NIK ayah", "Father's NIK"), policy: .review),
            Column(16, "mother_name", .text, Label("Nama ibu", "Mother's name"), policy: .review),
            Column(17, "mother_nik", .text, Label("NIK ibu", "Mother's NIK"), policy: .review),
            Column(18, "phone", .text, Label("Telepon", "Telephone")),
            Column(19, "household", .row("household"), Label("Keluarga", "Household")),
            Column(
                20, "relationship", .enumeration(Choices.familyRelationship),
                Label("Hubungan keluarga", "Relationship to head")),
            Column(
                21, "residency",
                .enumeration([
                    Choice("permanent", "Tetap", "Permanent"),
                    Choice("temporary", "Sementara", "Temporary"),
                ]), Label("Status tinggal", "Residency")),
            // C6: a death stands provisionally against whatever another PC wrote.
            Column(
                22, "vital_status",
                .enumeration([
                    Choice("alive", "Hidup", "Alive"),
                    Choice("dead", "Meninggal", "Dead"),
                    Choice("moved", "Pindah", "Moved"),
                    Choice("missing", "Hilang", "Missing"),
                    Choice("away", "Pergi sementara", "Away"),
                    Choice("invalid", "Tidak valid", "Invalid"),
                ]), Label("Status dasar", "Vital status"),
                policy: .state(
                    precedence: ["dead", "moved", "missing", "away", "alive", "invalid"])),
        ])

    /// A row says what was reported; `state` alone moves after it is registered.
    static let vitalEvent = Table(
        22, "vital_event", Label("Peristiwa penduduk", "Vital event"), kind: .ledger,
        writers: Writers.village + [.civilRegistry],
        indexes: [["resident"], ["report_date"], ["event_date"]],
        columns: [
            Column(
                1, "kind",
                .enumeration([
                    Choice("birth", "Lahir", "Birth"),
                    Choice("death", "Mati", "Death"),
                    Choice("move_out", "Pindah keluar", "Move out"),
                    Choice("missing", "Hilang", "Missing"),
                    Choice("move_in", "Datang", "Move in"),
                    Choice("away", "Pergi sementara", "Away"),
                    Choice("stillbirth", "Lahir mati", "Stillbirth"),
                    Choice("correction", "Pembetulan", "Correction"),
                    Choice("cancellation", "Pembatalan", "Cancellation"),
                ]), Label("Peristiwa", "Kind"), policy: .append, isRequired: true),
            Column(
                2, "resident", .row("resident"), Label("Warga", "Resident"), policy: .append,
                isRequired: true),
            Column(
                3, "household", .row("household"), Label("Keluarga", "Household"), policy: .append),
            Column(
                4, "event_date", .date, Label("Tanggal peristiwa", "Event date"),
                policy: .append, isRequired: true),
            Column(
                5, "report_date", .date, Label("Tanggal lapor", "Report date"), policy: .append,
                isRequired: true),
            Column(6, "reporter", .text, Label("Pelapor", "Reporter"), policy: .append),
            Column(
                7, "reporter_relationship", .enumeration(Choices.reporterRelationship),
                Label("Hubungan pelapor", "Reporter's relationship"), policy: .append),
            Column(
                8, "state",
                .enumeration([
                    Choice("draft", "Konsep", "Draft"),
                    Choice("registered", "Tercatat", "Registered"),
                    Choice("confirmed", "Dikonfirmasi", "Confirmed"),
                    Choice("corrected", "Sudah dibetulkan", "Corrected"),
                    Choice("cancelled", "Dibatalkan", "Cancelled"),
                ]), Label("Status", "State"),
                policy: .state(
                    precedence: ["cancelled", "corrected", "confirmed", "registered", "draft"])),
            Column(
                9, "corrects", .row("vital_event"), Label("Membetulkan peristiwa", "Corrects"),
                policy: .append),
            Column(10, "details", .json, Label("Rincian", "Details"), policy: .append),
        ])

    /// What civil registry found about a resident, and the village's answer.
    static let registryMatch = Table(
        23, "registry_match", Label("Usulan Dukcapil", "Registry proposal"),
        writers: [.civilRegistry] + Writers.village, indexes: [["resident"], ["state"]],
        columns: [
            Column(1, "resident", .row("resident"), Label("Warga", "Resident"), policy: .append),
            Column(
                2, "result",
                .enumeration([
                    Choice("matched", "Cocok", "Matched"),
                    Choice("differs", "Ada perbedaan", "Differs"),
                    Choice("not_found", "Tidak ditemukan", "Not found"),
                    Choice("duplicate", "NIK ganda", "Duplicate"),
                ]), Label("Hasil", "Result"), policy: .append),
            Column(
                3, "differing_fields", .json, Label("Kolom yang berbeda", "Differing fields"),
                policy: .append),
            Column(4, "proposed", .json, Label("Isi usulan", "Proposed values"), policy: .append),
            Column(5, "by", .text, Label("Oleh", "By"), policy: .append),
            Column(6, "at", .instant, Label("Waktu", "Time"), policy: .append),
            Column(
                7, "state",
                .enumeration([
                    Choice("proposed", "Menunggu jawaban", "Awaiting answer"),
                    Choice("accepted", "Diterima", "Accepted"),
                    Choice("declined", "Tidak diterima", "Declined"),
                ]), Label("Jawaban", "Answer"),
                policy: .state(precedence: ["declined", "accepted", "proposed"])),
            Column(8, "decided_by", .text, Label("Dijawab oleh", "Answered by")),
            Column(9, "note", .text, Label("Catatan", "Note")),
        ])

    /// Civil registry's verdict on two residents (C4). The hub writes one row in the scope of each
    /// office concerned: `a` is that office's resident, `b` may be another office's.
    static let residentLink = Table(
        24, "resident_link", Label("Kaitan warga", "Resident link"), kind: .ledger,
        writers: [.civilRegistry], indexes: [["a"], ["b"]],
        columns: [
            Column(1, "a", .row("resident"), Label("Warga A", "Resident A"), policy: .append),
            Column(2, "b", .row("resident"), Label("Warga B", "Resident B"), policy: .append),
            Column(
                3, "kind",
                .enumeration([
                    Choice("same", "Orang yang sama", "Same person"),
                    Choice("not_same", "Orang berbeda", "Different people"),
                ]), Label("Keputusan", "Verdict"), policy: .append),
            Column(4, "by", .text, Label("Oleh", "By"), policy: .append),
            Column(5, "reason", .text, Label("Alasan", "Reason"), policy: .append),
            Column(
                6, "b_office", .code("region"), Label("Kantor B", "Office of B"), policy: .append),
            Column(7, "at", .instant, Label("Waktu", "Time"), policy: .append),
        ])

    /// A move between offices. It begins in the origin's scope; the hub carries it on to the
    /// destination's. The person counts at the origin until one acceptance (C5).
    static let transfer = Table(
        25, "transfer", Label("Pindah antar-kantor", "Transfer"),
        writers: Writers.village + [.district, .civilRegistry],
        indexes: [["resident"], ["state"], ["to_office"]],
        columns: [
            Column(1, "resident", .row("resident"), Label("Warga", "Resident"), isRequired: true),
            Column(
                2, "from_office", .code("region"), Label("Kantor asal", "From"), isRequired: true),
            Column(3, "to_office", .code("region"), Label("Kantor tujuan", "To"), isRequired: true),
            Column(
                4, "state",
                .enumeration([
                    Choice("sent", "Dikirim", "Sent"),
                    Choice("accepted", "Diterima", "Accepted"),
                    Choice("suspended", "Ditangguhkan", "Suspended"),
                    Choice("returned", "Dikembalikan", "Returned"),
                    Choice("cancelled", "Dibatalkan", "Cancelled"),
                ]), Label("Status", "State"),
                policy: .state(
                    precedence: ["accepted", "suspended", "returned", "cancelled", "sent"])),
            Column(5, "moved_on", .date, Label("Tanggal pindah", "Date of move")),
            Column(6, "reason", .text, Label("Alasan", "Reason")),
            // Number of the moving certificate (Surat Keterangan Pindah, F-1.03).
            Column(7, "certificate_no", .text, Label("Nomor SKP", "Certificate number")),
            // The resident's profile as it was sent: the destination may not read the origin.
            Column(8, "person", .json, Label("Data warga", "Resident's data")),
            Column(
                9, "arrived_as", .row("resident"), Label("Tercatat sebagai", "Registered as")),
            Column(10, "decided_by", .text, Label("Diputuskan oleh", "Decided by")),
            Column(11, "decided_at", .instant, Label("Waktu keputusan", "Decided at")),
            Column(12, "note", .text, Label("Catatan", "Note")),
        ])
}

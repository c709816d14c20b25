/// One-stop services (DOMAIN §3 "mal pelayanan publik"). Ids 50 to 59.
///
/// The ticket `office-desk-day-serial` is given offline. The clock stops in `incomplete`; an
/// application ends under the `service_version` it began with (C14).
import SyncProtocol

enum ServiceTables {
    static let all: [Table] = [application, applicationStep, requirementCheck, queueTicket]

    private static let everybody: [Role] = Writers.village + [.agency, .district, .citizen]

    static let application = Table(
        50, "application", Label("Permohonan", "Application"), writers: everybody,
        indexes: [["ticket"], ["applicant"], ["state"]],
        columns: [
            Column(1, "ticket", .text, Label("Nomor tiket", "Ticket"), isRequired: true),
            Column(2, "service", .code("service"), Label("Layanan", "Service"), isRequired: true),
            Column(3, "service_version", .integer, Label("Versi layanan", "Service version")),
            Column(4, "applicant", .row("resident"), Label("Pemohon", "Applicant")),
            Column(
                5, "channel",
                .enumeration([
                    Choice("counter", "Loket", "Counter"),
                    Choice("self", "Layanan mandiri", "Self-service"),
                    Choice("village", "Kantor desa", "Village office"),
                ]), Label("Saluran", "Channel")),
            Column(
                6, "state", .enumeration(Choices.applicationState), Label("Status", "State"),
                policy: .state(precedence: [
                    "handed_over", "withdrawn", "rejected", "ready", "awaiting_signature",
                    "in_progress", "completed", "incomplete", "submitted", "draft",
                ])),
            Column(7, "assigned_agency", .code("agency"), Label("Ditangani oleh", "Agency")),
            // A deadline may only be extended.
            Column(8, "due_at", .instant, Label("Batas waktu", "Due"), policy: .max),
            Column(
                9, "paused_minutes", .integer, Label("Jeda (menit)", "Paused (minutes)"),
                policy: .max),
            Column(10, "reason", .text, Label("Alasan tolak/tarik", "Reason")),
            Column(11, "applicant_name", .text, Label("Nama pemohon luar", "Other applicant")),
            Column(12, "applicant_contact", .text, Label("Kontak pemohon", "Contact")),
        ])

    static let applicationStep = Table(
        51, "application_step", Label("Langkah permohonan", "Application step"), kind: .ledger,
        writers: everybody, indexes: [["application"]],
        columns: [
            Column(
                1, "application", .row("application"), Label("Permohonan", "Application"),
                policy: .append, isRequired: true),
            Column(2, "at", .instant, Label("Waktu", "Time"), policy: .append, isRequired: true),
            Column(3, "actor", .text, Label("Petugas", "Actor"), policy: .append),
            Column(
                4, "from_state", .enumeration(Choices.applicationState), Label("Dari", "From"),
                policy: .append),
            Column(
                5, "to_state", .enumeration(Choices.applicationState), Label("Menjadi", "To"),
                policy: .append),
            Column(6, "note", .text, Label("Catatan", "Note"), policy: .append),
        ])

    static let requirementCheck = Table(
        52, "requirement_check", Label("Syarat permohonan", "Requirement"), writers: everybody,
        indexes: [["application"], ["attachment"]],
        columns: [
            Column(
                1, "application", .row("application"), Label("Permohonan", "Application"),
                isRequired: true),
            // A code inside `service.requirements`.
            Column(2, "requirement", .text, Label("Syarat", "Requirement"), isRequired: true),
            Column(
                3, "state",
                .enumeration([
                    Choice("missing", "Belum ada", "Missing"),
                    Choice("present", "Ada", "Present"),
                    Choice("verified", "Sudah diperiksa", "Verified"),
                    Choice("refused", "Tidak sah", "Refused"),
                    Choice("waived", "Tidak diperlukan", "Waived"),
                ]), Label("Keadaan", "State"),
                policy: .state(
                    precedence: ["refused", "verified", "waived", "present", "missing"])),
            Column(4, "attachment", .attachment, Label("Lampiran", "Attachment")),
        ])

    static let queueTicket = Table(
        53, "queue_ticket", Label("Nomor antrean", "Queue ticket"), writers: everybody,
        indexes: [["day", "desk"]],
        columns: [
            Column(1, "desk", .text, Label("Loket", "Desk"), isRequired: true),
            Column(2, "day", .date, Label("Hari", "Day"), isRequired: true),
            Column(3, "number", .integer, Label("Nomor", "Number"), isRequired: true),
            Column(
                4, "state",
                .enumeration([
                    Choice("waiting", "Menunggu", "Waiting"),
                    Choice("called", "Dipanggil", "Called"),
                    Choice("serving", "Dilayani", "Being served"),
                    Choice("served", "Selesai", "Served"),
                    Choice("skipped", "Tidak hadir", "Not present"),
                    Choice("cancelled", "Batal", "Cancelled"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "served", "serving", "called", "cancelled", "skipped", "waiting",
                ])),
            Column(5, "service", .code("service"), Label("Layanan", "Service")),
            Column(
                6, "taken_at", .instant, Label("Diambil", "Taken at"), policy: .min),
            Column(7, "called_at", .instant, Label("Dipanggil pada", "Called at"), policy: .max),
            Column(8, "served_at", .instant, Label("Selesai pada", "Served at"), policy: .max),
            Column(9, "priority", .boolean, Label("Didahulukan", "Priority")),
        ])
}

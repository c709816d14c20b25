/// Aid and stock (DOMAIN §3). Ids 80 to 89.
///
/// The balance of a warehouse is the sum of its movements. A post hands out offline only what was
/// moved to it, so the total holds under any partition; going beyond needs `override_reason`.
/// Two deliveries of one entitlement are both facts (C11) and become a finding.
import SyncProtocol

enum AidTables {
    static let all: [Table] = [aidEntitlement, aidDelivery, stockMovement, aidAllotment]

    static let aidEntitlement = Table(
        80, "aid_entitlement", Label("Hak bantuan", "Aid entitlement"),
        writers: Writers.village + [.agency],
        indexes: [["program", "period"], ["household"], ["resident"]],
        columns: [
            Column(
                1, "program", .code("aid_program"), Label("Program", "Programme"),
                isRequired: true),
            Column(2, "period", .text, Label("Periode", "Period"), isRequired: true),
            Column(3, "household", .row("household"), Label("Keluarga", "Household")),
            Column(4, "resident", .row("resident"), Label("Warga", "Resident")),
            Column(5, "quantity", .integer, Label("Jumlah", "Quantity"), policy: .review),
            Column(
                6, "state",
                .enumeration([
                    Choice("proposed", "Diusulkan", "Proposed"),
                    Choice("decreed", "Ditetapkan", "Decreed"),
                    Choice("allotted", "Dialokasikan", "Allotted"),
                    Choice("delivered", "Diserahkan", "Delivered"),
                    Choice("refused", "Ditolak penerima", "Refused"),
                    Choice("cancelled", "Dibatalkan", "Cancelled"),
                    Choice("expired", "Kedaluwarsa", "Expired"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "delivered", "refused", "cancelled", "expired", "allotted", "decreed",
                    "proposed",
                ])),
            Column(7, "reason", .text, Label("Alasan", "Reason")),
        ])

    static let aidDelivery = Table(
        81, "aid_delivery", Label("Penyerahan bantuan", "Aid delivery"), kind: .ledger,
        writers: Writers.village + [.agency],
        indexes: [["entitlement"], ["warehouse"], ["attachment"]],
        columns: [
            Column(
                1, "entitlement", .row("aid_entitlement"), Label("Hak bantuan", "Entitlement"),
                policy: .append, isRequired: true),
            Column(2, "warehouse", .text, Label("Gudang/pos", "Warehouse"), policy: .append),
            Column(3, "at", .instant, Label("Waktu", "Time"), policy: .append, isRequired: true),
            Column(4, "quantity", .integer, Label("Jumlah", "Quantity"), policy: .append),
            Column(
                5, "recipient", .row("resident"), Label("Penerima", "Recipient"), policy: .append),
            // What kind: signature, thumbprint, photo … Its picture is `attachment`.
            Column(6, "evidence", .text, Label("Bukti", "Evidence"), policy: .append),
            Column(
                7, "override_reason", .text, Label("Alasan melebihi jatah", "Reason for override"),
                policy: .append),
            Column(
                8, "attachment", .attachment, Label("Foto bukti", "Picture of the evidence"),
                policy: .append),
            // The entitlement's when it was handed out: what the share is drawn on never moves.
            Column(
                9, "program", .code("aid_program"), Label("Program", "Programme"), policy: .append),
            Column(10, "period", .text, Label("Periode", "Period"), policy: .append),
        ])

    static let stockMovement = Table(
        82, "stock_movement", Label("Mutasi barang", "Stock movement"), kind: .ledger,
        writers: Writers.village + [.agency], indexes: [["warehouse", "item"]],
        columns: [
            Column(
                1, "warehouse", .text, Label("Gudang/pos", "Warehouse"), policy: .append,
                isRequired: true),
            Column(
                2, "item", .text, Label("Barang", "Item"), policy: .append, isRequired: true),
            Column(
                3, "delta", .integer, Label("Masuk (+)/keluar (−)", "In (+) or out (−)"),
                policy: .append, isRequired: true),
            Column(4, "reason", .text, Label("Alasan", "Reason"), policy: .append),
            Column(
                5, "delivery", .row("aid_delivery"), Label("Penyerahan", "Delivery"),
                policy: .append),
            Column(6, "at", .instant, Label("Waktu", "Time"), policy: .append),
        ])

    /// What a post may hand out (``AidShares``). A post is a PC, by its replica number.
    static let aidAllotment = Table(
        83, "aid_allotment", Label("Jatah pos", "Allotment of a post"), kind: .ledger,
        writers: Writers.village + [.agency], indexes: [["program", "period"]],
        columns: [
            Column(
                1, "program", .code("aid_program"), Label("Program", "Programme"),
                policy: .append, isRequired: true),
            Column(
                2, "period", .text, Label("Periode", "Period"), policy: .append, isRequired: true),
            Column(
                3, "post", .integer, Label("Untuk komputer", "To PC"), policy: .append,
                isRequired: true),
            // Empty when it is new, from the centre.
            Column(4, "from_post", .integer, Label("Dari komputer", "From PC"), policy: .append),
            Column(
                5, "quantity", .integer, Label("Jumlah", "Quantity"), policy: .append,
                isRequired: true),
            Column(6, "reason", .text, Label("Alasan", "Reason"), policy: .append),
            Column(7, "at", .instant, Label("Waktu", "Time"), policy: .append),
        ])
}

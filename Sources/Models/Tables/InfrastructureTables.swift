/// Goods and infrastructure (DOMAIN §3; asset categories KIB A–F of Permendagri 47/2021).
/// Ids 90 to 99.
///
/// A fall of progress needs a reason; payment more than 20 points ahead of the work is an alert.
/// An asset moved here and disposed of there is held for a physical check (C15): movements are a
/// ledger, and what the asset *is* follows from them.
import SyncProtocol

enum InfrastructureTables {
    static let all: [Table] = [project, budgetLine, projectProgress, asset, assetMovement]

    static let project = Table(
        90, "project", Label("Kegiatan pembangunan", "Project"),
        writers: Writers.village + [.agency], indexes: [["state"]],
        columns: [
            Column(1, "title", .text, Label("Nama kegiatan", "Title"), isRequired: true),
            Column(2, "place", .text, Label("Lokasi", "Place")),
            Column(3, "volume", .real, Label("Volume", "Volume")),
            Column(4, "unit", .text, Label("Satuan", "Unit")),
            Column(5, "funding", .enumeration(Choices.fundSource), Label("Sumber dana", "Funding")),
            Column(6, "budget", .money, Label("Anggaran", "Budget"), policy: .review),
            Column(
                7, "method",
                .enumeration([
                    Choice("self_managed", "Swakelola", "Self-managed"),
                    Choice("provider", "Penyedia", "Provider"),
                ]), Label("Cara pelaksanaan", "Method")),
            Column(
                8, "state",
                .enumeration([
                    Choice("proposed", "Diusulkan", "Proposed"),
                    Choice("prioritised", "Diprioritaskan", "Prioritised"),
                    Choice("budgeted", "Dianggarkan", "Budgeted"),
                    Choice("procurement", "Pengadaan", "Procurement"),
                    Choice("running", "Berjalan", "Running"),
                    Choice("stopped", "Terhenti", "Stopped"),
                    Choice("finished", "Selesai", "Finished"),
                    Choice("inspected", "Diperiksa", "Inspected"),
                    Choice("handed_over", "Diserahterimakan", "Handed over"),
                    Choice("registered", "Tercatat sebagai aset", "Registered as asset"),
                ]), Label("Status", "State"),
                policy: .state(precedence: [
                    "registered", "handed_over", "inspected", "finished", "stopped", "running",
                    "procurement", "budgeted", "prioritised", "proposed",
                ])),
            Column(9, "reason", .text, Label("Alasan terhenti", "Reason for stopping")),
            Column(10, "year", .integer, Label("Tahun anggaran", "Budget year")),
            Column(11, "lat", .real, Label("Lintang", "Latitude")),
            Column(12, "lon", .real, Label("Bujur", "Longitude")),
            Column(13, "proposal", .row("proposal"), Label("Dari usulan", "From proposal")),
        ])

    static let budgetLine = Table(
        91, "budget_line", Label("Rincian anggaran", "Budget line"),
        writers: Writers.village + [.agency], indexes: [["project"]],
        columns: [
            Column(1, "project", .row("project"), Label("Kegiatan", "Project"), isRequired: true),
            Column(2, "description", .text, Label("Uraian", "Description"), isRequired: true),
            Column(3, "volume", .real, Label("Volume", "Volume"), policy: .review),
            Column(4, "unit_price", .money, Label("Harga satuan", "Unit price"), policy: .review),
            Column(5, "unit", .text, Label("Satuan", "Unit")),
        ])

    static let projectProgress = Table(
        92, "project_progress", Label("Kemajuan kegiatan", "Project progress"), kind: .ledger,
        writers: Writers.village + [.agency], indexes: [["project", "at"], ["photo"]],
        columns: [
            Column(
                1, "project", .row("project"), Label("Kegiatan", "Project"), policy: .append,
                isRequired: true),
            Column(2, "at", .instant, Label("Waktu", "Time"), policy: .append, isRequired: true),
            Column(3, "physical_pct", .real, Label("Fisik (%)", "Physical (%)"), policy: .append),
            Column(
                4, "financial_pct", .real, Label("Keuangan (%)", "Financial (%)"),
                policy: .append),
            Column(5, "obstacle", .text, Label("Kendala", "Obstacle"), policy: .append),
            Column(6, "photo", .attachment, Label("Foto", "Photo"), policy: .append),
            Column(7, "reason", .text, Label("Alasan turun", "Reason for a fall"), policy: .append),
        ])

    static let asset = Table(
        93, "asset", Label("Aset", "Asset"), writers: Writers.village,
        indexes: [["register_no"], ["item_code"]],
        columns: [
            Column(
                1, "category",
                .enumeration([
                    Choice("A", "A Tanah", "A Land"),
                    Choice("B", "B Peralatan dan mesin", "B Equipment and machines"),
                    Choice("C", "C Gedung dan bangunan", "C Buildings"),
                    Choice("D", "D Jalan, irigasi, dan jaringan", "D Roads and networks"),
                    Choice("E", "E Aset tetap lainnya", "E Other fixed assets"),
                    Choice("F", "F Konstruksi dalam pengerjaan", "F Under construction"),
                ]), Label("Golongan", "Category"), isRequired: true),
            Column(2, "item_code", .text, Label("Kode barang", "Item code")),
            Column(3, "register_no", .text, Label("Nomor register", "Register number")),
            Column(4, "origin", .text, Label("Asal-usul", "Origin")),
            Column(5, "price", .money, Label("Harga perolehan", "Price"), policy: .review),
            Column(
                6, "condition",
                .enumeration([
                    Choice("good", "Baik", "Good"),
                    Choice("light_damage", "Rusak ringan", "Lightly damaged"),
                    Choice("heavy_damage", "Rusak berat", "Heavily damaged"),
                    Choice("lost", "Hilang", "Lost"),
                ]), Label("Kondisi", "Condition")),
            Column(7, "name", .text, Label("Nama barang", "Name"), isRequired: true),
            Column(8, "location", .text, Label("Letak", "Location")),
            Column(9, "acquired_on", .date, Label("Tanggal perolehan", "Acquired on")),
            Column(10, "project", .row("project"), Label("Dari kegiatan", "From project")),
        ])

    static let assetMovement = Table(
        94, "asset_movement", Label("Mutasi aset", "Asset movement"), kind: .ledger,
        writers: Writers.village, indexes: [["asset"]],
        columns: [
            Column(
                1, "asset", .row("asset"), Label("Aset", "Asset"), policy: .append,
                isRequired: true),
            Column(
                2, "kind",
                .enumeration([
                    Choice("acquired", "Perolehan", "Acquired"),
                    Choice("moved", "Dipindahkan", "Moved"),
                    Choice("lent", "Dipinjamkan", "Lent"),
                    Choice("returned", "Dikembalikan", "Returned"),
                    Choice("repaired", "Diperbaiki", "Repaired"),
                    Choice("checked", "Diperiksa fisik", "Physically checked"),
                    Choice("lost", "Hilang", "Lost"),
                    Choice("disposed", "Dihapus", "Disposed of"),
                ]), Label("Jenis mutasi", "Kind"), policy: .append, isRequired: true),
            Column(3, "at", .instant, Label("Waktu", "Time"), policy: .append, isRequired: true),
            Column(4, "reason", .text, Label("Alasan", "Reason"), policy: .append),
            Column(5, "location", .text, Label("Letak baru", "New location"), policy: .append),
            Column(
                6, "document_no", .text, Label("Nomor berita acara", "Document"), policy: .append),
        ])
}

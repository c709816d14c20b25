/// The table of rulings. Part of the domain, but declared here: merging looks at it.
extension Ruling {
    public static let tableName = "ruling"

    public enum State: String, Sendable {
        /// In force until somebody at the centre has looked.
        case inForce = "in_force"
        /// Somebody looked: it stays.
        case upheld
        /// No longer in force: as if it had never been.
        case released
    }

    public static let table = Table(
        110, tableName, Label("Keputusan pusat", "Ruling of the centre"), kind: .reference,
        scope: .office, writers: [.centralIT], indexes: [["state"]],
        columns: [
            Column(1, "replica", .integer, Label("Komputer", "Replica"), isRequired: true),
            Column(2, "first_seq", .integer, Label("Dari", "From"), isRequired: true),
            Column(3, "last_seq", .integer, Label("Sampai", "To"), isRequired: true),
            Column(
                4, "kind",
                .enumeration([
                    Choice("withheld", "Ditahan", "Withheld"),
                    Choice("clock", "Jam salah", "Wrong clock"),
                ]), Label("Jenis", "Kind"), isRequired: true),
            // A raw reading of the hybrid logical clock.
            Column(5, "clock", .integer, Label("Jam yang dipakai", "Clock used")),
            Column(6, "code", .text, Label("Alasan", "Reason"), isRequired: true),
            Column(7, "detail", .text, Label("Keterangan", "Detail")),
            Column(
                8, "state",
                .enumeration([
                    Choice("in_force", "Menunggu keputusan", "Waits for a decision"),
                    Choice("upheld", "Tetap ditahan", "Upheld"),
                    Choice("released", "Dilepas", "Released"),
                ]), Label("Status", "State"),
                policy: .state(precedence: ["released", "upheld", "in_force"]), isRequired: true),
            Column(9, "by", .text, Label("Oleh", "By")),
            Column(10, "at", .instant, Label("Waktu", "Time")),
        ])

    /// What a row of the table says.
    /// - Parameter cells: the row's values, without nulls.
    /// - Returns: nil when it is not in force, or says nothing that can be followed.
    public init?(inForce cells: [ColumnID: Value]) {
        func number(_ column: UInt32) -> Int64? { cells[ColumnID(column)]?.integer }
        func text(_ column: UInt32) -> String? { cells[ColumnID(column)]?.text }
        guard let replica = number(1).flatMap({ UInt32(exactly: $0) }),
            let first = number(2).flatMap({ UInt64(exactly: $0) }),
            let last = number(3).flatMap({ UInt64(exactly: $0) }), 0 < first, first <= last,
            text(8) != State.released.rawValue
        else { return nil }
        let effect: Effect
        switch (text(4), number(5)) {
        case ("withheld", _): effect = .withheld
        case ("clock", let raw?) where raw >= 0: effect = .clock(HLC(rawValue: UInt64(raw)))
        default: return nil
        }
        self.init(ReplicaID(replica), first...last, effect)
    }
}

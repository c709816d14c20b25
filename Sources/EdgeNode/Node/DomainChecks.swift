import SyncProtocol

/// Which columns hold what the domain's rules speak of.
enum DomainChecks {
    static func isNIK(_ column: SyncProtocol.Column, of table: SyncProtocol.Table) -> Bool {
        table.name == "resident" && (column.name == "nik" || column.name.hasSuffix("_nik"))
    }
}

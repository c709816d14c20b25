extension SnapshotRows.Row {
    /// The row as a program with this table holds it: columns that only the maker knew become
    /// opaque, columns that the maker did not know yet are shown.
    ///
    /// - Parameter table: nil when this program does not know it.
    /// - Returns: nil when a cell has a wrong type.
    public func fitted(to table: Table?) -> RowReplay.Row? {
        var version = version
        var cells = cells
        if let table {
            for cell in version.opaque where table.column(cell.column) != nil {
                version.setOpaque(cell.column, .null)
                cells.append(cell)
            }
            for cell in cells where table.column(cell.column) == nil {
                version.setOpaque(cell.column, cell.value)
            }
            cells.removeAll { table.column($0.column) == nil }
            guard cells.allSatisfy({ table.column($0.column)?.keeps($0.value) ?? false }) else {
                return nil
            }
        }
        return RowReplay.Row(
            version: version,
            values: Dictionary(cells.map { ($0.column, $0.value) }) { _, last in last })
    }
}

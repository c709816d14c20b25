extension RowVersion {
    /// What a row still shows of the changesets that the log no longer holds, as operations: all
    /// that a write which had not seen them can be compared with.
    ///
    /// - Parameters:
    ///   - values: the row's, without nulls.
    ///   - floor: up to where the log may be gone.
    ///   - context: what the write had seen.
    public func standingWrites(
        of key: RowKey, _ values: [ColumnID: Value], upTo floor: VersionVector,
        notIn context: VersionVector, origin: (Dot) throws -> Origin?
    ) rethrows -> [PastOperation] {
        var values = values
        for cell in opaque { values[cell.column] = cell.value }
        let deletions = Set(grave?.deletions ?? [])
        let dots = Set(dots).filter { floor.covers($0) && !context.covers($0) }
        return try dots.sorted().compactMap { dot in
            guard let origin = try origin(dot) else { return nil }
            var cells = columns(writtenBy: dot, among: Array(values.keys)).map {
                Cell($0, values[$0] ?? .null)
            }
            cells += contested.filter { $0.dot == dot }.map { Cell($0.column, $0.value) }
            let isDelete = deletions.contains(dot)
            return PastOperation(
                dot: dot, origin: origin,
                operation: RowOperation(
                    table: key.table, row: key.row, kind: isDelete ? .delete : .update,
                    cells: isDelete ? [] : cells))
        }
    }

    /// The columns whose shown value this changeset wrote.
    /// - Parameter present: the columns that are not null.
    private func columns(writtenBy dot: Dot, among present: [ColumnID]) -> [ColumnID] {
        var found = groups.first { $0.dot == dot }?.columns.columns ?? []
        if base == dot {
            found += present.filter { column in
                !groups.contains { $0.columns.contains(column) }
            }
        }
        return Set(found).subtracting([.liveness]).sorted()
    }
}

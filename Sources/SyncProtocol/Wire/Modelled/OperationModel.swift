// The operations of a changeset: which rows, and what of each cell can be foreseen from the others.

/// What is known of the changeset that is being coded.
struct OperationsInWork {
    let replica: ReplicaID
    /// Milliseconds.
    let clock: Int64
    let intent: UInt32
    var operations: [RowOperation] = []
    var lastShape: UInt32 = 0
    /// Texts so far, with where they stand: something later is often the same.
    var texts: [(key: ColumnKey, operation: Int, text: Value)] = []
    /// Whole numbers so far that may name rows.
    var numbers: [Int64] = []
}

/// What is known of a table's rows.
struct TableMemory: Sendable {
    var lastInserted: Int64 = 0
    var lastTouched: Int64 = 0
    var lastWay: UInt32 = 0
    /// What a row's first cell said when it was made: a letter's type, a household's hamlet.
    var kinds: [Int64: UInt32] = [:]
}

extension SegmentModel {
    mutating func operation(
        _ known: RowOperation?, _ work: inout OperationsInWork
    ) throws(DecodeError) {
        let (shape, at) = try self.shape(
            known.map {
                Shape(table: $0.table, kind: $0.kind, columns: ColumnSet(of: $0.cells))
            }, work)
        work.lastShape = at
        let row = try self.row(known?.row.rawValue, shape, at, work)
        let before = tables[shape.table]?.kinds[row]
        var place = CellPlace(
            shape: at, row: row, rowKind: before ?? 0, operation: work.operations.count)
        var cells: [Cell] = []
        let ids = shape.columns.columns
        var later: [Int] = []
        for (index, column) in ids.enumerated() {
            let key = ColumnKey(table: shape.table, column: column)
            let value = try self.value(known?.cells[index].value, key, &place, cells, work)
            if value == nil { later.append(index) }
            cells.append(Cell(column, value ?? .null))
        }
        // What is made of the other cells comes when they are known.
        for index in later {
            let key = ColumnKey(table: shape.table, column: ids[index])
            let value = try identity(known?.cells[index].value.text, key, cells)
            cells[index] = Cell(ids[index], value)
        }
        for (cell, column) in zip(cells, ids) {
            let key = ColumnKey(table: shape.table, column: column)
            switch cell.value {
            case .text: work.texts.append((key, work.operations.count, cell.value))
            case .integer(let number) where number.magnitude > 1 << 32: work.numbers.append(number)
            default: break
            }
        }
        if shape.kind == .insert, let first = cells.first {
            tables[shape.table, default: TableMemory()].kinds[row] = first.value.fingerprint
        }
        work.operations.append(
            RowOperation(
                table: shape.table, row: RowID(rawValue: row), kind: shape.kind, cells: cells))
    }

    private enum RowWay: Int {
        case nextOfTable, nextOfReplica, named, again, fromTouched, fromInserted, plain
    }

    /// - Returns: the row's number.
    private mutating func row(
        _ known: Int64?, _ shape: Shape, _ at: UInt32, _ work: OperationsInWork
    ) throws(DecodeError) -> Int64 {
        let memory = tables[shape.table] ?? TableMemory()
        let nextOfReplica =
            (lastRow[work.replica] ?? Int64(bitPattern: UInt64(work.replica.rawValue) << 32)) &+ 1
        let way = symbols.symbol(
            known.map { rowWay($0, memory, nextOfReplica, work).rawValue }, bits: 3, .row,
            [
                SyncProtocol.context(40, at), SyncProtocol.context(41, at, memory.lastWay),
                SyncProtocol.context(42, at, work.intent, UInt32(work.operations.count)),
            ])
        let contexts = [
            SyncProtocol.context(43, UInt32(way), shape.table.rawValue),
            SyncProtocol.context(44, UInt32(way), at),
        ]
        let row: Int64
        switch RowWay(rawValue: way) {
        case .nextOfTable: row = memory.lastInserted &+ 1
        case .nextOfReplica: row = nextOfReplica
        case .again: row = memory.lastTouched
        case .named:
            let index = symbols.number(
                known.map {
                    UInt64(work.numbers.count - 1 - (work.numbers.lastIndex(of: $0) ?? 0))
                },
                .row, contexts)
            guard index < UInt64(work.numbers.count) else {
                throw symbols.failure(.unknownTag(what: "row", index))
            }
            row = work.numbers[work.numbers.count - 1 - Int(index)]
        case .fromTouched:
            row =
                memory.lastTouched
                &+ symbols.signed(known.map { $0 &- memory.lastTouched }, .row, contexts)
        case .fromInserted:
            row =
                memory.lastInserted
                &+ symbols.signed(known.map { $0 &- memory.lastInserted }, .row, contexts)
        case .plain: row = symbols.signed(known, .row, contexts)
        case nil: throw symbols.failure(.unknownTag(what: "row", UInt64(way)))
        }
        tables[shape.table, default: TableMemory()].lastWay = UInt32(way)
        tables[shape.table]?.lastTouched = row
        if shape.kind == .insert {
            tables[shape.table]?.lastInserted = row
            if row >> 32 == Int64(work.replica.rawValue) { lastRow[work.replica] = row }
        }
        return row
    }

    private func rowWay(
        _ row: Int64, _ memory: TableMemory, _ nextOfReplica: Int64, _ work: OperationsInWork
    ) -> RowWay {
        if memory.lastInserted != 0, row == memory.lastInserted &+ 1 { return .nextOfTable }
        if row == nextOfReplica { return .nextOfReplica }
        if row == memory.lastTouched { return .again }
        if work.numbers.contains(row) { return .named }
        let ways: [(RowWay, Int64)] = [
            (.fromTouched, row &- memory.lastTouched), (.fromInserted, row &- memory.lastInserted),
            (.plain, row),
        ]
        return ways.min { $0.1.magnitude < $1.1.magnitude }?.0 ?? .plain
    }
}

extension Value {
    /// The same for equal values, on every machine.
    var fingerprint: UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        func mix(_ byte: UInt8) { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        switch self {
        case .null: break
        case .integer(let value):
            for shift in stride(from: 0, to: 64, by: 8) {
                mix(UInt8(truncatingIfNeeded: value >> Int64(shift)))
            }
        case .real(let value):
            for shift in stride(from: 0, to: 64, by: 8) {
                mix(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
            }
        case .text(let value): for byte in value.utf8 { mix(byte) }
        case .blob(let value): for byte in value { mix(byte) }
        }
        return hash ^ hash >> 16
    }
}

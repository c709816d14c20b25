// One cell: how its value comes about, then what of it was not foreseen.

/// What a column has shown so far.
struct ColumnMemory: Sendable {
    /// Few values that come again and again, or names that may.
    var seen = Numbered<Value>()
    var last: UInt32 = 0
    var beforeLast: UInt32 = 0
    var lastWay: UInt32 = 0
    var lastInteger: Int64 = 0
    var lastStep: Int64 = 0
    var lastIntegerWay: UInt32 = 0
    /// Where copies came from.
    var sources = Numbered<ColumnKey>()
    var lastSource: UInt32 = 0

    /// A column with more values than this has no habits; names may still come again.
    static let habitsMax = 64
    static let seenMax = 4_096

    var hasHabits: Bool { seen.elements.count < Self.habitsMax }
}

/// Where in its row a cell stands, and what was chosen before it.
struct CellPlace {
    let shape: UInt32
    let row: Int64
    let rowKind: UInt32
    let operation: Int
    /// The last three values of columns with habits.
    var chosen: (UInt32, UInt32, UInt32) = (0, 0, 0)
    var before: UInt32 = 0
    /// Tens of years, of the row's last day.
    var age: UInt32 = 0
}

/// How a value comes about.
enum ValueWay: Int {
    case null, integer, real, text, blob
    /// It was seen in this column.
    case seen
    /// It is a text of this changeset.
    case copy
    case day
    /// The SHA-256 of another text of the row, in hex.
    case digest
    /// A line and a signature, as a letter's code has them.
    case seal
    /// An identity number, made of a day and a sex.
    case identity
    /// The row of an earlier operation.
    case row
}

extension SegmentModel {
    /// - Returns: nil for what is made of the row's other cells, and comes after them.
    mutating func value(
        _ known: Value?, _ key: ColumnKey, _ place: inout CellPlace, _ cells: [Cell],
        _ work: OperationsInWork
    ) throws(DecodeError) -> Value? {
        let id = key.number
        let memory = columns[key] ?? ColumnMemory()
        let number = symbols.symbol(
            known.map { valueWay($0, memory, cells, work).rawValue }, bits: 4, .kind,
            [
                context(50, id), context(51, id, memory.lastWay), context(52, id, place.shape),
                context(53, id, place.before), context(54, id, work.intent, place.rowKind),
                context(55, id, place.chosen.0, place.age),
            ])
        guard let way = ValueWay(rawValue: number) else {
            throw symbols.failure(.unknownTag(what: "value", UInt64(number)))
        }
        columns[key, default: memory].lastWay = UInt32(way.rawValue)
        try symbols.spend(1)
        let value: Value
        switch way {
        case .identity: return nil
        case .null: value = .null
        case .integer: value = .integer(integer(known?.integer, key, place, work))
        case .real:
            let bits = try symbols.raw(known?.realBytes, count: 8)
            value = .real(Double(bitPattern: bits.reduce(0) { $0 << 8 | UInt64($1) }))
        case .blob:
            let count = symbols.number(known?.blob.map { UInt64($0.count) }, .number, [56])
            guard count <= UInt64(SyncLimits.changesetBytesMax) else {
                throw symbols.failure(.tooLarge(what: "blob"))
            }
            value = .blob(try symbols.raw(known?.blob, count: Int(count)))
        case .text: value = .text(try literal(known?.text, id, place))
        case .seen: value = try seen(known, key, place, work)
        case .copy: value = try copy(known, key, work)
        case .day: value = .text(try day(known?.text, id, place, work))
        case .digest: value = try digest(known?.text, id, cells)
        case .seal: value = .text(try seal(known?.text, id, cells))
        case .row:
            let index = symbols.number(
                known.flatMap { value in
                    work.operations.firstIndex { $0.row.rawValue == value.integer }
                }.map { UInt64($0) }, .number,
                [context(57, id), context(57, id, memory.lastSource)])
            guard index < UInt64(work.operations.count) else {
                throw symbols.failure(.unknownTag(what: "row", index))
            }
            columns[key]?.lastSource = UInt32(index)
            value = .integer(work.operations[Int(index)].row.rawValue)
        }
        if let text = value.text { try symbols.spend(text.utf8.count) }
        remember(value, way, key, &place)
        return value
    }

    private mutating func remember(
        _ value: Value, _ way: ValueWay, _ key: ColumnKey, _ place: inout CellPlace
    ) {
        let print = value.fingerprint
        place.before = print
        guard var memory = columns.removeValue(forKey: key) else { return }
        if case .integer(let number) = value {
            memory.lastStep = number &- memory.lastInteger
            memory.lastInteger = number
        }
        if memory.hasHabits || way == .seen {
            place.chosen = (print, place.chosen.0, place.chosen.1)
        }
        memory.beforeLast = memory.last
        memory.last = print
        let mayComeAgain: Bool
        switch way {
        case .text: mayComeAgain = memory.seen.elements.count < ColumnMemory.seenMax
        case .copy, .digest, .seal, .row, .blob, .identity, .null: mayComeAgain = false
        case .integer, .real, .day: mayComeAgain = memory.hasHabits
        case .seen: mayComeAgain = false
        }
        if mayComeAgain { _ = memory.seen.insert(value) }
        if let text = value.text, let day = ISODay.days(text) {
            place.age = UInt32(truncatingIfNeeded: day / 3_652)
        }
        columns[key] = memory
    }

    // MARK: - Choosing

    private func valueWay(
        _ value: Value, _ memory: ColumnMemory, _ cells: [Cell], _ work: OperationsInWork
    ) -> ValueWay {
        switch value {
        case .null: return .null
        case .blob: return .blob
        case .integer(let number):
            if number.magnitude > 1 << 32,
                work.operations.contains(where: { $0.row.rawValue == number })
            {
                return .row
            }
            return memory.seen.index(of: value) != nil ? .seen : .integer
        case .real: return memory.seen.index(of: value) != nil ? .seen : .real
        case .text(let text):
            if Self.digested(text, cells) != nil { return .digest }
            if Seal(text) != nil { return .seal }
            if IdentityDigits(text) != nil { return .identity }
            if memory.hasHabits, memory.seen.index(of: value) != nil { return .seen }
            if text.utf8.count > 1, work.texts.contains(where: { $0.text == value }) {
                return .copy
            }
            if memory.seen.index(of: value) != nil { return .seen }
            return ISODay.days(text) != nil ? .day : .text
        }
    }

    // MARK: - Ways

    private mutating func seen(
        _ known: Value?, _ key: ColumnKey, _ place: CellPlace, _ work: OperationsInWork
    ) throws(DecodeError) -> Value {
        let memory = columns[key] ?? ColumnMemory()
        let (id, chosen) = (key.number, place.chosen)
        let index = symbols.number(
            known.flatMap { memory.seen.index(of: $0) }.map { UInt64($0) }, .choice,
            [
                context(60, id), context(61, id, memory.last),
                context(62, id, memory.last, memory.beforeLast),
                context(63, id, place.before), context(64, id, chosen.0, chosen.1),
                context(65, id, chosen.0 ^ chosen.2, chosen.1),
                context(66, id, place.age, chosen.0), context(67, id, place.rowKind),
                context(68, id, work.intent, UInt32(place.operation)),
            ])
        guard index < UInt64(memory.seen.elements.count) else {
            throw symbols.failure(.unknownTag(what: "value", index))
        }
        return memory.seen.elements[Int(index)]
    }

    private mutating func copy(
        _ known: Value?, _ key: ColumnKey, _ work: OperationsInWork
    ) throws(DecodeError) -> Value {
        let id = key.number
        var memory = columns[key] ?? ColumnMemory()
        let found = known.flatMap { known in work.texts.last { $0.text == known } }
        let contexts = [context(70, id), context(71, id, memory.lastSource)]
        let source: ColumnKey
        if let index = try choice(
            found.map { memory.sources.index(of: $0.key) }, memory.sources.elements.count,
            contexts, .number)
        {
            source = memory.sources.elements[index]
        } else {
            let table = symbols.number(found.map { UInt64($0.key.table.rawValue) }, .number, [72])
            let column = symbols.number(
                found.map { UInt64($0.key.column.rawValue) }, .number, [73])
            guard let table = UInt32(exactly: table), column <= UInt64(SyncLimits.columnIDMax)
            else { throw symbols.failure(.notCanonical(what: "copy")) }
            source = ColumnKey(table: TableID(table), column: ColumnID(UInt32(column)))
            _ = memory.sources.insert(source)
        }
        let operation = symbols.number(
            found.map { UInt64($0.operation) }, .number,
            [
                context(74, id, source.number), context(75, id, source.number, memory.lastSource),
                context(76, UInt32(work.operations.count), id),
            ])
        memory.lastSource = UInt32(truncatingIfNeeded: operation)
        columns[key] = memory
        guard
            let text = work.texts.last(where: {
                $0.key == source && UInt64($0.operation) == operation
            })?.text
        else { throw symbols.failure(.unknownTag(what: "copy", operation)) }
        return text
    }

    private mutating func literal(
        _ known: String?, _ id: UInt32, _ place: CellPlace
    ) throws(DecodeError) -> String {
        let bytes = try symbols.text(
            known.map { Array($0.utf8) }, column: id, like: context(80, id, place.rowKind),
            limit: SyncLimits.changesetBytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw symbols.failure(.invalidText)
        }
        return text
    }

    private enum IntegerWay: Int { case sameStep, step, clock, plain }

    private mutating func integer(
        _ known: Int64?, _ key: ColumnKey, _ place: CellPlace, _ work: OperationsInWork
    ) -> Int64 {
        let id = key.number
        var memory = columns[key] ?? ColumnMemory()
        let way = symbols.symbol(
            known.map { Self.integerWay($0, memory, work).rawValue }, bits: 2, .number,
            [
                context(81, id), context(82, id, memory.lastIntegerWay),
                context(83, id, place.before),
            ])
        memory.lastIntegerWay = UInt32(way)
        columns[key] = memory
        let base: Int64
        switch IntegerWay(rawValue: way) {
        case .sameStep: return memory.lastInteger &+ memory.lastStep
        case .step: base = memory.lastInteger
        case .clock: base = work.clock
        case .plain, nil: base = 0
        }
        return base
            &+ symbols.signed(
                known.map { $0 &- base }, .number,
                [context(84, id, UInt32(way)), context(85, id, UInt32(way), place.before)])
    }

    private static func integerWay(
        _ value: Int64, _ memory: ColumnMemory, _ work: OperationsInWork
    ) -> IntegerWay {
        if value == memory.lastInteger &+ memory.lastStep { return .sameStep }
        let ways: [(IntegerWay, Int64)] = [
            (.plain, value), (.step, value &- memory.lastInteger), (.clock, value &- work.clock),
        ]
        func bits(_ way: (IntegerWay, Int64)) -> Int {
            let width = 64 - way.1.magnitude.leadingZeroBitCount
            // Who goes on as before is foreseen.
            return width * 2 + (UInt32(way.0.rawValue) == memory.lastIntegerWay ? 0 : 5)
        }
        return ways.min { bits($0) < bits($1) }?.0 ?? .plain
    }

    /// Near the clock as a number of days, else as year, month and day.
    private mutating func day(
        _ known: String?, _ id: UInt32, _ place: CellPlace, _ work: OperationsInWork
    ) throws(DecodeError) -> String {
        let today = work.clock / 86_400_000
        let step = known.flatMap { ISODay.days($0) }.map { $0 - today }
        let isNear = symbols.flag(
            step.map { $0.magnitude < 512 }, .number,
            [context(90, id), context(90, id, place.before)])
        if isNear {
            let near = symbols.signed(
                step, .number,
                [context(91, id), context(92, id, place.rowKind), context(93, id, place.before)])
            guard near.magnitude < 512, let text = ISODay.text(days: today + near) else {
                throw symbols.failure(.tooLarge(what: "day"))
            }
            return text
        }
        let digits = known.map { Array($0.utf8) }
        func number(_ range: Range<Int>) -> Int? {
            digits.map { $0[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        }
        let year = symbols.symbol(
            number(0..<4), bits: 14, .number,
            [context(94, id), context(95, id, place.chosen.0), context(96, id, place.before)])
        let month = symbols.symbol(
            number(5..<7), bits: 4, .number,
            [context(97, id), context(98, id, UInt32(year / 8)), context(99, id, UInt32(year))])
        let day = symbols.symbol(
            number(8..<10), bits: 5, .number,
            [
                context(100, id), context(101, id, UInt32(month)),
                context(102, id, UInt32(month), UInt32(year / 8)),
            ])
        guard let text = ISODay.text(year: year, month: month, day: day) else {
            throw symbols.failure(.notCanonical(what: "day"))
        }
        return text
    }
}

extension ColumnKey {
    /// One number for both, for contexts.
    var number: UInt32 { table.rawValue &* 64 &+ column.rawValue &+ 1_000 }
}

extension Value {
    fileprivate var blob: [UInt8]? { if case .blob(let bytes) = self { bytes } else { nil } }

    fileprivate var realBytes: [UInt8]? {
        guard case .real(let value) = self else { return nil }
        return stride(from: 56, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value.bitPattern >> UInt64($0))
        }
    }
}

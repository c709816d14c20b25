// The canonical form of one changeset: what the hash chain hashes and the change-log stores.
//
//   byte    format, 1
//   text    scope                          text = varint length, UTF-8
//   varint  replica, seq
//   varint  clock (raw, at most 63 bits)
//   text    author;  byte role
//   text    intent
//   varint  n; n × (varint replica, varint seq)   context without the author's own entry
//   varint  n; n × operation:
//             varint table; byte kind; zigzag row
//             varint n; n × (varint column, value)
//   value:  byte tag: 0 null · 1 integer (zigzag) · 2 real (8 bytes) · 3 text · 4 blob
//
// Canonical: one changeset has exactly one form. Vectors and columns rise strictly.

extension Changeset {
    private static let format: UInt8 = 1

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 256)
        out.byte(Self.format)
        out.text(scope.code)
        out.varint(UInt64(dot.replica.rawValue))
        out.varint(dot.seq)
        out.varint(clock.rawValue)
        out.text(author.name)
        out.byte(author.roleNumber)
        out.text(intent)
        let others = context.entries.filter { $0.replica != dot.replica }
        out.varint(others.count)
        for entry in others {
            out.varint(UInt64(entry.replica.rawValue))
            out.varint(entry.seq)
        }
        out.varint(operations.count)
        for operation in operations { operation.encode(to: &out) }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= SyncLimits.changesetBytesMax else {
            throw DecodeError(.tooLarge(what: "changeset"), at: 0)
        }
        var input = ByteReader(bytes)
        let format = try input.byte()
        guard format == Self.format else {
            throw DecodeError(.unknownVersion(UInt64(format)), at: 0)
        }
        let scope = Scope(try input.name("scope"))
        let replica = ReplicaID(try input.uint32("replica"))
        let seq = try input.varint()
        guard seq > 0 else { throw input.failure(.notCanonical(what: "seq 0")) }
        let clock = HLC(rawValue: try input.varint())
        guard clock <= .max else { throw input.failure(.tooLarge(what: "clock")) }
        let author = Author(try input.name("author"), roleNumber: try input.byte())
        let intent = try input.name("intent")
        let context = try VersionVector(reading: &input, without: replica)
        let count = try input.count(
            of: "operations", limit: SyncLimits.operationsPerChangesetMax, bytesEach: 4)
        var operations: [RowOperation] = []
        operations.reserveCapacity(count)
        for _ in 0..<count { operations.append(try RowOperation(reading: &input)) }
        try input.finish()
        self.init(
            scope: scope, dot: Dot(replica, seq), clock: clock, author: author, intent: intent,
            context: context, operations: operations)
    }
}

extension Changeset {
    /// Whether the canonical form stays within ``SyncLimits/changesetBytesMax``. It is written
    /// only when a generous estimate does not settle it.
    var fitsCanonicalLimit: Bool {
        var bytesAtMost = 4 * SyncLimits.nameBytesMax + 15 * context.entries.count
        for operation in operations {
            bytesAtMost += 20
            for cell in operation.cells {
                switch cell.value {
                case .text(let text): bytesAtMost += 10 + text.utf8.count
                case .blob(let bytes): bytesAtMost += 10 + bytes.count
                case .null, .integer, .real: bytesAtMost += 15
                }
            }
        }
        return bytesAtMost <= SyncLimits.changesetBytesMax
            || encoded().count <= SyncLimits.changesetBytesMax
    }
}

extension VersionVector {
    /// Writes a count and the entries in rising order.
    public func encode(to out: inout ByteWriter) {
        out.varint(entries.count)
        for entry in entries {
            out.varint(UInt64(entry.replica.rawValue))
            out.varint(entry.seq)
        }
    }

    /// - Parameter excluded: a replica that must not be named, because it is implied.
    public init(
        reading input: inout ByteReader, without excluded: ReplicaID? = nil
    ) throws(DecodeError) {
        self.init()
        let count = try input.count(
            of: "vector entries", limit: SyncLimits.vectorEntriesMax, bytesEach: 2)
        var last: ReplicaID?
        for _ in 0..<count {
            let replica = ReplicaID(try input.uint32("replica"))
            let seq = try input.varint()
            guard seq > 0, replica != excluded, last.map({ $0 < replica }) ?? true else {
                throw input.failure(.notCanonical(what: "vector"))
            }
            last = replica
            self[replica] = seq
        }
    }
}

extension RowOperation {
    func encode(to out: inout ByteWriter) {
        out.varint(UInt64(table.rawValue))
        out.byte(kind.rawValue)
        out.zigzag(row.rawValue)
        out.varint(cells.count)
        for cell in cells {
            out.varint(UInt64(cell.column.rawValue))
            cell.value.encode(to: &out)
        }
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        let table = TableID(try input.uint32("table"))
        let tag = try input.byte()
        guard let kind = Kind(rawValue: tag) else {
            throw input.failure(.unknownTag(what: "operation", UInt64(tag)))
        }
        let row = RowID(rawValue: try input.zigzag())
        let count = try input.count(
            of: "cells", limit: Int(SyncLimits.columnIDMax), bytesEach: 2)
        var cells: [Cell] = []
        cells.reserveCapacity(count)
        for _ in 0..<count {
            let column = try ColumnID(reading: &input, after: cells.last?.column)
            cells.append(Cell(column, try Value(reading: &input)))
        }
        guard kind != .delete || cells.isEmpty else {
            throw input.failure(.notCanonical(what: "delete with columns"))
        }
        self.init(table: table, row: row, kind: kind, cells: cells)
    }
}

extension ColumnID {
    /// A column that rises strictly after `previous`, within 1…63.
    init(reading input: inout ByteReader, after previous: ColumnID?) throws(DecodeError) {
        self.init(try input.uint32("column"))
        guard rawValue <= SyncLimits.columnIDMax else {
            throw input.failure(.tooLarge(what: "column"))
        }
        guard rawValue > (previous?.rawValue ?? 0) else {
            throw input.failure(.notCanonical(what: "column order"))
        }
    }
}

extension Value {
    public func encode(to out: inout ByteWriter) {
        switch self {
        case .null: out.byte(0)
        case .integer(let value):
            out.byte(1)
            out.zigzag(value)
        case .real(let value):
            out.byte(2)
            out.fixed64(value.bitPattern)
        case .text(let value):
            out.byte(3)
            out.text(value)
        case .blob(let value):
            out.byte(4)
            out.block(value)
        }
    }

    public init(reading input: inout ByteReader) throws(DecodeError) {
        let tag = try input.byte()
        switch tag {
        case 0: self = .null
        case 1: self = .integer(try input.zigzag())
        case 2: self = .real(Double(bitPattern: try input.fixed64()))
        case 3: self = .text(try input.text("text", limit: SyncLimits.changesetBytesMax))
        case 4: self = .blob(try input.block("blob", limit: SyncLimits.changesetBytesMax))
        default: throw input.failure(.unknownTag(what: "value", UInt64(tag)))
        }
    }
}

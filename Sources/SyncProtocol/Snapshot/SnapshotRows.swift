// Rows of one table with their versions, column by column.
//
//   varint  table
//   varint  n
//   n × zigzag                          row − the row before; rows rise strictly
//   n × varint                          flags: 1 base · 2 groups · 4 the version stands whole
//   varint  k; k × varint               replicas, in order of first use
//   per row with 1: varint              index of the base's replica
//   per row with 1: zigzag              seq − the last seq of that replica in this piece
//   per row with 2: varint              groups
//   per group: varint                   index of its replica
//   per group: zigzag                   seq − the last seq of that replica in this piece
//   per group: varint                   column set
//   per row with 4: block               the version as it is stored (`RowVersionCoding.swift`)
//   varint  column set: columns that some row has
//   per column, rising: byte 1 when all rows have it, else byte 0 and ⌈n/8⌉ bytes, the first row
//                       in the lowest bit; value stream of the rows that have it
//
// Siblings, graves and opaque cells are rare: such a version stands whole.

/// Rows of one table, dead ones too as long as they are kept.
public struct SnapshotRows: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        public let id: RowID
        public let version: RowVersion
        /// Without nulls and opaque ones, rising by column.
        public let cells: [Cell]

        public init(id: RowID, version: RowVersion, cells: [Cell]) {
            self.id = id
            self.version = version
            self.cells = cells
        }
    }

    public let table: TableID
    /// Rising by id.
    public let rows: [Row]

    public init(table: TableID, rows: [Row]) {
        self.table = table
        self.rows = rows
    }
}

extension RowVersion {
    fileprivate var standsWhole: Bool {
        !siblings.isEmpty || grave != nil || !opaque.isEmpty
    }

    fileprivate var flags: Int {
        standsWhole ? 4 : (base == nil ? 0 : 1) | (groups.isEmpty ? 0 : 2)
    }
}

extension SnapshotRows {
    func encode(to out: inout ByteWriter) {
        out.varint(UInt64(table.rawValue))
        out.varint(rows.count)
        var last: Int64 = 0
        for row in rows {
            out.zigzag(row.id.rawValue &- last)
            last = row.id.rawValue
        }
        for row in rows { out.varint(row.version.flags) }
        encodeVersions(to: &out)
        encodeCells(to: &out)
    }

    private func encodeVersions(to out: inout ByteWriter) {
        let plain = rows.map(\.version).filter { !$0.standsWhole }
        let bases = plain.compactMap(\.base)
        let grouped = plain.filter { !$0.groups.isEmpty }
        let groups = grouped.flatMap(\.groups)
        var replicas = Interned<ReplicaID>()
        let dots = bases + groups.map(\.dot)
        let indexes = dots.map { replicas.index(of: $0.replica) }
        out.list(replicas.elements) { $0.varint(UInt64($1.rawValue)) }
        var last: [ReplicaID: UInt64] = [:]
        func step(_ dot: Dot, _ out: inout ByteWriter) {
            out.zigzag(Int64(bitPattern: dot.seq &- (last[dot.replica] ?? 0)))
            last[dot.replica] = dot.seq
        }
        for index in indexes.prefix(bases.count) { out.varint(index) }
        for dot in bases { step(dot, &out) }
        for version in grouped { out.varint(version.groups.count) }
        for index in indexes.dropFirst(bases.count) { out.varint(index) }
        for group in groups { step(group.dot, &out) }
        for group in groups { out.varint(group.columns.rawValue) }
        for row in rows where row.version.standsWhole { out.block(row.version.encoded()) }
    }

    private func encodeCells(to out: inout ByteWriter) {
        let all = rows.reduce(ColumnSet()) { $0.union(ColumnSet(of: $1.cells)) }
        out.varint(all.rawValue)
        for column in all.columns {
            let values = rows.map { row in row.cells.first { $0.column == column }?.value }
            if values.allSatisfy({ $0 != nil }) {
                out.byte(1)
            } else {
                out.byte(0)
                var bits = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
                for (index, value) in values.enumerated() where value != nil {
                    bits[index / 8] |= 1 << UInt8(index % 8)
                }
                out.raw(bits)
            }
            ValueStream.encode(values.compactMap { $0 }, to: &out)
        }
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        table = TableID(try input.uint32("table"))
        let count = try input.count(
            of: "rows", limit: SyncLimits.snapshotRowsPerPieceMax, bytesEach: 2)
        var ids: [Int64] = []
        ids.reserveCapacity(count)
        for _ in 0..<count {
            let id = (ids.last ?? 0) &+ (try input.zigzag())
            guard ids.last.map({ $0 < id }) ?? true else {
                throw input.failure(.notCanonical(what: "row order"))
            }
            ids.append(id)
        }
        let versions = try Self.versions(count, reading: &input)
        let cells = try Self.cells(count, reading: &input)
        rows = (0..<count).map {
            Row(id: RowID(rawValue: ids[$0]), version: versions[$0], cells: cells[$0])
        }
    }

    private static func versions(
        _ count: Int, reading input: inout ByteReader
    ) throws(DecodeError) -> [RowVersion] {
        var flags: [UInt64] = []
        for _ in 0..<count {
            let flag = try input.varint()
            guard flag <= 4 else { throw input.failure(.unknownTag(what: "row flags", flag)) }
            flags.append(flag)
        }
        var replicas: [ReplicaID] = []
        for _ in 0..<(try input.count(of: "replicas", limit: SyncLimits.vectorEntriesMax)) {
            replicas.append(ReplicaID(try input.uint32("replica")))
        }
        var last: [ReplicaID: UInt64] = [:]
        func dots(_ count: Int) throws(DecodeError) -> [Dot] {
            guard count <= input.remaining else { throw input.failure(.truncated) }
            var authors: [ReplicaID] = []
            for _ in 0..<count { authors.append(try input.element(of: replicas, "replica")) }
            var dots: [Dot] = []
            for author in authors {
                let seq = (last[author] ?? 0) &+ UInt64(bitPattern: try input.zigzag())
                guard seq > 0 else { throw input.failure(.notCanonical(what: "seq 0")) }
                last[author] = seq
                dots.append(Dot(author, seq))
            }
            return dots
        }
        var bases = try dots(flags.count { $0 & 1 != 0 })[...]
        var sizes: [Int] = []
        for flag in flags where flag & 2 != 0 {
            sizes.append(
                try input.count(of: "groups", limit: Int(SyncLimits.columnIDMax) + 1))
            guard flag < 4 else { throw input.failure(.notCanonical(what: "row flags")) }
        }
        let writers = try dots(sizes.reduce(0, +))
        var groups: [RowVersion.Group] = []
        for dot in writers {
            groups.append(
                RowVersion.Group(dot: dot, columns: ColumnSet(rawValue: try input.varint())))
        }
        var rest = groups[...]
        var size = sizes.makeIterator()
        var versions: [RowVersion] = []
        for flag in flags {
            if flag == 4 {
                let block = try input.block("version", limit: SyncLimits.segmentBytesMax)
                let version = try RowVersion(decoding: block)
                guard version.isWellFormed else {
                    throw input.failure(.notCanonical(what: "version"))
                }
                versions.append(version)
                continue
            }
            var version = RowVersion()
            if flag & 1 != 0 { version.base = bases.popFirst() }
            if flag & 2 != 0 {
                let own = rest.prefix(size.next() ?? 0)
                rest = rest.dropFirst(own.count)
                version.groups = Array(own)
                guard version.isWellFormed else {
                    throw input.failure(.notCanonical(what: "groups"))
                }
            }
            versions.append(version)
        }
        return versions
    }

    private static func cells(
        _ count: Int, reading input: inout ByteReader
    ) throws(DecodeError) -> [[Cell]] {
        var cells = [[Cell]](repeating: [], count: count)
        let columns = ColumnSet(rawValue: try input.varint())
        guard !columns.contains(.liveness) else {
            throw input.failure(.notCanonical(what: "columns"))
        }
        var budget = SyncLimits.segmentGrownBytesMax
        for column in columns.columns {
            var present = Array(0..<count)
            if try input.byte() == 0 {
                let bits = try input.raw((count + 7) / 8)
                present = present.filter { bits[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
            }
            let values = try ValueStream.decode(
                count: present.count, from: &input, budget: &budget)
            for (index, value) in zip(present, values) {
                cells[index].append(Cell(column, value))
            }
        }
        return cells
    }
}

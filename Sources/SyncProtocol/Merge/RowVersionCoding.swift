// A row version as stored beside its row: a dozen bytes for most rows.
//
//   varint  flags: 1 base · 2 siblings · 4 grave · 8 opaque
//   [dot]   base                              dot = varint replica, varint seq
//   varint  n; n × (dot, varint column set)   groups
//   [varint n; n × (varint column, dot, value)]          siblings
//   [vector; varint n; n × dot]                          grave
//   [varint n; n × (varint column, value)]               opaque

extension RowVersion {
    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 16)
        out.varint(
            (base == nil ? 0 : 1) | (siblings.isEmpty ? 0 : 2) | (grave == nil ? 0 : 4)
                | (opaque.isEmpty ? 0 : 8))
        if let base { out.dot(base) }
        out.varint(groups.count)
        for group in groups {
            out.dot(group.dot)
            out.varint(group.columns.rawValue)
        }
        if !siblings.isEmpty {
            out.varint(siblings.count)
            for sibling in siblings {
                out.varint(UInt64(sibling.column.rawValue))
                out.dot(sibling.dot)
                sibling.value.encode(to: &out)
            }
        }
        if let grave {
            grave.context.encode(to: &out)
            out.varint(grave.deletions.count)
            for dot in grave.deletions { out.dot(dot) }
        }
        if !opaque.isEmpty {
            out.varint(opaque.count)
            for cell in opaque {
                out.varint(UInt64(cell.column.rawValue))
                cell.value.encode(to: &out)
            }
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        self.init()
        var input = ByteReader(bytes)
        let flags = try input.varint()
        guard flags < 16 else { throw input.failure(.unknownTag(what: "flags", flags)) }
        if flags & 1 != 0 { base = try input.dot() }
        let groupCount = try input.count(of: "groups", limit: 64, bytesEach: 3)
        for _ in 0..<groupCount {
            groups.append(
                Group(dot: try input.dot(), columns: ColumnSet(rawValue: try input.varint())))
        }
        let limit = SyncLimits.operationsPerChangesetMax
        if flags & 2 != 0 {
            for _ in 0..<(try input.count(of: "siblings", limit: limit, bytesEach: 4)) {
                let column = try input.column()
                siblings.append(
                    Sibling(
                        column: column, dot: try input.dot(), value: try Value(reading: &input)))
            }
        }
        if flags & 4 != 0 {
            var found = Grave(context: try VersionVector(reading: &input), deletions: [])
            for _ in 0..<(try input.count(of: "deletions", limit: limit, bytesEach: 2)) {
                found.deletions.append(try input.dot())
            }
            grave = found
        }
        if flags & 8 != 0 {
            for _ in 0..<(try input.count(of: "opaque", limit: 64, bytesEach: 2)) {
                let column = try input.column()
                opaque.append(Cell(column, try Value(reading: &input)))
            }
        }
        try input.finish()
    }
}

extension ByteWriter {
    mutating func dot(_ dot: Dot) {
        varint(UInt64(dot.replica.rawValue))
        varint(dot.seq)
    }
}

extension ByteReader {
    mutating func dot() throws(DecodeError) -> Dot {
        Dot(ReplicaID(try uint32("replica")), try varint())
    }

    fileprivate mutating func column() throws(DecodeError) -> ColumnID {
        let column = ColumnID(try uint32("column"))
        guard column.rawValue <= SyncLimits.columnIDMax else {
            throw failure(.tooLarge(what: "column"))
        }
        return column
    }
}

extension Segment {
    /// The bytes of the table at the head of `Segment.swift`. Deterministic.
    public func encoded() -> [UInt8] {
        var replicas = Interned<ReplicaID>()
        var authors = Interned<Author>()
        // As values, which are equal as bytes.
        var intents = Interned<Value>()
        var shapes = Interned<Shape>()
        let replicaIndexes = changesets.map { replicas.index(of: $0.dot.replica) }
        let authorIndexes = changesets.map { authors.index(of: $0.author) }
        let intentIndexes = changesets.map { intents.index(of: .text($0.intent)) }
        let operations = changesets.flatMap(\.operations)
        let shapeIndexes = operations.map { operation in
            shapes.index(
                of: Shape(
                    table: operation.table, kind: operation.kind,
                    columns: ColumnSet(of: operation.cells)))
        }

        var out = ByteWriter(reservingCapacity: operations.count * 64)
        out.byte(Self.format)
        out.text(scope.code)
        out.list(replicas.elements) {
            $0.varint(UInt64($1.rawValue))
            $0.raw((pasts[$1]?.chain ?? .unknown).bytes)
        }
        out.list(authors.elements) {
            $0.text($1.name)
            $0.byte($1.roleNumber)
        }
        out.list(intents.elements) { $0.text($1.text ?? "") }
        out.list(shapes.elements) {
            $0.varint(UInt64($1.table.rawValue))
            $0.byte($1.kind.rawValue)
            $0.varint($1.columns.rawValue)
        }
        out.varint(changesets.count)
        for index in replicaIndexes { out.varint(index) }
        encodeSequence(to: &out)
        encodeClocks(to: &out)
        for index in authorIndexes { out.varint(index) }
        for index in intentIndexes { out.varint(index) }
        encodeContexts(to: &out)
        for changeset in changesets { out.varint(changeset.operations.count) }
        for index in shapeIndexes { out.varint(index) }
        Self.encodeRows(of: operations, to: &out)
        Self.encodeValues(of: operations, to: &out)
        return out.bytes
    }

    private func encodeSequence(to out: inout ByteWriter) {
        var last: [ReplicaID: UInt64] = [:]
        for changeset in changesets {
            let expected = (last[changeset.dot.replica] ?? 0) &+ 1
            out.zigzag(Int64(bitPattern: changeset.dot.seq &- expected))
            last[changeset.dot.replica] = changeset.dot.seq
        }
    }

    private func encodeClocks(to out: inout ByteWriter) {
        var last: Int64 = 0
        for changeset in changesets {
            out.zigzag(changeset.clock.milliseconds - last)
            last = changeset.clock.milliseconds
        }
        for changeset in changesets { out.varint(UInt64(changeset.clock.counter)) }
    }

    private func encodeContexts(to out: inout ByteWriter) {
        var last: [ReplicaID: VersionVector] = [:]
        for changeset in changesets {
            var context = changeset.context
            context[changeset.dot.replica] = 0
            let previous = last[changeset.dot.replica] ?? VersionVector()
            let touched = Set(context.entries.map(\.replica))
                .union(previous.entries.map(\.replica)).sorted()
            let changed = touched.filter { context[$0] != previous[$0] }
            out.list(changed) {
                $0.varint(UInt64($1.rawValue))
                $0.zigzag(Int64(bitPattern: context[$1] &- previous[$1]))
            }
            last[changeset.dot.replica] = context
        }
    }

    private static func encodeRows(of operations: [RowOperation], to out: inout ByteWriter) {
        var last: [TableID: Int64] = [:]
        for operation in operations {
            out.zigzag(operation.row.rawValue &- (last[operation.table] ?? 0))
            last[operation.table] = operation.row.rawValue
        }
    }

    private static func encodeValues(of operations: [RowOperation], to out: inout ByteWriter) {
        var streams: [ColumnKey: [Value]] = [:]
        for operation in operations {
            for cell in operation.cells {
                let key = ColumnKey(table: operation.table, column: cell.column)
                streams[key, default: []].append(cell.value)
            }
        }
        for key in streams.keys.sorted() { ValueStream.encode(streams[key] ?? [], to: &out) }
    }
}

extension ByteWriter {
    mutating func list<Element>(
        _ elements: [Element], _ write: (inout ByteWriter, Element) -> Void
    ) {
        varint(elements.count)
        for element in elements { write(&self, element) }
    }
}

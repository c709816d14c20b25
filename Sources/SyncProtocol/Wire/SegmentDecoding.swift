extension Segment {
    /// Total: any bytes give a segment or a ``DecodeError``; nothing is allocated on the word of
    /// a count that the bytes cannot hold.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= SyncLimits.segmentBytesMax else {
            throw DecodeError(.tooLarge(what: "segment"), at: 0)
        }
        var input = ByteReader(bytes)
        let format = try input.byte()
        guard format == Self.format else {
            throw DecodeError(.unknownVersion(UInt64(format)), at: 0)
        }
        let scope = Scope(try input.name("scope"))
        let heads = try Heads(reading: &input)
        let operationCounts = try heads.operationCounts(reading: &input)
        let operations = try Self.operations(
            heads.shapes, count: operationCounts.reduce(0, +), reading: &input)
        try input.finish()

        var changesets: [Changeset] = []
        changesets.reserveCapacity(heads.count)
        var next = 0
        for index in 0..<heads.count {
            let own = operations[next..<next + operationCounts[index]]
            next += operationCounts[index]
            let changeset = Changeset(
                scope: scope, dot: heads.dots[index], clock: heads.clocks[index],
                author: heads.authors[index], intent: heads.intents[index],
                context: heads.contexts[index], operations: Array(own))
            // What came in must be readable from the log, where it stands in canonical form.
            guard changeset.fitsCanonicalLimit else {
                throw input.failure(.tooLarge(what: "changeset"))
            }
            changesets.append(changeset)
        }
        self.init(scope: scope, changesets: changesets, pasts: heads.pasts)
    }

    private static func operations(
        _ shapes: [Shape], count: Int, reading input: inout ByteReader
    ) throws(DecodeError) -> [RowOperation] {
        guard count <= input.remaining else { throw input.failure(.truncated) }
        var chosen: [Shape] = []
        chosen.reserveCapacity(count)
        for _ in 0..<count { chosen.append(try input.element(of: shapes, "shape")) }
        var rows: [RowID] = []
        rows.reserveCapacity(count)
        var last: [TableID: Int64] = [:]
        for shape in chosen {
            let row = (last[shape.table] ?? 0) &+ (try input.zigzag())
            last[shape.table] = row
            rows.append(RowID(rawValue: row))
        }
        var sizes: [ColumnKey: Int] = [:]
        for shape in chosen {
            for column in shape.columns.columns {
                sizes[ColumnKey(table: shape.table, column: column), default: 0] += 1
            }
        }
        var budget = SyncLimits.segmentGrownBytesMax
        var streams: [ColumnKey: ArraySlice<Value>] = [:]
        for key in sizes.keys.sorted() {
            streams[key] = try ValueStream.decode(
                count: sizes[key] ?? 0, from: &input, budget: &budget)[...]
        }
        var operations: [RowOperation] = []
        operations.reserveCapacity(count)
        for (shape, row) in zip(chosen, rows) {
            var cells: [Cell] = []
            for column in shape.columns.columns {
                let key = ColumnKey(table: shape.table, column: column)
                guard let value = streams[key]?.popFirst() else {
                    preconditionFailure("stream sizes were counted from the shapes")
                }
                cells.append(Cell(column, value))
            }
            operations.append(
                RowOperation(table: shape.table, row: row, kind: shape.kind, cells: cells))
        }
        return operations
    }
}

/// Everything about the changesets of a segment but their operations.
private struct Heads {
    let count: Int
    let shapes: [Shape]
    var dots: [Dot] = []
    var clocks: [HLC] = []
    var authors: [Author] = []
    var intents: [String] = []
    var contexts: [VersionVector] = []
    var pasts: [ReplicaID: ChainPast] = [:]

    init(reading input: inout ByteReader) throws(DecodeError) {
        let limit = SyncLimits.changesetsPerSegmentMax
        var replicas: [ReplicaID] = []
        var chains: [ShortChain] = []
        for _
            in 0..<(try input.count(
                of: "replicas", limit: SyncLimits.vectorEntriesMax, bytesEach: 5))
        {
            replicas.append(ReplicaID(try input.uint32("replica")))
            chains.append(try ShortChain(reading: &input))
        }
        var names: [Author] = []
        for _ in 0..<(try input.count(of: "authors", limit: limit, bytesEach: 2)) {
            names.append(Author(try input.name("author"), roleNumber: try input.byte()))
        }
        var meanings: [String] = []
        for _ in 0..<(try input.count(of: "intents", limit: limit)) {
            meanings.append(try input.name("intent"))
        }
        var shapes: [Shape] = []
        for _ in 0..<(try input.count(of: "shapes", limit: limit, bytesEach: 3)) {
            shapes.append(try Shape(reading: &input))
        }
        self.shapes = shapes
        // Each changeset takes at least eight bytes in the streams below.
        count = try input.count(of: "changesets", limit: limit, bytesEach: 8)
        var authorReplicas: [ReplicaID] = []
        for _ in 0..<count { authorReplicas.append(try input.element(of: replicas, "replica")) }
        try readDots(authorReplicas, from: &input)
        for (replica, chain) in zip(replicas, chains) where chain != .unknown {
            guard let first = dots.first(where: { $0.replica == replica }) else { continue }
            pasts[replica] = ChainPast(first: first, chain: chain)
        }
        try readClocks(from: &input)
        for _ in 0..<count { authors.append(try input.element(of: names, "author")) }
        for _ in 0..<count { intents.append(try input.element(of: meanings, "intent")) }
        try readContexts(from: &input)
    }

    private mutating func readDots(
        _ replicas: [ReplicaID], from input: inout ByteReader
    ) throws(DecodeError) {
        var last: [ReplicaID: UInt64] = [:]
        for replica in replicas {
            let seq =
                (last[replica] ?? 0) &+ 1 &+ UInt64(bitPattern: try input.zigzag())
            guard seq > (last[replica] ?? 0) else {
                throw input.failure(.notCanonical(what: "seq"))
            }
            last[replica] = seq
            dots.append(Dot(replica, seq))
        }
    }

    private mutating func readClocks(from input: inout ByteReader) throws(DecodeError) {
        var milliseconds: [Int64] = []
        var last: Int64 = 0
        for _ in 0..<count {
            last = last &+ (try input.zigzag())
            guard (0...HLC.max.milliseconds).contains(last) else {
                throw input.failure(.tooLarge(what: "clock"))
            }
            milliseconds.append(last)
        }
        for index in 0..<count {
            guard let counter = UInt16(exactly: try input.varint()) else {
                throw input.failure(.tooLarge(what: "clock counter"))
            }
            clocks.append(HLC(milliseconds: milliseconds[index], counter: counter))
        }
    }

    private mutating func readContexts(from input: inout ByteReader) throws(DecodeError) {
        var last: [ReplicaID: VersionVector] = [:]
        var grown = 0
        for dot in dots {
            var context = last[dot.replica] ?? VersionVector()
            let changes = try input.count(
                of: "context", limit: SyncLimits.vectorEntriesMax, bytesEach: 2)
            var previous: ReplicaID?
            for _ in 0..<changes {
                let replica = ReplicaID(try input.uint32("replica"))
                let delta = UInt64(bitPattern: try input.zigzag())
                guard previous.map({ $0 < replica }) ?? true, replica != dot.replica, delta != 0
                else { throw input.failure(.notCanonical(what: "context")) }
                previous = replica
                context[replica] = context[replica] &+ delta
            }
            grown += context.entries.count * MemoryLayout<VersionVector.Entry>.stride
            guard context.entries.count <= SyncLimits.vectorEntriesMax,
                grown <= SyncLimits.segmentGrownBytesMax
            else { throw input.failure(.tooLarge(what: "context")) }
            last[dot.replica] = context
            contexts.append(context)
        }
    }

    func operationCounts(reading input: inout ByteReader) throws(DecodeError) -> [Int] {
        var counts: [Int] = []
        for _ in 0..<count {
            counts.append(
                try input.count(
                    of: "operations", limit: SyncLimits.operationsPerChangesetMax, bytesEach: 2))
        }
        return counts
    }
}

extension Shape {
    fileprivate init(reading input: inout ByteReader) throws(DecodeError) {
        let table = TableID(try input.uint32("table"))
        let tag = try input.byte()
        guard let kind = RowOperation.Kind(rawValue: tag) else {
            throw input.failure(.unknownTag(what: "operation", UInt64(tag)))
        }
        let columns = ColumnSet(rawValue: try input.varint())
        guard !columns.contains(.liveness), kind != .delete || columns.isEmpty else {
            throw input.failure(.notCanonical(what: "shape"))
        }
        self.init(table: table, kind: kind, columns: columns)
    }
}

extension ByteReader {
    mutating func element<Element>(
        of list: [Element], _ what: String
    ) throws(DecodeError) -> Element {
        let index = try varint()
        guard index < UInt64(list.count) else { throw failure(.unknownTag(what: what, index)) }
        return list[Int(index)]
    }
}

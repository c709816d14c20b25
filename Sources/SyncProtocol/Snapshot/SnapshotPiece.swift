// One chunk of a snapshot before compression. Each can be decoded alone and without a schema.
//
//   byte    format, 1
//   byte    kind: 1 heads · 2 rows · 3 conflicts · 4 origins
//
//   heads      varint n; n × (varint replica, varint seq, 32 bytes chain head, varint clock)
//   rows       `SnapshotRows.swift`
//   conflicts  varint n; n × (varint table; zigzag row; byte kind; byte state; side; side)
//              side = dot; varint clock; text author; byte role; text intent;
//                     varint column, 0 for none; value; byte deletes
//   origins    varint n; n × varint replica (rising); n × zigzag seq − (the last of the replica + 1);
//              n × zigzag clock ms − the last; n × varint clock counter;
//              varint k; k × (text author, byte role, text intent); n × varint index of these

/// What a snapshot is made of.
public enum SnapshotPiece: Hashable, Sendable {
    /// One author of the scope, at the snapshot's vector.
    public struct Head: Hashable, Sendable {
        public let dot: Dot
        public let chain: HashChain
        /// The latest of the author's clocks.
        public let clock: HLC

        public init(dot: Dot, chain: HashChain, clock: HLC) {
            self.dot = dot
            self.chain = chain
            self.clock = clock
        }
    }

    public struct KnownConflict: Hashable, Sendable {
        public let conflict: Conflict
        public let state: Conflict.State

        public init(_ conflict: Conflict, _ state: Conflict.State) {
            self.conflict = conflict
            self.state = state
        }
    }

    /// Clock and author of a changeset that rows still show.
    public struct KnownOrigin: Hashable, Sendable {
        public let dot: Dot
        public let origin: Origin

        public init(_ dot: Dot, _ origin: Origin) {
            self.dot = dot
            self.origin = origin
        }
    }

    case heads([Head])
    case rows(SnapshotRows)
    case conflicts([KnownConflict])
    /// Rising by dot.
    case origins([KnownOrigin])

    private static let format: UInt8 = 1
    private static let itemsMax = 1 << 16

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 4_096)
        out.byte(Self.format)
        switch self {
        case .heads(let heads):
            out.byte(1)
            out.list(heads) {
                $0.dot($1.dot)
                $0.raw($1.chain.head)
                $0.varint($1.clock.rawValue)
            }
        case .rows(let rows):
            out.byte(2)
            rows.encode(to: &out)
        case .conflicts(let known):
            out.byte(3)
            out.list(known) { $1.encode(to: &$0) }
        case .origins(let known):
            out.byte(4)
            Self.encode(known, to: &out)
        }
        return out.bytes
    }

    /// Total, as every decoder here.
    /// - Parameter scope: of the manifest that named this piece.
    public init(decoding bytes: [UInt8], of scope: Scope) throws(DecodeError) {
        guard bytes.count <= SyncLimits.segmentBytesMax else {
            throw DecodeError(.tooLarge(what: "snapshot piece"), at: 0)
        }
        var input = ByteReader(bytes)
        let format = try input.byte()
        guard format == Self.format else {
            throw DecodeError(.unknownVersion(UInt64(format)), at: 0)
        }
        let kind = try input.byte()
        switch kind {
        case 1:
            var heads: [Head] = []
            for _
                in 0..<(try input.count(
                    of: "heads", limit: SyncLimits.vectorEntriesMax, bytesEach: 35))
            {
                let dot = try input.dot()
                let chain = HashChain(head: try input.raw(HashChain.byteCount))
                heads.append(Head(dot: dot, chain: chain!, clock: try input.clock()))
            }
            self = .heads(heads)
        case 2: self = .rows(try SnapshotRows(reading: &input))
        case 3:
            var known: [KnownConflict] = []
            for _ in 0..<(try input.count(of: "conflicts", limit: Self.itemsMax, bytesEach: 20)) {
                known.append(try KnownConflict(reading: &input, scope))
            }
            self = .conflicts(known)
        case 4: self = .origins(try Self.origins(reading: &input))
        default: throw input.failure(.unknownTag(what: "snapshot piece", UInt64(kind)))
        }
        try input.finish()
    }

    // MARK: - Origins

    private struct Provenance: Hashable {
        let author: Author
        let intent: Value
    }

    private static func encode(_ known: [KnownOrigin], to out: inout ByteWriter) {
        out.varint(known.count)
        for item in known { out.varint(UInt64(item.dot.replica.rawValue)) }
        var last: [ReplicaID: UInt64] = [:]
        for item in known {
            let expected = (last[item.dot.replica] ?? 0) &+ 1
            out.zigzag(Int64(bitPattern: item.dot.seq &- expected))
            last[item.dot.replica] = item.dot.seq
        }
        var before: Int64 = 0
        for item in known {
            out.zigzag(item.origin.clock.milliseconds - before)
            before = item.origin.clock.milliseconds
        }
        for item in known { out.varint(UInt64(item.origin.clock.counter)) }
        var provenances = Interned<Provenance>()
        let indexes = known.map {
            provenances.index(
                of: Provenance(author: $0.origin.author, intent: .text($0.origin.intent)))
        }
        out.list(provenances.elements) {
            $0.text($1.author.name)
            $0.byte($1.author.roleNumber)
            $0.text($1.intent.text ?? "")
        }
        for index in indexes { out.varint(index) }
    }

    private static func origins(
        reading input: inout ByteReader
    ) throws(DecodeError) -> [KnownOrigin] {
        let count = try input.count(of: "origins", limit: itemsMax, bytesEach: 5)
        var dots: [Dot] = []
        for _ in 0..<count { dots.append(Dot(ReplicaID(try input.uint32("replica")), 0)) }
        var last: [ReplicaID: UInt64] = [:]
        for index in 0..<count {
            let replica = dots[index].replica
            let seq = (last[replica] ?? 0) &+ 1 &+ UInt64(bitPattern: try input.zigzag())
            last[replica] = seq
            dots[index] = Dot(replica, seq)
            guard seq > 0, index == 0 || dots[index - 1] < dots[index] else {
                throw input.failure(.notCanonical(what: "origins"))
            }
        }
        var times: [Int64] = []
        var before: Int64 = 0
        for _ in 0..<count {
            before = before &+ (try input.zigzag())
            guard (0...HLC.max.milliseconds).contains(before) else {
                throw input.failure(.tooLarge(what: "clock"))
            }
            times.append(before)
        }
        var clocks: [HLC] = []
        for time in times {
            guard let counter = UInt16(exactly: try input.varint()) else {
                throw input.failure(.tooLarge(what: "clock counter"))
            }
            clocks.append(HLC(milliseconds: time, counter: counter))
        }
        var provenances: [(Author, String)] = []
        for _ in 0..<(try input.count(of: "provenances", limit: itemsMax, bytesEach: 3)) {
            let author = Author(try input.name("author"), roleNumber: try input.byte())
            provenances.append((author, try input.name("intent")))
        }
        var known: [KnownOrigin] = []
        for index in 0..<count {
            let (author, intent) = try input.element(of: provenances, "provenance")
            known.append(
                KnownOrigin(
                    dots[index], Origin(clock: clocks[index], author: author, intent: intent)))
        }
        return known
    }
}

extension SnapshotPiece.KnownConflict {
    fileprivate func encode(to out: inout ByteWriter) {
        out.varint(UInt64(conflict.table.rawValue))
        out.zigzag(conflict.row.rawValue)
        out.byte(conflict.kind.rawValue)
        out.byte(state.rawValue)
        for side in [conflict.a, conflict.b] {
            out.dot(side.dot)
            out.varint(side.clock.rawValue)
            out.text(side.author.name)
            out.byte(side.author.roleNumber)
            out.text(side.intent)
            out.varint(UInt64(side.column?.rawValue ?? 0))
            side.value.encode(to: &out)
            out.byte(side.isDelete ? 1 : 0)
        }
    }

    fileprivate init(reading input: inout ByteReader, _ scope: Scope) throws(DecodeError) {
        let table = TableID(try input.uint32("table"))
        let row = RowID(rawValue: try input.zigzag())
        guard let kind = Conflict.Kind(rawValue: try input.byte()),
            let state = Conflict.State(rawValue: try input.byte())
        else { throw input.failure(.unknownTag(what: "conflict", 0)) }
        let a = try Conflict.Side(reading: &input)
        let b = try Conflict.Side(reading: &input)
        self.init(
            Conflict(scope: scope, table: table, row: row, kind: kind, a: a, b: b), state)
    }
}

extension Conflict.Side {
    fileprivate init(reading input: inout ByteReader) throws(DecodeError) {
        let dot = try input.dot()
        let clock = try input.clock()
        let author = Author(try input.name("author"), roleNumber: try input.byte())
        let intent = try input.name("intent")
        let column = try input.uint32("column")
        guard column <= SyncLimits.columnIDMax else {
            throw input.failure(.tooLarge(what: "column"))
        }
        let value = try Value(reading: &input)
        let deletes = try input.byte()
        guard deletes < 2 else { throw input.failure(.unknownTag(what: "side", UInt64(deletes))) }
        self.init(
            dot: dot, clock: clock, author: author, intent: intent,
            column: column == 0 ? nil : ColumnID(column), value: value, isDelete: deletes == 1)
    }
}

extension ByteReader {
    fileprivate mutating func clock() throws(DecodeError) -> HLC {
        let clock = HLC(rawValue: try varint())
        guard clock <= .max else { throw failure(.tooLarge(what: "clock")) }
        return clock
    }
}

private import Crypto

// How two stores that hold the same changes find what differs (SYNC §4, *anti-entropy*).
//
// Range-based set reconciliation (Meyer, "Range-Based Set Reconciliation", SRDS 2023): a sum for
// each of a few ranges of rows; where sums differ, sums of smaller ranges; where few rows are left,
// their list; then the rows. A thousandth of the rows is looked at in about log16 of them rounds.
// Answers are made from the message alone, so nobody keeps a session.
//
//   sums (hello field 2)     4 bytes, ``ScopeSum/fold(_:)``; varint repairs that the peer was not
//                            told of (absent when 0)
//   sums (answer field 4)    varint n; n × (text scope; fixed64 sum)       only when they differ
//   range record (5)         byte 0; text scope; fixed64 mark; varint n; n × range
//                            byte 1; text scope; varint replica; varint n; n × (varint seq;
//                            fixed64 head)                                  chain heads
//   range                    bound = varint table, zigzag row (exclusive); byte
//                            0 nothing to say · 1 fixed64 sum, varint rows ·
//                            2 varint n; n × (varint table, zigzag row, fixed64 hash)
//   row repair record (7)    byte 0; text scope; fixed64 mark; byte reply; varint n; n × (varint
//                            table, zigzag row, byte evidence; block version; block cells)
//                            byte 1; text scope; varint replica; varint first seq; fixed64 head
//                            after the last; varint n; n × block canonical changeset
//   mark                     the first 8 bytes of SHA-256 over the scope's vector: whoever holds
//                            other changes does not compare
//
// An empty version stands for a row that does not live there.

/// What a scope adds up to, as messages carry it.
public enum ScopeSum {
    /// One short number over the sums of all scopes that both sides know.
    public static func fold(_ sums: [(scope: Scope, sum: UInt64)]) -> UInt32 {
        var out = ByteWriter()
        for entry in sums.sorted(by: { $0.scope < $1.scope }) {
            out.text(entry.scope.code)
            out.fixed64(entry.sum)
        }
        return UInt32(truncatingIfNeeded: short(out.bytes) >> 32)
    }

    public static func mark(_ vector: VersionVector) -> UInt64 {
        var out = ByteWriter()
        vector.encode(to: &out)
        return short(out.bytes)
    }

    private static func short(_ bytes: [UInt8]) -> UInt64 {
        SHA256.hash(data: bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Sums or hashes of the rows below a bound, from the bound before it.
public struct RowRange: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let key: RowKey
        public let hash: UInt64

        public init(_ key: RowKey, _ hash: UInt64) {
            self.key = key
            self.hash = hash
        }
    }

    public enum Content: Hashable, Sendable {
        case nothing
        case sum(UInt64, rows: Int)
        case list([Entry])
    }

    public let bound: RowKey
    public let content: Content

    public init(bound: RowKey, _ content: Content) {
        self.bound = bound
        self.content = content
    }

    /// Above every row.
    public static let top = RowKey(TableID(.max), RowID(rawValue: .max))
}

/// How sure a store is of a row it sends.
public enum RowEvidence: UInt8, Comparable, Sendable {
    /// Something in its scope was altered by hand.
    case suspect = 0
    /// Its scope adds up to what was recorded.
    case addsUp = 1
    /// Merged once more from a change-log whose hash chains fit.
    case proven = 2

    public static func < (a: RowEvidence, b: RowEvidence) -> Bool { a.rawValue < b.rawValue }
}

/// What records 5 and 7 say.
public enum Reconciliation: Hashable, Sendable {
    case ranges(Scope, mark: UInt64, [RowRange])
    case heads(Scope, ReplicaID, [(seq: UInt64, head: UInt64)])
    case rows(Scope, mark: UInt64, isReply: Bool, [Row])
    case changesets(Scope, ReplicaID, first: UInt64, headAfter: UInt64, [[UInt8]])

    public struct Row: Hashable, Sendable {
        public let key: RowKey
        public let evidence: RowEvidence
        /// As stored; empty when the row does not live there.
        public let version: [UInt8]
        /// varint n; n × (varint column, value); empty with an empty version.
        public let cells: [UInt8]

        public init(_ key: RowKey, _ evidence: RowEvidence, version: [UInt8], cells: [UInt8]) {
            self.key = key
            self.evidence = evidence
            self.version = version
            self.cells = cells
        }
    }

    public var kind: RecordKind {
        switch self {
        case .ranges, .heads: .range
        case .rows, .changesets: .rowRepair
        }
    }

    public static func == (a: Reconciliation, b: Reconciliation) -> Bool {
        a.kind == b.kind && a.encoded() == b.encoded()
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(encoded()) }
}

extension Reconciliation {
    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        switch self {
        case .ranges(let scope, let mark, let ranges):
            out.byte(0)
            out.text(scope.code)
            out.fixed64(mark)
            out.list(ranges) { $1.encode(to: &$0) }
        case .heads(let scope, let replica, let heads):
            out.byte(1)
            out.text(scope.code)
            out.varint(UInt64(replica.rawValue))
            out.list(heads) { out, entry in
                out.varint(entry.seq)
                out.fixed64(entry.head)
            }
        case .rows(let scope, let mark, let isReply, let rows):
            out.byte(0)
            out.text(scope.code)
            out.fixed64(mark)
            out.byte(isReply ? 1 : 0)
            out.list(rows) { out, row in
                out.key(row.key)
                out.byte(row.evidence.rawValue)
                out.block(row.version)
                out.block(row.cells)
            }
        case .changesets(let scope, let replica, let first, let head, let bodies):
            out.byte(1)
            out.text(scope.code)
            out.varint(UInt64(replica.rawValue))
            out.varint(first)
            out.fixed64(head)
            out.list(bodies) { $0.block($1) }
        }
        return out.bytes
    }

    public init(_ kind: RecordKind, decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let form = try input.byte()
        let scope = Scope(try input.name("scope"))
        switch (kind, form) {
        case (.range, 0): self = .ranges(scope, mark: try input.fixed64(), try input.ranges())
        case (.range, 1): self = .heads(scope, try input.replica(), try input.heads())
        case (.rowRepair, 0):
            let mark = try input.fixed64()
            let isReply = try input.byte() == 1
            self = .rows(scope, mark: mark, isReply: isReply, try input.rows())
        case (.rowRepair, 1):
            self = .changesets(
                scope, try input.replica(), first: try input.varint(),
                headAfter: try input.fixed64(), try input.bodies())
        default: throw DecodeError(.unknownTag(what: "reconciliation", UInt64(form)), at: 0)
        }
        try input.finish()
    }
}

extension RowRange {
    fileprivate func encode(to out: inout ByteWriter) {
        out.key(bound)
        switch content {
        case .nothing: out.byte(0)
        case .sum(let sum, let rows):
            out.byte(1)
            out.fixed64(sum)
            out.varint(rows)
        case .list(let entries):
            out.byte(2)
            out.list(entries) { out, entry in
                out.key(entry.key)
                out.fixed64(entry.hash)
            }
        }
    }
}

extension ByteWriter {
    fileprivate mutating func key(_ key: RowKey) {
        varint(UInt64(key.table.rawValue))
        zigzag(key.row.rawValue)
    }
}

extension ByteReader {
    fileprivate mutating func key() throws(DecodeError) -> RowKey {
        RowKey(TableID(try uint32("table")), RowID(rawValue: try zigzag()))
    }

    fileprivate mutating func replica() throws(DecodeError) -> ReplicaID {
        ReplicaID(try uint32("replica"))
    }

    private mutating func count(_ what: String, bytesEach: Int) throws(DecodeError) -> Int {
        try count(of: what, limit: SyncLimits.reconciledItemsMax, bytesEach: bytesEach)
    }

    fileprivate mutating func ranges() throws(DecodeError) -> [RowRange] {
        var ranges: [RowRange] = []
        for _ in 0..<(try count("ranges", bytesEach: 3)) {
            let bound = try key()
            guard ranges.last.map({ $0.bound < bound }) ?? true else {
                throw failure(.notCanonical(what: "range order"))
            }
            let mode = try byte()
            let content: RowRange.Content
            switch mode {
            case 0: content = .nothing
            case 1:
                let sum = try fixed64()
                content = .sum(sum, rows: Int(try uint32("rows")))
            case 2:
                var entries: [RowRange.Entry] = []
                for _ in 0..<(try count("rows", bytesEach: 10)) {
                    entries.append(RowRange.Entry(try key(), try fixed64()))
                }
                content = .list(entries)
            default: throw failure(.unknownTag(what: "range", UInt64(mode)))
            }
            ranges.append(RowRange(bound: bound, content))
        }
        return ranges
    }

    fileprivate mutating func heads() throws(DecodeError) -> [(seq: UInt64, head: UInt64)] {
        var heads: [(seq: UInt64, head: UInt64)] = []
        for _ in 0..<(try count("heads", bytesEach: 9)) {
            let seq = try varint()
            guard heads.last.map({ $0.seq < seq }) ?? true else {
                throw failure(.notCanonical(what: "head order"))
            }
            heads.append((seq, try fixed64()))
        }
        return heads
    }

    fileprivate mutating func rows() throws(DecodeError) -> [Reconciliation.Row] {
        var rows: [Reconciliation.Row] = []
        for _ in 0..<(try count("rows", bytesEach: 5)) {
            let key = try key()
            let tag = try byte()
            guard let evidence = RowEvidence(rawValue: tag) else {
                throw failure(.unknownTag(what: "evidence", UInt64(tag)))
            }
            rows.append(
                Reconciliation.Row(
                    key, evidence,
                    version: try block("version", limit: SyncLimits.changesetBytesMax),
                    cells: try block("cells", limit: SyncLimits.changesetBytesMax)))
        }
        return rows
    }

    fileprivate mutating func bodies() throws(DecodeError) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        for _ in 0..<(try count("changesets", bytesEach: 1)) {
            bodies.append(try block("changeset", limit: SyncLimits.changesetBytesMax))
        }
        return bodies
    }
}

// What travels in one exchange (SYNC §4), inside the records of `Records.swift`. This is the long form, of
// version 1; `ShortMessages.swift` has that of later ones.
//
//   hello    varint schema version; zigzag wall clock (ms); varint grants known; health;
//            varint n; n × (text scope; vector; fixed64 head)      rising by scope; fields
//   health   varint pending, oldest pending (s), held, conflicts, rejected, store (kB)
//   answer   zigzag wall clock (ms); byte more;
//            varint n; n × (text scope; byte same; [vector])       rising by scope
//            varint n; n × (byte code; text detail)                notices
//            varint n; n × (text series; varint year, first, last) grants after those known;
//            fields                                                `MessageFields.swift`
//   segment  compressed bytes (Compression.Frame) of a `Segment`

/// One scope as a node holds it.
public struct ScopeState: Hashable, Sendable {
    public let scope: Scope
    public let vector: VersionVector
    /// The first 8 bytes of the sender's own chain head there, as far as they were told; 0 when it
    /// wrote nothing.
    public let head: UInt64
    /// What is compared: the short form tells no more.
    public var shortHead: ShortChain { ShortChain(rawValue: UInt32(head >> 32)) }

    public init(scope: Scope, vector: VersionVector, head: UInt64) {
        self.scope = scope
        self.vector = vector
        self.head = head
    }
}

/// What a node tells about itself in every hello (SYNC §7).
public struct HealthReport: Hashable, Sendable {
    /// Changesets that the hub had not acknowledged when this was sent.
    public var pending: UInt64 = 0
    public var oldestPendingSeconds: UInt64 = 0
    public var held: UInt64 = 0
    /// Open conflicts.
    public var conflicts: UInt64 = 0
    public var rejected: UInt64 = 0
    public var storeKilobytes: UInt64 = 0

    public init() {}
}

/// The caller's first flight: what it holds, so that one answer can carry all it lacks.
public struct Hello: Hashable, Sendable {
    public var schemaVersion: UInt32
    /// UTC milliseconds by the caller's clock; shown as skew, never a reason to refuse.
    public var wallMilliseconds: Int64
    /// How many ``NumberGrant``s the caller has; it is given those that follow.
    public var grantsKnown: UInt64
    public var health: HealthReport
    public var scopes: [ScopeState]
    public var fields: MessageFields

    public init(
        schemaVersion: UInt32, wallMilliseconds: Int64, grantsKnown: UInt64,
        health: HealthReport, scopes: [ScopeState], fields: MessageFields = MessageFields()
    ) {
        self.schemaVersion = schemaVersion
        self.wallMilliseconds = wallMilliseconds
        self.grantsKnown = grantsKnown
        self.health = health
        self.scopes = scopes.sorted { $0.scope < $1.scope }
        self.fields = fields
    }
}

/// A share of letter numbers that belongs to one replica alone (C9). The hub hands them out so
/// that they never overlap; the replica spends them offline.
public struct NumberGrant: Hashable, Sendable {
    public let series: String
    public let year: UInt32
    public let first: UInt64
    public let last: UInt64

    public init(series: String, year: UInt32, first: UInt64, last: UInt64) {
        self.series = series
        self.year = year
        self.first = first
        self.last = last
    }
}

/// Something the hub wants said about this exchange.
public struct Notice: Hashable, Sendable {
    /// Open: a newer peer may know more.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A segment needs a dictionary or a history that is not here; nothing of it was taken.
        public static let unreadableSegment = Code(rawValue: 1)
        /// A segment under a good seal cannot be read, whatever is known here: one of the two
        /// programs errs. Nothing of it was taken.
        public static let damagedSegment = Code(rawValue: 13)
        /// A segment or changeset of a scope that this node may not write.
        public static let scopeRefused = Code(rawValue: 2)
        /// A changeset was kept aside; the detail says why.
        public static let changesetRejected = Code(rawValue: 3)
        /// Held by the centre, but not shown: a ruling says why.
        public static let changesetWithheld = Code(rawValue: 11)
        /// The node's past is not the one the hub knows: its store is a copy or was restored.
        public static let fork = Code(rawValue: 4)
        /// Something in the caller's store was altered outside the program.
        public static let altered = Code(rawValue: 10)
        /// The other side lacks what the log no longer holds. Said here, never sent.
        public static let belowFloor = Code(rawValue: 12)
        /// An attachment, or a chunk of it, was not taken.
        public static let attachment = Code(rawValue: 6)
    }

    public let code: Code
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        // A long reason is cut, so that a notice can always be sent.
        var bytes = Array(detail.utf8.prefix(SyncLimits.nameBytesMax))
        while String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        self.detail = String(decoding: bytes, as: UTF8.self)
    }
}

/// The hub's answer: what it holds now, durably (*received*), and whether it has more to give.
public struct Answer: Hashable, Sendable {
    public enum Holding: Hashable, Sendable {
        /// Exactly the vector of the hello.
        case same
        case vector(VersionVector)
    }

    public var wallMilliseconds: Int64
    public var hasMore: Bool
    public var holdings: [(scope: Scope, holding: Holding)]
    public var notices: [Notice]
    public var grants: [NumberGrant]
    public var fields: MessageFields

    public init(
        wallMilliseconds: Int64, hasMore: Bool, holdings: [(scope: Scope, holding: Holding)],
        notices: [Notice], grants: [NumberGrant], fields: MessageFields = MessageFields()
    ) {
        self.wallMilliseconds = wallMilliseconds
        self.hasMore = hasMore
        self.holdings = holdings.sorted { $0.scope < $1.scope }
        self.notices = notices
        self.grants = grants
        self.fields = fields
    }

    public static func == (a: Answer, b: Answer) -> Bool { a.encoded() == b.encoded() }
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded()) }
}

extension HealthReport {
    func encode(to out: inout ByteWriter) {
        for number in [pending, oldestPendingSeconds, held, conflicts, rejected, storeKilobytes] {
            out.varint(number)
        }
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        pending = try input.varint()
        oldestPendingSeconds = try input.varint()
        held = try input.varint()
        conflicts = try input.varint()
        rejected = try input.varint()
        storeKilobytes = try input.varint()
    }
}

extension Hello {
    /// - Parameter version: of the protocol.
    public func encoded(as version: UInt8) -> [UInt8] {
        version < Preface.shortMessagesSince ? encoded() : encodedShort()
    }

    /// - Throws: ``DecodeError``.
    public init(decoding bytes: [UInt8], as version: UInt8) throws(DecodeError) {
        if version < Preface.shortMessagesSince {
            try self.init(decoding: bytes)
        } else {
            try self.init(decodingShort: bytes)
        }
    }

    /// The long form, which says all of it.
    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 64)
        out.varint(UInt64(schemaVersion))
        out.zigzag(wallMilliseconds)
        out.varint(grantsKnown)
        health.encode(to: &out)
        out.list(scopes) { out, state in
            out.text(state.scope.code)
            state.vector.encode(to: &out)
            out.fixed64(state.head)
        }
        fields.encode(to: &out)
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let schemaVersion = try input.uint32("schema version")
        let wall = try input.zigzag()
        let grantsKnown = try input.varint()
        let health = try HealthReport(reading: &input)
        var scopes: [ScopeState] = []
        let count = try input.count(
            of: "scopes", limit: SyncLimits.scopesPerNodeMax, bytesEach: 10)
        for _ in 0..<count {
            let scope = try input.scope(after: scopes.last?.scope)
            scopes.append(
                ScopeState(
                    scope: scope, vector: try VersionVector(reading: &input),
                    head: try input.fixed64()))
        }
        self.init(
            schemaVersion: schemaVersion, wallMilliseconds: wall, grantsKnown: grantsKnown,
            health: health, scopes: scopes, fields: try MessageFields(reading: &input))
    }
}

extension Answer {
    /// - Parameters:
    ///   - version: of the protocol.
    ///   - hello: what is answered; nil where its sender may have forgotten it.
    public func encoded(as version: UInt8, to hello: Hello?) -> [UInt8] {
        version < Preface.shortMessagesSince ? encoded() : encodedShort(to: hello)
    }

    /// - Throws: ``DecodeError``.
    public init(
        decoding bytes: [UInt8], as version: UInt8, to hello: Hello?
    ) throws(DecodeError) {
        if version < Preface.shortMessagesSince {
            try self.init(decoding: bytes)
        } else {
            try self.init(decodingShort: bytes, to: hello)
        }
    }

    /// The long form.
    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 64)
        out.zigzag(wallMilliseconds)
        out.byte(hasMore ? 1 : 0)
        out.list(holdings) { out, entry in
            out.text(entry.scope.code)
            switch entry.holding {
            case .same: out.byte(1)
            case .vector(let vector):
                out.byte(0)
                vector.encode(to: &out)
            }
        }
        Notice.encode(notices, to: &out)
        NumberGrant.encode(grants, to: &out)
        fields.encode(to: &out)
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let wall = try input.zigzag()
        let hasMore = try input.flag("more")
        var holdings: [(scope: Scope, holding: Holding)] = []
        let count = try input.count(
            of: "scopes", limit: SyncLimits.scopesPerNodeMax, bytesEach: 2)
        for _ in 0..<count {
            let scope = try input.scope(after: holdings.last?.scope)
            let isSame = try input.flag("same")
            holdings.append(
                (scope, isSame ? .same : .vector(try VersionVector(reading: &input))))
        }
        let notices = try Notice.list(reading: &input)
        let grants = try NumberGrant.list(reading: &input)
        self.init(
            wallMilliseconds: wall, hasMore: hasMore, holdings: holdings, notices: notices,
            grants: grants, fields: try MessageFields(reading: &input))
    }
}

extension Notice {
    static func encode(_ notices: [Notice], to out: inout ByteWriter) {
        out.list(notices) { out, notice in
            out.byte(notice.code.rawValue)
            out.text(notice.detail)
        }
    }

    static func list(reading input: inout ByteReader) throws(DecodeError) -> [Notice] {
        var notices: [Notice] = []
        for _ in 0..<(try input.count(of: "notices", limit: 1_024, bytesEach: 2)) {
            let code = Notice.Code(rawValue: try input.byte())
            notices.append(Notice(code, try input.text("notice")))
        }
        return notices
    }
}

extension ByteReader {
    fileprivate mutating func scope(after previous: Scope?) throws(DecodeError) -> Scope {
        let scope = Scope(try name("scope"))
        try check(scope, after: previous)
        return scope
    }

    func check(_ scope: Scope, after previous: Scope?) throws(DecodeError) {
        guard previous.map({ $0 < scope }) ?? true else {
            throw failure(.notCanonical(what: "scope order"))
        }
    }

    fileprivate mutating func flag(_ what: String) throws(DecodeError) -> Bool {
        let value = try byte()
        guard value < 2 else { throw failure(.unknownTag(what: what, UInt64(value))) }
        return value == 1
    }
}

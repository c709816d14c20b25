// Hello and answer from version 2 on: what does not change from one exchange to the next takes little.
//
//   hello     varint schema version; zigzag clock; varint grants known; state;
//             n × (place; vector; [4 bytes head])              rising by scope; fields
//   clock     seconds since 2026-01-01 00:00 UTC
//   state     byte: which of these follow, from bit 0 on; varint each that does, the others are 0:
//             pending, minutes the oldest waits, held, conflicts, rejected, store (64 kB); and from bit 6 on:
//             kB of segments that the answer should carry, in place of field 5; bit 7: there are scopes
//   place     `PlaceCode.swift`; bit 6: a head follows, else it is 0; bit 7: another scope follows
//   answer    zigzag clock − that of the hello; byte what; [holdings]; [notices]; [grants]; fields
//   what      bit 0 more · 1 the hub holds the scopes of the hello as that says, and no holdings follow ·
//             2 notices follow · 3 grants follow
//   holdings  varint n; n × (varint 2k + same; [place]; [vector])    rising by scope; k: the k-th scope of the
//             hello, counted from 1; 0: a place follows
//
// An answer that travels alone, days later on a stick, is written as to a hello of clock 0 without scopes.

/// Milliseconds as the short messages say them.
private enum Clock {
    /// 2026-01-01 00:00 UTC.
    private static let beginning: Int64 = 1_767_225_600_000

    static func seconds(_ milliseconds: Int64) -> Int64 { (milliseconds &- beginning) / 1_000 }
    static func milliseconds(_ seconds: Int64) -> Int64 { seconds &* 1_000 &+ beginning }
}

private struct What: OptionSet {
    let rawValue: UInt8

    static let more = What(rawValue: 1)
    static let allSame = What(rawValue: 2)
    static let notices = What(rawValue: 4)
    static let grants = What(rawValue: 8)
    static let known: What = [.more, .allSame, .notices, .grants]
}

/// What a hello says of its sender besides what it holds, in steps that people would notice.
private struct State {
    private static let kilobytesStep: UInt64 = 64
    private static let budgetStep: UInt64 = 1 << 10

    /// Zero where there is nothing to say.
    private var numbers: [UInt64]

    let hasScopes: Bool
    private static let scopesBit: UInt8 = 1 << 7

    init(_ health: HealthReport, _ fields: MessageFields, hasScopes: Bool) {
        self.hasScopes = hasScopes
        numbers = [
            health.pending, health.oldestPendingSeconds / 60, health.held, health.conflicts,
            health.rejected, health.storeKilobytes / Self.kilobytesStep, 0,
        ]
        guard let field = fields[HelloField.budget] else { return }
        var input = ByteReader(field)
        if let bytes = try? input.varint(), bytes % Self.budgetStep == 0, input.remaining == 0 {
            numbers[6] = bytes / Self.budgetStep
        }
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        let mask = try input.byte()
        numbers = Array(repeating: 0, count: 7)
        hasScopes = mask & Self.scopesBit != 0
        for index in numbers.indices where mask & 1 << UInt8(index) != 0 {
            numbers[index] = try input.varint()
        }
    }

    func encode(to out: inout ByteWriter) {
        let said = numbers.enumerated().filter { $0.element != 0 }
        let scopesBit = hasScopes ? Self.scopesBit : 0
        out.byte(said.reduce(scopesBit) { $0 | 1 << UInt8($1.offset) })
        for number in said { out.varint(number.element) }
    }

    var health: HealthReport {
        var health = HealthReport()
        health.pending = numbers[0]
        health.oldestPendingSeconds = numbers[1] &* 60
        health.held = numbers[2]
        health.conflicts = numbers[3]
        health.rejected = numbers[4]
        health.storeKilobytes = numbers[5] &* Self.kilobytesStep
        return health
    }

    /// Field 5, where it is said here.
    var budget: [UInt8]? {
        guard numbers[6] != 0 else { return nil }
        var out = ByteWriter()
        out.varint(numbers[6] &* Self.budgetStep)
        return out.bytes
    }
}

extension Hello {
    func encodedShort() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 64)
        out.varint(UInt64(schemaVersion))
        out.zigzag(Clock.seconds(wallMilliseconds))
        out.varint(grantsKnown)
        let state = State(health, fields, hasScopes: !scopes.isEmpty)
        state.encode(to: &out)
        var previous: Scope?
        for held in scopes {
            var bits: PlaceBits = []
            if held.shortHead != .unknown { bits.insert(.hasHead) }
            if held.scope != scopes.last?.scope { bits.insert(.more) }
            out.place(held.scope, after: previous, bits)
            held.vector.encode(to: &out)
            if bits.contains(.hasHead) { out.raw(held.shortHead.bytes) }
            previous = held.scope
        }
        var fields = fields
        if state.budget != nil { fields[HelloField.budget] = nil }
        fields.encode(to: &out)
        return out.bytes
    }

    init(decodingShort bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let schemaVersion = try input.uint32("schema version")
        let clock = try input.zigzag()
        let grantsKnown = try input.varint()
        let state = try State(reading: &input)
        var scopes: [ScopeState] = []
        var hasMore = state.hasScopes
        while hasMore {
            guard scopes.count < SyncLimits.scopesPerNodeMax else {
                throw input.failure(.tooLarge(what: "scopes"))
            }
            let (scope, bits) = try input.place(after: scopes.last?.scope)
            try input.check(scope, after: scopes.last?.scope)
            let vector = try VersionVector(reading: &input)
            let head = bits.contains(.hasHead) ? try ShortChain(reading: &input) : .unknown
            scopes.append(
                ScopeState(scope: scope, vector: vector, head: UInt64(head.rawValue) << 32))
            hasMore = bits.contains(.more)
        }
        var fields = try MessageFields(reading: &input)
        if let budget = state.budget { fields[HelloField.budget] = budget }
        self.init(
            schemaVersion: schemaVersion, wallMilliseconds: Clock.milliseconds(clock),
            grantsKnown: grantsKnown, health: state.health, scopes: scopes, fields: fields)
    }
}

extension Answer {
    /// - Parameter hello: what is answered; nil where its sender may have forgotten it.
    func encodedShort(to hello: Hello?) -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 32)
        let clock = hello.map { Clock.seconds($0.wallMilliseconds) } ?? 0
        out.zigzag(Clock.seconds(wallMilliseconds) &- clock)
        let scopes = hello?.scopes.map(\.scope) ?? []
        let isAllSame =
            !scopes.isEmpty && holdings.map(\.scope) == scopes
            && holdings.allSatisfy { $0.holding == .same }
        var what = What()
        if hasMore { what.insert(.more) }
        if isAllSame { what.insert(.allSame) }
        if !notices.isEmpty { what.insert(.notices) }
        if !grants.isEmpty { what.insert(.grants) }
        out.byte(what.rawValue)
        if !isAllSame { encodeHoldings(to: &out, scopes) }
        if !notices.isEmpty { Notice.encode(notices, to: &out) }
        if !grants.isEmpty { NumberGrant.encode(grants, to: &out) }
        fields.encode(to: &out)
        return out.bytes
    }

    private func encodeHoldings(to out: inout ByteWriter, _ scopes: [Scope]) {
        out.varint(holdings.count)
        var previous: Scope?
        for (scope, holding) in holdings {
            let place = scopes.firstIndex(of: scope).map { $0 + 1 } ?? 0
            out.varint(2 * place + (holding == .same ? 1 : 0))
            if place == 0 { out.place(scope, after: previous) }
            if case .vector(let vector) = holding { vector.encode(to: &out) }
            previous = scope
        }
    }

    init(decodingShort bytes: [UInt8], to hello: Hello?) throws(DecodeError) {
        var input = ByteReader(bytes)
        let clock = hello.map { Clock.seconds($0.wallMilliseconds) } ?? 0
        let wall = Clock.milliseconds(clock &+ (try input.zigzag()))
        let what = What(rawValue: try input.byte())
        guard what.isSubset(of: .known) else {
            throw input.failure(.unknownTag(what: "answer", UInt64(what.rawValue)))
        }
        let scopes = hello?.scopes.map(\.scope) ?? []
        let holdings =
            what.contains(.allSame)
            ? scopes.map { ($0, Holding.same) } : try Self.holdings(reading: &input, scopes)
        self.init(
            wallMilliseconds: wall, hasMore: what.contains(.more), holdings: holdings,
            notices: what.contains(.notices) ? try Notice.list(reading: &input) : [],
            grants: what.contains(.grants) ? try NumberGrant.list(reading: &input) : [],
            fields: try MessageFields(reading: &input))
    }

    private static func holdings(
        reading input: inout ByteReader, _ scopes: [Scope]
    ) throws(DecodeError) -> [(scope: Scope, holding: Holding)] {
        var holdings: [(scope: Scope, holding: Holding)] = []
        let count = try input.count(of: "scopes", limit: SyncLimits.scopesPerNodeMax)
        for _ in 0..<count {
            let tag = try input.varint()
            let previous = holdings.last?.scope
            let scope: Scope
            if tag < 2 {
                scope = try input.place(after: previous).scope
            } else {
                guard tag / 2 <= UInt64(scopes.count) else {
                    throw input.failure(.unknownTag(what: "scope", tag))
                }
                scope = scopes[Int(tag / 2) - 1]
            }
            try input.check(scope, after: previous)
            holdings.append(
                (scope, tag & 1 == 1 ? .same : .vector(try VersionVector(reading: &input))))
        }
        return holdings
    }
}

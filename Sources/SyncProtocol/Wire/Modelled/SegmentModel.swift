// A segment as a model foresees it.
//
// Problem: on a line of 64 kbit/s each byte counts, and most of a segment can be foreseen: the next number of
// the same PC, the state that follows a state, the father who stands two rows above, the digest of
// the text beside it.
// Idea: changeset after changeset, each thing is coded with the probability that the model gives it
// after all that came before: earlier changesets of the segment, and those that both sides hold
// anyway (`history`), which are learned first and not sent. The walk is the same for writing, reading
// and learning, so what one side foresees, the other does.
//
//   varint, coded       number of changesets, then each: author replica, seq, clock, author, intent,
//                       context, shapes and rows of its operations, cells
//
// The decoder needs no schema: columns of a newer version pass through an old node unharmed.

/// What stands in a list of what was seen, or comes new.
struct Numbered<Element: Hashable & Sendable>: Sendable {
    private(set) var elements: [Element] = []
    private var indexes: [Element: Int] = [:]

    func index(of element: Element) -> Int? { indexes[element] }

    /// - Returns: its index.
    mutating func insert(_ element: Element) -> Int {
        if let index = indexes[element] { return index }
        indexes[element] = elements.count
        elements.append(element)
        return elements.count - 1
    }
}

/// Codes changesets of one scope, one after the other.
public struct SegmentModel: Sendable {
    var symbols: SymbolCoder
    let scope: Scope
    var columns: [ColumnKey: ColumnMemory] = [:]
    var tables: [TableID: TableMemory] = [:]
    /// What an author's chain was before its first changeset here.
    var pasts: [ReplicaID: ChainPast] = [:]
    private var replicas = Numbered<ReplicaID>()
    private var authors = Numbered<Author>()
    private var intents = Numbered<Value>()
    private var shapes = Numbered<Shape>()
    private var lastSeq: [ReplicaID: UInt64] = [:]
    private var lastContext: [ReplicaID: VersionVector] = [:]
    private var lastClock: Int64 = 0
    private var lastIntent: UInt32 = 0
    private var lastReplica: UInt32 = 0
    var lastRow: [ReplicaID: Int64] = [:]
    /// Who was met in the piece itself, not in the history.
    private var met: Set<ReplicaID> = []

    init(scope: Scope, symbols: SymbolCoder) {
        self.scope = scope
        self.symbols = symbols
    }

    var isReading: Bool { symbols.isReading }

    /// Learning is over; what follows is written or read.
    mutating func begin(_ coder: BitCoder, budget: Int) {
        symbols = symbols.resumed(with: coder, budget: budget)
        met = []
        pasts = [:]
    }

    // MARK: - A changeset

    mutating func changeset(
        _ known: Changeset?, past: ShortChain = .unknown
    ) throws(DecodeError) -> Changeset {
        let (replica, at) = try self.replica(known?.dot.replica)
        let seq = try self.seq(known?.dot.seq, replica, at)
        try self.past(past, Dot(replica, seq))
        let clock = try self.clock(known?.clock)
        let (intent, meaning) = try self.intent(known?.intent, at)
        let author = try self.author(known?.author, meaning)
        let context = try self.context(known, replica, at)
        let count = Int(
            clamping: symbols.number(
                known.map { UInt64($0.operations.count) }, .head,
                [SyncProtocol.context(20, meaning), 20]))
        guard count <= SyncLimits.operationsPerChangesetMax else {
            throw symbols.failure(.tooLarge(what: "operations"))
        }
        var work = OperationsInWork(
            replica: replica, clock: clock.milliseconds, intent: meaning)
        for index in 0..<count {
            try symbols.spend(4)
            try operation(known?.operations[index], &work)
        }
        lastIntent = meaning
        lastReplica = at
        return Changeset(
            scope: scope, dot: Dot(replica, seq), clock: clock, author: author, intent: intent,
            context: context, operations: work.operations)
    }

    private mutating func replica(
        _ known: ReplicaID?
    ) throws(DecodeError) -> (ReplicaID, UInt32) {
        let contexts = [SyncProtocol.context(1, lastReplica), 1]
        if let index = try choice(
            known.map { replicas.index(of: $0) }, replicas.elements.count, contexts)
        {
            return (replicas.elements[index], UInt32(index))
        }
        let number = symbols.number(known.map { UInt64($0.rawValue) }, .head, [2])
        guard let raw = UInt32(exactly: number) else {
            throw symbols.failure(.tooLarge(what: "replica"))
        }
        let replica = ReplicaID(raw)
        return (replica, UInt32(replicas.insert(replica)))
    }

    private mutating func seq(
        _ known: UInt64?, _ replica: ReplicaID, _ at: UInt32
    ) throws(DecodeError) -> UInt64 {
        let last = lastSeq[replica] ?? 0
        let skipped = symbols.number(
            known.map { $0 &- last &- 1 }, .head,
            [SyncProtocol.context(3, at), SyncProtocol.context(3, lastSeq[replica] == nil ? 1 : 0)])
        let (seq, isOver) = last.addingReportingOverflow(skipped)
        guard !isOver, seq < UInt64(Int64.max) else {
            throw symbols.failure(.tooLarge(what: "seq"))
        }
        lastSeq[replica] = seq + 1
        return seq + 1
    }

    /// Four bytes for each author that the piece brings.
    private mutating func past(_ known: ShortChain, _ first: Dot) throws(DecodeError) {
        guard symbols.coder.direction != .learning, met.insert(first.replica).inserted
        else { return }
        let isTold = symbols.flag(known != .unknown, .head, [4])
        guard isTold else { return }
        let bytes = try symbols.raw(known.bytes, count: 4)
        let chain = ShortChain(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        guard chain != .unknown else { throw symbols.failure(.notCanonical(what: "past")) }
        pasts[first.replica] = ChainPast(first: first, chain: chain)
    }

    private mutating func clock(_ known: HLC?) throws(DecodeError) -> HLC {
        let (seconds, part) = (lastClock / 1_000, lastClock % 1_000)
        let step = symbols.signed(
            known.map { $0.milliseconds / 1_000 - seconds }, .head,
            [5, SyncProtocol.context(5, lastIntent), SyncProtocol.context(6, lastReplica)])
        let thousandths = symbols.symbol(
            known.map { Int($0.milliseconds % 1_000) }, bits: 10, .head,
            [7, SyncProtocol.context(7, UInt32(part))])
        let (whole, isOver) = seconds.addingReportingOverflow(step)
        guard !isOver, (0...HLC.max.milliseconds / 1_000).contains(whole), thousandths < 1_000,
            whole * 1_000 + Int64(thousandths) <= HLC.max.milliseconds
        else { throw symbols.failure(.tooLarge(what: "clock")) }
        let milliseconds = whole * 1_000 + Int64(thousandths)
        let counter = symbols.number(
            known.map { UInt64($0.counter) }, .head,
            [SyncProtocol.context(8, milliseconds == lastClock ? 1 : 0)])
        guard let counter = UInt16(exactly: counter) else {
            throw symbols.failure(.tooLarge(what: "clock counter"))
        }
        lastClock = milliseconds
        return HLC(milliseconds: milliseconds, counter: counter)
    }

    private mutating func intent(
        _ known: String?, _ at: UInt32
    ) throws(DecodeError) -> (String, UInt32) {
        let contexts = [
            9, SyncProtocol.context(9, lastIntent), SyncProtocol.context(10, lastIntent, at),
        ]
        let index = try choice(
            known.map { intents.index(of: .text($0)) }, intents.elements.count, contexts)
        if let index { return (intents.elements[index].text ?? "", UInt32(index) + 1) }
        let name = try self.name(known, 11)
        return (name, UInt32(intents.insert(.text(name))) + 1)
    }

    private mutating func author(
        _ known: Author?, _ intent: UInt32
    ) throws(DecodeError) -> Author {
        let contexts = [
            12, SyncProtocol.context(12, intent),
            SyncProtocol.context(13, intent, lastReplica),
        ]
        let index = try choice(
            known.map { authors.index(of: $0) }, authors.elements.count, contexts)
        if let index { return authors.elements[index] }
        let name = try self.name(known?.name, 14)
        let role = symbols.symbol(known.map { Int($0.roleNumber) }, bits: 8, .head, [15])
        let author = Author(name, roleNumber: UInt8(role))
        _ = authors.insert(author)
        return author
    }

    /// What the author had seen: mostly what it had seen before.
    private mutating func context(
        _ known: Changeset?, _ replica: ReplicaID, _ at: UInt32
    ) throws(DecodeError) -> VersionVector {
        let previous = lastContext[replica] ?? VersionVector()
        var wanted = known?.context
        wanted?[replica] = 0
        let changed = wanted.map { wanted in
            Set(wanted.entries.map(\.replica)).union(previous.entries.map(\.replica)).sorted()
                .filter { wanted[$0] != previous[$0] }
        }
        let count = symbols.number(
            changed.map { UInt64($0.count) }, .head, [SyncProtocol.context(16, at), 16])
        guard count <= UInt64(SyncLimits.vectorEntriesMax) else {
            throw symbols.failure(.tooLarge(what: "context"))
        }
        var context = previous
        for index in 0..<Int(count) {
            let (other, place) = try self.replica(changed?[index])
            let delta = symbols.signed(
                changed.map { Int64(bitPattern: (wanted?[$0[index]] ?? 0) &- previous[$0[index]]) },
                .head, [SyncProtocol.context(17, place), 17])
            try symbols.spend(16)
            guard other != replica, delta != 0 else {
                throw symbols.failure(.notCanonical(what: "context"))
            }
            context[other] = context[other] &+ UInt64(bitPattern: delta)
        }
        try symbols.spend(context.entries.count * 2)
        guard context.entries.count <= SyncLimits.vectorEntriesMax else {
            throw symbols.failure(.tooLarge(what: "context"))
        }
        lastContext[replica] = context
        return context
    }

    // MARK: - Shapes

    mutating func shape(
        _ known: Shape?, _ work: OperationsInWork
    ) throws(DecodeError) -> (Shape, UInt32) {
        let before = work.lastShape
        let contexts = [
            SyncProtocol.context(30, work.intent, UInt32(work.operations.count)),
            SyncProtocol.context(31, before), SyncProtocol.context(32, before, work.intent),
        ]
        let index = try choice(
            known.map { shapes.index(of: $0) }, shapes.elements.count, contexts, .shape)
        if let index { return (shapes.elements[index], UInt32(index) + 1) }
        let table = symbols.number(known.map { UInt64($0.table.rawValue) }, .shape, [33])
        let tag = symbols.symbol(known.map { Int($0.kind.rawValue) }, bits: 2, .shape, [34])
        let columns = symbols.number(known.map { $0.columns.rawValue }, .shape, [35])
        guard let number = UInt32(exactly: table),
            let kind = RowOperation.Kind(rawValue: UInt8(tag))
        else { throw symbols.failure(.notCanonical(what: "shape")) }
        let shape = Shape(
            table: TableID(number), kind: kind, columns: ColumnSet(rawValue: columns))
        guard !shape.columns.contains(.liveness), kind != .delete || shape.columns.isEmpty else {
            throw symbols.failure(.notCanonical(what: "shape"))
        }
        return (shape, UInt32(shapes.insert(shape)) + 1)
    }

    // MARK: - Of a list

    /// One of those seen, or nil for a new one.
    /// - Parameter known: nil when reading; its index, or nil in it for a new one.
    mutating func choice(
        _ known: Int??, _ count: Int, _ contexts: [UInt32], _ kind: SymbolCoder.Kind = .head
    ) throws(DecodeError) -> Int? {
        let number = symbols.number(known.map { UInt64(($0 ?? -1) + 1) }, kind, contexts)
        guard number <= UInt64(count) else {
            throw symbols.failure(.unknownTag(what: "choice", number))
        }
        return number == 0 ? nil : Int(number) - 1
    }

    private mutating func name(_ known: String?, _ column: UInt32) throws(DecodeError) -> String {
        let bytes = try symbols.text(
            known.map { Array($0.utf8) }, column: column, like: column,
            limit: SyncLimits.nameBytesMax)
        guard let name = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw symbols.failure(.invalidText)
        }
        return name
    }
}

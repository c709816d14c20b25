import ChangeStore
import Compression
import GRDB
public import SyncProtocol

/// The calling side of one exchange, round after round, without the transport.
///
/// Use: `while let request = try caller.request() { … try caller.feed(bytes) …; try caller.end() }`.
///
/// Invariants: only committed changesets are sent; each arriving record is committed before the
/// next is looked at; what the peer acknowledged is remembered only from a sealed answer.
///
/// `@unchecked Sendable`: not shared; used by one exchange, one call after the other.
public final class Caller: @unchecked Sendable {
    /// What the exchange did so far.
    public struct Tally: Sendable {
        public var rounds = 0
        /// Changesets sent that the peer then said it holds.
        public var sent = 0
        public var received = 0
        public var notices: [Notice] = []
    }

    public internal(set) var tally = Tally()
    /// Where the peer knows another past of this store than its own: it must take a new number
    /// before it writes or sends anything more. The exchange is over then.
    public internal(set) var forks: [ForkNotice] = []
    /// Where the peer refuses what a neighbour passed on to this store. The exchange is over then.
    public internal(set) var otherForks: [OtherFork] = []
    /// Authors of whom the peer holds another past, without saying which. The exchange is over then.
    public internal(set) var differing: [(scope: Scope, author: ReplicaID)] = []
    let host: any CallerHost
    let line: Line
    private let parts: [any CallerPart]
    /// Compressed bytes in one request, at the most.
    private let requestBytesMax: Int
    /// What the line takes in some seconds; nil where a request is as large as it may be.
    private var pace: Pace?
    private var allowance: Allowance
    /// Whether something waits because the line has cost enough for now.
    public private(set) var isOverBudget = false
    /// The protocol version that is spoken.
    private let version: UInt8
    let isOneWay: Bool
    private var session: EdgeSession
    private var directive: EdgeSession.Directive
    var round = Round()
    /// Something came that cannot be read here: the peer is asked for the plainest form.
    var wantsPlain = false
    /// What of the answers could not be read here.
    public internal(set) var unread: [Notice] = []
    /// The peer could not read what it was sent: it gets the plainest form.
    var writesPlain = false
    /// In how many rounds it lacked what a piece was made with.
    var unreadRounds = 0
    /// Whose changes the peer refused: in this exchange they are not sent again.
    var refused: [Scope: Set<ReplicaID>] = [:]
    /// Where the peer's past is shorter and not the one here: how far it goes.
    var shorter: [Scope: [ReplicaID: UInt64]] = [:]
    /// What the peer was found to agree with as far as it goes, and has not got whole yet.
    var agreed: [Scope: VersionVector] = [:]
    var hasCompared = false
    private var hasAskedWhose = false
    /// What is stored here could not be read, and nothing more is on its way that might repair it.
    var isBeyondRepair = false
    /// What the peer does not know of.
    var untaken: Set<Scope> = []

    struct Round {
        var nonce: UInt64 = 0
        /// Which of several answers to one request; only a bundle's are numbered.
        var number: UInt64 = 0
        /// nil when the request was made long ago, by a run of the program that is over.
        var hello: Hello?
        var reading: SegmentReader?
        var sent: [(scope: Scope, dot: Dot)] = []
        /// Nothing is sent of their scopes before the answer.
        var claims: [PastClaim] = []
        var reader: RecordReader?
        var answer: Answer?
        var receipt = Receipt()
        /// A piece could not be read, and will come in another form.
        var wantsAgain = false
        /// What is stored here could not be read when a piece was to be merged with it.
        var storeFaults: [Scope: StoreError] = [:]
        /// Urgent changesets that went before their turn.
        var ahead: [(scope: Scope, dot: Dot)] = []
        var began: Int64 = 0
        var bytes = 0
    }

    /// The number of the request that was made last, and the changesets in it.
    public var lastRequest: (nonce: UInt64, sent: [(scope: Scope, dot: Dot)]) {
        (round.nonce, round.sent)
    }

    /// - Parameter isOneWay: whether the request travels where no second one can follow at once,
    ///   so that it carries all that may be lacking even in doubt.
    ///   - isPaced: whether requests and answers are kept as small as the line is slow, so that what
    ///   is urgent never waits long.
    ///   - allowance: bytes that the exchange may cost both ways; nil without a limit.
    public init(
        host: any CallerHost, line: Line, parts: [any CallerPart],
        requestBytesMax: Int = 512 << 10, version: UInt8 = Preface.versions.upperBound,
        isOneWay: Bool = false, isPaced: Bool = false, allowance: Int? = nil
    ) throws {
        self.host = host
        self.line = line
        self.parts = parts
        self.requestBytesMax = requestBytesMax
        self.version = version
        self.isOneWay = isOneWay
        self.allowance = Allowance(bytes: allowance)
        if isPaced {
            let key = PeerKey.pace(line.peer)
            pace = Pace(remembered: try host.store.read { try StoreInfo.integer(key, $0) })
        }
        let isDoubtful = try host.store.read { db in
            try line.asksFirst || StoreInfo.integer(PeerKey.doubt(line.peer), db) == 1
        }
        untaken = try host.store.read { try Self.untaken(line.peer, $0) }
        session = EdgeSession(isDoubtful: isDoubtful && !isOneWay)
        directive = session.start()
        if isOneWay { try host.store.read(useKnownForms) }
    }

    // MARK: - Outgoing

    /// The next request.
    /// - Returns: nil when neither side lacks anything any more.
    /// - Throws: ``ExchangeFault/noProgress``, ``ExchangeFault/refused``.
    public func request() throws -> [UInt8]? {
        switch directive {
        case .finished:
            guard refused.isEmpty || !forks.isEmpty || !otherForks.isEmpty || !differing.isEmpty
            else {
                throw ExchangeFault.refused
            }
            return nil
        case .stalled: throw ExchangeFault.noProgress
        case .exchange(let carriesSegments):
            let nonce = try nextNonce(doubtful: carriesSegments)
            round = Round(nonce: nonce)
            round.reader = RecordReader(key: line.key, nonce: nonce, versions: version...version)
            tally.rounds += 1
            round.began = host.now()
            let body = try host.store.read { try request(carriesSegments, nonce, $0) }
            round.bytes = body.count
            allowance.spent += body.count
            return body
        }
    }

    private func request(
        _ carriesSegments: Bool, _ nonce: UInt64, _ db: Database
    ) throws -> [UInt8] {
        var hello = try self.hello(db)
        var codec = try SegmentCodec.calling(line.peer, version: version, db)
        if isOneWay { codec.useBuiltIn() }
        if writesPlain { codec.usePlain() }
        if wantsPlain {
            hello.fields[HelloField.dictionaries] = []
        } else {
            codec.hello(&hello.fields)
        }
        for part in parts { try part.hello(&hello.fields, db) }
        // Request and answer may each take twice that, for a segment is not cut.
        let room = min(pace?.bytes ?? requestBytesMax, allowance.leftForWork / 4)
        if room < Pace.most, !isOneWay { hello.fields[HelloField.budget] = Pace.field(room) }
        round.claims = try claims(db)
        if !round.claims.isEmpty || host.claimsOnce && tally.rounds == 1 {
            hello.fields[HelloField.incarnations] = PastClaim.encode(round.claims)
        }
        round.hello = hello
        round.reading = SegmentReader(codec, hello)
        var records = Records([(.hello, hello.encoded(as: version))])
        func body() -> [UInt8] {
            var writer = RecordWriter(
                key: line.key, direction: .request, nonce: nonce, version: version)
            return RecordWriter.preface(replica: line.replica, nonce: nonce, version: version)
                + writer.records(records.list)
        }
        guard carriesSegments else { return body() }
        let outgoing = try Outgoing(
            host: host, scopes: openScopes, line: line,
            writer: SegmentWriter(codec, hello, host.store.schema),
            pace: pace, room: room,
            left: allowance.leftForWork,
            believed: try settled(try PeerVectors.all(of: line.peer, db), db), db)
        round.sent = outgoing.sent
        round.ahead = outgoing.ahead
        isOverBudget = isOverBudget || outgoing.isOverBudget
        records.add(outgoing.frames.map { (.segment, $0) })
        for part in parts { records.add(try part.records(budget: room - records.bytes, db)) }
        return body()
    }

    private func hello(_ db: Database) throws -> Hello {
        let replica = host.store.identity.replica
        var scopes: [ScopeState] = []
        for (scope, vector) in try ChangeLog.vectors(db)
        where line.shares?.contains(scope) ?? true {
            let head = try ChangeLog.chainHead(of: replica, in: scope, db)
            scopes.append(ScopeState(scope: scope, vector: vector, head: head?.short ?? 0))
        }
        return Hello(
            schemaVersion: host.store.schema.version, wallMilliseconds: host.now(),
            grantsKnown: try host.grantsKnown(db), health: try host.health(db), scopes: scopes)
    }

    /// A number that no earlier request to this peer had.
    private func nextNonce(doubtful: Bool) throws -> UInt64 {
        try host.store.bookkeeping { db in
            let next = (try StoreInfo.integer(PeerKey.nonce(line.peer), db) ?? 0) + 1
            try StoreInfo.set(PeerKey.nonce(line.peer), next, db)
            if doubtful { try StoreInfo.set(PeerKey.doubt(line.peer), 1, db) }
            return UInt64(next)
        }
    }

    // MARK: - Incoming

    /// Begins a round with an answer that comes without a request of this run: on a stick, days
    /// later.
    /// - Parameter number: which of several answers to the request; later ones are greater.
    public func expect(answerTo nonce: UInt64, number: UInt64) throws {
        round = Round(nonce: nonce, number: number)
        // Whichever version the request was made in, by an older program maybe.
        round.reader = RecordReader(key: line.key, nonce: nonce, versions: Preface.versions)
        // Parts answer to what they said; now is the nearest that there is.
        var unsent = MessageFields()
        round.reading = try host.store.read { db in
            for part in parts { try part.hello(&unsent, db) }
            return SegmentReader(try SegmentCodec.calling(line.peer, version: version, db), nil)
        }
    }

    /// Takes bytes of the answer as they arrive.
    /// - Throws: ``ExchangeFault/answerDamaged(_:)``.
    public func feed(_ bytes: some Sequence<UInt8>) throws {
        guard var reader = round.reader else { return }
        let bytes = Array(bytes)
        allowance.spent += bytes.count
        round.bytes += bytes.count
        reader.feed(bytes)
        do {
            while let record = try reader.next() { try take(record, as: reader.version) }
        } catch let error as StreamError {
            throw ExchangeFault.answerDamaged(String(describing: error))
        } catch let error where error.isUnreadable {
            throw ExchangeFault.answerDamaged(String(describing: error))
        }
        round.reader = reader
    }

    private func take(
        _ record: (kind: RecordKind, payload: [UInt8]), as version: UInt8
    ) throws {
        try takeIn(record, as: version)
        guard record.kind != .answer else { return }
        for part in parts { part.arrived(bytes: record.payload.count) }
    }

    private func takeIn(
        _ record: (kind: RecordKind, payload: [UInt8]), as version: UInt8
    ) throws {
        switch record.kind {
        case .answer:
            let answer = try Answer(decoding: record.payload, as: version, to: round.hello)
            for part in parts { try part.began(answer) }
            round.answer = answer
        case .segment:
            guard let segment = try segment(in: record.payload),
                !round.receipt.rejected.contains(where: {
                    $0.isFork && $0.scope == segment.scope
                })
            else { return }
            guard let receipt = try stored(segment) else { return }
            round.receipt += receipt
            tally.received += receipt.applied
            tally.notices += receipt.rejected.map {
                Notice(.changesetRejected, "\($0.scope) \($0.dot): \($0.reason)")
            }
        case .hello: throw ExchangeFault.answerDamaged("the peer sent a hello")
        default:
            for part in parts where try part.take(record.kind, record.payload) { return }
        }
    }

    /// The answer is over: remembers what the peer said and decides what comes next.
    /// - Throws: ``ExchangeFault/cut`` when it was not whole.
    public func end() throws {
        guard let reader = round.reader, !reader.isMidRecord, let answer = round.answer
        else { throw ExchangeFault.cut }
        // A stick brings no repair; it can be read again when the store is whole.
        if round.hello == nil { try refuseIfDamaged() }
        let believed = try host.store.read { try PeerVectors.all(of: line.peer, $0) }
        let told = try remember(answer)
        let after = told ?? believed
        let learned =
            try told != nil
            && host.store.bookkeeping { try SegmentCodec.remember(answer, of: line.peer, $0) }
        let taken = round.sent.count { after[$0.scope]?.covers($0.dot) ?? false }
        tally.sent += taken
        tally.notices += answer.notices
        noteRefused(of: round.sent, by: answer, holding: after)
        if told != nil, try readForks(answer, holding: after) {
            directive = .finished
            return
        }
        try measure()
        // What an old stick says of the peer is over.
        for part in parts where told != nil {
            try part.answered(answer)
            tally.notices += part.notices
        }
        try noteUnread(answer)
        // Once: there may be nothing to compare.
        round.wantsAgain = round.wantsAgain || isForkNews && !hasAskedWhose
        hasAskedWhose = hasAskedWhose || isForkNews
        let (lacked, hasGrown) = try host.store.read {
            (try self.lacked(settled(after, $0), $0), try self.hasGrown(since: round.hello, $0))
        }
        let isRepairing = parts.contains { $0.progress != .idle }
        if isBeyondRepair { try refuseIfDamaged() }
        isBeyondRepair = !round.storeFaults.isEmpty && !isRepairing
        var hasMore = answer.hasMore || round.wantsAgain || isBeyondRepair
        // A peer that holds less than was believed was restored: that is worth another round.
        var advanced =
            round.receipt.applied > 0 || taken > 0 || round.wantsAgain || learned || hasGrown
            || isBeyondRepair
            || !round.ahead.isEmpty || !round.claims.isEmpty
            || line.carries.contains {
                (after[$0] ?? VersionVector()) != (believed[$0] ?? VersionVector())
            }
        for part in parts {
            guard case .wantsMore(let partAdvanced) = part.progress else { continue }
            hasMore = true
            advanced = advanced || partAdvanced
        }
        directive = session.received(
            lackedByHub: lacked, hubHasMore: hasMore, madeProgress: advanced)
        // Less than this is no room for a segment either way.
        if allowance.leftForWork < 4, directive != .finished { isOverBudget = true }
        if isOverBudget { directive = .finished }
        if directive == .finished { try refuseIfDamaged() }
    }

    /// What this round told about the line.
    private func measure() throws {
        guard let before = pace?.bytes else { return }
        pace?.note(carried: round.bytes, milliseconds: host.now() - round.began)
        let after = pace?.bytes ?? before
        guard after != before || !round.ahead.isEmpty else { return }
        try host.store.bookkeeping { db in
            try StoreInfo.set(PeerKey.pace(line.peer), Int64(after), db)
            for (scope, dot) in round.ahead {
                try UrgentChanges.isAhead(dot, of: scope, at: line.peer, db)
            }
        }
    }
}

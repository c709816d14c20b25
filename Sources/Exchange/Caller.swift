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

    public private(set) var tally = Tally()
    /// Where the peer knows another past of this store than its own: it must take a new number
    /// before it writes or sends anything more. The exchange is over then.
    public private(set) var forks: [ForkNotice] = []
    private let host: any CallerHost
    private let line: Line
    private let parts: [any CallerPart]
    /// Compressed bytes in one request.
    private let requestBytesMax: Int
    /// The protocol version that is spoken.
    private let version: UInt8
    private var session: EdgeSession
    private var directive: EdgeSession.Directive
    private var round = Round()
    /// Something came that no dictionary here can read: the peer is asked to use none.
    private var wantsPlain = false

    private struct Round {
        var hello: Hello?
        var codec: SegmentCodec?
        var sent: [Dot: Scope] = [:]
        var reader: RecordReader?
        var answer: Answer?
        var receipt = Receipt()
        /// A piece could not be read, and will come in another form.
        var wantsAgain = false
    }

    public init(
        host: any CallerHost, line: Line, parts: [any CallerPart],
        requestBytesMax: Int = 512 << 10, version: UInt8 = Preface.versions.upperBound
    ) throws {
        self.host = host
        self.line = line
        self.parts = parts
        self.requestBytesMax = requestBytesMax
        self.version = version
        let doubt = Self.doubtKey(line.peer)
        let isDoubtful = try host.store.read { try StoreInfo.integer(doubt, $0) == 1 }
        session = EdgeSession(isDoubtful: isDoubtful)
        directive = session.start()
    }

    private static func doubtKey(_ peer: String) -> String { peer + "_doubt" }
    private static func nonceKey(_ peer: String) -> String { peer + "_nonce" }

    // MARK: - Outgoing

    /// The next request.
    /// - Returns: nil when neither side lacks anything any more.
    /// - Throws: ``ExchangeFault/noProgress``.
    public func request() throws -> [UInt8]? {
        switch directive {
        case .finished: return nil
        case .stalled: throw ExchangeFault.noProgress
        case .exchange(let carriesSegments):
            let nonce = try nextNonce(doubtful: carriesSegments)
            round = Round()
            round.reader = RecordReader(key: line.key, nonce: nonce)
            tally.rounds += 1
            return try host.store.read { try request(carriesSegments, nonce, $0) }
        }
    }

    private func request(
        _ carriesSegments: Bool, _ nonce: UInt64, _ db: Database
    ) throws -> [UInt8] {
        var hello = try self.hello(db)
        let codec = try SegmentCodec.calling(line.peer, db)
        round.codec = codec
        if wantsPlain {
            hello.fields[HelloField.dictionaries] = []
        } else {
            codec.hello(&hello.fields)
        }
        for part in parts { try part.hello(&hello.fields, db) }
        round.hello = hello
        var body = RecordWriter.preface(replica: line.replica, nonce: nonce, version: version)
        var writer = RecordWriter(key: line.key, direction: .request, nonce: nonce)
        body += writer.record(.hello, hello.encoded())
        guard carriesSegments else { return body }
        let believed = try PeerVectors.all(of: line.peer, db)
        for scope in line.carries.sorted() {
            var known = believed[scope] ?? VersionVector()
            while body.count < requestBytesMax,
                let segment = try ChangeLog.segment(
                    of: scope, lackedBy: known, bytesMax: SyncLimits.segmentBytesTarget, db)
            {
                body += writer.record(.segment, codec.compress(segment))
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                    round.sent[changeset.dot] = scope
                }
            }
        }
        for part in parts {
            for record in try part.records(budget: requestBytesMax - body.count, db) {
                body += writer.record(record.kind, record.payload)
            }
        }
        return body
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
            let next = (try StoreInfo.integer(Self.nonceKey(line.peer), db) ?? 0) + 1
            try StoreInfo.set(Self.nonceKey(line.peer), next, db)
            if doubtful { try StoreInfo.set(Self.doubtKey(line.peer), 1, db) }
            return UInt64(next)
        }
    }

    // MARK: - Incoming

    /// Takes bytes of the answer as they arrive.
    /// - Throws: ``ExchangeFault/answerDamaged(_:)``.
    public func feed(_ bytes: some Sequence<UInt8>) throws {
        guard var reader = round.reader else { return }
        reader.feed(bytes)
        do {
            while let record = try reader.next() { try take(record) }
        } catch let error as StreamError {
            throw ExchangeFault.answerDamaged(String(describing: error))
        } catch let error where error is DecodeError || error is FrameError {
            throw ExchangeFault.answerDamaged(String(describing: error))
        }
        round.reader = reader
    }

    private func take(_ record: (kind: RecordKind, payload: [UInt8])) throws {
        switch record.kind {
        case .answer:
            let answer = try Answer(decoding: record.payload)
            for part in parts { try part.began(answer) }
            round.answer = answer
        case .segment:
            guard let segment = try segment(in: record.payload) else { return }
            let receipt = try host.store.receive(
                segment.changesets, pasts: segment.pasts, now: host.now())
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

    /// - Returns: nil when it was made with a dictionary that is not here; it is asked for again.
    private func segment(in frame: [UInt8]) throws -> Segment? {
        do {
            return try round.codec?.segment(in: frame)
        } catch let error as FrameError {
            guard case .unknownDictionary = error, !wantsPlain else { throw error }
            wantsPlain = true
            round.wantsAgain = true
            tally.notices.append(Notice(.unreadableSegment, String(describing: error)))
            return nil
        }
    }

    /// The answer is over: remembers what the peer said and decides what comes next.
    /// - Throws: ``ExchangeFault/cut`` when it was not whole.
    public func end() throws {
        guard let reader = round.reader, !reader.isMidRecord, let answer = round.answer,
            let hello = round.hello
        else { throw ExchangeFault.cut }
        let believed = try host.store.read { try PeerVectors.all(of: line.peer, $0) }
        let after = try remember(answer, hello)
        let learned = try host.store.bookkeeping {
            try SegmentCodec.remember(answer, of: line.peer, $0)
        }
        let taken = round.sent.count { after[$0.value]?.covers($0.key) ?? false }
        tally.sent += taken
        tally.notices += answer.notices
        if let field = answer.fields[AnswerField.incarnations],
            let notices = try? ForkNotice.decode(field), !notices.isEmpty
        {
            forks = notices
            directive = .finished
            return
        }
        for part in parts {
            try part.answered(answer)
            tally.notices += part.notices
        }
        let lacked = try host.store.read { db in
            try line.carries.reduce(UInt64(0)) { sum, scope in
                let mine = try ChangeLog.vector(of: scope, db)
                return sum + mine.excess(over: after[scope] ?? VersionVector())
            }
        }
        var hasMore = answer.hasMore || round.wantsAgain
        // A peer that holds less than was believed was restored: that is worth another round.
        var advanced =
            round.receipt.applied > 0 || taken > 0 || round.wantsAgain || learned
            || line.carries.contains { after[$0] != believed[$0] }
        for part in parts {
            guard case .wantsMore(let partAdvanced) = part.progress else { continue }
            hasMore = true
            advanced = advanced || partAdvanced
        }
        directive = session.received(
            lackedByHub: lacked, hubHasMore: hasMore, madeProgress: advanced)
    }

    /// Keeps what the peer said it holds.
    private func remember(_ answer: Answer, _ hello: Hello) throws -> [Scope: VersionVector] {
        let told = Dictionary(uniqueKeysWithValues: hello.scopes.map { ($0.scope, $0.vector) })
        var held: [Scope: VersionVector] = [:]
        try host.store.bookkeeping { db in
            for (scope, holding) in answer.holdings {
                let vector =
                    switch holding {
                    case .same: told[scope] ?? VersionVector()
                    case .vector(let vector): vector
                    }
                held[scope] = vector
                try PeerVectors.set(vector, of: scope, at: line.peer, db)
            }
            try host.keep(answer.grants, db)
            try StoreInfo.set(Self.doubtKey(line.peer), 0, db)
        }
        return held
    }
}

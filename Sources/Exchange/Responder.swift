public import ChangeStore
import Compression
import GRDB
public import SyncProtocol

/// The answering side of one exchange: takes records as they arrive, then answers.
///
/// Rule: a segment is committed with full fsync before the next is read, and the answer is made
/// from what is committed. Why: the answer is the acknowledgement. What if not: a caller would
/// forget what a power cut here took away.
///
/// `@unchecked Sendable`: not shared; one caller, one record after the other, on the writer's lane.
public final class Responder: @unchecked Sendable {
    private let host: any ResponderHost
    private var parts: [any ResponderPart] = []
    private var reader = RecordReader()
    private var caller: (info: CallerInfo, preface: Preface)?
    private var hello: Hello?
    private var codec: SegmentCodec?
    private var reading: SegmentReader?
    /// What the answer said besides.
    public private(set) var notices: [Notice] = []
    private var bytesIn = 0
    public private(set) var receipt = Receipt()
    /// The changesets in the answer.
    public private(set) var sent: [(scope: Scope, dot: Dot)] = []
    private let carriage: Carriage
    private var isUnasked = false
    private var otherForks: [OtherFork] = []
    private var pasts = PastComparison()
    private var unheard: Set<Scope> = []

    /// How the exchange travels.
    public struct Carriage: Sendable {
        let requestBytesMax: Int
        /// Compressed bytes in one answer.
        let answerBytesMax: Int
        /// Whether the answer is read by a caller that remembers what it asked.
        let isDirect: Bool

        public static let line = Carriage(
            requestBytesMax: SyncLimits.requestBytesMax, answerBytesMax: 512 << 10, isDirect: true)
        /// A line of an office or a district, where what comes under a signature comes whole.
        public static let near = Carriage(
            requestBytesMax: SyncLimits.requestBytesMax,
            answerBytesMax: SyncLimits.requestBytesMax / 2, isDirect: true)
        /// A file: no second round follows soon, so it takes all there is.
        public static let bundle = Carriage(
            requestBytesMax: SyncLimits.bundleBytesMax,
            answerBytesMax: SyncLimits.bundleContentTarget, isDirect: false)
    }

    private let versions: ClosedRange<UInt8>

    /// What the caller's line takes in some seconds, when it said so.
    private var answerBytesMax: Int {
        let told = hello?.fields[HelloField.budget].flatMap { Pace.room(in: $0) }
        return min(told ?? .max, carriage.answerBytesMax)
    }

    /// - Parameter versions: the protocol versions that this side speaks.
    public init(
        host: any ResponderHost, carriage: Carriage = .line,
        versions: ClosedRange<UInt8> = Preface.versions
    ) {
        self.host = host
        self.carriage = carriage
        self.versions = versions
    }

    /// Begins without a request, for a caller that cannot ask: from what it said last.
    public func assume(_ hello: Hello, from replica: ReplicaID) throws {
        let info = try host.caller(replica)
        caller = (info, Preface(replica: replica, nonce: info.lastNonce))
        self.hello = hello
        codec = try codec(for: hello, version: versions.upperBound)
        isUnasked = true
        parts = try host.parts(for: info)
        for part in parts { try part.heard(hello, info) }
    }

    /// - Throws: ``Refusal`` when the caller cannot be heard on. What was committed stays.
    public func feed(_ bytes: [UInt8]) throws {
        bytesIn += bytes.count
        guard bytesIn <= carriage.requestBytesMax else {
            throw Refusal(.badRequest, "a request may carry \(carriage.requestBytesMax) bytes")
        }
        reader.feed(bytes)
        do {
            if caller == nil {
                guard let preface = try reader.preface(versions: versions) else { return }
                let info = try host.caller(preface.replica)
                caller = (info, preface)
                parts = try host.parts(for: info)
                reader.accept(preface, key: info.key)
            }
            while let record = try reader.next() { try take(record) }
        } catch let error as StreamError {
            throw try refusal(for: error)
        }
    }

    private func refusal(for error: StreamError) throws -> Refusal {
        guard let caller else {
            // Other protocols begin with a letter.
            guard case .malformed(let reason) = error,
                case .unknownVersion(let version) = reason.reason, version < 16
            else {
                return Refusal(.badRequest, "not a Trasne request")
            }
            return Refusal(
                .unsupportedVersion,
                "this hub speaks protocol versions \(versions.lowerBound) to "
                    + "\(versions.upperBound)", versions: versions)
        }
        try host.store.bookkeeping {
            try host.countRefusal(of: caller.info, String(describing: error), $0)
        }
        return switch error {
        case .badSeal: Refusal(.badSeal, "a record is damaged or not from this device")
        default: Refusal(.badRequest, "the request cannot be read (\(error))")
        }
    }

    // MARK: - Taking in

    private func take(_ record: (kind: RecordKind, payload: [UInt8])) throws {
        guard let caller else { return }
        switch record.kind {
        case .hello:
            guard hello == nil,
                let known = try? Hello(decoding: record.payload, as: caller.preface.version)
            else {
                throw Refusal(.badRequest, "the hello cannot be read")
            }
            hello = known
            let codec = try codec(for: known, version: caller.preface.version)
            self.codec = codec
            reading = SegmentReader(codec, known)
            for part in parts { try part.heard(known, caller.info) }
            try compare(known, caller.info)
        case .answer:
            throw Refusal(.badRequest, "an answer is not a request")
        default:
            guard hello != nil else { throw Refusal(.badRequest, "a record before the hello") }
            if record.kind == .segment { return try take(segment: record.payload) }
            for part in parts where try part.take(record.kind, record.payload) { return }
        }
    }

    private func codec(for hello: Hello, version: UInt8) throws -> SegmentCodec {
        var codec = try host.store.read {
            try SegmentCodec.answering(hello, version: version, $0)
        }
        // Who reads a stick days later may have another history by then.
        if !carriage.isDirect { codec.writesHistory = false }
        return codec
    }

    /// One bad segment never stops the exchange: it is named in the answer, the rest goes on.
    private func take(segment payload: [UInt8]) throws {
        guard let caller, reading != nil else { return }
        let segment: Segment
        do {
            guard let read = try reading?.segment(in: payload, host.store) else { return }
            segment = read
        } catch let error where error.isUnreadable {
            if error is UnknownHistory { codec?.lacksHistory = true }
            notices.append(error.notice)
            return
        }
        // What builds on another past would overwrite what it never saw.
        guard !unheard.contains(segment.scope), !pasts.closed.contains(segment.scope),
            !receipt.rejected.contains(where: { $0.isFork && $0.scope == segment.scope })
        else { return }
        guard caller.info.writes.contains(segment.scope) else {
            for part in parts {
                if let got = try part.take(foreign: segment) { return note(got) }
            }
            notices.append(
                Notice(.scopeRefused, "\(caller.info.home) may not write \(segment.scope)"))
            return
        }
        note(try host.take(segment, from: caller.info))
    }

    private func note(_ got: Receipt) {
        receipt += got
        notices += got.rejected.map {
            Notice(.changesetRejected, "\($0.scope) \($0.dot): \($0.reason)")
        }
        notices += Dictionary(grouping: got.withheld, by: \.reason).values.compactMap { same in
            same.first.map {
                Notice(
                    .changesetWithheld, "\($0.scope) \($0.dot), \(same.count) in all: \($0.reason)")
            }
        }.sorted { $0.detail < $1.detail }
    }

    /// The caller's own past, where it is not the one known here: its store is a copy, or was put
    /// back from one (SYNC §4, *Fork*).
    private func forks(_ hello: Hello, _ db: Database) throws -> [ForkNotice] {
        guard let caller, !isUnasked else { return [] }
        let replica = caller.info.replica
        // A stick that a later exchange overtook knows less than is held, and is no fork.
        let isCurrent = carriage.isDirect || caller.preface.nonce > caller.info.lastNonce
        return try hello.scopes.compactMap { state -> ForkNotice? in
            let told = state.vector[replica]
            let held = try ChangeLog.vector(of: state.scope, db)[replica]
            let head = try ChangeLog.chainHead(of: replica, in: state.scope, db)?.shortest
            let isFork =
                told < held && isCurrent || told == held && told > 0 && head != state.shortHead
                || receipt.rejected.contains { $0.isFork && $0.dot.replica == replica }
                || pasts.ownForks.contains(state.scope)
            guard isFork else { return nil }
            let pasts = try ChangeLog.pasts(
                of: replica, in: state.scope, limit: ForkNotice.pastsMax, db)
            return ForkNotice(scope: state.scope, held: held, pasts: pasts)
        }
    }

    /// The caller's pasts beside those that are known here, before anything of it is taken in.
    private func compare(_ hello: Hello, _ info: CallerInfo) throws {
        (pasts, unheard) = try host.store.read {
            (
                try PastComparison(hello, of: info, $0),
                try carriage.isDirect ? host.unheard(hello, of: info, $0) : []
            )
        }
        otherForks = pasts.forks
        for fork in pasts.forks { try host.differ(on: fork.author, in: fork.notice.scope) }
    }

    /// Authors whose changes were refused because they build on another past than is known here.
    private func refusedForks(_ info: CallerInfo, _ db: Database) throws -> [OtherFork] {
        var forks: [OtherFork] = []
        for refused in receipt.rejected where refused.isFork && refused.dot.replica != info.replica
        {
            let (author, scope) = (refused.dot.replica, refused.scope)
            let isTold = (forks + otherForks).contains {
                $0.author == author && $0.notice.scope == scope
            }
            guard !isTold, info.reads.contains(scope) else { continue }
            forks.append(try PastComparison.fork(of: author, in: scope, db))
        }
        return forks
    }

    // MARK: - Answering

    /// The answer, when the request has ended.
    public func answer() throws -> [UInt8] {
        guard let (info, preface) = caller, let hello, let codec else {
            throw Refusal(.badRequest, "the request ended before its hello")
        }
        guard !reader.isMidRecord else {
            throw Refusal(.badRequest, "the request ended in the middle of a record")
        }
        for part in parts { try part.prepare() }
        let grants = try host.store.bookkeeping {
            try host.grants(for: info, known: hello.grantsKnown, $0)
        }
        let forks = try host.store.read { try self.forks(hello, $0) }
        otherForks += try host.store.read { try refusedForks(info, $0) }
        notices += otherForks.map {
            Notice(
                .fork,
                "\($0.notice.scope) \($0.author): a neighbour passed on another past than "
                    + "the centre's")
        }
        notices +=
            parts.flatMap(\.notices)
            + forks.map { Notice(.fork, "\($0.scope) \(info.replica): this store is a copy") }
        let (out, missing) = try host.store.read { db in
            let told = Dictionary(uniqueKeysWithValues: hello.scopes.map { ($0.scope, $0.vector) })
            var missing: UInt64 = 0
            var holdings: [(scope: Scope, holding: Answer.Holding)] = []
            for scope in info.reads.sorted() {
                let mine = try ChangeLog.vector(of: scope, db)
                let isSame = carriage.isDirect && mine == told[scope]
                holdings.append((scope, isSame ? .same : .vector(mine)))
                missing += told[scope]?.excess(over: mine) ?? 0
            }
            // Whoever builds on another past first takes a new number.
            let open = info.reads.subtracting(
                forks.map(\.scope) + otherForks.map(\.notice.scope))
            let (segments, hasMore) = try segments(
                of: open, for: info, told,
                SegmentWriter(codec, carriage.isDirect ? hello : nil, host.store.schema), db
            )
            var answer = Answer(
                wallMilliseconds: host.now(), hasMore: hasMore, holdings: holdings,
                notices: notices, grants: grants)
            if !forks.isEmpty {
                answer.fields[AnswerField.incarnations] = ForkNotice.encode(forks)
            }
            if !otherForks.isEmpty {
                answer.fields[AnswerField.otherForks] = OtherFork.encode(otherForks)
            }
            if !pasts.shorter.isEmpty {
                answer.fields[AnswerField.pasts] = PastClaim.encode(pasts.shorter)
            }
            codec.answer(&answer.fields)
            let planned = try bytesToCome(segments, hasMore: hasMore, for: open, told, db)
            for part in parts { part.planned(segmentBytes: planned) }
            for part in parts { try part.answer(&answer.fields, db) }
            let payload = answer.encoded(
                as: preface.version, to: carriage.isDirect ? hello : nil)
            var records = Records([(.answer, payload)] + segments.map { (.segment, $0) })
            for part in parts {
                records.add(try part.records(budget: answerBytesMax - records.bytes, db))
            }
            var writer = RecordWriter(
                key: info.key, direction: .answer, nonce: preface.nonce,
                version: preface.version)
            return (writer.records(records.list), missing)
        }
        let contact = Contact(
            hello: hello, stillPending: missing, nonce: preface.nonce, bytesIn: bytesIn,
            bytesOut: out.count, isDirect: carriage.isDirect, notices: notices)
        guard !isUnasked else { return out }
        try host.store.bookkeeping { try host.note(contact, of: info, $0) }
        return out
    }

    /// What is left over is taken to compress as well as what is in this answer.
    private func bytesToCome(
        _ segments: [[UInt8]], hasMore: Bool, for scopes: Set<Scope>,
        _ told: [Scope: VersionVector], _ db: Database
    ) throws -> Int {
        let inAnswer = segments.reduce(0) { $0 + $1.count }
        guard hasMore else { return inAnswer }
        var after = told
        for (scope, dot) in sent { after[scope, default: VersionVector()][dot.replica] = dot.seq }
        func bytes(above known: [Scope: VersionVector]) throws -> Int {
            try scopes.reduce(0) {
                try $0 + ChangeLog.bytes(of: $1, above: known[$1] ?? VersionVector(), db)
            }
        }
        let (all, rest) = try (bytes(above: told), bytes(above: after))
        guard rest > 0, all > rest else { return inAnswer }
        return inAnswer + Int(Double(inAnswer) * Double(rest) / Double(all - rest))
    }

    /// What the caller lacks, up to the budget of one answer. Never what it sent itself: its
    /// hello's vector covers that.
    private func segments(
        of scopes: Set<Scope>, for caller: CallerInfo, _ told: [Scope: VersionVector],
        _ writer: SegmentWriter, _ db: Database
    ) throws -> ([[UInt8]], hasMore: Bool) {
        var writer = writer
        var found: [[UInt8]] = []
        var bytes = 0
        let room = answerBytesMax
        let isSmall = room < carriage.answerBytesMax
        let waiting = carriage.isDirect ? pasts.waiting : []
        var isWaiting = false
        for scope in scopes.sorted() {
            var known = told[scope] ?? VersionVector()
            let limit = try host.limit(of: scope, for: caller, db)
            guard !waiting.contains(scope), !pasts.isAnnounced else {
                isWaiting = isWaiting || !known.covers(limit)
                continue
            }
            while let segment = try ChangeLog.segment(
                of: scope, lackedBy: known, within: limit,
                bytesMax: Pace.segmentBytes(within: room), db)
            {
                guard bytes < room else { return (found, true) }
                let frame = try writer.frame(segment, after: known, db)
                guard found.isEmpty || !isSmall || bytes + frame.count <= room else {
                    return (found, true)
                }
                found.append(frame)
                bytes += frame.count
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                    sent.append((scope, changeset.dot))
                }
            }
        }
        return (found, isWaiting)
    }
}

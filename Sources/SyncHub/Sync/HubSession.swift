import ChangeStore
import Compression
import Foundation
import GRDB
import SyncProtocol

/// The hub's side of one exchange: takes records as they arrive, then answers.
///
/// Rule: a segment is committed with full fsync before the next is read, and the answer is made
/// from what is committed. Why: the answer is the acknowledgement. What if not: an edge would
/// forget what a power cut here took away.
///
/// Not safe to share: one caller, one record after the other, on the writer's lane.
final class HubSession: @unchecked Sendable {
    private let hub: Hub
    private var reader = RecordReader()
    private var caller: (node: NodeRecord, preface: Preface, key: LinkKey)?
    private var hello: Hello?
    private var notices: [Notice] = []
    private var bytesIn = 0
    private(set) var receipt = Receipt()

    /// Compressed bytes of segments in one answer.
    private static let answerBytesMax = 512 << 10

    init(hub: Hub) { self.hub = hub }

    /// - Throws: ``Refusal`` when the caller cannot be heard on. What was committed stays.
    func feed(_ bytes: [UInt8]) throws {
        bytesIn += bytes.count
        guard bytesIn <= SyncLimits.requestBytesMax else {
            throw Refusal(.badRequest, "a request may carry \(SyncLimits.requestBytesMax) bytes")
        }
        reader.feed(bytes)
        do {
            if caller == nil {
                guard let preface = try reader.preface() else { return }
                try identify(preface)
            }
            while let record = try reader.next() { try take(record) }
        } catch let error as StreamError {
            throw try refusal(for: error)
        }
    }

    private func identify(_ preface: Preface) throws {
        guard let node = try hub.store.read({ try NodeRegistry.find(preface.replica, $0) }) else {
            throw Refusal(.unknownReplica, "\(preface.replica) is not known at this hub")
        }
        guard node.state != .retired else {
            throw Refusal(.retired, "\(preface.replica) was retired by central IT")
        }
        guard let publicKey = node.linkKey,
            let key = hub.keys.link(to: preface.replica, publicKey: publicKey)
        else { throw Refusal(.notEnrolled, "\(preface.replica) has not shown its keys yet") }
        caller = (node, preface, key)
        reader.accept(preface, key: key)
    }

    private func refusal(for error: StreamError) throws -> Refusal {
        guard let caller else { return Refusal(.badRequest, "not a Trasne request") }
        try hub.store.bookkeeping {
            try NodeRegistry.countRefusal(
                of: caller.node.replica, String(describing: error), $0)
        }
        return switch error {
        case .badSeal: Refusal(.badSeal, "a record is damaged or not from this device")
        default: Refusal(.badRequest, "the request cannot be read (\(error))")
        }
    }

    // MARK: - Taking in

    private func take(_ record: (kind: RecordKind, payload: [UInt8])) throws {
        switch record.kind {
        case .hello:
            guard hello == nil, let known = try? Hello(decoding: record.payload) else {
                throw Refusal(.badRequest, "the hello cannot be read")
            }
            hello = known
            try lookForFork(known)
        case .segment:
            guard hello != nil else { throw Refusal(.badRequest, "a segment before the hello") }
            try take(segment: record.payload)
        case .answer:
            throw Refusal(.badRequest, "an answer is not a request")
        }
    }

    /// One bad segment never stops the exchange: it is named in the answer, the rest goes on.
    private func take(segment payload: [UInt8]) throws {
        guard let caller else { return }
        let segment: Segment
        do {
            let bytes = try Frame.decompress(payload, limit: SyncLimits.segmentBytesMax)
            segment = try Segment(decoding: bytes)
        } catch let error where error is DecodeError || error is FrameError {
            notices.append(Notice(.unreadableSegment, String(describing: error)))
            return
        }
        guard hub.rights(of: caller.node.office).writes.contains(segment.scope) else {
            notices.append(
                Notice(.scopeRefused, "\(caller.node.office) may not write \(segment.scope)"))
            return
        }
        let got = try hub.store.receive(segment.changesets, now: Hub.now())
        receipt += got
        notices += got.rejected.map {
            Notice(.changesetRejected, "\($0.scope) \($0.dot): \($0.reason)")
        }
    }

    /// The caller's own chain, where both sides stand at the same `seq`: another head is another
    /// past.
    private func lookForFork(_ hello: Hello) throws {
        guard let caller, caller.preface.nonce > caller.node.lastNonce else {
            // Overtaken by a later exchange of the same device: what it says is old.
            return
        }
        let replica = caller.node.replica
        for state in hello.scopes where state.vector[replica] > 0 {
            let known = try hub.store.read { db in
                (
                    seq: try ChangeLog.vector(of: state.scope, db)[replica],
                    head: try ChangeLog.chainHead(of: replica, in: state.scope, db)?.short
                )
            }
            if known.seq == state.vector[replica], known.head != state.head {
                notices.append(
                    Notice(.fork, "\(state.scope) \(replica): this store is not the original"))
            } else if known.seq > state.vector[replica] {
                notices.append(
                    Notice(
                        .fork,
                        "\(state.scope) \(replica): the hub holds \(known.seq) of its changes, the "
                            + "store only \(state.vector[replica]): it was restored from a copy"))
            }
        }
    }

    // MARK: - Answering

    /// The answer, when the request has ended.
    func answer() throws -> [UInt8] {
        guard let caller, let hello else {
            throw Refusal(.badRequest, "the request ended before its hello")
        }
        let rights = hub.rights(of: caller.node.office)
        let told = Dictionary(uniqueKeysWithValues: hello.scopes.map { ($0.scope, $0.vector) })
        let now = Hub.now()
        let grants = try hub.store.bookkeeping {
            try NumberGrants.due(
                to: caller.node.replica, in: caller.node.office, known: hello.grantsKnown,
                now: now, $0)
        }
        let (out, missing) = try hub.store.read { db in
            var missing: UInt64 = 0
            var holdings: [(scope: Scope, holding: Answer.Holding)] = []
            for scope in rights.reads.sorted() {
                let mine = try ChangeLog.vector(of: scope, db)
                holdings.append((scope, mine == told[scope] ? .same : .vector(mine)))
                missing += told[scope]?.excess(over: mine) ?? 0
            }
            var writer = RecordWriter(
                key: caller.key, direction: .answer, nonce: caller.preface.nonce)
            let (segments, hasMore) = try segments(for: rights.reads, told, db)
            let answer = Answer(
                wallMilliseconds: now, hasMore: hasMore, holdings: holdings, notices: notices,
                grants: grants)
            var out = writer.record(.answer, answer.encoded())
            for segment in segments { out += writer.record(.segment, segment) }
            return (out, missing)
        }
        try hub.store.bookkeeping { db in
            try NodeRegistry.noteContact(
                of: caller.node.replica, hello: hello, stillPending: missing, nonce: caller.preface.nonce,
                bytesIn: bytesIn, bytesOut: out.count, notice: notices.last?.detail,
                now: now, db)
        }
        return out
    }

    /// What the caller lacks, up to the budget of one answer. Never what it sent itself: its
    /// hello's vector covers that.
    private func segments(
        for scopes: Set<Scope>, _ told: [Scope: VersionVector], _ db: Database
    ) throws -> ([[UInt8]], hasMore: Bool) {
        var found: [[UInt8]] = []
        var bytes = 0
        for scope in scopes.sorted() {
            var known = told[scope] ?? VersionVector()
            while let segment = try ChangeLog.segment(
                of: scope, lackedBy: known, bytesMax: SyncLimits.segmentBytesTarget, db)
            {
                guard bytes < Self.answerBytesMax else { return (found, true) }
                let frame = Frame.compress(segment.encoded())
                found.append(frame)
                bytes += frame.count
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                }
            }
        }
        return (found, false)
    }
}

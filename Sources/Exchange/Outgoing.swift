import ChangeStore
import GRDB
import SyncProtocol

/// The segments of one request: what the peer is believed to lack.
///
/// Urgent changesets that have not their turn in this request go alone, before their turn; else all
/// goes in order, as much as there is room for.
struct Outgoing {
    private(set) var frames: [[UInt8]] = []
    private(set) var sent: [(scope: Scope, dot: Dot)] = []
    /// What went before its turn.
    private(set) var ahead: [(scope: Scope, dot: Dot)] = []
    /// Whether something waits because the line has cost enough for now.
    private(set) var isOverBudget = false

    /// - Parameters:
    ///   - scopes: of which something may be sent.
    ///   - pace: nil where a request is as large as it may be; nothing is urgent there.
    ///   - room: compressed bytes to aim at.
    ///   - left: compressed bytes that may be spent.
    ///   - believed: what need not be sent.
    init(
        host: any CallerHost, scopes: [Scope], line: Line, writer: SegmentWriter, pace: Pace?,
        room: Int, left: Int,
        believed: [Scope: VersionVector], _ db: Database
    ) throws {
        try fill(believed, host, scopes, writer, isPaced: pace != nil, room: room, left: left, db)
        guard let pace else { return }
        var urgent: [[UInt8]] = []
        var writer = writer
        for scope in scopes {
            let early = try UrgentChanges.lacking(
                in: scope, believed[scope] ?? VersionVector(), at: line.peer,
                bytesMax: Pace.segmentBytes(within: pace.bytes), db
            ).filter { changeset in !sent.contains { $0.dot == changeset.dot } }
            guard !early.isEmpty else { continue }
            ahead += early.map { (scope, $0.dot) }
            let known = believed[scope] ?? VersionVector()
            urgent.append(
                try writer.frame(Segment(scope: scope, changesets: early), after: known, db))
        }
        guard !urgent.isEmpty else { return }
        // The rest goes in the next request.
        frames = urgent
        sent = []
    }

    private mutating func fill(
        _ believed: [Scope: VersionVector], _ host: any CallerHost, _ scopes: [Scope],
        _ writer: SegmentWriter, isPaced: Bool, room: Int, left: Int, _ db: Database
    ) throws {
        var writer = writer
        var bytes = 0
        for scope in scopes {
            var known = believed[scope] ?? VersionVector()
            let limit = try host.limit(of: scope, db)
            while bytes < room,
                let segment = try ChangeLog.segment(
                    of: scope, lackedBy: known, within: limit,
                    bytesMax: Pace.segmentBytes(within: room), db)
            {
                let frame = try writer.frame(segment, after: known, db)
                guard bytes + frame.count <= left else {
                    isOverBudget = true
                    return
                }
                guard frames.isEmpty || !isPaced || bytes + frame.count <= room else { return }
                frames.append(frame)
                bytes += frame.count
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                    sent.append((scope, changeset.dot))
                }
            }
            if room == 0, limit.excess(over: known) > 0 { isOverBudget = true }
        }
    }
}

import Foundation
import GRDB
import SyncProtocol

/// What authors wrote lately, by row: for the writer, which asks for each contested row what others
/// wrote to it at the same time.
///
/// Problem: each such question read an author's log from where the other had last seen it; a month
/// apart that is a thousand changesets, decoded anew for each row. Idea: read them once.
///
/// Invariants: a run covers an author's changesets after `from` up to `to` whole; what is known is
/// forgotten with the rest of ``WriterState`` whenever the log may be another one. Rulings are not
/// in it: they are asked at each question.
struct LogTail {
    /// An operation and the changeset that it stands in.
    typealias Entry = (changeset: Changeset, operation: RowOperation)

    private struct Author: Hashable {
        let scope: Int64
        let replica: ReplicaID
    }

    private struct Run {
        var from: UInt64
        var to: UInt64
        /// Rising by `seq`.
        var rows: [RowKey: [Entry]] = [:]

        var count: UInt64 { to - from }

        mutating func add(_ changeset: Changeset) {
            for operation in changeset.operations {
                rows[RowKey(operation.table, operation.row), default: []]
                    .append((changeset, operation))
            }
        }
    }

    private var runs: [Author: Run] = [:]
    /// Changesets in all runs.
    private var count: UInt64 = 0
    /// Some megabytes. A longer stretch is read for itself.
    private static let countMax: UInt64 = 4_096

    /// - Parameter seqs: those after the first up to the last, as they are counted from 0.
    /// - Returns: in the order they were written.
    mutating func operations(
        on row: RowKey, of replica: ReplicaID, in scope: Int64, _ seqs: Range<UInt64>,
        _ db: Database
    ) throws -> [Entry] {
        let author = Author(scope: scope, replica: replica)
        let run: Run
        if seqs.count > Self.countMax {
            run = try Self.read(author, seqs, db)
        } else if let known = runs[author], known.from <= seqs.lowerBound,
            known.to >= seqs.upperBound
        {
            run = known
        } else {
            run = try reread(author, seqs, db)
        }
        return (run.rows[row] ?? []).filter {
            $0.changeset.dot.seq > seqs.lowerBound && $0.changeset.dot.seq <= seqs.upperBound
        }
    }

    /// A changeset that was just appended to the log.
    mutating func append(_ changeset: Changeset, _ scope: Int64) {
        let author = Author(scope: scope, replica: changeset.dot.replica)
        guard let run = runs[author] else { return }
        guard run.to + 1 == changeset.dot.seq, count < Self.countMax else {
            return forget(author)
        }
        count += 1
        runs[author]?.to = changeset.dot.seq
        runs[author]?.add(changeset)
    }

    /// What was known of the author is read again with what lacks: a run mostly grows at its end, by
    /// ``append(_:_:)``.
    private mutating func reread(
        _ author: Author, _ seqs: Range<UInt64>, _ db: Database
    ) throws -> Run {
        var seqs = seqs
        if let known = runs[author] {
            let both = min(known.from, seqs.lowerBound)..<max(known.to, seqs.upperBound)
            if both.count <= Self.countMax { seqs = both }
            forget(author)
        }
        let run = try Self.read(author, seqs, db)
        if count + run.count > Self.countMax { (runs, count) = ([:], 0) }
        runs[author] = run
        count += run.count
        return run
    }

    private mutating func forget(_ author: Author) {
        if let run = runs.removeValue(forKey: author) { count -= run.count }
    }

    private static func read(
        _ author: Author, _ seqs: Range<UInt64>, _ db: Database
    ) throws -> Run {
        var run = Run(from: seqs.lowerBound, to: seqs.upperBound)
        let bodies = try Data.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT body FROM log WHERE scope = ? AND replica = ? AND seq > ? AND seq <= ?
                    ORDER BY seq
                    """),
            arguments: [
                author.scope, Int64(author.replica.rawValue), Int64(clamping: run.from),
                Int64(clamping: run.to),
            ])
        while let body = try bodies.next() { run.add(try Changeset(decoding: [UInt8](body))) }
        return run
    }
}

import ChangeStore
import Compression
import Foundation
import GRDB
import SyncProtocol

/// Segments as they would be sent, to train a dictionary from and to measure it (SYNC §5).
struct TrainingSamples {
    let store: ChangeStore
    /// Changesets looked at in all offices together: enough to learn from, soon read.
    private static let changesetsMax = 40_000

    struct Collection {
        var offices = 0
        var changesets = 0
        /// Masked, to learn from.
        var segments: [[UInt8]] = []
        /// As they are, of other changes, to measure with. They go nowhere.
        var real: [[UInt8]] = []
    }

    /// - Parameter measuring: keeps back the latest fifth of each office, to measure with: what
    ///   will be sent next is most like it.
    func collect(measuring: Bool = true) throws -> Collection {
        let offices = try store.read { db in
            try ChangeLog.vectors(db).map(\.scope).filter { $0 != store.identity.home }
        }
        let share = Self.changesetsMax / max(1, offices.count)
        var mask = SampleMask(schema: store.schema)
        for (number, office) in offices.enumerated() {
            for changeset in try changesets(of: office, atMost: share) {
                mask.look(at: changeset, office: number)
            }
        }
        var collection = Collection(offices: offices.count)
        for office in offices {
            let all = try changesets(of: office, atMost: share)
            let held = measuring ? all.count / 5 : 0
            collection.changesets += all.count
            collection.segments += Self.segments(
                of: all.dropLast(held).map { mask.masked($0) }, in: office)
            collection.real += Self.segments(of: Array(all.suffix(held)), in: office)
        }
        return collection
    }

    /// Changesets in a segment: a PC may sync after every stamp, now and then, or once a month.
    private static let runs = [1, 10, 150]

    private static func segments(of changesets: [Changeset], in office: Scope) -> [[UInt8]] {
        runs.flatMap { size in
            stride(from: 0, to: changesets.count, by: size).map { start in
                Segment(
                    scope: office,
                    changesets: Array(changesets[start..<min(start + size, changesets.count)])
                ).encoded()
            }
        }
    }

    /// The first fifth is the register, the rest the latest work.
    private func changesets(of office: Scope, atMost count: Int) throws -> [Changeset] {
        try store.read { db in
            let bodies = try Data.fetchAll(
                db,
                sql: """
                    SELECT body FROM log WHERE scope = (SELECT id FROM scope WHERE code = :c)
                    AND (position IN (SELECT position FROM changeset
                            WHERE scope = (SELECT id FROM scope WHERE code = :c)
                            ORDER BY position LIMIT :first)
                        OR position IN (SELECT position FROM changeset
                            WHERE scope = (SELECT id FROM scope WHERE code = :c)
                            ORDER BY position DESC LIMIT :latest))
                    ORDER BY position
                    """,
                arguments: ["c": office.code, "first": count / 5, "latest": count - count / 5])
            return try bodies.map { try Changeset(decoding: [UInt8]($0)) }
        }
    }
}

import ChangeStore
import Compression
import Foundation
import GRDB
import SyncProtocol

/// Segments as they would be sent, to train a dictionary from (SYNC §5): of a whole session, of
/// ten changes and of one, since a PC may sync once a month or after every stamp.
struct TrainingSamples {
    let store: ChangeStore
    /// Changesets looked at in all offices together: enough to learn from, soon read.
    private static let changesetsMax = 40_000

    struct Collection {
        var offices = 0
        var changesets = 0
        var segments: [[UInt8]] = []
    }

    func collect() throws -> Collection {
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
            let masked = try changesets(of: office, atMost: share).map { mask.masked($0) }
            collection.changesets += masked.count
            for size in [1, 10, 150] {
                for start in stride(from: 0, to: masked.count, by: size) {
                    let run = masked[start..<min(start + size, masked.count)]
                    collection.segments.append(
                        Segment(scope: office, changesets: Array(run)).encoded())
                }
            }
        }
        return collection
    }

    /// The first fifth is the register, the rest the latest work.
    private func changesets(of office: Scope, atMost count: Int) throws -> [Changeset] {
        try store.read { db in
            let bodies = try Data.fetchAll(
                db,
                sql: """
                    SELECT body FROM changeset WHERE scope = (SELECT id FROM scope WHERE code = :c)
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

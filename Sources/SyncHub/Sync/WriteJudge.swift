import ChangeStore
import GRDB
import SyncProtocol

/// Whether an office may have written what it sends: replica × scope × table (SYNC §6).
///
/// The scope was checked for the whole segment. Here: the author is a device of that office, the
/// tables are the office's own kind, and new rows carry a number of one of its devices, so that no
/// office can speak for another or take its row numbers.
struct WriteJudge {
    private let schema: Schema
    private let replicas: Set<ReplicaID>

    init(hub: Hub, office: Scope) throws {
        schema = hub.store.schema
        replicas = try hub.store.read { db in
            Set(try NodeRegistry.all(db).filter { $0.office == office }.map(\.replica))
        }
    }

    /// - Returns: nil when nothing speaks against it.
    func objection(to changeset: Changeset) -> String? {
        let author = changeset.dot.replica
        // What the hub itself wrote comes back as a duplicate, and a forged one as a fork.
        guard replicas.contains(author) || author.isHub else {
            return "\(author) is not a device of \(changeset.scope)"
        }
        for operation in changeset.operations {
            if let table = schema.table(operation.table), table.scope == .regency {
                return "\(table.name) is written by the regency only"
            }
            // The hub's own rows come back to a hub that was put back from an older copy.
            if operation.kind == .insert, !author.isHub,
                !replicas.contains(operation.row.replica)
            {
                return "row \(operation.row) carries the number of another office's device"
            }
        }
        return nil
    }
}

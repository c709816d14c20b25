import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// Carries on what crosses scopes (SYNC §1): residents who move, numbers that two villages use.
///
/// Problem: a changeset writes one scope. What follows from it elsewhere must happen once, also
/// when the hub is killed in between, or put back from a backup and filled again by its edges.
/// Idea: read the change-log from where the last run stopped; for each row that changed, compare
/// what is with what should be, and record the difference in the scope it belongs to, as the hub.
/// The position is written last, so a run that was cut is done again and finds nothing to do. Rows
/// made elsewhere are named after the row they come from (``RowID/carried``), so even a hub that
/// forgot its work makes the same rows with the same values, which merge into one.
struct Chains {
    private static let positionKey = "chains_position"
    private static let replicaKey = "chains_replica"
    /// Changesets looked at in one go: a slice of work between two exchanges.
    private static let batch = 500

    let hub: Hub

    /// - Returns: one sentence for each piece that could not be carried on.
    @discardableResult
    func carryAll(now: Int64) throws -> [String] {
        var troubles: [String] = []
        while try carry(now: now, &troubles) {}
        return troubles
    }

    /// Up to where the log was read.
    func position() throws -> Int64 {
        try hub.store.read { db in
            let own = Int64(hub.store.identity.replica.rawValue)
            guard try StoreInfo.integer(Self.replicaKey, db) == own else { return 0 }
            return try StoreInfo.integer(Self.positionKey, db) ?? 0
        }
    }

    /// One batch.
    /// - Returns: whether more waits.
    func carry(now: Int64, _ troubles: inout [String]) throws -> Bool {
        let own = Int64(hub.store.identity.replica.rawValue)
        let (last, touched) = try hub.store.read { try self.touched($0, own) }
        guard let last else { return false }
        let families = try hub.store.read { db in
            try TransferCarrier.families(of: touched.transfers, db)
        }
        for family in families {
            try isolated("a move from \(family.origin)", &troubles) {
                try TransferCarrier(hub: hub, now: now).carry(family)
            }
        }
        try isolated("numbers used twice", &troubles) {
            try DuplicateNIK(hub: hub, now: now).settle(touched.residents)
        }
        try hub.store.bookkeeping { db in
            try StoreInfo.set(Self.positionKey, last, db)
            try StoreInfo.set(Self.replicaKey, own, db)
        }
        return true
    }

    /// One bad row never stops the others.
    private func isolated(
        _ what: String, _ troubles: inout [String], _ body: () throws -> Void
    ) throws {
        do { try body() } catch let error as RecordingError {
            troubles.append("\(what) cannot be carried on: \(error)")
        }
    }

    private struct Touched {
        var transfers: Set<RowID> = []
        var residents: Set<RowID> = []
    }

    private func touched(_ db: Database, _ own: Int64) throws -> (Int64?, Touched) {
        // A hub that took a new number has another log than before: from the beginning.
        let isSame = try StoreInfo.integer(Self.replicaKey, db) == own
        let from = isSame ? try StoreInfo.integer(Self.positionKey, db) ?? 0 : 0
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT position, body FROM log WHERE position > ?
                ORDER BY position LIMIT \(Self.batch)
                """, arguments: [from])
        var touched = Touched()
        for row in rows {
            let changeset = try Changeset(decoding: [UInt8](row["body"] as Data))
            guard changeset.scope != hub.regency else { continue }
            for operation in changeset.operations {
                switch hub.store.schema.table(operation.table)?.name {
                case "transfer": touched.transfers.insert(operation.row)
                case "resident": touched.residents.insert(operation.row)
                case "finding", "resident_link":
                    // A restored hub is given back its own findings; they may be out of date.
                    if let subject = try subject(of: operation, db) {
                        touched.residents.insert(subject)
                    }
                default: break
                }
            }
        }
        return (rows.last?["position"], touched)
    }

    private func subject(of operation: RowOperation, _ db: Database) throws -> RowID? {
        if hub.store.schema.table(operation.table)?.name == "resident_link" {
            return try HubRow.find("resident_link", operation.row, db)?.row("a")
        }
        let finding = try HubRow.find("finding", operation.row, db)
        return finding?.text("kind") == DuplicateNIK.kind ? operation.row.carriedFrom : nil
    }
}

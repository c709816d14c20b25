import GRDB
import SyncProtocol

/// Changesets of the log that this store does not apply of its own accord (``AdmissionFault``).
///
/// Derived: all but `foreign_row` follow from the log and the schema.
enum RefusedTable {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS refused (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    code TEXT NOT NULL,
                    detail TEXT NOT NULL,
                    PRIMARY KEY (scope, replica, seq)) WITHOUT ROWID
                """)
    }

    static func add(
        _ dot: Dot, _ scope: Int64, _ fault: AdmissionFault, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO refused (scope, replica, seq, code, detail)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                scope, Int64(dot.replica.rawValue), Int64(clamping: dot.seq), fault.code,
                String(describing: fault),
            ])
    }

    /// As rulings of this store, neighbours in one.
    static func rulings(_ scope: Int64, _ db: Database) throws -> [Ruling] {
        var found: [Ruling] = []
        let rows = try Row.fetchCursor(
            db, sql: "SELECT replica, seq FROM refused WHERE scope = ? ORDER BY replica, seq",
            arguments: [scope])
        while let row = try rows.next() {
            let replica = ReplicaID(UInt32(row[0] as Int64))
            let seq = UInt64(row[1] as Int64)
            if let last = found.last, last.replica == replica, last.seqs.upperBound + 1 == seq {
                found[found.count - 1] = Ruling(replica, last.seqs.lowerBound...seq, .withheld)
            } else {
                found.append(Ruling(replica, seq...seq, .withheld))
            }
        }
        return found
    }
}

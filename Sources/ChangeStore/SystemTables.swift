import Foundation
import GRDB
import SyncProtocol

/// The tables that make a store a replica, beside the domain's own.
///
/// `position` is the order in which changesets were applied here: a linear order that respects
/// causality, so sending in that order never makes a receiver wait.
enum SystemTables {
    /// Rises with each change of the tables below; an older program refuses a newer store.
    static let formatVersion = 3
    /// "Tras", so that `file` and we can tell our stores from other SQLite files.
    static let applicationID: Int32 = 0x5472_6173

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE store_info (key TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID;

                CREATE TABLE scope (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);

                CREATE TABLE changeset (
                    position INTEGER PRIMARY KEY,
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    past INTEGER NOT NULL DEFAULT 0,
                    UNIQUE (scope, replica, seq));

                CREATE TABLE scope_vector (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    chain BLOB NOT NULL,
                    clock INTEGER NOT NULL,
                    PRIMARY KEY (scope, replica)) WITHOUT ROWID;

                CREATE TABLE peer_vector (
                    peer TEXT NOT NULL,
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    PRIMARY KEY (peer, scope, replica)) WITHOUT ROWID;

                CREATE TABLE held (
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (scope, replica, seq)) WITHOUT ROWID;

                CREATE TABLE rejected (
                    id INTEGER PRIMARY KEY,
                    scope TEXT NOT NULL,
                    replica INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    reason TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    body BLOB,
                    UNIQUE (scope, replica, seq, reason));

                CREATE TABLE shadow_row (
                    table_id INTEGER NOT NULL,
                    row_id INTEGER NOT NULL,
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    is_alive INTEGER NOT NULL,
                    version BLOB NOT NULL,
                    cells BLOB NOT NULL,
                    PRIMARY KEY (table_id, row_id)) WITHOUT ROWID;

                CREATE TABLE conflict (
                    id INTEGER PRIMARY KEY,
                    scope INTEGER NOT NULL REFERENCES scope(id),
                    table_id INTEGER NOT NULL,
                    row_id INTEGER NOT NULL,
                    kind INTEGER NOT NULL,
                    state INTEGER NOT NULL,
                    a_replica INTEGER NOT NULL, a_seq INTEGER NOT NULL, a_clock INTEGER NOT NULL,
                    a_author TEXT NOT NULL, a_role INTEGER NOT NULL, a_intent TEXT NOT NULL,
                    a_column INTEGER, a_value, a_deletes INTEGER NOT NULL,
                    b_replica INTEGER NOT NULL, b_seq INTEGER NOT NULL, b_clock INTEGER NOT NULL,
                    b_author TEXT NOT NULL, b_role INTEGER NOT NULL, b_intent TEXT NOT NULL,
                    b_column INTEGER, b_value, b_deletes INTEGER NOT NULL);
                CREATE UNIQUE INDEX conflict_pair ON conflict (
                    table_id, row_id, kind, coalesce(a_column, b_column, -1),
                    a_replica, a_seq, b_replica, b_seq);
                CREATE INDEX conflict_state ON conflict (state, scope);
                """)
    }

    /// Brings a store of an older format to this one, and makes the tables that came since and
    /// that an older program would leave alone.
    static func complete(_ db: Database) throws {
        let format = try Int.fetchOne(db, sql: "PRAGMA user_version")
        if format == 1 { try addPasts(db) }
        if format != formatVersion {
            // Format 3: older changesets lie in blocks (``LogBlocks``), which come as work goes on.
            try db.execute(sql: "PRAGMA user_version = \(formatVersion)")
        }
        try LogBlocks.createTables(db)
        try IncarnationLog.createTable(db)
        try UnprovenPasts.createTable(db)
        try ScopeSums.createTable(db)
        try DamageLog.createTable(db)
        try RefusedTable.create(db)
        try KeptCheckpoints.createTable(db)
        try LogFloor.createTables(db)
        try KeptPasts.createTable(db)
        try SnapshotShelf.createTables(db)
        try ToldFloors.createTable(db)
        try UrgentChanges.createTable(db)
    }

    /// Format 2: each changeset in the log knows its author's chain before it.
    private static func addPasts(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE changeset ADD COLUMN past INTEGER NOT NULL DEFAULT 0")
        var chains: [[Int64]: HashChain] = [:]
        let log = try Row.fetchCursor(
            db, sql: "SELECT position, scope, replica, body FROM changeset ORDER BY position")
        while let row = try log.next() {
            let author: [Int64] = [row[1], row[2]]
            let chain = chains[author] ?? HashChain()
            try db.execute(
                sql: "UPDATE changeset SET past = ? WHERE position = ?",
                arguments: [Int64(chain.shortest.rawValue), row[0] as Int64])
            chains[author] = chain.appending([UInt8](row[3] as Data))
        }
    }
}

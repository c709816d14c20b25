import ChangeStore
import GRDB

/// Bookkeeping of this PC only, beside the register: never sent, rebuilt or forgotten at will.
enum LocalTables {
    /// Rises when the derived tables must be made anew.
    private static let derivedVersion: Int64 = 1
    private static let versionKey = "local_derived_version"

    /// The change-log was rewritten: what was derived from it is made anew at the next look.
    static func forget(_ db: Database) throws {
        guard try db.tableExists("local_history") else { return }
        try db.execute(sql: "DELETE FROM local_history; DELETE FROM local_search")
        try StoreInfo.set(LocalIndex.positionKey, 0, db)
    }

    static func create(in store: ChangeStore) throws {
        let found = try store.read { try StoreInfo.integer(versionKey, $0) }
        guard found != derivedVersion else { return }
        try store.bookkeeping { db in
            try db.execute(
                sql: """
                    DROP TABLE IF EXISTS local_search;
                    DROP TABLE IF EXISTS local_history;
                    CREATE VIRTUAL TABLE local_search USING fts5(words, prefix='2 3 4');
                    CREATE TABLE local_history (
                        table_id INTEGER NOT NULL, row_id INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        PRIMARY KEY (table_id, row_id, position)) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS local_sign_in (
                        name TEXT PRIMARY KEY NOT NULL, failures INTEGER NOT NULL,
                        locked_until INTEGER NOT NULL) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS local_sync (
                        id INTEGER PRIMARY KEY, began INTEGER NOT NULL, ended INTEGER NOT NULL,
                        outcome TEXT NOT NULL, detail TEXT NOT NULL,
                        sent_changes INTEGER NOT NULL, received_changes INTEGER NOT NULL,
                        sent_bytes INTEGER NOT NULL, received_bytes INTEGER NOT NULL);
                    """)
            try StoreInfo.set(LocalIndex.positionKey, 0, db)
            try StoreInfo.set(versionKey, derivedVersion, db)
        }
    }
}

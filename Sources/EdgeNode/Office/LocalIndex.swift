import ChangeStore
import Foundation
import GRDB
import Models
import SyncProtocol

/// Keeps two derived tables in step with the change-log: the search words of residents and which
/// changesets touched which row.
///
/// Problem: searching by any word of 20,000 names, and a row's history, must not scan everything.
/// Idea: the change-log is the feed. Whoever needs the index reads on from where it stopped, so
/// it does not matter whether a change was made here, by `edgenode sync` or by a trace.
struct LocalIndex {
    static let positionKey = "local_index_position"
    private static let loadsKey = "local_index_loads"

    /// Changesets in one write transaction, so that staff never wait long behind it.
    private static let batch = 1_000

    let office: Office

    /// Reads on to the end of the change-log.
    func catchUp() throws {
        if try isReplaced() { try office.store.bookkeeping { try beginAnew($0) } }
        while try isBehind() {
            try office.store.bookkeeping { try advance($0) }
        }
    }

    /// Whether a snapshot took the place of rows since: the log does not tell of those.
    private func isReplaced() throws -> Bool {
        try office.store.read { db in
            try StoreInfo.integer(Self.loadsKey, db) != ChangeStore.snapshotLoads(db)
        }
    }

    private func beginAnew(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM local_history")
        try db.execute(sql: "DELETE FROM local_search")
        let residents = try Int64.fetchAll(db, sql: "SELECT id FROM resident")
        try refresh(Set(residents), [], db)
        try StoreInfo.set(Self.positionKey, 0, db)
        try StoreInfo.set(Self.loadsKey, ChangeStore.snapshotLoads(db), db)
    }

    private func isBehind() throws -> Bool {
        try office.store.read { db in
            let last = try Int64.fetchOne(db, sql: "SELECT max(position) FROM changeset") ?? 0
            return try StoreInfo.integer(Self.positionKey, db) ?? 0 < last
        }
    }

    private func advance(_ db: Database) throws {
        let from = try StoreInfo.integer(Self.positionKey, db) ?? 0
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT position, body FROM log WHERE position > ?
                ORDER BY position LIMIT \(Self.batch)
                """, arguments: [from])
        guard let last = rows.last else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO local_history (table_id, row_id, position)
                VALUES (?, ?, ?)
                """)
        var residents = Set<Int64>()
        var households = Set<Int64>()
        for row in rows {
            let position: Int64 = row["position"]
            let changeset = try Changeset(decoding: [UInt8](row["body"] as Data))
            for operation in changeset.operations {
                try insert.execute(arguments: [
                    Int64(operation.table.rawValue), operation.row.rawValue, position,
                ])
                guard changeset.scope == office.scope else { continue }
                switch office.schema.table(operation.table)?.name {
                case "resident": residents.insert(operation.row.rawValue)
                case "household": households.insert(operation.row.rawValue)
                default: break
                }
            }
        }
        try refresh(residents, households, db)
        try StoreInfo.set(Self.positionKey, last["position"] as Int64, db)
    }

    /// Writes the search words of the residents and of the members of the households anew.
    private func refresh(
        _ residents: Set<Int64>, _ households: Set<Int64>, _ db: Database
    ) throws {
        var all = residents
        let members = try db.cachedStatement(sql: "SELECT id FROM resident WHERE household = ?")
        for household in households {
            all.formUnion(try Int64.fetchAll(members, arguments: [household]))
        }
        let select = try db.cachedStatement(
            sql: """
                SELECT r.name, r.nik, r.temporary_no, h.family_card_no FROM resident r
                LEFT JOIN household h ON h.id = r.household
                WHERE r.id = ? AND r.scope = (SELECT id FROM scope WHERE code = ?)
                """)
        let delete = try db.cachedStatement(sql: "DELETE FROM local_search WHERE rowid = ?")
        let insert = try db.cachedStatement(
            sql: "INSERT INTO local_search (rowid, words) VALUES (?, ?)")
        for id in all.sorted() {
            try delete.execute(arguments: [id])
            let row = try Row.fetchOne(select, arguments: [id, office.scope.code])
            guard let row else { continue }
            var words = SearchWords.ofName((row["name"] as String?) ?? "")
            for number in ["nik", "temporary_no", "family_card_no"] {
                words += SearchWords.words((row[number] as String?) ?? "")
            }
            try insert.execute(arguments: [id, words.joined(separator: " ")])
        }
    }
}

/// How names are cut into words, and what is typed into a query.
enum SearchWords {
    /// No name has more; a hostile query must stay cheap.
    private static let wordsMax = 8

    /// Lower case, without accents; only letters and digits.
    static func words(_ text: String) -> [String] {
        text.folding(
            options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil
        ).split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    /// A name's words and its neighbours joined: "Nur Hayati" is found as "nurhayati".
    static func ofName(_ name: String) -> [String] {
        let words = words(name)
        return words + zip(words, words.dropFirst()).map { $0 + $1 }
    }

    /// The FTS query for what a person typed; nil when there is too little to go by.
    ///
    /// All words, each as a beginning; or all of it as one word, for numbers typed with spaces
    /// and for names that somebody writes apart.
    static func query(_ typed: String) -> String? {
        let words = words(typed).prefix(wordsMax)
        let joined = words.joined()
        guard joined.count >= 2 else { return nil }
        let apart = words.map { "\"\($0)\"*" }.joined(separator: " AND ")
        return words.count > 1 ? "(\(apart)) OR \"\(joined)\"*" : apart
    }
}

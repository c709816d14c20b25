import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// Reads what a store's log has got since it was looked at last.
final class LogWatch {
    let name: String
    private var position: Int64 = 0
    private(set) var vectors: [Scope: VersionVector] = [:]
    private var scopes: [Int64: Scope] = [:]
    /// Up to where each scope's log may be gone.
    private var floors: [Scope: VersionVector] = [:]
    /// How often a snapshot took the place of what the store held.
    private var loads: Int64 = 0
    /// The transactions that the log holds, by what they were called when they were recorded.
    private(set) var intents: Set<String> = []
    /// Whether the last look saw all there is.
    private(set) var isWhole = false
    /// The greatest own `seq` of the home scope that went out, under the present number.
    var sent = Dot(ReplicaID(0), 0)

    init(name: String) { self.name = name }

    /// - Parameter isWhole: from the log's beginning: the store was opened again, or put back, or
    ///   took another number.
    func look(
        at store: ChangeStore, isWhole: Bool, known universe: Universe
    ) throws -> [LogEntry] {
        self.isWhole = false
        if isWhole {
            begin()
            scopes = [:]
        }
        let entries = try store.read { db in
            if try hasLetGo(known: universe, db) || hasLoaded(db) { begin() }
            let floors = try floors(db)
            let rows = try Row.fetchAll(
                db,
                .kept(
                    """
                    SELECT position, scope, replica, seq, body FROM log
                    WHERE position > ? ORDER BY position
                    """, [position]))
            var found: [LogEntry] = []
            for row in rows {
                let numbers = (0..<4).compactMap { Int64.fromDatabaseValue(row[$0]) }
                guard numbers.count == 4, let data = Data.fromDatabaseValue(row[4]),
                    let author = UInt32(exactly: numbers[2]), numbers[3] > 0
                else {
                    throw DatabaseError(
                        resultCode: .SQLITE_CORRUPT, message: "a row of the log has rotted")
                }
                position = numbers[0]
                let scope = try scope(numbers[1], db)
                let dot = Dot(ReplicaID(author), UInt64(numbers[3]))
                let body = [UInt8](data)
                let floor = floors[scope] ?? VersionVector()
                var before = vectors[scope] ?? VersionVector()
                before.merge(floor)
                let changeset: Changeset
                if let known = universe[dot, in: scope], known.body == body {
                    changeset = known.changeset
                } else {
                    changeset = try Changeset(decoding: body)
                }
                found.append(
                    LogEntry(
                        changeset: changeset, body: body, before: before,
                        isBelowFloor: floor.covers(dot)))
                intents.insert(changeset.intent)
                vectors[scope, default: VersionVector()][dot.replica] = max(
                    before[dot.replica], dot.seq)
            }
            note(floors, known: universe)
            return found
        }
        self.isWhole = true
        return entries
    }

    private func begin() {
        position = 0
        vectors = [:]
        intents = []
        floors = [:]
    }

    // MARK: - What is gone from the log

    private func floors(_ db: Database) throws -> [Scope: VersionVector] {
        let isWhole = try Bool.fetchOne(db, .kept("SELECT count(*) = 0 FROM log_floor")) ?? true
        guard !isWhole else { return [:] }
        return try ChangeLog.vectors(db).reduce(into: [:]) { floors, held in
            let floor = try LogFloor.of(held.scope, db)
            if !floor.isEmpty { floors[held.scope] = floor }
        }
    }

    /// What is below a floor is held, though the log may not show it.
    private func note(_ new: [Scope: VersionVector], known universe: Universe) {
        for (scope, floor) in new where floors[scope] != floor {
            vectors[scope, default: VersionVector()].merge(floor)
            for (dot, known) in universe.known[scope] ?? [:] where floor.covers(dot) {
                intents.insert(known.changeset.intent)
            }
        }
        floors = new
    }

    private func hasLoaded(_ db: Database) throws -> Bool {
        let count = try ChangeStore.snapshotLoads(db) ?? 0
        defer { loads = count }
        return count != loads
    }

    /// Of an author of whom there are two pasts, a store lets the one go that the centre refused,
    /// with all that builds on it. All of the log is looked at again then.
    private func hasLetGo(known universe: Universe, _ db: Database) throws -> Bool {
        guard !universe.copied.isEmpty else { return false }
        return try ChangeLog.vectors(db).contains { scope, vector in
            !vector.covers(vectors[scope] ?? VersionVector())
        }
    }

    private func scope(_ id: Int64, _ db: Database) throws -> Scope {
        if let known = scopes[id] { return known }
        let code = try String.fetchOne(
            db, sql: "SELECT code FROM scope WHERE id = ?", arguments: [id])
        let scope = Scope(code ?? "")
        scopes[id] = scope
        return scope
    }
}

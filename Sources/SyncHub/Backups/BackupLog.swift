import ChangeStore
import GRDB
import SyncProtocol

/// What the latest backup holds: *durable*, where the vectors of the store are *received*.
enum BackupLog {
    /// The name under which the vectors are kept.
    private static let peer = "backup"
    private static let numberKey = "backup_number"
    private static let atKey = "backup_at"
    private static let pathKey = "backup_path"
    private static let troubleKey = "backup_trouble"

    struct Latest: Sendable {
        /// Rises with every backup.
        let number: UInt64
        /// UTC milliseconds.
        let madeAt: Int64
        let path: String
    }

    static func note(
        _ vectors: [(scope: Scope, vector: VersionVector)], path: String, madeAt: Int64,
        _ db: Database
    ) throws {
        try PeerVectors.drop(peer, db)
        for (scope, vector) in vectors { try PeerVectors.set(vector, of: scope, at: peer, db) }
        try StoreInfo.set(numberKey, (try StoreInfo.integer(numberKey, db) ?? 0) + 1, db)
        try StoreInfo.set(atKey, madeAt, db)
        try StoreInfo.set(pathKey, path, db)
        try StoreInfo.set(troubleKey, "", db)
    }

    /// Why the last backup that was due was not made; for central IT.
    static func note(trouble: String, _ db: Database) throws {
        try StoreInfo.set(troubleKey, trouble, db)
    }

    static func trouble(_ db: Database) throws -> String? {
        try StoreInfo.text(troubleKey, db).flatMap { $0.isEmpty ? nil : $0 }
    }

    static func latest(_ db: Database) throws -> Latest? {
        guard let number = try StoreInfo.integer(numberKey, db),
            let at = try StoreInfo.integer(atKey, db)
        else { return nil }
        return Latest(
            number: UInt64(number), madeAt: at, path: try StoreInfo.text(pathKey, db) ?? "")
    }

    static func durable(in scopes: Set<Scope>, _ db: Database) throws -> [Scope: VersionVector] {
        try PeerVectors.all(of: peer, db).filter { scopes.contains($0.key) }
    }
}

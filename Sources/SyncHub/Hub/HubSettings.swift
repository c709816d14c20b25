import ChangeStore
import GRDB

/// What central IT may set, with `synchub compact --remember`.
enum HubSettings {
    static let dayMilliseconds: Int64 = 86_400_000

    private static let logDaysKey = "log_days"
    private static let expireDaysKey = "expire_days"

    /// For so many days the log is kept whoever has seen it: a PC that comes back from a month's
    /// leave gets what it lacks and no snapshot, and central IT may rule on what was written.
    static func logDays(_ db: Database) throws -> Int {
        Int(try StoreInfo.integer(logDaysKey, db) ?? 30)
    }

    /// A device that was silent for longer is not waited for (SYNC §4).
    static func expireDays(_ db: Database) throws -> Int {
        Int(try StoreInfo.integer(expireDaysKey, db) ?? 400)
    }

    static func set(logDays: Int?, expireDays: Int?, _ db: Database) throws {
        if let logDays { try StoreInfo.set(logDaysKey, Int64(logDays), db) }
        if let expireDays { try StoreInfo.set(expireDaysKey, Int64(expireDays), db) }
    }
}

import ChangeStore
import GRDB

/// What the line may cost this office, and what it cost today. Set by the administrator.
struct LinkBudget: Hashable, Sendable {
    /// Bytes both ways; nil without a limit.
    var perSession: Int?
    var perDay: Int?
    /// The hours, from midnight in Lombok, in which photos and scans travel; nil for always. They
    /// may go over midnight: 20 to 5.
    var photoHours: Hours?

    struct Hours: Hashable, Sendable {
        var from: Int
        var to: Int
    }

    /// The least that makes sense: hellos of a day, what is urgent, and some work.
    static let least = 50_000

    private static let sessionKey = "link_session"
    private static let limitKey = "link_day"
    private static let photoFromKey = "link_photo_from"
    private static let photoToKey = "link_photo_to"
    private static let todayKey = "link_today"
    private static let spentKey = "link_spent"

    static func load(_ db: Database) throws -> LinkBudget {
        func limit(_ key: String) throws -> Int? {
            try StoreInfo.integer(key, db).flatMap { $0 > 0 ? Int($0) : nil }
        }
        var budget = LinkBudget(perSession: try limit(sessionKey), perDay: try limit(limitKey))
        if let from = try StoreInfo.integer(photoFromKey, db),
            let to = try StoreInfo.integer(photoToKey, db), from != to
        {
            budget.photoHours = Hours(from: Int(from), to: Int(to))
        }
        return budget
    }

    func save(_ db: Database) throws {
        try StoreInfo.set(Self.sessionKey, Int64(perSession ?? 0), db)
        try StoreInfo.set(Self.limitKey, Int64(perDay ?? 0), db)
        try StoreInfo.set(Self.photoFromKey, Int64(photoHours?.from ?? 0), db)
        try StoreInfo.set(Self.photoToKey, Int64(photoHours?.to ?? 0), db)
    }

    /// - Parameter now: UTC milliseconds.
    func isPhotoTime(_ now: Int64) -> Bool {
        guard let photoHours else { return true }
        let hour = Int((now + 8 * 3_600_000) / 3_600_000 % 24)
        let (from, to) = (photoHours.from, photoHours.to)
        return from < to ? (from..<to).contains(hour) : hour >= from || hour < to
    }

    /// Days begin at midnight in Lombok (WITA, UTC+8).
    private static func day(_ now: Int64) -> Int64 { (now + 8 * 3_600_000) / 86_400_000 }

    /// Bytes of today. `now`: UTC milliseconds.
    static func spent(now: Int64, _ db: Database) throws -> Int {
        try StoreInfo.integer(todayKey, db) == day(now)
            ? Int(clamping: try StoreInfo.integer(spentKey, db) ?? 0) : 0
    }

    static func spend(_ bytes: Int, now: Int64, _ db: Database) throws {
        let spent = try spent(now: now, db)
        try StoreInfo.set(todayKey, day(now), db)
        try StoreInfo.set(spentKey, Int64(spent + bytes), db)
    }

    /// What a session that begins now may cost; nil without a limit.
    func allowance(spent: Int, atMost: Int?) -> Int? {
        [perSession, atMost, perDay.map { max(0, $0 - spent) }].compactMap { $0 }.min()
    }
}

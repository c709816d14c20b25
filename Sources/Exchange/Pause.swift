public import ChangeStore
public import GRDB
public import SyncProtocol

// Hello field 5: varint bytes that the answer should not exceed by more than a segment.
// Answer field 8: varint seconds after which the caller should come again, unless something is
// urgent or a person asks.

/// Asks callers to come later.
public final class PauseResponder: ResponderPart {
    private static let untilKey = "pause_until"
    private let now: Int64

    /// - Parameter now: UTC milliseconds.
    public init(now: Int64) { self.now = now }

    /// - Parameter milliseconds: UTC; nil ends the pause.
    public static func set(until milliseconds: Int64?, _ db: Database) throws {
        try StoreInfo.set(untilKey, milliseconds ?? 0, db)
    }

    /// Seconds that are left of the pause.
    public static func secondsLeft(now: Int64, _ db: Database) throws -> Int64 {
        max(0, ((try StoreInfo.integer(untilKey, db) ?? 0) - now + 999) / 1_000)
    }

    public func answer(_ fields: inout MessageFields, _ db: Database) throws {
        let seconds = try Self.secondsLeft(now: now, db)
        guard seconds > 0 else { return }
        var out = ByteWriter()
        out.varint(UInt64(seconds))
        fields[AnswerField.pause] = out.bytes
    }
}

/// Remembers what the peer asked.
public final class PauseCaller: CallerPart {
    /// Whatever a peer says, an office calls within a day.
    private static let secondsMax: UInt64 = 86_400
    private let store: ChangeStore
    private let key: String
    private let now: Int64

    public init(store: ChangeStore, peer: String, now: Int64) {
        self.store = store
        key = Self.key(peer)
        self.now = now
    }

    private static func key(_ peer: String) -> String { peer + "_pause_until" }

    /// UTC milliseconds; nil when there is no pause.
    public static func until(_ peer: String, now: Int64, _ db: Database) throws -> Int64? {
        // A clock that was put back must not make a pause of years.
        try StoreInfo.integer(key(peer), db).flatMap {
            $0 > now && $0 - now <= Int64(secondsMax) * 1_000 ? $0 : nil
        }
    }

    public func answered(_ answer: Answer) throws {
        var seconds: UInt64 = 0
        if let field = answer.fields[AnswerField.pause] {
            var input = ByteReader(field)
            seconds = min(try input.varint(), Self.secondsMax)
        }
        let until = seconds == 0 ? 0 : now + Int64(seconds) * 1_000
        try store.bookkeeping { db in
            guard try StoreInfo.integer(key, db) ?? 0 != until else { return }
            try StoreInfo.set(key, until, db)
        }
    }
}

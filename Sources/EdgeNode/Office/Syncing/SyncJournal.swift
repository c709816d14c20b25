import ChangeStore
import GRDB

/// What became of the exchanges with the centre, kept on this PC for its people.
public struct SyncSession: Sendable {
    /// Codes of outcomes; the words for people are in `Web/PlainWords`.
    public enum Outcome: Hashable, Sendable {
        case done
        case failed(code: String)

        var code: String {
            switch self {
            case .done: "done"
            case .failed(let code): code
            }
        }

        init(code: String) { self = code == "done" ? .done : .failed(code: code) }
    }

    /// UTC milliseconds.
    public let began: Int64
    public let ended: Int64
    public let outcome: Outcome
    /// The fault's own sentence, for IT.
    public let detail: String
    public let sentChanges: Int
    public let receivedChanges: Int
    public let sentBytes: Int
    public let receivedBytes: Int
}

struct SyncJournal {
    private static let kept = 200

    let store: ChangeStore

    /// Writes a session down. Of a row of quiet or equally failed ones only the last stays.
    func add(_ session: SyncSession) throws {
        try store.bookkeeping { db in
            let last = try Row.fetchOne(
                db, sql: "SELECT * FROM local_sync ORDER BY id DESC LIMIT 1")
            if let last, SyncSession(last).isLike(session) {
                try db.execute(
                    sql: "DELETE FROM local_sync WHERE id = ?", arguments: [last["id"] as Int64])
            }
            try db.execute(
                sql: """
                    INSERT INTO local_sync (began, ended, outcome, detail, sent_changes,
                        received_changes, sent_bytes, received_bytes)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    session.began, session.ended, session.outcome.code, session.detail,
                    session.sentChanges, session.receivedChanges, session.sentBytes,
                    session.receivedBytes,
                ])
            try db.execute(
                sql: """
                    DELETE FROM local_sync WHERE id <=
                    (SELECT max(id) FROM local_sync) - \(Self.kept)
                    """)
        }
    }

    /// The latest first.
    func sessions(limit: Int) throws -> [SyncSession] {
        try store.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM local_sync ORDER BY id DESC LIMIT ?", arguments: [limit]
            ).map(SyncSession.init)
        }
    }
}

extension SyncSession {
    fileprivate init(_ row: Row) {
        began = row["began"]
        ended = row["ended"]
        outcome = Outcome(code: row["outcome"])
        detail = row["detail"]
        sentChanges = row["sent_changes"]
        receivedChanges = row["received_changes"]
        sentBytes = row["sent_bytes"]
        receivedBytes = row["received_bytes"]
    }

    private var isQuiet: Bool { sentChanges == 0 && receivedChanges == 0 }

    fileprivate func isLike(_ other: SyncSession) -> Bool {
        outcome == other.outcome && isQuiet && other.isQuiet
    }
}

import Crypto
import Foundation
import SyncProtocol
import Synchronization

/// Who is signed in, by the cookie of their browser. In memory: a restart signs everybody out.
final class Sessions: Sendable {
    private struct Session {
        let user: RowID
        var lastSeen: Int64
        let began: Int64
    }

    /// After half an hour without a click the PC at the counter is nobody's.
    static let idleMilliseconds: Int64 = 30 * 60_000
    /// One working day.
    static let lifeMilliseconds: Int64 = 10 * 3_600_000
    private static let sessionsMax = 500

    private let sessions = Mutex<[String: Session]>([:])
    /// Tokens of forms are derived with it, so they end with the program too.
    private let key = SymmetricKey(size: .bits256)

    func begin(_ user: RowID, now: Int64) -> String {
        let cookie = Self.newCookie()
        sessions.withLock { sessions in
            sessions = sessions.filter { Self.isLive($0.value, now) }
            if sessions.count >= Self.sessionsMax,
                let oldest = sessions.min(by: { $0.value.lastSeen < $1.value.lastSeen })
            {
                sessions[oldest.key] = nil
            }
            sessions[cookie] = Session(user: user, lastSeen: now, began: now)
        }
        return cookie
    }

    func user(of cookie: String, now: Int64) -> RowID? {
        sessions.withLock { sessions in
            guard let session = sessions[cookie] else { return nil }
            guard Self.isLive(session, now) else {
                sessions[cookie] = nil
                return nil
            }
            sessions[cookie]?.lastSeen = now
            return session.user
        }
    }

    func end(_ cookie: String) { sessions.withLock { $0[cookie] = nil } }

    private static func isLive(_ session: Session, _ now: Int64) -> Bool {
        // abs: the PC's clock may be set back while somebody works.
        abs(now - session.lastSeen) < idleMilliseconds
            && abs(now - session.began) < lifeMilliseconds
    }

    /// 256 random bits.
    static func newCookie() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64URL }
    }

    /// What a form must bring back: bound to the browser's cookie, known only to our pages.
    func token(for cookie: String) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: Data(cookie.utf8), using: key)).base64URL
    }

    func isToken(_ token: String, for cookie: String) -> Bool {
        let wanted = Array(self.token(for: cookie).utf8)
        let given = Array(token.utf8)
        guard !cookie.isEmpty, wanted.count == given.count else { return false }
        return zip(wanted, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Data {
    fileprivate var base64URL: String {
        base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}

import ChangeStore
import Crypto
import Foundation
import GRDB
import LetterSeal
import Models
import SyncProtocol

/// What a citizen or a bank learns of a letter from its code (DOMAIN §3, *Verification outcomes*).
///
/// The signature is checked against the keys that the devices of the named office showed at
/// enrolment, so a letter is known as genuine even before its office has synced.
enum LetterCheck {
    enum Outcome: String, CaseIterable, Sendable {
        case genuine
        /// The signature is good; the office has not sent the letter yet.
        case notYetReceived
        case revoked
        case expired
        /// Signed for this letter, but the register's text is another one.
        case contentDiffers
        /// No code of ours, or not signed by a device of that office.
        case unknown
    }

    struct Result: Sendable {
        let outcome: Outcome
        /// Nil when nothing in the code can be trusted.
        let contents: LetterSeal.Contents?
    }

    /// - Parameter code: the whole address from the QR code, or what follows its `#`.
    static func check(_ code: String, in hub: Hub, now: Int64) throws -> Result {
        let text = code.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count < 2_000,
            let seal = try? LetterSeal(url: text.contains("#") ? text : "#" + text),
            try isSigned(seal, hub)
        else { return Result(outcome: .unknown, contents: nil) }
        return Result(outcome: try outcome(of: seal.contents, hub, now), contents: seal.contents)
    }

    private static func isSigned(_ seal: LetterSeal, _ hub: Hub) throws -> Bool {
        let keys = try hub.store.read { db in
            try NodeRegistry.all(db).filter { $0.office.code == seal.contents.office }
                .compactMap(\.signingKey)
        }
        return keys.contains { bytes in
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                return false
            }
            return (try? seal.verify(with: key)) != nil
        }
    }

    /// By its id, or by its text: a letter of a PC that was put back from a copy may have been
    /// recorded anew under another id; its number and its paper stay.
    private static func outcome(
        of contents: LetterSeal.Contents, _ hub: Hub, _ now: Int64
    ) throws -> Outcome {
        guard let row = RowID(contents.letter) else { return .unknown }
        let letter = try hub.store.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT digest, state, valid_until FROM letter
                    WHERE scope = (SELECT id FROM scope WHERE code = ?1)
                      AND (id = ?2 OR substr(digest, 1, length(?3)) = ?3)
                    ORDER BY substr(digest, 1, length(?3)) = ?3 DESC, id = ?2 DESC LIMIT 1
                    """, arguments: [contents.office, row.rawValue, contents.digestPrefix])
        }
        guard let letter, let digest = letter["digest"] as String? else { return .notYetReceived }
        if letter["state"] as String? == "revoked" { return .revoked }
        guard digest.hasPrefix(contents.digestPrefix) else { return .contentDiffers }
        if let until = (letter["valid_until"] as String?).flatMap(CivilDate.init(iso:)),
            until.daysSinceEpoch < CivilDate(localDayOf: now).daysSinceEpoch
        {
            return .expired
        }
        return .genuine
    }
}

import ChangeStore
import GRDB
import SyncProtocol

/// In which form pieces travel when one cannot be read.
///
/// Rule: a piece under a good seal that cannot be read comes again in another form, the last of them
/// the plainest, which needs neither dictionary nor model nor history. Why: whatever is wrong with
/// the better forms, an office's work must arrive. What if not: the same piece goes to and fro
/// without end, until somebody records more.
///
/// On a stick nothing comes again at once. So what failed is remembered for a month, and the next
/// sticks go in the plainest form; a line finds out anew, for it costs one round.
extension Caller {
    /// - Returns: nil when it cannot be read as it came; it is asked for again, or said to be missing
    ///   where it came on a stick.
    /// - Throws: ``ExchangeFault/pieceUnreadable(_:)`` when it came plain already.
    func segment(in frame: [UInt8]) throws -> Segment? {
        do {
            return try round.reading?.segment(in: frame, host.store)
        } catch let error where error.isUnreadable {
            let isStick = round.hello == nil
            // One piece that cannot be read leads to several, all of one message.
            let isFirst = !round.wantsAgain
            // Only lines have histories, which may just not be here.
            if isFirst, isStick || error.notice.code == .damagedSegment {
                try keep(PeerKey.unreadHere(line.peer))
            }
            guard isStick || !wantsPlain || !isFirst else {
                throw ExchangeFault.pieceUnreadable(String(describing: error))
            }
            wantsPlain = true
            round.wantsAgain = true
            tally.notices.append(error.notice)
            unread.append(error.notice)
            return nil
        }
    }

    /// Who lacks a dictionary or a history says so, and is sent the piece without. Who cannot read
    /// it then, or whatever is known there, is sent the plainest for the rest of the exchange.
    func noteUnread(_ answer: Answer) throws {
        let codes = answer.notices.map(\.code)
        if codes.contains(.unreadableSegment) { unreadRounds += 1 }
        // What went on a stick was made without a history, with what every program has.
        let roundsMax = round.hello == nil ? 0 : 1
        guard !writesPlain, unreadRounds > roundsMax || codes.contains(.damagedSegment)
        else { return }
        writesPlain = true
        round.wantsAgain = true
        try keep(PeerKey.unreadThere(line.peer))
    }

    private func keep(_ key: String) throws {
        try host.store.bookkeeping { try StoreInfo.set(key, host.now(), $0) }
    }

    /// Begins in the form that the last sticks taught.
    func useKnownForms(_ db: Database) throws {
        func isRecent(_ key: String) throws -> Bool {
            guard let last = try StoreInfo.integer(key, db) else { return false }
            return abs(host.now() - last) < 30 * 86_400_000
        }
        writesPlain = try isRecent(PeerKey.unreadThere(line.peer))
        wantsPlain = try isRecent(PeerKey.unreadHere(line.peer))
    }
}

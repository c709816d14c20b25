import SyncProtocol

/// In which form pieces travel when one cannot be read.
///
/// Rule: a piece under a good seal that cannot be read comes again in another form, the last of them
/// the plainest, which needs neither dictionary nor model nor history. Why: whatever is wrong with
/// the better forms, an office's work must arrive. What if not: the same piece goes to and fro
/// without end, until somebody records more.
extension Caller {
    /// - Returns: nil when it cannot be read as it came; it is asked for again.
    /// - Throws: ``DecodeError``, ``FrameError`` or ``UnknownHistory`` when it came plain already.
    func segment(in frame: [UInt8]) throws -> Segment? {
        do {
            return try round.reading?.segment(in: frame, host.store)
        } catch let error where error.isUnreadable {
            // Nobody can be asked for another form of what an old stick carries.
            guard round.hello != nil || error.notice.code == .unreadableSegment else { throw error }
            // One piece that cannot be read leads to several, all of one message.
            guard !wantsPlain || round.wantsAgain else { throw error }
            wantsPlain = true
            round.wantsAgain = true
            tally.notices.append(error.notice)
            return nil
        }
    }

    /// Who lacks a dictionary or a history says so, and is sent the piece without. Who cannot read
    /// it then, or whatever is known there, is sent the plainest for the rest of the exchange.
    func noteUnread(_ answer: Answer) {
        let codes = answer.notices.map(\.code)
        if codes.contains(.unreadableSegment) { unreadRounds += 1 }
        guard !writesPlain, unreadRounds > 1 || codes.contains(.damagedSegment) else { return }
        writesPlain = true
        round.wantsAgain = true
    }
}

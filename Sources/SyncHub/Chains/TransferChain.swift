/// The chain of a resident's move: what the hub does next, from the two rows alone.
///
/// Problem: the letter is written in the origin's scope, the answer in the destination's, and
/// neither office may read the other. The hub may be killed after any step, or put back from a
/// backup, and must neither lose a step nor take it twice.
/// Idea: no step is remembered. A step is a function of what both rows say now; it brings them
/// closer, and where they agree there is none. The person counts at the origin until one
/// acceptance (C5).
///
/// Invariant, tested over all states: whatever the two rows say, ``next(_:)`` ends after a few
/// steps in a pair that agrees.
struct TransferChain: Hashable {
    enum State: String, CaseIterable {
        case sent, accepted, suspended, returned, cancelled
    }

    enum Step: Hashable {
        /// Write the destination's row.
        case carry
        /// The destination's answer ends the move at the origin.
        case settle
        /// The origin's row takes over what the destination said.
        case originFollows(State)
        /// The destination's row takes over what was said at the origin.
        case copyFollows(State)
        /// Another office has accepted the person: both rows wait for a decision.
        case suspend
    }

    let origin: State
    /// nil while the destination has none.
    var copy: State?
    /// Whether the destination has entered the person.
    var hasArrived = false
    /// Whether another transfer of this person was accepted.
    var hasRival = false
    /// Whether the district or civil registry has decided for this one.
    var isDecided = false

    /// - Returns: nil when the two rows agree.
    var next: Step? {
        let mustWait = hasRival && !isDecided
        switch (origin, copy) {
        case (.sent, nil): return mustWait ? .originFollows(.suspended) : .carry
        case (_, nil): return nil
        case (.sent, .sent): return mustWait ? .suspend : nil
        case (.sent, .accepted): return mustWait ? .suspend : .settle
        case (.sent, .returned): return .originFollows(.returned)
        case (.sent, .suspended), (.sent, .cancelled):
            if mustWait { return .originFollows(.suspended) }
            return .copyFollows(hasArrived ? .accepted : .sent)
        // Two PCs of the destination answered differently: accepting wins, also later.
        case (.returned, .accepted), (.cancelled, .accepted):
            return mustWait ? .suspend : .settle
        case (.returned, .sent), (.returned, .suspended), (.returned, .cancelled):
            return .copyFollows(.returned)
        case (.cancelled, .sent), (.cancelled, .suspended): return .copyFollows(.cancelled)
        case (.cancelled, .returned), (.cancelled, .cancelled), (.returned, .returned): return nil
        case (.suspended, .sent), (.suspended, .accepted), (.suspended, .cancelled):
            return .copyFollows(.suspended)
        case (.suspended, .returned): return .originFollows(.returned)
        case (.suspended, .suspended): return nil
        // What was accepted stays; only people move on from there.
        case (.accepted, _): return nil
        }
    }
}

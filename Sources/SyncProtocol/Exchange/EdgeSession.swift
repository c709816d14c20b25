/// Decides, round after round, what the calling side of an exchange does next.
///
/// Overview: pure; the shell sends, receives and stores. A round is one request and its answer.
/// Function: first flight with what the hub is believed to lack; on while either side lacks
/// something; stops with an error rather than talk without progress (SIMULATION L3).
public struct EdgeSession: Sendable {
    public enum Directive: Hashable, Sendable {
        /// One more round. Without segments when it is doubtful what the hub holds: a line that
        /// died in the middle may have delivered more than was acknowledged.
        case exchange(carriesSegments: Bool)
        case finished
        /// Neither side learned anything, yet something is lacking.
        case stalled
    }

    private var isDoubtful: Bool

    /// - Parameter isDoubtful: whether the last exchange ended without an answer.
    public init(isDoubtful: Bool) { self.isDoubtful = isDoubtful }

    public func start() -> Directive { .exchange(carriesSegments: !isDoubtful) }

    /// - Parameters:
    ///   - lackedByHub: changesets held here that the answer's vectors do not cover.
    ///   - hubHasMore: whether the hub stopped for its budget.
    ///   - madeProgress: whether either side took something in during this round, or the caller
    ///     learned that the hub holds other than it believed.
    public mutating func received(
        lackedByHub: UInt64, hubHasMore: Bool, madeProgress: Bool
    ) -> Directive {
        let wasDoubtful = isDoubtful
        isDoubtful = false
        if lackedByHub == 0, !hubHasMore { return .finished }
        return madeProgress || wasDoubtful ? .exchange(carriesSegments: true) : .stalled
    }
}

/// What each post still has of an aid allotment (DOMAIN §3: *Allotment per post is an escrow*).
///
/// Problem: posts that cannot see each other must never hand out more together than was allotted.
/// Idea (escrow; O'Neil, 1986): the total is dealt out in shares, and only its holder lowers a
/// share. A share is not kept anywhere; it is the sum of ledger rows:
/// what the centre allotted to the post, and what other posts passed to it, less what it passed on
/// and handed out.
///
/// Invariants:
/// - A row counts only when its maker may say so: the centre for any post, a post for what it gives.
///   So passing on is one row, lowering the giver at once and raising the taker wherever it arrives.
/// - At every replica, whatever it has and has not received, the shares of all posts together are
///   at most what was allotted less what was handed out.
/// - A hand-out with a reason for going beyond the share draws on no share; it is listed apart.
public import SyncProtocol

/// One programme in one period: what quantities can be added up.
public struct AidLot: Hashable, Comparable, Sendable {
    public let program: String
    public let period: String

    public init(_ program: String, _ period: String) {
        self.program = program
        self.period = period
    }

    public static func < (a: AidLot, b: AidLot) -> Bool {
        (a.program, a.period) < (b.program, b.period)
    }
}

/// A row of a ledger, as far as it moves a share.
public enum AidEntry: Hashable, Sendable {
    /// A row of `aid_allotment`. Without `from` it is new; with it, it is passed on or recovered;
    /// without `to` it reaches nobody.
    case allotment(maker: ReplicaID, from: ReplicaID?, to: ReplicaID?, quantity: Int64)
    /// A row of `aid_delivery`, drawn on the share of the replica that made it.
    case delivery(maker: ReplicaID, quantity: Int64, isBeyondShare: Bool)
}

/// What became of one post's share of one lot.
public struct AidShare: Hashable, Sendable {
    /// From the centre.
    public var allotted: Int64 = 0
    /// From other posts, or recovered from a PC that is gone.
    public var taken: Int64 = 0
    /// To other posts, or recovered from this one.
    public var given: Int64 = 0
    public var handedOut: Int64 = 0
    /// Handed out beyond the share, with a reason.
    public var beyond: Int64 = 0

    public init() {}

    /// What may still be handed out; below zero when rows arrived late from a PC that was taken for
    /// gone.
    public var left: Int64 { allotted + taken - given - handedOut }
}

public enum AidShares {
    /// A row that claims more than this counts as nothing: sums stay far from overflow.
    public static let quantityMax: Int64 = 1_000_000_000_000

    /// The share of every post that a row speaks of.
    public static func shares(from entries: some Sequence<AidEntry>) -> [ReplicaID: AidShare] {
        var shares: [ReplicaID: AidShare] = [:]
        for entry in entries {
            switch entry {
            case .allotment(let maker, let from, let to, let quantity):
                guard isCounted(quantity), maker.isHub || from == maker, from != to else {
                    continue
                }
                if let from { shares[from, default: AidShare()].given += quantity }
                guard let to else { continue }
                if from == nil {
                    shares[to, default: AidShare()].allotted += quantity
                } else {
                    shares[to, default: AidShare()].taken += quantity
                }
            case .delivery(let maker, let quantity, let isBeyondShare):
                guard isCounted(quantity) else { continue }
                if isBeyondShare {
                    shares[maker, default: AidShare()].beyond += quantity
                } else {
                    shares[maker, default: AidShare()].handedOut += quantity
                }
            }
        }
        return shares
    }

    public static func isCounted(_ quantity: Int64) -> Bool { 1...quantityMax ~= quantity }
}

public import ChangeStore
import Models
public import SyncProtocol

/// The shares of aid as both programs list them.
public enum AidListing {
    private struct Listing: Codable {
        var shares: [Share]
        var doubles: [DoubleDelivery]
    }

    private struct Share: Codable {
        var program: String
        var period: String
        var replica: UInt32
        var allotted: Int64
        var taken: Int64
        var given: Int64
        var handedOut: Int64
        var beyond: Int64
        var left: Int64

        enum CodingKeys: String, CodingKey {
            case program, period, replica, allotted, taken, given, beyond, left
            case handedOut = "handed_out"
        }
    }

    private struct DoubleDelivery: Codable {
        var entitlement: String
        var deliveries: [String]
    }

    /// - Parameter here: the PC that prints, for its mark.
    public static func print(_ book: AidBook, here: ReplicaID?, asJSON: Bool) throws {
        let shares = book.shares.sorted { $0.key < $1.key }.flatMap { lot, posts in
            posts.sorted { $0.key < $1.key }.map { post, share in
                Share(
                    program: lot.program, period: lot.period, replica: post.rawValue,
                    allotted: share.allotted, taken: share.taken, given: share.given,
                    handedOut: share.handedOut, beyond: share.beyond, left: share.left)
            }
        }
        let doubles = book.doubles.map {
            DoubleDelivery(
                entitlement: $0.entitlement.description,
                deliveries: $0.deliveries.map(\.description))
        }
        if asJSON {
            return Swift.print(try JSONText.of(Listing(shares: shares, doubles: doubles)))
        }
        if shares.isEmpty { Swift.print("no aid was allotted or handed out") }
        for share in shares { Swift.print(line(share, isHere: share.replica == here?.rawValue)) }
        for double in doubles {
            Swift.print(
                "handed out \(double.deliveries.count) times: \(double.entitlement) "
                    + "(\(double.deliveries.joined(separator: ", ")))")
        }
    }

    private static func line(_ share: Share, isHere: Bool) -> String {
        var text =
            "\(share.program) \(share.period)\treplica \(share.replica)\(isHere ? " (here)" : "")"
            + "\t\(share.left) left: allotted \(share.allotted), handed out \(share.handedOut)"
        if share.taken > 0 { text += ", taken over \(share.taken)" }
        if share.given > 0 { text += ", passed on \(share.given)" }
        if share.beyond > 0 { text += ", beyond the share \(share.beyond)" }
        return text
    }
}

import ChangeStore
import SyncProtocol

/// What one exchange costs when nothing fails: looked at while everybody meets in the end, when
/// each byte that is sent arrives.
enum FewBytes: Invariant {
    static let name = "S22"
    static let sentence = "an exchange costs few bytes beside the changes that it carries"

    /// Of the changes' own bytes; most travel compressed, and cost far less.
    private static let factor = 1.5
    /// What both sides say in one exchange although neither lacks anything: vectors, health, the
    /// list of neighbours, shares of letter numbers, a word on backups.
    private static let saidMax = 8_192

    /// What the two lacked of one another before the exchange.
    struct Need {
        let bytes: Int
        /// Numbers, floors and rulings as they were; when they move, more is said.
        let numbers: Int
    }

    static func need(of edge: SimEdge, _ world: World) -> Need? {
        // Whose disk lies has its rows compared and put right again and again.
        guard let store = edge.store, let hub = world.hub.store, !edge.isCopied, !edge.isNew,
            !edge.isGivenUp, !edge.lies, !edge.isRelay, !world.hub.wasRestored, !world.hasFarClocks
        else { return nil }
        do {
            var bytes = 0
            for scope in [Town.regency, edge.home] {
                let here = try store.read { try ChangeLog.vector(of: scope, $0) }
                let there = try hub.read { try ChangeLog.vector(of: scope, $0) }
                bytes += try store.read { try ChangeLog.bytes(of: scope, above: there, $0) }
                bytes += try hub.read { try ChangeLog.bytes(of: scope, above: here, $0) }
            }
            return Need(bytes: bytes, numbers: world.tally.newNumbers)
        } catch {
            return nil
        }
    }

    static func fault(of edge: SimEdge, _ need: Need, sent: Int, _ world: World) -> String? {
        guard world.tally.newNumbers == need.numbers else { return nil }
        let most = Int(Double(need.bytes) * factor) + saidMax
        guard sent > most else { return nil }
        return "\(sent) bytes went for \(need.bytes) bytes of changes"
    }
}

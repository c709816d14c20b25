import ChangeStore
import SyncProtocol

/// What is stored here rotted where a piece is to be merged with it.
///
/// Rule: pieces of that scope wait, the rest of the answer is taken in, for it may bring the repair;
/// then they come again. Why: the pieces come first in an answer, and would end each exchange before
/// the repair. If they cannot be merged when no repair is on its way any more, the store is damaged
/// and says so.
extension Caller {
    /// - Returns: nil when it has to wait.
    func stored(_ segment: Segment) throws -> Receipt? {
        guard round.storeFaults[segment.scope] == nil else { return nil }
        do { return try host.take(segment) } catch let error as DecodeError {
            round.storeFaults[segment.scope] = .damaged(
                path: host.store.path, detail: String(describing: error))
            return nil
        }
    }

    /// - Throws: ``StoreError/damaged(path:detail:)`` when a piece of this round had to wait.
    func refuseIfDamaged() throws {
        guard let fault = round.storeFaults.min(by: { $0.key < $1.key })?.value else { return }
        throw fault
    }
}

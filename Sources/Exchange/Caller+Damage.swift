import ChangeStore
import SyncProtocol

/// What is stored here rotted where a piece is to be merged with it.
///
/// Rule: pieces wait, the rest of the answer is taken in, for it may bring the repair; then they come
/// again. Why: the pieces come first in an answer, and would end each exchange before the repair.
/// Some rounds long, as a repair takes; if it is no better then, the store is damaged and says so.
extension Caller {
    /// - Returns: nil when it has to wait.
    func stored(_ segment: Segment) throws -> Receipt? {
        guard round.storeFault == nil else { return nil }
        do { return try host.take(segment) } catch let error as DecodeError {
            round.storeFault = .damaged(path: host.store.path, detail: String(describing: error))
            return nil
        }
    }

    private static let roundsMax = 8

    /// - Throws: the fault, when it does not go away.
    func mended(_ fault: StoreError) throws {
        // A stick brings nothing again.
        guard storeFaults < Self.roundsMax, round.hello != nil else { throw fault }
        storeFaults += 1
        round.wantsAgain = true
    }
}

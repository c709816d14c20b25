import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// Learns from the hub who the neighbours are. A list replaces the one before: whoever is no longer
/// on it was retired, and gets nothing more.
final class PeerListPart: CallerPart {
    private let store: ChangeStore

    init(store: ChangeStore) { self.store = store }

    func hello(_ fields: inout MessageFields, _ db: Database) throws {
        fields[HelloField.peers] = try PeerBook.list(db).mark
    }

    func answered(_ answer: Answer) throws {
        guard let field = answer.fields[AnswerField.peers] else { return }
        let list = try PeerList(decoding: field)
        try store.bookkeeping { try PeerBook.replace(with: list, $0) }
    }
}

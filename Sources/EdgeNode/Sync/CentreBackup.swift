import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// What of this PC's data also lies in the centre's backup (*durable*), and since when the centre
/// counts anew.
///
/// Until the centre says otherwise nothing counts as durable, so an edge keeps what it has.
final class CentreBackup: CallerPart {
    private static let numberKey = "centre_backup"
    private static let epochKey = "centre_epoch"
    /// 1 while the centre has not confirmed that it heard us in its new epoch.
    private static let unconfirmedKey = "centre_epoch_unconfirmed"

    private let store: ChangeStore
    private(set) var progress = PartProgress.idle

    init(store: ChangeStore) { self.store = store }

    func hello(_ fields: inout MessageFields, _ db: Database) throws {
        let backup = try StoreInfo.integer(Self.numberKey, db) ?? 0
        let isUnconfirmed = try StoreInfo.integer(Self.unconfirmedKey, db) == 1
        let epoch = try isUnconfirmed ? StoreInfo.integer(Self.epochKey, db) : nil
        guard backup != 0 || epoch != nil else { return }
        let known = BackupKnown(
            backup: UInt64(backup), epoch: epoch.map { UInt32(truncatingIfNeeded: $0) })
        fields[HelloField.epoch] = known.encoded()
        // Before it grants anything in its new epoch the centre knows what it granted in the old.
        guard epoch != nil else { return }
        fields[HelloField.grants] = NumberGrant.encoded(try LetterNumbers.grants(db))
    }

    func answered(_ answer: Answer) throws {
        progress = .idle
        if let field = answer.fields[AnswerField.epoch] {
            try meet(epoch: Int64(LogEpoch.decode(field)))
        } else {
            try store.bookkeeping { db in
                guard try StoreInfo.integer(Self.unconfirmedKey, db) == 1 else { return }
                try StoreInfo.set(Self.unconfirmedKey, 0, db)
            }
        }
        guard let field = answer.fields[AnswerField.durable] else { return }
        let durable = try Durable(decoding: field)
        try store.bookkeeping { db in
            try PeerVectors.drop(EdgeNode.durablePeer, db)
            for (scope, vector) in durable.vectors.sorted(by: { $0.key < $1.key }) {
                try PeerVectors.set(vector, of: scope, at: EdgeNode.durablePeer, db)
            }
            try StoreInfo.set(Self.numberKey, Int64(clamping: durable.backup), db)
        }
    }

    /// The centre was put back from a backup: what was in later ones is durable no more.
    private func meet(epoch: Int64) throws {
        let isNews = try store.bookkeeping { db in
            // A PC that took another number meanwhile is asked once more about an epoch it knows.
            let wasConfirmed = try StoreInfo.integer(Self.unconfirmedKey, db) != 1
            try StoreInfo.set(Self.unconfirmedKey, 1, db)
            guard try StoreInfo.integer(Self.epochKey, db) != epoch else { return wasConfirmed }
            try StoreInfo.set(Self.epochKey, epoch, db)
            try StoreInfo.set(Self.numberKey, 0, db)
            try PeerVectors.drop(EdgeNode.durablePeer, db)
            // It may hear of another past first, of a store that was copied.
            let (home, own) = (store.identity.home, store.identity.replica)
            try UnprovenPasts.noteAll(in: { $0 == home || $0.isWithin(home) }, by: own, db)
            return true
        }
        progress = .wantsMore(advanced: isNews)
    }

    /// Whether the centre ever told of a backup.
    static func isKnown(_ db: Database) throws -> Bool {
        try StoreInfo.integer(numberKey, db) ?? 0 > 0
    }
}

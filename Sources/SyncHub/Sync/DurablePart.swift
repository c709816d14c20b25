import ChangeStore
import Exchange
import GRDB
import SyncProtocol

/// Tells callers what the latest backup holds, and that the hub was put back from one.
final class DurablePart: ResponderPart {
    private let hub: Hub
    private var caller: CallerInfo?
    private var known = BackupKnown(backup: 0)
    private var grants: [NumberGrant] = []

    init(hub: Hub) { self.hub = hub }

    func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        self.caller = caller
        guard let field = hello.fields[HelloField.epoch] else { return }
        guard let told = try? BackupKnown(decoding: field) else {
            throw Refusal(.badRequest, "field 9 of the hello cannot be read")
        }
        known = told
        if let field = hello.fields[HelloField.grants] {
            guard let told = try? NumberGrant.decode(field) else {
                throw Refusal(.badRequest, "field 6 of the hello cannot be read")
            }
            grants = told
        }
    }

    /// Only now: with the hello, and what follows it, the caller has told what it has.
    func prepare() throws {
        guard let caller, let epoch = known.epoch else { return }
        try hub.store.bookkeeping { db in
            guard try epoch == RestoreLog.epoch(db) else { return }
            try NumberGrants.note(grants, toldBy: caller.replica, in: caller.home, db)
            try RestoreLog.heard(caller.replica, db)
        }
    }

    func answer(_ fields: inout MessageFields, _ db: Database) throws {
        guard let caller else { return }
        let epoch = try RestoreLog.epoch(db)
        if epoch != 0, try !RestoreLog.hasCalled(caller.replica, db) {
            fields[AnswerField.epoch] = LogEpoch.encoded(epoch)
            // What it knows of backups may be of another epoch.
            if known.epoch != epoch { known.backup = 0 }
        }
        guard let latest = try BackupLog.latest(db), latest.number != known.backup else { return }
        let durable = Durable(
            backup: latest.number, vectors: try BackupLog.durable(in: caller.reads, db))
        fields[AnswerField.durable] = durable.encoded()
    }
}

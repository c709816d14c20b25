import ChangeStore
import Crypto
import Exchange
import Foundation
import GRDB
import SyncProtocol

/// Hands out checkpoints of what hubs wrote, and takes back what this hub lost of it.
///
/// Rule: in a scope that the caller may not write, what it brings is taken only when it is a hub's
/// and leads, link by link, from the head that is held here to a head that a hub signed. Why: an
/// office must not be able to write what every office reads. Nothing is taken before the whole
/// run is there, so it has to fit one request.
final class RefillPart: ResponderPart {
    private struct Author: Hashable {
        let scope: Scope
        let replica: ReplicaID
    }

    private let hub: Hub
    private var caller: CallerInfo?
    private var hello: Hello?
    private var shown: [Checkpoint] = []
    private var lacksCheckpoint = false
    private var brought: [Changeset] = []
    private(set) var notices: [Notice] = []

    init(hub: Hub) { self.hub = hub }

    func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        self.hello = hello
        self.caller = caller
        guard let field = hello.fields[HelloField.checkpoints] else { return }
        guard let list = try? Checkpoints(decoding: field).list else {
            throw Refusal(.badRequest, "field 11 of the hello cannot be read")
        }
        lacksCheckpoint = list.isEmpty
        guard let key = hub.keys.signing?.publicKey.rawRepresentation else { return }
        shown = list.filter { caller.reads.contains($0.scope) && $0.isSigned(by: Array(key)) }
    }

    func take(foreign segment: Segment) throws -> Receipt? {
        guard let caller, caller.reads.contains(segment.scope), !shown.isEmpty else { return nil }
        brought += segment.changesets.filter(\.dot.replica.isHub)
        return Receipt()
    }

    func prepare() throws {
        guard !brought.isEmpty else { return }
        var proven: Set<Author> = []
        for checkpoint in shown {
            let author = Author(scope: checkpoint.scope, replica: checkpoint.dot.replica)
            let (held, head) = try hub.store.read { db in
                (
                    try ChangeLog.vector(of: author.scope, db)[author.replica],
                    try ChangeLog.chainHead(of: author.replica, in: author.scope, db)
                )
            }
            guard checkpoint.dot.seq > held else { continue }
            var chain = head ?? HashChain()
            var seq = held
            for changeset in brought
            where changeset.scope == author.scope
                && changeset.dot == Dot(author.replica, seq + 1)
                && seq < checkpoint.dot.seq
            {
                chain = chain.appending(changeset.encoded())
                seq += 1
            }
            if seq == checkpoint.dot.seq, chain == checkpoint.chain {
                proven.insert(author)
            } else {
                notices.append(
                    Notice(
                        .changesetRejected,
                        "\(author.scope) \(author.replica): what came back as the hub's own "
                            + "cannot be proven to be"))
            }
        }
        let limits = Dictionary(
            shown.map { (Author(scope: $0.scope, replica: $0.dot.replica), $0.dot.seq) },
            uniquingKeysWith: max)
        let welcome = brought.filter {
            let author = Author(scope: $0.scope, replica: $0.dot.replica)
            return proven.contains(author) && $0.dot.seq <= limits[author] ?? 0
        }
        _ = try hub.store.receive(welcome, now: hub.now())
    }

    /// With what a hub wrote and the caller lacks goes the proof of it.
    func answer(_ fields: inout MessageFields, _ db: Database) throws {
        guard let caller, let hello, let key = hub.keys.signing?.rawRepresentation else { return }
        let told = hello.scopes.reduce(into: [:]) { $0[$1.scope] = $1.vector }
        var due: [Checkpoint] = []
        for scope in caller.reads.sorted() {
            // A relay shows them to villages, which believe only what is signed.
            for entry in try ChangeLog.vector(of: scope, db).entries
            where entry.replica.isHub || Hub.isDistrict(caller.home) {
                guard lacksCheckpoint || entry.seq > (told[scope]?[entry.replica] ?? 0),
                    let chain = try ChangeLog.chainHead(of: entry.replica, in: scope, db),
                    let checkpoint = Checkpoint(
                        scope: scope, dot: Dot(entry.replica, entry.seq), chain: chain,
                        key: Array(key))
                else { continue }
                due.append(checkpoint)
            }
        }
        if !due.isEmpty { fields[AnswerField.checkpoints] = Checkpoints(due).encoded() }
    }
}

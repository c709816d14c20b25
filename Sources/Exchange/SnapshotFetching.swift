public import ChangeStore
public import GRDB
public import SyncProtocol

/// Takes a snapshot, chunk by chunk, and loads it when it is whole; counts what arrives, so that
/// people see how far it is; and hears which part of the log may go.
///
/// Rule: a chunk is on disk before the next is looked at. What if not: a line that is cut every
/// thirty seconds would begin again for ever.
public final class SnapshotFetching: CallerPart {
    private let store: ChangeStore
    private let now: () -> Int64
    private let show: (FetchProgress) -> Void
    private var advanced = false
    private var isFetching = false
    private var estimate = FetchEstimate()

    /// - Parameters:
    ///   - now: UTC milliseconds.
    ///   - show: called for each piece that arrives of a large answer.
    public init(
        store: ChangeStore, now: @escaping () -> Int64,
        show: @escaping (FetchProgress) -> Void = { _ in }
    ) {
        self.store = store
        self.now = now
        self.show = show
    }

    public func hello(_ fields: inout MessageFields, _ db: Database) throws {
        advanced = false
        let states = try SnapshotShelf.manifests(.fetched, db).map { manifest, _ in
            FetchState(
                scope: manifest.scope, manifest: manifest.id,
                present: try SnapshotShelf.present(of: manifest, db))
        }
        isFetching = !states.isEmpty
        if isFetching { fields[HelloField.snapshot] = FetchState.encode(states) }
    }

    /// How much is to come is told anew by each answer.
    public func began(_ answer: Answer) throws {
        guard let news = try news(in: answer), news.bytesToCome > 0 else { return }
        estimate.expect(news.bytesToCome, now: now())
        show(estimate.progress(now: now()))
    }

    public func arrived(bytes: Int) {
        guard estimate.isLarge else { return }
        estimate.add(bytes)
        show(estimate.progress(now: now()))
    }

    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool {
        guard kind == .snapshotChunk else { return false }
        switch try SnapshotRecord(decoding: payload) {
        case .manifest(let manifest):
            try store.bookkeeping { try SnapshotShelf.keep(manifest, .fetched, now: now(), $0) }
        case .chunk(let chunk): try store.bookkeeping { try SnapshotShelf.put(chunk, $0) }
        }
        advanced = true
        try loadWhole()
        return true
    }

    private func loadWhole() throws {
        let manifests = try store.read { db in
            try SnapshotShelf.manifests(.fetched, db).map { manifest, _ in
                (manifest.scope, try SnapshotShelf.present(of: manifest, db).allSatisfy { $0 })
            }
        }
        for (scope, isWhole) in manifests where isWhole { try load(scope) }
        isFetching = try store.read { try !SnapshotShelf.manifests(.fetched, $0).isEmpty }
    }

    /// What cannot be loaded is fetched anew another time: the past of this store is another one,
    /// and the answer says so too, or the maker erred.
    private func load(_ scope: Scope) throws {
        do {
            try store.loadSnapshot(of: scope)
        } catch is MergeFault {
            try store.bookkeeping { try SnapshotShelf.drop(scope, .fetched, $0) }
        } catch let fault as SnapshotFault {
            try store.bookkeeping { try SnapshotShelf.drop(scope, .fetched, $0) }
            throw ExchangeFault.answerDamaged(String(describing: fault))
        }
    }

    public func answered(_ answer: Answer) throws {
        // The peer offers it no more: it was put back, or sends the log instead.
        if isFetching, !advanced, !answer.hasMore {
            try store.bookkeeping { db in
                for (manifest, _) in try SnapshotShelf.manifests(.fetched, db) {
                    try SnapshotShelf.drop(manifest.scope, .fetched, db)
                }
            }
            isFetching = false
        }
        if estimate.isLarge, !answer.hasMore, progress == .idle {
            estimate.finish()
            show(estimate.progress(now: now()))
        }
        guard let news = try news(in: answer), !news.floors.isEmpty else { return }
        let holdings = Dictionary(answer.holdings.map { ($0.scope, $0.holding) }) { a, _ in a }
        try store.bookkeeping { db in
            for floor in news.floors {
                let held =
                    switch holdings[floor.scope] {
                    case .vector(let vector): vector
                    default: try ChangeLog.vector(of: floor.scope, db)
                    }
                try ToldFloors.keep(
                    floor.vector, once: held, in: floor.scope, now: now(), db)
            }
        }
    }

    private func news(in answer: Answer) throws -> SnapshotNews? {
        try answer.fields[AnswerField.snapshot].map { try SnapshotNews(decoding: $0) }
    }

    public var progress: PartProgress {
        // After loading, the log.
        isFetching || advanced ? .wantsMore(advanced: advanced) : .idle
    }
}

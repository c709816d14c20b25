public import ChangeStore
public import GRDB
public import SyncProtocol

/// What the answering side knows of everybody who shares a scope.
public protocol FloorKeeper {
    /// The floor of this store's own log, when it is safe elsewhere and the replica was not told
    /// of it yet.
    func floorNews(of scope: Scope, for replica: ReplicaID, _ db: Database) throws -> VersionVector?
}

/// Gives a snapshot to a caller that lacks what the log no longer holds (SYNC §4, *Bootstrap*):
/// how the scope stood at the floor of the log. What came after it, it gets from the log like
/// everybody.
///
/// The manifest goes ahead of its chunks in the same answer, so that each chunk that arrives
/// counts, however soon the line is cut.
public final class SnapshotOffering: ResponderPart {
    private let store: ChangeStore
    private let keeper: any FloorKeeper
    private var caller: CallerInfo?
    private var told: [Scope: VersionVector] = [:]
    private var fetching: [Scope: FetchState] = [:]
    private var offers: [SnapshotManifest] = []
    private var segmentBytes = 0

    /// Less than this is here before anybody asks how far it is.
    private static let toldBytesMin = 24 << 10
    /// About how much smaller the log becomes on its way; for the estimate alone.
    private static let logCompression = 5

    public init(store: ChangeStore, keeper: any FloorKeeper) {
        self.store = store
        self.keeper = keeper
    }

    public func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        self.caller = caller
        told = Dictionary(hello.scopes.map { ($0.scope, $0.vector) }) { first, _ in first }
        guard let field = hello.fields[HelloField.snapshot] else { return }
        guard let states = try? FetchState.decode(field) else {
            throw Refusal(.badRequest, "field 3 of the hello cannot be read")
        }
        fetching = Dictionary(states.map { ($0.scope, $0) }) { first, _ in first }
    }

    public func prepare() throws {
        guard let caller else { return }
        offers = try store.read { db in
            try caller.reads.sorted().compactMap { scope in
                let known = told[scope] ?? VersionVector()
                let floor = try LogFloor.of(scope, db)
                // Who knows less of itself than is known here takes a new number first.
                guard !known.covers(floor), known[caller.replica] >= floor[caller.replica] else {
                    return nil
                }
                return try SnapshotShelf.manifest(of: scope, .base, db)
            }
        }
    }

    public func planned(segmentBytes: Int) { self.segmentBytes = segmentBytes }

    public func answer(_ fields: inout MessageFields, _ db: Database) throws {
        guard let caller else { return }
        var floors: [SnapshotNews.Floor] = []
        let offered = Set(offers.map(\.scope))
        for scope in caller.reads.sorted() where !offered.contains(scope) {
            if let floor = try keeper.floorNews(of: scope, for: caller.replica, db) {
                floors.append(.init(scope: scope, vector: floor))
            }
        }
        let bytes = try offers.reduce(segmentBytes) { sum, manifest in
            let tail = try ChangeLog.bytes(of: manifest.scope, above: manifest.vector, db)
            return sum
                + lacking(of: manifest).reduce(tail / Self.logCompression) {
                    $0 + $1.byteCount
                }
        }
        let told = bytes >= Self.toldBytesMin ? bytes : 0
        guard told > 0 || !floors.isEmpty else { return }
        fields[AnswerField.snapshot] = SnapshotNews(bytesToCome: told, floors: floors).encoded()
    }

    private func lacking(of manifest: SnapshotManifest) -> [SnapshotManifest.Entry] {
        guard let state = fetching[manifest.scope], state.manifest == manifest.id else {
            return manifest.chunks
        }
        return manifest.chunks.enumerated().filter { index, _ in
            state.present.dropFirst(index).first != true
        }.map(\.element)
    }

    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] {
        var found: [(kind: RecordKind, payload: [UInt8])] = []
        var left = budget
        func add(_ record: SnapshotRecord) {
            let payload = record.encoded()
            found.append((.snapshotChunk, payload))
            left -= payload.count
        }
        for manifest in offers where left > 0 {
            let state = fetching[manifest.scope]
            if state?.manifest != manifest.id { add(.manifest(manifest)) }
            // One that is newer than what the caller began with: it says first what it has of it.
            guard state == nil || state?.manifest == manifest.id else { continue }
            for entry in lacking(of: manifest) where left > 0 {
                guard let chunk = try SnapshotShelf.chunk(entry.name, db) else { continue }
                add(.chunk(chunk))
            }
        }
        return found
    }
}

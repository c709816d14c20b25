import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

/// A hub and its PCs as stores on disk: they write, meet, let their logs go, and the hub rules.
/// Beside them one store that merges every changeset and keeps the whole log.
final class CompactedTown {
    private struct PC {
        let store: ChangeStore
        /// What the hub knows it has seen; nil for one that is not waited for.
        var seen: VersionVector? = VersionVector()
        var told: [(floor: VersionVector, once: VersionVector)] = []
    }

    static let scope = TemporaryPlace.scope
    let hub: ChangeStore
    let whole: ChangeStore
    private(set) var raises = 0
    private(set) var joins = 0
    private(set) var loads = 0
    private(set) var refusals = 0
    private(set) var decisions = 0
    private let place: TemporaryPlace
    private let name: String
    private var pcs: [PC] = []
    private var random: SeededRandom
    private var now: Int64 = 10_000

    init(seed: UInt64, in place: TemporaryPlace) throws {
        random = SeededRandom(seed: seed)
        self.place = place
        name = "\(seed)"
        hub = try place.create("hub\(name).db", replica: 1, isHub: true)
        whole = try place.create("whole\(name).db", replica: 8)
        for _ in 0..<3 { try join() }
    }

    var stores: [ChangeStore] { [hub] + pcs.map(\.store) }

    func close() throws { for store in stores + [whole] { try store.close() } }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            now += 100
            let at = random.below(pcs.count)
            switch random.below(100) {
            case 0..<45: try write(pcs[at].store)
            case 45..<75: try meet(at)
            case 75..<82: try decide()
            case 82..<92: try raise()
            case 92..<97: try follow(at)
            default: if pcs.count < 6 { try join() }
            }
        }
    }

    func meetAll() throws {
        for _ in 0..<2 { for at in pcs.indices { try meet(at) } }
    }

    /// Everybody meets, central IT decides on most of what waits, and the log may go.
    func endOfDay(without absent: Int? = nil) throws {
        let present = pcs.indices.filter { $0 != absent }
        for _ in 0..<2 { for at in present { try meet(at) } }
        for _ in 0..<12 where random.chance(85) { try decide() }
        for _ in 0..<2 { for at in present { try meet(at) } }
        try raise()
    }

    // MARK: - What happens

    private func join() throws {
        joins += 1
        let store = try place.create(
            "pc\(name)-\(pcs.count).db", replica: UInt32(10 + pcs.count))
        pcs.append(PC(store: store))
        try meet(pcs.count - 1)
    }

    private func write(_ store: ChangeStore) throws {
        let author = Author("op", random.chance(30) ? .civilRegistry : .operator)
        let rows = try store.read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM specimen UNION SELECT row_id FROM shadow_row
                    WHERE table_id = 1 ORDER BY 1
                    """)
        }
        try store.record(as: author, "step", now: now + Int64(random.below(2_000))) { draft in
            guard !rows.isEmpty, !random.chance(15) else {
                return _ = try draft.insert("specimen", values())
            }
            let row = RowID(rawValue: rows[random.below(min(rows.count, 4))])
            if try draft.isDeleted("specimen", row) {
                try draft.revive("specimen", row, values())
            } else if random.chance(12) {
                try draft.delete("specimen", row)
            } else {
                try draft.update("specimen", row, values())
            }
        }
    }

    private func values() -> [(String, Value)] {
        let names = ["plain", "reviewed", "state", "latest", "earliest", "total", "owned"]
        let chosen = names.filter { _ in random.chance(35) }
        return (chosen.isEmpty ? ["plain"] : chosen).map { name in
            name == "state"
                ? (name, .text(["draft", "signed", "revoked"][random.below(3)]))
                : (name, .integer(Int64(random.below(4))))
        }
    }

    /// One exchange, as `Caller` and `Responder` do it.
    private func meet(_ at: Int) throws {
        let store = pcs[at].store
        let told = try store.vector
        for segment in try store.pull(from: hub.vector) {
            _ = try hub.receive(segment.changesets, pasts: segment.pasts, now: now) { changeset in
                let lot = (changeset.dot.seq &* 7 + UInt64(changeset.dot.replica.rawValue)) % 11
                return Verdict(
                    objection: lot == 0 ? .init("test", "drawn by lot") : nil,
                    clock: lot == 1 ? changeset.clock.milliseconds - 700 : nil)
            }
        }
        try whole.receive(hub.pull(from: whole.vector).flatMap(\.changesets))
        let floor = try hub.floor
        if try !store.vector.covers(floor) {
            try store.load(hub)
            loads += 1
        }
        for segment in try hub.pull(from: store.vector) {
            _ = try store.receive(segment.changesets, pasts: segment.pasts, now: now)
        }
        pcs[at].seen = told
        pcs[at].told.append((floor, try hub.vector))
    }

    private func decide() throws {
        let all = try hub.read { try Quarantine.rulings($0, scope: Self.scope) }
        let open = all.filter { $0.state == .inForce && $0.clock == nil }
        let rulings = open.isEmpty || random.chance(20) ? all : open
        guard !rulings.isEmpty else { return }
        let ruling = rulings[random.below(rulings.count)]
        let isFinal = try hub.floor[ruling.run.replica] >= ruling.run.seqs.lowerBound
        do {
            try hub.decide(
                random.chance(40) ? .released : .upheld, on: ruling,
                as: Author("amir", .centralIT), now: now)
            #expect(!isFinal)
            decisions += 1
        } catch ChangeStore.DecisionFault.final {
            #expect(isFinal)
            refusals += 1
        }
    }

    private func raise() throws {
        var stable = try hub.vector
        for seen in pcs.compactMap(\.seen) { stable = stable.clipped(to: seen) }
        let before = try hub.floor
        let after = try hub.raiseFloor(
            of: Self.scope, to: stable, before: random.chance(50) ? now : nil, now: now
        ).floor
        #expect(after.covers(before))
        if after != before { raises += 1 }
        try drop(hub)
    }

    private func follow(_ at: Int) throws {
        let (store, held) = (pcs[at].store, try pcs[at].store.vector)
        guard let told = pcs[at].told.last(where: { held.covers($0.once) }) else { return }
        #expect(
            try store.raiseFloor(of: Self.scope, to: told.floor, now: now).floor
                .covers(told.floor))
        try drop(store)
        // The same state has the same bytes, whoever wrote it down.
        if try store.floor == hub.floor { #expect(try store.base == hub.base) }
    }

    private func drop(_ store: ChangeStore) throws {
        while try !store.dropLog(of: Self.scope, changesetsMax: 1 + random.below(9)).isFinished {
            guard random.chance(80) else { return }
        }
    }

    /// One PC is silent for so long that it is not waited for; the others go on.
    func leave(_ at: Int, steps: Int) throws {
        pcs[at].seen = nil
        let rest = pcs.indices.filter { $0 != at }
        for step in 0..<steps {
            now += 100
            let other = rest[random.below(rest.count)]
            try write(pcs[step % 3 == 0 ? at : other].store)
            if step % 12 == 11 { try endOfDay(without: at) }
        }
    }
}

extension ChangeStore {
    var floor: VersionVector {
        get throws { try read { try LogFloor.of(TemporaryPlace.scope, $0) } }
    }

    var base: SnapshotManifest? {
        get throws { try read { try SnapshotShelf.manifest(of: TemporaryPlace.scope, .base, $0) } }
    }

    var logCount: Int {
        get throws { try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM changeset") ?? 0 } }
    }

    func fetch(_ source: ChangeStore, chunks count: Int = .max) throws {
        let manifest = try #require(try source.base)
        try bookkeeping { db in
            try SnapshotShelf.keep(manifest, .fetched, now: 1, db)
            for entry in manifest.chunks.prefix(count) {
                let chunk = try source.read { try SnapshotShelf.chunk(entry.name, $0) }
                try SnapshotShelf.put(#require(chunk), db)
            }
        }
    }

    @discardableResult
    func load(_ source: ChangeStore) throws -> Int? {
        try fetch(source)
        return try loadSnapshot(of: TemporaryPlace.scope)
    }

    var everything: Everything {
        get throws {
            let vector = try vector
            return Everything(
                picture: try picture, vector: vector,
                heads: try vector.entries.compactMap { entry in
                    try read {
                        try ChangeLog.chainHead(
                            of: entry.replica, in: TemporaryPlace.scope, $0)
                    }
                }, digest: try digest,
                sum: try read { try sum(of: TemporaryPlace.scope, isSound: true, $0) })
        }
    }
}

/// All in which two stores that hold the same must agree.
struct Everything: Hashable {
    let picture: Picture
    let vector: VersionVector
    let heads: [HashChain]
    let digest: String
    let sum: UInt64
}

extension Everything {
    /// In what this differs, for whoever looks into a failing seed.
    func differences(from other: Everything) -> [String] {
        var found: [String] = []
        let keys = Set(picture.rows.keys).union(other.picture.rows.keys)
        for key in keys where picture.rows[key] != other.picture.rows[key] {
            found.append(
                "\(key): \(String(describing: picture.rows[key])) is not "
                    + "\(String(describing: other.picture.rows[key]))")
        }
        let disputes = picture.disputes.symmetricDifference(other.picture.disputes)
        found += disputes.map { "dispute \($0)" }
        if vector != other.vector { found.append("\(vector) is not \(other.vector)") }
        if heads != other.heads { found.append("heads") }
        if digest != other.digest { found.append("digest") }
        if sum != other.sum { found.append("sum") }
        return found
    }
}

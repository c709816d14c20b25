import ChangeStore
import Foundation
import GRDB
import Models
import SyncProtocol
import Testing

@testable import SyncHub

/// A hub and the PCs of villages, with real stores and real changesets, without the line between.
final class ChainLab {
    static let kuta = Scope("52.02.04.2009")
    static let sengkol = Scope("52.02.04.2001")
    static let ubung = Scope("52.02.02.2002")
    static let now: Int64 = 1_795_399_200_000

    let folder: String
    private(set) var hub: Hub
    private(set) var pcs: [PC] = []

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/chain-\(UUID().uuidString)"
        hub = try Hub.create(in: folder, regency: "52.02", url: "http://127.0.0.1:1")
    }

    deinit {
        do {
            for pc in pcs { try pc.store.close() }
            try hub.store.close()
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            // A temporary folder that stays is nobody's loss.
        }
    }

    func pc(_ scope: Scope, _ replica: UInt32) throws -> PC {
        let store = try ChangeStore.create(
            at: folder + "/pc\(replica).sqlite",
            identity: StoreIdentity(replica: ReplicaID(replica), home: scope, isHub: false))
        let pc = PC(store: store)
        pcs.append(pc)
        return pc
    }

    @discardableResult
    func carry() throws -> [String] { try Chains(hub: hub).carryAll(now: Self.now) }

    /// Everybody syncs until nothing moves any more.
    func settle() throws {
        for _ in 0..<4 {
            for pc in pcs {
                try pc.sync(hub.store)
                try carry()
            }
        }
    }

    /// What each office holds is what the hub holds of it.
    func expectEqualDigests() throws {
        for pc in pcs {
            #expect(
                try pc.store.digests(only: pc.scope).map(\.digest)
                    == hub.store.digests(only: pc.scope).map(\.digest))
        }
    }

    /// How many people count somewhere under this NIK, seen from the hub.
    func counted(_ nik: String) throws -> Int {
        try hub.store.read {
            try HubRow.all("resident", where: "t.nik = ?", [nik], $0)
                .filter(TransferCarrier.counts).count
        }
    }

    func digests() throws -> [String] { try hub.store.digests().map { "\($0)" } }

    var seq: Int {
        get throws {
            try hub.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM changeset") ?? 0 }
        }
    }

    func copyOfHub() throws -> String {
        let copy = folder + "/copy-\(UUID().uuidString).sqlite"
        try hub.store.bookkeeping { try $0.execute(sql: "SELECT 1") }
        try hub.store.read { try $0.execute(sql: "SELECT 1") }
        let target = try DatabaseQueue(path: copy)
        let source = try DatabaseQueue(path: hub.store.path)
        try source.backup(to: target)
        try source.close()
        try target.close()
        return copy
    }

    /// Kuta is split.
    func split(_ hamlets: [String], to new: String) throws -> VillageSplit.Report {
        try VillageSplit(
            hub: hub, from: Self.kuta.code, to: new, hamlets: hamlets, now: Self.now
        ).run(name: "Mawun", kind: nil, on: #require(CivilDate(iso: "2026-12-01")))
    }

    /// The hub is put back from a copy, as a new incarnation.
    func restore(_ copy: String, as replica: UInt32) throws {
        let path = hub.store.path
        try hub.store.close()
        for suffix in ["", "-wal", "-shm"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        try FileManager.default.copyItem(atPath: copy, toPath: path)
        hub = try Hub.open(folder)
        try hub.store.begin(
            incarnation: ReplicaID(replica), because: "restored", now: Self.now)
    }
}

/// One PC of a village.
struct PC {
    let store: ChangeStore
    var scope: Scope { store.identity.home }

    func sync(_ hub: ChangeStore) throws {
        try Self.give(from: store, to: hub, scope)
        try Self.give(from: hub, to: store, scope)
    }

    private static func give(
        from: ChangeStore, to: ChangeStore, _ scope: Scope
    ) throws {
        while true {
            let held = try to.read { try ChangeLog.vector(of: scope, $0) }
            let segment = try from.read {
                try ChangeLog.segment(of: scope, lackedBy: held, bytesMax: 1 << 20, $0)
            }
            guard let segment else { return }
            let receipt = try to.receive(segment.changesets, now: ChainLab.now)
            guard receipt.applied > 0 else { return }
        }
    }

    @discardableResult
    func record<T>(_ intent: String, _ body: (inout Recording) throws -> T) throws -> T {
        try store.record(as: Author("op", .operator), intent, now: ChainLab.now, body).result
    }

    func rows(_ table: String, _ condition: String = "1") throws -> [HubRow] {
        try store.read { try HubRow.all(table, where: condition, [], $0) }
    }

    struct Family {
        let household: RowID
        let people: [RowID]
    }

    /// A household with people of these numbers, the first its head.
    func family(_ niks: [String], hamlet: String = "Mong") throws -> Family {
        try record("register.import") { draft in
            let home = try draft.insert(
                "household", [("hamlet", .text(hamlet)), ("status", "active")])
            let people = try niks.enumerated().map { index, nik in
                try draft.insert(
                    "resident",
                    [
                        ("name", .text("Warga \(nik.suffix(4))")), ("sex", "male"),
                        ("nik", .text(nik)), ("birth_date", "1980-10-19"),
                        ("household", .integer(home.rawValue)), ("vital_status", "alive"),
                        ("relationship", index == 0 ? "head" : "child"),
                    ])
            }
            return Family(household: home, people: people)
        }
    }

    /// As `Office.registerMoveOut` records it.
    @discardableResult
    func send(
        _ family: Family, _ niks: [String], to office: Scope
    ) throws -> [RowID] {
        try record("move_out.register") { draft in
            try zip(family.people, niks).map { person, nik in
                let home = family.household.rawValue
                let transfer = try draft.insert(
                    "transfer",
                    [
                        ("resident", .integer(person.rawValue)), ("from_office", .text(scope.code)),
                        ("to_office", .text(office.code)), ("state", "sent"),
                        ("moved_on", "2026-11-20"),
                        (
                            "person",
                            .text(
                                #"{"household":\#(home),"name":"Warga","nik":"\#(nik)","sex":"male"}"#
                            )
                        ),
                    ])
                try draft.insert(
                    "vital_event",
                    [
                        ("kind", "move_out"), ("resident", .integer(person.rawValue)),
                        ("household", .integer(home)), ("event_date", "2026-11-20"),
                        ("report_date", "2026-11-20"), ("state", "draft"),
                        ("details", .text(#"{"transfer":\#(transfer.rawValue)}"#)),
                    ])
                return transfer
            }
        }
    }

    /// As `Office.acceptArrival` records it.
    func acceptAll() throws {
        let waiting = try rows("transfer", "t.to_office = s.code AND t.state = 'sent'")
        guard !waiting.isEmpty else { return }
        try record("transfer.accept") { draft in
            let home = try draft.insert(
                "household", [("hamlet", "Baru"), ("status", "active")])
            for transfer in waiting {
                let nik = transfer.text("person")?.firstMatch(of: #/"nik":"(\d+)"/#)?.1 ?? ""
                let person = try draft.insert(
                    "resident",
                    [
                        ("name", "Warga"), ("nik", .text(String(nik))), ("sex", "male"),
                        ("birth_date", "1980-10-19"), ("household", .integer(home.rawValue)),
                        ("vital_status", "alive"),
                    ])
                try draft.insert(
                    "vital_event",
                    [
                        ("kind", "move_in"), ("resident", .integer(person.rawValue)),
                        ("event_date", "2026-11-21"), ("report_date", "2026-11-21"),
                        ("state", "registered"),
                        ("details", .text(#"{"transfer":\#(transfer.id.rawValue)}"#)),
                    ])
                try draft.update(
                    "transfer", transfer.id,
                    [
                        ("state", "accepted"), ("arrived_as", .integer(person.rawValue)),
                        ("decided_by", .text("op-\(scope)")),
                        ("decided_at", .integer(ChainLab.now)),
                    ])
            }
        }
    }

    func returnAll() throws {
        let waiting = try rows("transfer", "t.to_office = s.code AND t.state = 'sent'")
        guard !waiting.isEmpty else { return }
        try record("transfer.return") { draft in
            for transfer in waiting {
                try draft.update(
                    "transfer", transfer.id,
                    [("state", "returned"), ("note", "tidak datang"), ("decided_by", "op")])
            }
        }
    }

    func cancelAll() throws {
        let waiting = try rows("transfer", "t.from_office = s.code AND t.state = 'sent'")
        guard !waiting.isEmpty else { return }
        try record("transfer.cancel") { draft in
            for transfer in waiting {
                try draft.update("transfer", transfer.id, [("state", "cancelled")])
            }
        }
    }
}

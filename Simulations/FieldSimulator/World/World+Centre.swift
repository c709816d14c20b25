import ChangeStore
import EdgeNode
import Foundation
import GRDB
import Models
import SyncHub
import SyncProtocol

/// What central IT does: PCs are added and given up, logs let go of, villages split.
extension World {
    /// After so long something that the centre could not do is tried again.
    private static let again: Int64 = 600_000

    func performAtCentre(_ action: Action) {
        switch action {
        case .join(let name, let village): join(name, village)
        case .compact("hub"): compactHub()
        case .compact(let name): if let edge = edge(named: name) { compact(edge) }
        case .giveUp(let name): if let edge = edge(named: name) { giveUp(edge) }
        case .split(let from, let hamlet, let to): split(from, hamlet, to)
        default: return
        }
    }

    private func later(_ action: Action) {
        plan("is tried again", at: now + Self.again) { $0.performAtCentre(action) }
    }

    // MARK: - PCs

    /// A PC is enrolled and set up; its store is empty.
    private func join(_ name: String, _ village: String) {
        guard edge(named: name) == nil else { return }
        let count = edges.count { $0.isNew }
        guard let centre = hub.hub, now >= hub.pausedUntil else {
            return later(.join(name, village: village))
        }
        let file = attempt(hub, "enrolling \(name)") { () -> EnrolmentFile? in
            do { return try centre.enrol(office: village, device: 50 + count) } catch let fault
                as HubFault
            {
                self.note("hub", .sync, "does not enrol \(name): \(fault)")
                return nil
            }
        }
        guard let file = file ?? nil, !hub.disk.isDead else {
            return later(.join(name, village: village))
        }
        ledger.inject(.join)
        do {
            let image = try Town.empty(file, entity: 300 + UInt64(count), time)
            let edge = SimEdge(
                name: name, entity: image.machine, seed: seed, image: image,
                home: Scope(village), isRelay: false, time: time)
            edge.isNew = true
            edge.floorsBefore = try floors(of: centre)
            edges.append(edge)
            note(name, .start, "is new in village \(village)")
            ledger.tookEffect(.join)
            start(edge)
        } catch {
            breach("error", "no program fails on a sound disk", "init: \(error)", at: name)
        }
    }

    private func giveUp(_ edge: SimEdge) {
        guard let centre = hub.hub, now >= hub.pausedUntil else { return }
        let replica = edge.store?.identity.replica ?? edge.watch.sent.replica
        attempt(hub, "giving up \(edge.name)") {
            do {
                try centre.giveUp(replica, now: hub.clock.now)
                edge.isGivenUp = true
                self.note("hub", .work, "waits no longer for \(edge.name)")
            } catch let fault as HubFault {
                self.note("hub", .work, "cannot give up \(edge.name): \(fault)")
            }
        }
    }

    /// PCs of the town that take no part in this world would hold every floor down.
    func giveUpAbsent() {
        guard let centre = hub.hub else { return }
        let present = Set(edges.map(\.entity))
        attempt(hub, "giving up who is not there") {
            for image in town.edges + [town.relay] where !present.contains(image.machine) {
                try centre.giveUp(image.replica, now: hub.clock.now)
            }
        }
    }

    // MARK: - The log

    private func floors(of centre: Hub) throws -> [Scope: VersionVector] {
        Dictionary(uniqueKeysWithValues: try centre.floors().map { ($0.scope, $0.floor) })
    }

    /// `synchub compact --keep-days 0`.
    private func compactHub() {
        guard let centre = hub.hub, now >= hub.pausedUntil else { return }
        ledger.inject(.compaction)
        var gone = 0
        attempt(hub, "letting the log go") {
            for scope in try centre.store.read({ try ChangeLog.vectors($0).map(\.scope) }) {
                gone += try centre.compact(scope, days: 0, now: hub.clock.now).changesets
            }
        }
        noteGone(gone, at: hub)
        guard !hub.disk.isDead, let store = hub.store else { return }
        attempt(hub, "looking at its floors") {
            if let found = try FloorIsSeen.fault(at: store, self) {
                breach(FloorIsSeen.self, found, at: "hub")
            }
            // Of whom it has not heard yet, it cannot wait for.
            for edge in edges where edge.isNew && edge.watch.vectors[Town.regency] == nil {
                edge.floorsBefore = try floors(of: centre)
            }
        }
    }

    /// `edgenode compact --keep-days 0`.
    private func compact(_ edge: SimEdge) {
        guard let node = edge.node, now >= edge.pausedUntil else { return }
        ledger.inject(.compaction)
        let step = attempt(edge, "letting the log go") {
            try EdgeCompaction(node: node).run(days: 0, now: edge.clock.now)
        }
        noteGone(step?.changesets ?? 0, at: edge)
    }

    private func noteGone(_ count: Int, at machine: Machine) {
        guard count > 0 else { return }
        ledger.tookEffect(.compaction)
        note(machine.name, .work, "lets \(count) changes of its log go")
    }

    // MARK: - A village is split

    /// `synchub split`: what was interrupted is run again.
    private func split(_ from: String, _ hamlet: String, _ to: String) {
        let action = Action.split(from: from, hamlet: hamlet, to: to)
        guard let centre = hub.hub, now >= hub.pausedUntil else { return later(action) }
        ledger.inject(.split)
        let going = attempt(hub, "looking who lives in \(hamlet)") {
            try centre.store.read { try SplitPeople.going(from, hamlet, $0) }
        }
        let report = attempt(hub, "splitting \(from)") {
            guard let day = CivilDate(iso: "2026-12-01") else { throw HubFault.unknownOffice(to) }
            let split = VillageSplit(
                hub: centre, from: from, to: to, hamlets: [hamlet], now: hub.clock.now)
            let report = try split.run(name: "Desa \(hamlet)", kind: nil, on: day)
            try centre.carryOn()
            return report
        }
        guard let going, let report, !hub.disk.isDead else { return later(action) }
        if report.households > 0 { ledger.tookEffect(.split) }
        note(
            "hub", .work,
            "splits \(from): \(report.households) households with \(report.residents) people go "
                + "over to \(to)")
        renameMoved(from: Scope(from), to: Scope(to), going)
        attempt(hub, "looking who was left behind") {
            let held = try centre.store.read { try ChangeLog.vector(of: Scope(from), $0) }
            splits.append(
                Split(
                    from: Scope(from), to: Scope(to), hamlet: hamlet, people: going, held: held))
            if let found = try SplitIsWhole.leftBehind(splits[splits.count - 1], self) {
                breach(SplitIsWhole.self, found, at: "hub")
            }
        }
    }

    /// What a scenario called "household 3" is called so in the new village, too.
    private func renameMoved(from: Scope, to: Scope, _ going: SplitPeople) {
        var names = named[from] ?? [:]
        for (table, count) in Town.known {
            for number in 1...count {
                let name = RowName(table, "\(number)")
                names[name] = names[name] ?? row(name, in: from)
            }
        }
        for (name, row) in names {
            guard going.rows(of: name.table).contains(row), let carried = row.carried else {
                continue
            }
            named[to, default: [:]][name] = carried
        }
    }
}

/// One split of a world.
struct Split {
    let from: Scope
    let to: Scope
    let hamlet: String
    /// Who was to go over.
    let people: SplitPeople
    /// What the centre held of the old office then.
    let held: VersionVector
}

/// Households of a hamlet and the people in them, under the numbers of the old office.
struct SplitPeople {
    var households: Set<RowID> = []
    var residents: Set<RowID> = []

    func rows(of table: String) -> Set<RowID> {
        switch table {
        case "household": households
        case "resident": residents
        default: []
        }
    }

    /// By a definition of its own, not the program's: who counts as one of the office's people and
    /// lives in such a household, and the households that are lived in or said to be active.
    static func going(_ office: String, _ hamlet: String, _ db: Database) throws -> SplitPeople {
        let counts =
            "r.scope = s.id AND coalesce(r.vital_status, 'alive') IN ('alive', 'away', 'missing')"
        let residents = try Int64.fetchAll(
            db,
            sql: """
                SELECT r.id FROM resident r JOIN household h ON h.id = r.household
                JOIN scope s ON s.id = h.scope WHERE s.code = ? AND h.hamlet = ? AND \(counts)
                """, arguments: [office, hamlet])
        let households = try Int64.fetchAll(
            db,
            sql: """
                SELECT h.id FROM household h JOIN scope s ON s.id = h.scope
                WHERE s.code = ? AND h.hamlet = ? AND (coalesce(h.status, 'active') = 'active'
                OR EXISTS (SELECT 1 FROM resident r WHERE r.household = h.id AND \(counts)))
                """, arguments: [office, hamlet])
        return SplitPeople(
            households: Set(households.map { RowID(rawValue: $0) }),
            residents: Set(residents.map { RowID(rawValue: $0) }))
    }
}

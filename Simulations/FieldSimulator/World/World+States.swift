import ChangeStore
import EdgeNode
import SyncHub
import SyncProtocol

/// Disks that become others: backups put back, clones, losses.
extension World {
    /// How a PC's data was put back.
    enum RestoreStyle {
        /// By the program's own `restore`.
        case backup
        /// An image of the whole disk, in the same machine: nothing tells it from before.
        case image
    }

    /// What lies on the disk now, for later.
    func image(of machine: Machine) -> SimulatedDisk {
        let copy = SimulatedDisk(seed: seed, entity: machine.entity &+ 1_000)
        copy.copyContents(of: machine.disk)
        return copy
    }

    func restore(_ edge: SimEdge, from image: SimulatedDisk, _ style: RestoreStyle) {
        guard !edge.isWiped, edge.refusal == nil else { return }
        let family: FaultFamily = style == .backup ? .restoredBackup : .restoredImage
        ledger.inject(family)
        let old = edge.watch.vectors
        edge.stop()
        edge.disk.copyContents(of: image)
        note(edge.name, .fault, "is put back from \(style == .backup ? "its backup" : "an image")")
        universe.copied.formUnion(Set(edge.told.map(\.dot.replica)))
        edge.isCopied = true
        // An image brings back the old number, and nothing there can tell.
        if style == .image { edge.forbidden = [] }
        do {
            if style == .backup {
                // As `StoreBackup.unpack` marks it.
                let store = try ChangeStore.open(
                    at: EdgeNode.storePath(in: ""), schema: town.schema, on: edge.disk)
                let madeAt = now
                try store.bookkeeping {
                    try StoreInfo.set(StoreBackup.restoredFromKey, madeAt, $0)
                }
                edge.forbidden.insert(store.identity.replica)
                try store.close()
            }
        } catch {
            guard edge.disk.isDead || !edge.diskFaults.isEmpty else {
                return breach("error", "a backup opens", "\(error)", at: edge.name)
            }
            // The disk failed meanwhile: it is put back once more when it runs.
            crash(edge)
            return plan("is put back", at: now + 3_600_000) { $0.restore(edge, from: image, style) }
        }
        edge.wasPutBack = true
        edge.hasLostWork = true
        start(edge)
        if edge.watch.vectors != old { ledger.tookEffect(family) }
    }

    /// A second PC with a copy of this one's disk, both at work.
    /// - Parameter isAlike: in a machine that cannot be told from the first.
    @discardableResult
    func clone(_ edge: SimEdge, isAlike: Bool) -> SimEdge? {
        guard !edge.isRelay, !edge.isWiped, edge.isUp, edge.talk == nil else { return nil }
        ledger.inject(.clone)
        let entity = edge.entity + 200
        guard machines.allSatisfy({ $0.entity != entity }) else { return nil }
        let image = Town.Image(
            disk: edge.disk, machine: isAlike ? edge.entity : entity,
            replica: edge.store?.identity.replica ?? ReplicaID(0))
        let copy = SimEdge(
            name: edge.name + "b", entity: entity, seed: seed, image: image, home: edge.home,
            isRelay: false, time: time)
        copy.isCopied = true
        edge.isCopied = true
        // What the disk lied about is in the copy, too.
        if edge.lies { copy.diskFaults = edge.diskFaults }
        universe.copied.insert(image.replica)
        edges.append(copy)
        note(copy.name, .fault, "is a copy of \(edge.name)")
        ledger.tookEffect(.clone)
        start(copy)
        return copy
    }

    /// The PC is gone for good, with its disk.
    func wipe(_ edge: SimEdge) {
        guard !edge.isWiped, edges.count(where: { !$0.isWiped }) > 1 else { return }
        ledger.inject(.wipe)
        edge.stop()
        edge.isWiped = true
        edge.hasLostWork = true
        note(edge.name, .fault, "is lost with its disk")
        ledger.tookEffect(.wipe)
        excuseLost()
    }

    /// The centre's nightly backup.
    func backUpHub() {
        guard let running = hub.hub else { return }
        attempt(hub, "the backup") {
            let floors = try running.floors()
            let vectors = try running.store.read { try ChangeLog.vectors($0) }
            let copy = image(of: hub)
            hub.backups.append((copy, now))
            try running.noteBackup(of: vectors, floors, path: "/backup", madeAt: now)
        }
    }

    /// The centre is put back from one of its backups.
    func restoreHub(backupsAgo: Int) {
        guard hub.backups.count > backupsAgo else { return }
        let (image, madeAt) = hub.backups[hub.backups.count - 1 - backupsAgo]
        hub.backups.removeLast(backupsAgo)
        ledger.inject(.hubRestored)
        let old = hub.watch.vectors
        hub.stop()
        hub.disk.copyContents(of: image)
        hub.wasRestored = true
        hub.wasPutBack = true
        note("hub", .fault, "is put back from its backup")
        do {
            let store = try ChangeStore.open(
                at: Hub.storePath(in: ""), schema: town.schema, on: hub.disk)
            try store.bookkeeping { try StoreInfo.set(StoreBackup.restoredFromKey, madeAt, $0) }
            try store.close()
            try hub.openRestored()
            try hub.hub?.beginAnew(from: "/backup", madeAt: madeAt, now: hub.clock.now)
            hub.stop()
        } catch {
            guard hub.disk.isDead || !hub.diskFaults.isEmpty else {
                return breach("error", "a backup opens", "\(error)", at: "hub")
            }
            hub.disk.powerUp()
            hub.disk.mend()
            return restoreHub(backupsAgo: 0)
        }
        start(hub)
        if hub.watch.vectors != old { ledger.tookEffect(.hubRestored) }
    }

    // MARK: - Power and programs

    func cutPower(_ machine: Machine, for duration: Int64) {
        guard machine.isUp else { return }
        ledger.inject(.outage)
        ledger.tookEffect(.outage)
        machine.disk.cutPower()
        machine.darkUntil = max(machine.darkUntil, now + duration)
        note(machine.name, .fault, "loses its power")
        crash(machine)
    }

    /// Power goes, or the program is killed, at a disk call that is soon.
    func arm(_ machine: Machine, _ fault: DiskFault, atCall call: UInt64) {
        guard machine.isUp else { return }
        machine.disk.arm(fault, at: max(1, call))
    }

    func pause(_ machine: Machine, for duration: Int64) {
        guard machine.isUp else { return }
        ledger.inject(.pause)
        machine.unmet.insert(.pause)
        machine.pausedUntil = max(machine.pausedUntil, now + duration)
        note(machine.name, .fault, "stands still")
    }

    func cut(_ from: String, _ to: String, for duration: Int64) {
        ledger.inject(.partition)
        let until = now + duration
        change(link(from, to)) { $0.blockedUntil = max($0.blockedUntil, until) }
    }

    func clog(_ from: String, _ to: String, for duration: Int64) {
        ledger.inject(.clog)
        let until = now + duration
        change(link(from, to)) { $0.cloggedUntil = max($0.cloggedUntil, until) }
    }
}

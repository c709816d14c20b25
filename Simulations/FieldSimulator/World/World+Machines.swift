import ChangeStore
import EdgeNode
import Foundation
import GRDB
import SyncProtocol

/// Starting, stopping, and looking at what is there after that.
extension World {
    /// Opens the machine's program, through whatever comes while it opens.
    func start(_ machine: Machine) {
        guard !machine.isUp, !machine.isGone else { return }
        guard now >= machine.darkUntil else {
            return plan("power is back", at: machine.darkUntil) { $0.start(machine) }
        }
        machine.disk.powerUp()
        machine.disk.set(time: machine.clock.now)
        let number = machine.watch.sent.replica
        machine.seenBefore = machine.watch.vectors
        do {
            try machine.open()
            try look(at: machine, isWhole: true)
            touch(machine)
            if machine.wasPutBack || machine is SimEdge && machine.lies {
                // A lying disk may have kept nothing of what never left the PC.
                machine.wasPutBack = false
                excuseLost()
            }
            checkReopened(machine)
            noteNumber(machine, before: number)
            if !machine.disk.isDead { return note(machine.name, .start, "runs") }
        } catch {
            machine.stop()
            guard failedToOpen(machine, error) else { return }
        }
        crash(machine)
    }

    private func noteNumber(_ machine: Machine, before: ReplicaID) {
        guard let edge = machine as? SimEdge, let store = edge.store else { return }
        let number = store.identity.replica
        if before != number, before != ReplicaID(0) {
            tally.newNumbers += 1
            note(edge.name, .start, "goes on under a new number")
        }
        if edge.watch.sent.replica != number { edge.watch.sent = Dot(number, 0) }
    }

    /// - Returns: whether it will be tried again.
    private func failedToOpen(_ machine: Machine, _ error: any Error) -> Bool {
        if machine.disk.isDead { return true }
        if machine.mayRefuse, isDamage(error) {
            refuse(machine, "\(error)")
            return false
        }
        guard !machine.diskFaults.isEmpty else {
            breach(
                "S23", StoreIsSound.sentence, "the store does not open: \(error)",
                at: machine.name)
            return false
        }
        tally.reportedErrors += 1
        machine.disk.mend()
        return true
    }

    func isDamage(_ error: any Error) -> Bool {
        switch error {
        case StoreError.damaged, StoreError.notAStore, StoreError.missing, StoreError.newerVersion,
            EdgeFault.deviceFileUnreadable, EdgeFault.noDeviceFile:
            true
        case let error as DatabaseError:
            // The last: a name in the schema that rotted, "no such column".
            [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode)
        default: error is DecodeError
        }
    }

    /// Its disk lied, and the program says that the store is damaged: it is no longer asked.
    func refuse(_ machine: Machine, _ reason: String) {
        machine.refusal = reason
        machine.stop()
        note(machine.name, .stop, "is out of service: its disk lied, and it says so")
        excuseLost()
    }

    /// The program is gone: killed, without power, or with an error that ends it.
    func crash(_ machine: Machine) {
        if machine.isUp || machine.disk.isDead { tally.stops += 1 }
        machine.stop()
        note(machine.name, .stop, "stops")
        var chance = Chance(
            seed: seed, .process, entity: machine.entity &* 4_096 &+ UInt64(machine.life))
        let delay = chance.logUniform(5_000...1_800_000)
        plan("starts again", at: max(now + delay, machine.darkUntil)) { $0.start(machine) }
    }

    /// Runs something of a machine's program, which its disk may fail or stop.
    /// - Returns: nil when it failed.
    @discardableResult
    func attempt<T>(_ machine: Machine, _ what: String, _ body: () throws -> T) -> T? {
        touch(machine)
        do {
            return try body()
        } catch {
            if machine.disk.isDead { return nil }
            surprised(by: error, at: machine, what)
            return nil
        }
    }

    private func surprised(by error: any Error, at machine: Machine, _ what: String) {
        tally.reportedErrors += 1
        if machine.mayRefuse, isDamage(error) { return refuse(machine, "\(error)") }
        if !machine.diskFaults.isEmpty {
            note(machine.name, .fault, "\(what): an error of the disk")
            if machine.entity % 2 == 0 || events % 3 == 0 { machine.disk.mend() }
            return
        }
        breach(
            "error", "no program fails on a sound disk", "\(what): \(error)", at: machine.name)
    }

    // MARK: - Looking

    func look(at machine: Machine, isWhole: Bool) throws {
        guard let store = machine.store else { return }
        let entries: [LogEntry]
        do {
            entries = try machine.watch.look(at: store, isWhole: isWhole, known: universe)
        } catch  where machine.disk.isDead || !machine.diskFaults.isEmpty {
            // Whoever fails to read is looked at again when it has started anew.
            return
        }
        if machine === hub {
            for entry in entries { archive[entry.scope, default: [:]][entry.dot] = entry.changeset }
        }
        guard !machine.lies else {
            for entry in entries where universe[entry.dot, in: entry.scope] == nil {
                universe.add(entry.changeset, entry.body, at: machine.name)
            }
            return
        }
        let checks: [any LogInvariant.Type] = [
            OneContentPerDot.self, NoGaps.self, DependenciesFirst.self, OwnScopesOnly.self,
            ClockNeverFalls.self,
        ]
        for entry in entries {
            for check in checks {
                if let found = check.fault(in: entry, at: machine, self) {
                    return breach(check, found, at: machine.name)
                }
            }
        }
        guard machine.diskFaults.isEmpty else { return }
        do {
            if let found = try WholeOrNothing.fault(in: entries, at: machine, self) {
                breach(WholeOrNothing.self, found, at: machine.name)
            }
        } catch  where machine.disk.isDead {
            // Power went while it was looked at.
        }
    }

    func checkReopened(_ machine: Machine) {
        guard machine.watch.isWhole else { return }
        let checks: [any ReopenInvariant.Type] = [
            VectorIsApplied.self, SentIsDurable.self, AcknowledgedIsDurable.self,
            RecordedStays.self, StoreIsSound.self, SeenIsSeenAgain.self,
        ]
        for check in checks {
            do {
                if let found = try check.fault(at: machine, self) {
                    return breach(check, found, at: machine.name)
                }
            } catch {
                guard machine.diskFaults.isEmpty, !machine.disk.isDead else { return }
                breach(check, "\(error)", at: machine.name)
            }
        }
    }

    /// What nobody holds any more went with a disk that was lost: nobody can promise that.
    func excuseLost() {
        for edge in edges {
            for index in edge.told.indices where !edge.told[index].isExcused {
                let intent = "op.\(edge.told[index].serial)"
                let isHeld = machines.contains { machine in
                    machine.refusal == nil && !((machine as? SimEdge)?.isWiped ?? false)
                        && machine.watch.intents.contains(intent)
                }
                if !isHeld { edge.told[index].isExcused = true }
            }
        }
    }

    /// Whatever the centre holds, also what it has let go of.
    func hubChangesets() throws -> [Changeset] {
        guard let store = hub.store else { return [] }
        return try store.read { db in
            let log = try Row.fetchAll(db, sql: "SELECT body FROM log ORDER BY position").map {
                try Changeset(decoding: [UInt8]($0[0] as Data))
            }
            var gone: [Changeset] = []
            for (scope, known) in archive {
                let floor = try LogFloor.of(scope, db)
                guard !floor.isEmpty else { continue }
                let there = Set(log.filter { $0.scope == scope }.map(\.dot))
                gone += known.values.filter { floor.covers($0.dot) && !there.contains($0.dot) }
            }
            return gone.sorted { ($0.scope, $0.dot) < ($1.scope, $1.dot) } + log
        }
    }
}

import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// What the store must be when it opens again.
extension DiskWorld {
    func check() throws {
        guard let edge else { return }
        setFaults(on: false)
        defer { setFaults() }
        try takeNumber(edge)
        let problems = try edge.integrityProblems()
        let isSound = try isSound(edge)
        if mayRefuse, !problems.isEmpty || !isSound {
            outcome.refusal = problems.first ?? "rows or log are not what was recorded"
            return
        }
        if !problems.isEmpty { violate("S23", problems.joined(separator: "; ")) }
        if !isSound { violate("S7", "the rows are not what the log makes of them") }
        let log = try edge.read { db in
            try Row.fetchAll(
                db, sql: "SELECT replica, seq, body FROM log ORDER BY position")
        }.map { row in
            (
                dot: Dot(ReplicaID(UInt32(row[0] as Int64)), UInt64(row[1] as Int64)),
                body: [UInt8](row[2] as Data)
            )
        }
        try checkOwn(log.filter { $0.dot.replica == number }, edge)
        try checkHubs(log.filter { $0.dot.replica == Self.hubNumber })
    }

    private func isSound(_ edge: ChangeStore) throws -> Bool {
        guard try edge.lookThrough(Self.scope, now: wall()) == .sound else { return false }
        let found = try edge.inspect(Self.scope, now: wall())
        return found.isSound && found.questions.isEmpty
    }

    private func checkOwn(_ found: [(dot: Dot, body: [UInt8])], _ edge: ChangeStore) throws {
        for (index, entry) in found.enumerated() {
            let hash = HashChain().appending(entry.body)
            if index < told.count {
                guard told[index].hash != hash else { continue }
                return violate(
                    "S6", "\(entry.dot) is not the transaction that was recorded under it")
            }
            let changeset = try Changeset(decoding: entry.body)
            guard index == told.count, let serial = Int(changeset.intent), tried.contains(serial)
            else { return violate("S6", "\(entry.dot) was never recorded, or tried long ago") }
            // Its call did not return, but it is whole and comes last.
            let rows = changeset.operations.filter { $0.kind == .insert }.map(\.row)
            told.append(Told(dot: entry.dot, hash: hash, clock: changeset.clock))
            lastClock = max(lastClock, changeset.clock)
            madeRows.formUnion(rows)
        }
        tried = []
        if found.count < told.count { try fallBack(to: found.count, edge) }
    }

    /// The store has forgotten its last transactions.
    private func fallBack(to count: Int, _ edge: ChangeStore) throws {
        let lost = told.count - count
        let hubHolds = try hubVector()[number]
        told.removeSubrange(count...)
        if !lies {
            violate("S6", "\(lost) transactions were recorded and are gone")
            if sent > UInt64(count) {
                violate("S3", "\(number) sent up to \(sent) and holds \(count)")
            }
            return
        }
        // The hub tells that it holds more under this number: another one from here (SYNC §1).
        guard hubHolds > UInt64(count) else { return }
        number = ReplicaID(number.rawValue + 1)
        told = []
        sent = 0
        try takeNumber(edge)
    }

    /// A stop may come before it is done: the device remembers which number it was to take.
    private func takeNumber(_ edge: ChangeStore) throws {
        guard edge.identity.replica != number else { return }
        try edge.begin(incarnation: number, because: "the disk lost what was sent", now: wall())
        outcome.newNumbers += 1
    }

    private func checkHubs(_ found: [(dot: Dot, body: [UInt8])]) throws {
        for entry in found where universe[entry.dot] != HashChain().appending(entry.body) {
            return violate("S1", "\(entry.dot) is not what the hub sent")
        }
        guard UInt64(found.count) < acknowledged else { return }
        if !lies {
            violate(
                "S4", "up to \(acknowledged) of the hub was acknowledged, \(found.count) is here")
        }
        acknowledged = UInt64(found.count)
    }
}

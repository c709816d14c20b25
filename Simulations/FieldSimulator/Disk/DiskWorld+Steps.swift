import ChangeStore
import Exchange
import GRDB
import SyncProtocol

extension DiskWorld {
    func step() throws {
        guard let edge else { return }
        switch random.below(100) {
        case ..<55: try record(on: edge)
        case ..<75: try send(from: edge)
        case ..<90: try takeIn(on: edge)
        case ..<97:
            let mode = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"][random.below(4)]
            try edge.onWriter { try $0.execute(sql: "PRAGMA wal_checkpoint(\(mode))") }
        default:
            // The last connection checkpoints and removes the WAL.
            self.edge = nil
            try edge.close()
            self.edge = try ChangeStore.open(
                at: Self.path, schema: RandomHistory.schema, on: disk)
        }
    }

    private func record(on edge: ChangeStore) throws {
        serial += 1
        tried.insert(serial)
        let chosen = (0..<random.below(3)).compactMap { _ in
            rows.isEmpty ? nil : rows[random.below(rows.count)]
        }
        let inserts = random.chance(4) ? 40 : 1 + random.below(2)
        let value = Value.integer(Int64(serial))
        let deletes = random.chance(10)
        let made = try edge.record(as: Self.author, "\(serial)", now: wall()) { recording in
            for row in Set(chosen).sorted() where try !recording.isDeleted("specimen", row) {
                if deletes {
                    try recording.delete("specimen", row)
                } else {
                    try recording.update("specimen", row, [("plain", value), ("latest", value)])
                }
            }
            return try (0..<inserts).map { _ in
                try recording.insert("specimen", [("plain", value), ("total", 1)])
            }
        }
        outcome.recorded += 1
        let dot = made.changeset.dot
        let hash = HashChain().appending(made.changeset.encoded())
        if let other = universe[dot], other != hash {
            violate("S1", "\(dot) was sent with one content and is now recorded with another")
        }
        // On a disk that lies nobody can know of what never left.
        if !lies, made.changeset.clock <= lastClock {
            violate("S17", "the clock of \(dot) is not later than what came before it")
        }
        for row in made.result where !madeRows.insert(row).inserted && !lies {
            violate("S1", "row \(row) was given twice")
        }
        lastClock = made.changeset.clock
        rows += made.result.prefix(2)
        tried = []
        told.append(Told(dot: dot, hash: hash, clock: made.changeset.clock))
    }

    func send(from edge: ChangeStore) throws {
        var known =
            try edge.read { try PeerVectors.all(of: "hub", $0)[Self.scope] }
            ?? VersionVector()
        while let segment = try edge.read({
            try ChangeLog.segment(of: Self.scope, lackedBy: known, bytesMax: 4_000, $0)
        }) {
            for changeset in segment.changesets where changeset.dot.replica == number {
                sent = max(sent, changeset.dot.seq)
                leave(changeset)
            }
            let arrived = try codec.segment(in: codec.compress(segment))
            let receipt = try hub.receive(arrived.changesets, pasts: arrived.pasts, now: wall())
            for rejection in receipt.rejected {
                violate("S1", "the hub refuses \(rejection.dot): \(rejection.reason)")
            }
            outcome.sent += receipt.applied
            known.merge(VersionVector(segment.changesets.map(\.dot)))
        }
        let held = try hubVector()
        try edge.bookkeeping { try PeerVectors.set(held, of: Self.scope, at: "hub", $0) }
    }

    /// A changeset is seen outside the store that made it.
    func leave(_ changeset: Changeset) {
        let hash = HashChain().appending(changeset.encoded())
        guard let before = universe.updateValue(hash, forKey: changeset.dot), before != hash
        else { return }
        violate("S1", "\(changeset.dot) leaves its store with a second content")
    }

    func hubVector() throws -> VersionVector {
        try hub.read { try ChangeLog.vector(of: Self.scope, $0) }
    }

    func takeIn(on edge: ChangeStore) throws {
        if random.chance(70) { try recordAtHub() }
        try catchUp(edge)
    }

    func catchUp(_ edge: ChangeStore) throws {
        let known = try edge.read { try ChangeLog.vector(of: Self.scope, $0) }
        guard
            let segment = try hub.read({
                try ChangeLog.segment(of: Self.scope, lackedBy: known, bytesMax: 4_000, $0)
            })
        else { return }
        let arrived = try codec.segment(in: codec.compress(segment))
        let receipt = try edge.receive(arrived.changesets, pasts: arrived.pasts, now: wall())
        for rejection in receipt.rejected {
            violate("S1", "the PC refuses \(rejection.dot): \(rejection.reason)")
        }
        outcome.takenIn += receipt.applied
        for changeset in arrived.changesets where changeset.dot.replica == Self.hubNumber {
            acknowledged = max(acknowledged, changeset.dot.seq)
            lastClock = max(lastClock, changeset.clock)
        }
    }

    private func recordAtHub() throws {
        let shared = try hub.read {
            try Int64.fetchAll($0, sql: "SELECT id FROM specimen ORDER BY id LIMIT 20")
        }
        let row = shared.isEmpty ? nil : RowID(rawValue: shared[random.below(shared.count)])
        serial += 1
        let value = Value.integer(Int64(serial))
        let made = try hub.record(as: Self.author, "\(serial)", now: wall()) { recording in
            if let row { try recording.update("specimen", row, [("reviewed", value)]) }
            try recording.insert("specimen", [("plain", value)])
        }
        leave(made.changeset)
    }

    /// Everything works again: both sides must come to show the same.
    func settle() throws {
        setFaults(on: false)
        for fault in DiskFault.allCases { disk.arm(fault, at: 0) }
        disk.mend()
        guard let edge else { return }
        do {
            try send(from: edge)
            var rounds = 0
            while try hubVector() != edge.read({ try ChangeLog.vector(of: Self.scope, $0) }) {
                rounds += 1
                guard rounds < 50 else {
                    return violate("L1", "after 50 rounds the PC and the hub differ")
                }
                try catchUp(edge)
                try send(from: edge)
            }
            try check()
            guard try !hubVector().entries.isEmpty else { return }
            if try edge.digests(only: Self.scope).map(\.digest)
                != hub.digests(only: Self.scope).map(\.digest)
            {
                // Rows, sums and log of different times: an exchange compares sums and names it.
                guard !lies else { return outcome.refusal = "the sums differ from the hub's" }
                violate("L1", "after all is well again the PC and the hub show different rows")
            }
        } catch {
            guard mayRefuse, isDamage(error) else { throw error }
            outcome.refusal = "\(error)"
        }
    }
}

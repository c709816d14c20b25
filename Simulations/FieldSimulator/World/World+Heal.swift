import ChangeStore
import Foundation
import GRDB
import SyncProtocol

/// The second phase: everything is well again, and must come to an end (SIMULATION, L1 to L5).
extension World {
    /// Rounds of everybody with the centre after which all must be alike: one brings what each
    /// has, one fetches it, one is for what the centre makes of it.
    static let roundsMax = 3
    /// For each new number that a store had to take, one more.
    static let roundsPerNumber = 1

    func heal() throws {
        makeWell()
        isHealed = true
        // What was on its way arrives, whoever is down starts, everybody gives up waiting.
        try run(until: now + 2 * Self.patience + 1_800_000)
        try meet()
    }

    /// What a lying disk has left of a store may be read by no exchange, only by whoever looks: as
    /// the program's own check does, and central IT when something waits and waits.
    private func refuseRotten() {
        for edge in liveEdges where edge.lies {
            do { _ = try edge.store?.soundnessProblems() } catch  where isDamage(error) {
                refuse(edge, "\(error)")
            } catch {
                touch(edge)
            }
        }
    }

    /// What somebody holds or shows otherwise than the centre.
    private func difference(isFirst: Bool) throws -> String? {
        do { return try AllShowTheSame.fault(in: self) } catch let error
            where isFirst && isDamage(error) && liveEdges.contains(where: \.lies)
        {
            // Nobody has looked there yet.
            return "\(error)"
        }
    }

    /// Lines, disks and power are as they should be from now on.
    func makeWell() {
        note("world", .heal, "everything is well from here on")
        for (name, var link) in links {
            link = Link()
            links[name] = link
        }
        defaultQuality = Link.Quality()
        for machine in machines {
            for fault in DiskFault.allCases {
                machine.disk.set(fault, perMillion: 0)
                machine.disk.arm(fault, at: 0)
            }
            machine.disk.mend()
            machine.pausedUntil = 0
            machine.darkUntil = 0
            if !machine.lies { machine.diskFaults = [] }
        }
        for machine in machines where !machine.isUp {
            plan("starts again", at: now + 1_000) { $0.start(machine) }
        }
    }

    /// Rounds of everybody with the centre, until all are alike.
    private func meet() throws {
        let numbers = tally.newNumbers
        var rounds = 0
        while breaches.isEmpty {
            rounds += 1
            for edge in liveEdges {
                let (need, sent) = (FewBytes.need(of: edge, self), bytesSent)
                sync(edge, with: hub)
                try run(until: now + 120_000)
                if let need, breaches.isEmpty,
                    let found = FewBytes.fault(of: edge, need, sent: bytesSent - sent, self)
                {
                    return breach(FewBytes.self, found, at: edge.name)
                }
                if let talk = edge.talk {
                    return breach(
                        AllShowTheSame.self, "the exchange with \(talk.to) does not end",
                        at: edge.name)
                }
            }
            if rounds == 1, mustSplitAgain { splitAgain() }
            try run(until: now + 60_000)
            guard breaches.isEmpty else { return }
            let fault = try difference(isFirst: rounds == 1)
            if fault == nil { break }
            if rounds == 1 { refuseRotten() }
            let max =
                Self.roundsMax + Self.roundsPerNumber * (tally.newNumbers - numbers)
                + (edges.contains(where: \.isRelay) ? 1 : 0) + (mustSplitAgain ? 1 : 0)
            if rounds >= max {
                return breach(
                    AllShowTheSame.self, "after \(rounds) rounds: \(fault ?? "")", at: "world")
            }
        }
        tally.healRounds = rounds
        try checkQuiet()
    }

    /// As the words of `synchub restore` tell central IT.
    private var mustSplitAgain: Bool { hub.wasRestored && !splits.isEmpty }

    private func splitAgain() {
        for split in splits {
            performAtCentre(
                .split(from: split.from.code, hamlet: split.hamlet, to: split.to.code))
        }
    }

    private func checkQuiet() throws {
        if hasCanary { try loseOne() }
        let checks: [any QuietInvariant.Type] = [
            QueuesAreEmpty.self, EmptyIsFilled.self, NothingIsLost.self, StateIsReference.self,
            NumbersAreUnique.self, SplitIsWhole.self,
        ]
        for check in checks where breaches.isEmpty {
            if let found = try check.fault(in: self) { breach(check, found, at: "world") }
        }
        for machine in machines where machine.isUp && breaches.isEmpty {
            try look(at: machine, isWhole: true)
            checkReopened(machine)
        }
        chainEnd()
    }

    /// The canary: the centre forgets the last thing that anybody recorded. Whoever does not notice
    /// would notice nothing.
    private func loseOne() throws {
        guard let last = try hubChangesets().last(where: { $0.intent.hasPrefix("op.") }) else {
            return
        }
        try hub.store?.bookkeeping {
            try $0.execute(
                sql: "DELETE FROM changeset WHERE body = ?", arguments: [Data(last.encoded())])
        }
    }
}

import Dispatch
import Foundation
import Synchronization

/// Many worlds of real programs, and what they came to.
struct ProcessSwarm {
    let programs: String
    let jobs: Int
    let first: UInt64
    /// Seconds on the wall; nil with `count`.
    let seconds: Double?
    let count: Int?
    let stopsAtFirst: Bool

    struct Sum: Sendable {
        var worlds = 0
        var recorded = 0
        var commands = 0
        var failures: [ProcessOutcome] = []
        var troubles = 0
        let ledger = ProcessLedger()

        var idle: [ProcessFault] {
            ProcessFault.allCases.filter { (ledger.counts[$0]?.tookEffect ?? 0) == 0 }
        }
    }

    /// - Parameter take: each world's outcome, as it comes, one at a time.
    func run(_ take: @escaping @Sendable (ProcessOutcome, Sum) -> Void) -> Sum {
        let began = Date()
        let state = Mutex((sum: Sum(), started: 0, isStopped: false))
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while true {
                let turn = state.withLock { state -> Int? in
                    guard !state.isStopped, state.started < count ?? .max,
                        seconds.map({ Date().timeIntervalSince(began) < $0 }) ?? true
                    else { return nil }
                    state.started += 1
                    return state.started - 1
                }
                guard let turn else { return }
                let outcome = Self.outcome(first &+ UInt64(turn), programs)
                state.withLock { state in
                    state.sum.worlds += 1
                    state.sum.recorded += outcome.recorded
                    state.sum.commands += outcome.commands
                    state.sum.ledger.add(outcome.faults)
                    if outcome.trouble != nil { state.sum.troubles += 1 }
                    if outcome.isFailure { state.sum.failures.append(outcome) }
                    if outcome.isFailure, stopsAtFirst { state.isStopped = true }
                    take(outcome, state.sum)
                }
            }
        }
        return state.withLock { $0.sum }
    }

    private static func outcome(_ seed: UInt64, _ programs: String) -> ProcessOutcome {
        do { return try ProcessWorld.run(.drawn(seed), programs: programs) } catch {
            return ProcessOutcome(
                seed: seed, breaches: [], trouble: "\(error)", folder: "", recorded: 0,
                commands: 0, rounds: 0, seconds: 0, faults: [:])
        }
    }
}

extension ProcessOutcome {
    var isFailure: Bool { !breaches.isEmpty || trouble != nil }

    /// As the other rungs end.
    var exitCode: Int32 {
        if let first = breaches.first { return first.isSafety ? SimExit.safety : SimExit.liveness }
        if trouble != nil { return SimExit.crash }
        return recorded == 0 ? SimExit.nothing : 0
    }

    /// What failed, where it is kept, and how to try it again.
    var failure: String {
        let what = breaches.first.map { "\($0)" } ?? "could not be run: \(trouble ?? "")"
        return "seed \(seed): \(what)\nkept: \(folder)\nagain, though not event by event: "
            + "fieldsim run --rung C --seed \(seed)"
    }
}

extension ProcessSwarm.Sum {
    func summary(_ seconds: Double) -> String {
        var lines = [
            "\(worlds) worlds of real programs in \(Int(seconds)) s, \(failures.count) failed, "
                + "\(recorded) transactions, \(commands) commands"
        ]
        for fault in ProcessFault.allCases {
            guard let count = ledger.counts[fault], count.injected > 0 else { continue }
            lines.append(
                "  \(fault.rawValue): \(count.injected) injected, \(count.tookEffect) took effect")
        }
        if !idle.isEmpty {
            lines.append("never took effect: " + idle.map(\.rawValue).joined(separator: ", "))
        }
        if failures.isEmpty, worlds > 0 {
            let percent = String(format: "%.1f", min(100, 300 / Double(worlds)))
            lines.append(
                "0 failures in \(worlds) worlds: with 95 % confidence fewer than \(percent) % fail "
                    + "under the modelled faults")
        }
        return lines.joined(separator: "\n")
    }

    /// - Parameter mustCover: whether a fault that never mattered is a failure.
    func exitCode(mustCover: Bool) -> Int32 {
        if let first = failures.first(where: { !$0.breaches.isEmpty }) { return first.exitCode }
        if troubles > 0 { return SimExit.crash }
        if recorded == 0 { return SimExit.nothing }
        return mustCover && !idle.isEmpty ? SimExit.coverage : 0
    }
}

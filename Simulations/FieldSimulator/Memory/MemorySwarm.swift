import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Many worlds of rung A, in threads: nothing of them is shared, and none has a disk.
struct MemorySwarm {
    let jobs: Int
    let first: UInt64
    /// Seconds on the wall; nil with `count`.
    let seconds: Double?
    let count: Int?

    private struct Sum {
        var worlds = 0
        /// The first seed that failed, and how.
        var failure: (seed: UInt64, fault: any Error)?
    }

    /// Runs them and prints what came of it.
    func report() throws {
        let began = Date()
        let sum = run(began)
        let perHour = Int(Double(sum.worlds) / Date().timeIntervalSince(began) * 3_600)
        print("\(sum.worlds) worlds of rung A\(sum.worlds > 1 ? ", \(perHour)/h" : "")")
        if let (seed, fault) = sum.failure {
            print("seed \(seed): \(fault)\nagain: fieldsim run --rung A --seed \(seed)")
            let isLiveness = (fault as? HistoryCheck.Fault)?.invariant.hasPrefix("L") ?? false
            throw ExitCode(isLiveness ? SimExit.liveness : SimExit.safety)
        }
        print("all came to the same in every order of arrival")
    }

    private func run(_ began: Date) -> Sum {
        let sum = Mutex(Sum())
        DispatchQueue.concurrentPerform(iterations: jobs) { job in
            var turn = UInt64(job)
            while count.map({ turn < UInt64($0) }) ?? true,
                seconds.map({ Date().timeIntervalSince(began) < $0 }) ?? true,
                sum.withLock({ $0.failure == nil })
            {
                let seed = first &+ turn
                do { try RandomHistory.check(seed: seed) } catch {
                    sum.withLock { $0.failure = $0.failure ?? (seed, error) }
                }
                sum.withLock { $0.worlds += 1 }
                turn += UInt64(jobs)
            }
        }
        return sum.withLock { $0 }
    }
}

import Foundation

/// Processor time of this process, all threads, user and system. Other programs do not add to it,
/// though they may push out what lies in the processor's caches.
enum Processor {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let began = now()
        try body()
        return now() - began
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Repetitions of one figure.
struct Samples: Encodable {
    let median: Double
    let least: Double
    let most: Double

    init(_ values: [Double]) {
        precondition(!values.isEmpty)
        let sorted = values.sorted()
        let middle = sorted.count / 2
        median =
            sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        least = sorted[0]
        most = sorted[sorted.count - 1]
    }
}

/// Runs candidates in turn, so that a busy minute of the machine strikes all alike.
enum Rounds {
    /// - Returns: seconds by candidate, one value a round.
    static func run(
        _ count: Int, _ candidates: [(name: String, run: () throws -> Double)]
    ) throws -> [String: [Double]] {
        var found: [String: [Double]] = [:]
        // The first round warms caches and the allocator.
        for round in 0...count {
            for candidate in candidates {
                let seconds = try candidate.run()
                if round > 0 { found[candidate.name, default: []].append(seconds) }
            }
        }
        return found
    }
}

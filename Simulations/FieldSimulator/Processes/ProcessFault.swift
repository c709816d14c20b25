import Synchronization

/// What the real programs are made to suffer.
public enum ProcessFault: String, CaseIterable, Codable, Hashable, Sendable {
    /// Of the line, one for a connection.
    case cutRequest, cutAnswer, delay, slow, blackHole, doubled, replayed, flipped
    /// The centre has committed, and nobody hears its answer.
    case swallowed
    /// `kill -9`: of a command, of an office's server, of the centre's, of a backup or a restore.
    case killedEdge, killedServe, killedHub, killedBackup
    case hubRestored, clone

    static let ofLines: [ProcessFault] = [
        .cutRequest, .cutAnswer, .delay, .slow, .blackHole, .doubled, .replayed, .flipped,
        .swallowed,
    ]
}

/// How often each was done, and how often it made a difference.
///
/// `Sendable` by its lock: lines, PCs and the centre have threads of their own.
final class ProcessLedger: Sendable {
    private let kept = Mutex<[ProcessFault: FaultCount]>([:])

    var counts: [ProcessFault: FaultCount] { kept.withLock { $0 } }

    func inject(_ fault: ProcessFault) {
        kept.withLock { $0[fault, default: FaultCount()].injected += 1 }
    }

    func tookEffect(_ fault: ProcessFault) {
        kept.withLock { $0[fault, default: FaultCount()].tookEffect += 1 }
    }

    func add(_ fault: ProcessFault, tookEffect: Bool) {
        inject(fault)
        if tookEffect { self.tookEffect(fault) }
    }

    func add(_ counts: [ProcessFault: FaultCount]) {
        kept.withLock { for (fault, count) in counts { $0[fault, default: FaultCount()] += count } }
    }
}

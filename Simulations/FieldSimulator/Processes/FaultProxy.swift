import Foundation
import Synchronization

/// What becomes of one connection.
enum LineFate: Sendable {
    enum Side: Sendable { case request, answer }

    case clean
    /// - Parameter isReset: the ends are told by a reset, not by the end of the stream.
    case cut(Side, after: Int, isReset: Bool)
    case delay(milliseconds: Int)
    case slow(bytesPerSecond: Int)
    /// The line looks open and carries nothing, for so long.
    case blackHole(Side, after: Int, milliseconds: Int)
    /// A second copy of each request goes beside the first.
    case doubled
    /// All that was asked is asked once more when the line is gone.
    case replayed(after: Int)
    case flipped(Side, bit: Int)
    case swallowed

    var fault: ProcessFault? {
        switch self {
        case .clean: nil
        case .cut(.request, _, _): .cutRequest
        case .cut(.answer, _, _): .cutAnswer
        case .delay: .delay
        case .slow: .slow
        case .blackHole: .blackHole
        case .doubled: .doubled
        case .replayed: .replayed
        case .flipped: .flipped
        case .swallowed: .swallowed
        }
    }

    /// - Parameter faults: those of lines that this world has.
    static func drawn(_ faults: [ProcessFault], _ chance: inout Chance) -> LineFate {
        // Always the same number of draws, so that a fault shifts none of the others.
        let isWell = chance.chance(percent: 35)
        let dice = chance.next()
        let bytes = Int(chance.logUniform(1...12_000))
        let wait = Int(chance.logUniform(5...1_500))
        let side: Side = chance.chance(percent: 50) ? .request : .answer
        let isReset = chance.chance(percent: 50)
        guard !isWell, !faults.isEmpty else { return .clean }
        switch faults[Int(dice % UInt64(faults.count))] {
        case .cutRequest: return .cut(.request, after: bytes, isReset: isReset)
        case .cutAnswer: return .cut(.answer, after: bytes, isReset: isReset)
        case .delay: return .delay(milliseconds: min(wait, 400))
        case .slow: return .slow(bytesPerSecond: 2_000 + 20 * bytes)
        case .blackHole:
            return .blackHole(side, after: isReset ? 0 : bytes, milliseconds: 200 + wait)
        case .doubled: return .doubled
        case .replayed: return .replayed(after: wait)
        case .flipped: return .flipped(side, bit: bytes * 8 + Int(dice >> 40) % 8)
        case .swallowed: return .swallowed
        default: return .clean
        }
    }
}

/// Stands between one PC and the centre, and does to each connection what its dice say.
///
/// `@unchecked Sendable`: what changes is under the lock; each connection has threads of its own.
final class FaultProxy: @unchecked Sendable {
    let port: Int
    private let target: Int
    private let handle: Int32
    private let faults: [ProcessFault]
    private let ledger: ProcessLedger
    private let state: Mutex<State>

    private struct State {
        var chance: Chance
        var isWell = true
        var isClosed = false
        var open: Set<Int32> = []
    }

    init?(to target: Int, faults: [ProcessFault], dice: Chance, _ ledger: ProcessLedger) {
        guard let (handle, port) = Loopback.listen() else { return nil }
        (self.handle, self.port) = (handle, port)
        (self.target, self.faults, self.ledger) = (target, faults, ledger)
        state = Mutex(State(chance: dice))
        Thread.detachNewThread { [self] in serve() }
    }

    /// Whether it only carries.
    var isWell: Bool {
        get { state.withLock { $0.isWell } }
        set { state.withLock { $0.isWell = newValue } }
    }

    /// Ends every connection; nobody is answered any more.
    func end() {
        let open = state.withLock { state in
            state.isClosed = true
            return state.open
        }
        for handle in open { Loopback.end(handle) }
        // Wakes whoever waits for a caller.
        if let last = Loopback.connect(port) { close(last) }
    }

    private func serve() {
        while let client = Loopback.accept(handle) {
            let (fate, isClosed) = state.withLock { state in
                (
                    state.isWell ? .clean : LineFate.drawn(faults, &state.chance),
                    state.isClosed
                )
            }
            guard !isClosed else {
                close(client)
                break
            }
            guard let upstream = Loopback.connect(target) else {
                close(client)
                continue
            }
            if let fault = fate.fault { ledger.inject(fault) }
            let line = ProxiedLine(self, client, upstream, fate, target, ledger)
            Thread.detachNewThread { line.run() }
        }
        close(handle)
    }

    fileprivate func keep(_ handles: [Int32]) {
        state.withLock { $0.open.formUnion(handles) }
    }

    fileprivate func release(_ handles: [Int32]) {
        state.withLock { $0.open.subtract(handles) }
        for handle in handles { close(handle) }
    }
}

/// One connection through the proxy.
///
/// `@unchecked Sendable`: `asked` is only of the thread that carries requests, and read when that
/// one has ended.
private final class ProxiedLine: @unchecked Sendable {
    private let proxy: FaultProxy
    private let client: Int32
    private let upstream: Int32
    private let fate: LineFate
    private let target: Int
    private let ledger: ProcessLedger
    private var asked: [UInt8] = []

    init(
        _ proxy: FaultProxy, _ client: Int32, _ upstream: Int32, _ fate: LineFate,
        _ target: Int, _ ledger: ProcessLedger
    ) {
        (self.proxy, self.client, self.upstream) = (proxy, client, upstream)
        (self.fate, self.target, self.ledger) = (fate, target, ledger)
    }

    func run() {
        proxy.keep([client, upstream])
        var second: Int32?
        if case .doubled = fate { second = Loopback.connect(target) }
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread { [self] in
            carry(from: upstream, to: client, .answer, copy: nil)
            end()
            group.leave()
        }
        carry(from: client, to: upstream, .request, copy: second)
        end()
        group.wait()
        if case .cut(_, _, isReset: true) = fate { Loopback.setReset(client) }
        proxy.release([client, upstream])
        if let second { listen(to: second) }
        if case .replayed(let wait) = fate, !asked.isEmpty {
            usleep(UInt32(wait * 1_000))
            guard !proxy.isWell, let again = Loopback.connect(target) else { return }
            if Loopback.send(asked, to: again) { listen(to: again) } else { close(again) }
        }
    }

    private func end() {
        Loopback.end(client)
        Loopback.end(upstream)
    }

    /// What the centre says to somebody who is not there.
    private func listen(to handle: Int32) {
        Loopback.setPatience(handle, milliseconds: 1_000)
        if !Loopback.receive(handle, 65_536).isEmpty, let fault = fate.fault {
            ledger.tookEffect(fault)
        }
        close(handle)
    }

    private func carry(from: Int32, to: Int32, _ side: LineFate.Side, copy: Int32?) {
        var passed = 0
        while true {
            var bytes = Loopback.receive(from, size)
            guard !bytes.isEmpty else { return }
            if side == .request, case .replayed = fate, asked.count < 1 << 20 { asked += bytes }
            if let copy { _ = Loopback.send(bytes, to: copy) }
            switch befalls(side, &bytes, passed) {
            case .passes: break
            case .ends:
                _ = Loopback.send(bytes, to: to)
                return
            case .vanishes(let milliseconds): return wait(from, milliseconds)
            }
            passed += bytes.count
            guard Loopback.send(bytes, to: to) else { return }
        }
    }

    /// Small pieces on a slow line.
    private var size: Int {
        if case .slow = fate { return 1_024 }
        return 65_536
    }

    private enum Course {
        case passes
        /// What is left of the bytes goes, and then the line is gone.
        case ends
        case vanishes(milliseconds: Int)
    }

    /// - Parameter passed: how many bytes this side has sent before.
    private func befalls(
        _ side: LineFate.Side, _ bytes: inout [UInt8], _ passed: Int
    ) -> Course {
        let end = passed + bytes.count
        guard !proxy.isWell else { return .passes }
        switch fate {
        case .cut(side, let after, _) where end > after:
            bytes.removeLast(min(bytes.count, end - after))
        case .blackHole(side, let after, let milliseconds) where end > after:
            if let fault = fate.fault { ledger.tookEffect(fault) }
            return .vanishes(milliseconds: milliseconds)
        case .swallowed where side == .answer:
            bytes = []
        case .flipped(side, let bit) where (passed..<end).contains(bit / 8):
            bytes[bit / 8 - passed] ^= 1 << UInt8(bit % 8)
            if let fault = fate.fault { ledger.tookEffect(fault) }
            return .passes
        case .delay(let milliseconds):
            usleep(UInt32(milliseconds * 1_000))
            if passed == 0, side == .request { ledger.tookEffect(.delay) }
            return .passes
        case .slow(let rate):
            usleep(UInt32(bytes.count * 1_000_000 / rate))
            if passed == 0, side == .request { ledger.tookEffect(.slow) }
            return .passes
        default: return .passes
        }
        if let fault = fate.fault { ledger.tookEffect(fault) }
        return .ends
    }

    /// Whoever sends goes on sending; nothing arrives.
    private func wait(_ from: Int32, _ milliseconds: Int) {
        let end = Date().addingTimeInterval(Double(milliseconds) / 1_000)
        Loopback.setPatience(from, milliseconds: 50)
        while Date() < end, !proxy.isWell { _ = Loopback.receive(from, 65_536) }
    }
}

import ChangeStore
import Exchange
import Logging
import ServiceLifecycle
import SyncProtocol

/// Exchanges with the centre in the background, for as long as the program runs.
///
/// A failed exchange never disturbs the screens: it is written down, and the next one waits longer,
/// up to some minutes, with jitter so that 154 offices do not call at once when the power returns.
struct SyncLoop: Service {
    let office: Office
    let status: SyncStatus
    let lane: StoreLane
    let logger: Logger
    var pauseSeconds = 30.0
    var pauseSecondsMax = 300.0
    /// One exchange; replaced in tests.
    let exchange: @Sendable () async throws -> SyncReport

    /// - Parameter exchange: one sync with the hub.
    init(
        _ office: Office, _ status: SyncStatus, _ lane: StoreLane, _ logger: Logger,
        exchange: @escaping @Sendable () async throws -> SyncReport
    ) {
        self.office = office
        self.status = status
        self.lane = lane
        self.logger = logger
        self.exchange = exchange
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await prepare()
            var pause = pauseSeconds
            while !Task.isCancelled {
                let isDone = await once()
                pause = isDone ? pauseSeconds : min(pause * 2, pauseSecondsMax)
                repeat {
                    await sleep(seconds: pause * .random(in: 0.75...1.25))
                } while await !mayCall() && !Task.isCancelled
            }
        }
    }

    /// The first search of the day need not build the index.
    private func prepare() async {
        do {
            try await lane.run { [office] in try LocalIndex(office: office).catchUp() }
        } catch {
            logger.error("the search index cannot be built", metadata: ["error": "\(error)"])
        }
    }

    /// Whether the centre did not ask for a pause, or somebody here cannot wait.
    func mayCall() async -> Bool {
        if status.isWaiting { return true }
        do {
            return try await lane.run { [office] in
                try office.store.read { db in
                    let hub = EdgeNode.hubPeer
                    guard try PauseCaller.until(hub, now: office.clock(), db) != nil else {
                        return true
                    }
                    let scope = office.node.office
                    let known = try PeerVectors.all(of: hub, db)[scope] ?? VersionVector()
                    return try !UrgentChanges.lacking(
                        in: scope, known, at: hub, bytesMax: 1, db
                    ).isEmpty
                }
            }
        } catch {
            logger.error("the pause cannot be read", metadata: ["error": "\(error)"])
            return true
        }
    }

    /// - Returns: whether the centre was reached.
    func once() async -> Bool {
        status.begin()
        defer { status.end() }
        let began = office.clock()
        var report = SyncReport()
        var outcome = SyncSession.Outcome.done
        var detail = ""
        do {
            try await lane.run { [office] in try office.noteSending() }
            report = try await exchange()
        } catch {
            outcome = .failed(code: SyncSession.code(of: error))
            detail = String(describing: error)
        }
        let session = SyncSession(
            began: began, ended: office.clock(), outcome: outcome, detail: detail,
            sentChanges: report.sentChanges, receivedChanges: report.receivedChanges,
            sentBytes: report.sentBytes, receivedBytes: report.receivedBytes)
        let isDone = outcome == .done
        do {
            try await lane.run { [office] in
                try SyncJournal(store: office.store).add(session)
                // So that the next search need not wait for what has just arrived.
                try LocalIndex(office: office).catchUp()
                if isDone { try EdgeCompaction(node: office.node).tidy(now: office.clock()) }
            }
        } catch {
            logger.error("the sync journal cannot be written", metadata: ["error": "\(error)"])
        }
        return isDone
    }

    /// Until the time is over, somebody rings, or the program ends.
    private func sleep(seconds: Double) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await Task.sleep(for: .seconds(seconds))
                } catch {
                    // Cancelled: the program ends.
                }
            }
            group.addTask { await status.waitForBell() }
            await group.next()
            group.cancelAll()
        }
    }
}

extension SyncSession {
    /// A short name that the screens translate.
    static func code(of error: any Error) -> String {
        guard let fault = error as? EdgeFault else {
            return error is StoreError ? "store" : "other"
        }
        return switch fault {
        case .hubUnreachable: "unreachable"
        case .hubIsNotTrasne: "not_trasne"
        case .lineCut: "cut"
        case .hubRefused(let refusal): "refused_" + refusal.code.rawValue
        case .answerDamaged: "damaged"
        case .noProgress, .changesRefused: "no_progress"
        case .noDeviceFile, .deviceFileUnreadable: "device"
        default: "other"
        }
    }
}

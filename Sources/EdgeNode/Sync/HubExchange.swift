import ChangeStore
package import Exchange
import Foundation
import GRDB
package import SyncProtocol

/// One sync with the hub, without the transport: enrolling, rounds, forks, older hubs.
///
/// Use: send what ``next()`` gives, then tell what came of it with ``feed(_:)`` and ``end()``, or
/// with ``refused(_:)``; until ``next()`` gives nothing. Whoever gives up in between loses nothing:
/// what was exchanged before stays.
///
/// `@unchecked Sendable`: not shared; used by one sync, one call after the other.
package final class HubExchange: @unchecked Sendable {
    package enum Request {
        case enrol(EnrolmentRequest)
        case exchange([UInt8])
    }

    /// A new number may meet another fork, of a hub that was put back, say; never endlessly.
    private static let exchangesMax = 3

    private let node: EdgeNode
    private let versions: ClosedRange<UInt8>
    private let bytesMax: Int?
    private let showFetch: @Sendable (FetchProgress) -> Void
    private var device: DeviceFile
    private var caller: Caller?
    private var isEnrolling = false
    private var exchanges = 0
    private var isFinished = false
    /// Bytes of the answer that comes.
    private var received = 0
    /// A hub put back from an older copy had forgotten our keys; the secret still counts.
    private var wasForgotten = false
    /// The version that an older hub speaks, too.
    private var olderVersion: UInt8?
    package private(set) var report = SyncReport()

    /// - Parameter bytesMax: what it may cost both ways; nil for what the office's budget leaves.
    package init(
        node: EdgeNode, versions: ClosedRange<UInt8> = Preface.versions, bytesMax: Int? = nil,
        showFetch: @escaping @Sendable (FetchProgress) -> Void = { _ in }
    ) throws {
        self.node = node
        self.versions = versions
        self.bytesMax = bytesMax
        self.showFetch = showFetch
        device = try DeviceFile.load(from: node.folder)
    }

    /// - Returns: nil when neither side lacks anything any more.
    /// - Throws: ``EdgeFault``, `ExchangeFault`.
    package func next() throws -> Request? {
        while !isFinished {
            guard device.isEnrolled else {
                guard let request = device.request() else {
                    throw EdgeFault.deviceFileUnreadable(
                        path: DeviceFile.path(in: node.directory))
                }
                isEnrolling = true
                return .enrol(request)
            }
            let caller = try self.caller ?? begin()
            self.caller = caller
            if let request = try caller.request() {
                try SyncClient.witness(node)
                report.sentBytes += request.count
                try spend(request.count)
                return .exchange(request)
            }
            try finish(caller)
        }
        return nil
    }

    private func begin() throws -> Caller {
        let line = try SyncClient.line(of: node, device)
        return try Caller(
            host: NodeCaller(node: node, device), line: line,
            parts: SyncClient.parts(of: node, line, device, showFetch: showFetch),
            version: olderVersion ?? versions.upperBound, isPaced: !node.isRelay,
            allowance: try allowance())
    }

    private func allowance() throws -> Int? {
        try node.store.read { db in
            try LinkBudget.load(db).allowance(
                spent: LinkBudget.spent(now: node.now(), db), atMost: bytesMax)
        }
    }

    /// Noted as soon as it was sent or came, so that a cut costs what it cost.
    private func spend(_ bytes: Int) throws {
        guard bytes > 0 else { return }
        try node.store.bookkeeping { try LinkBudget.spend(bytes, now: node.now(), $0) }
    }

    private func finish(_ caller: Caller) throws {
        try node.store.bookkeeping { try StoreInfo.set("last_sync", node.now(), $0) }
        report.rounds += caller.tally.rounds
        report.sentChanges += caller.tally.sent
        report.receivedChanges += caller.tally.received
        report.note(caller.tally.notices)
        report.isOverBudget = caller.isOverBudget
        report.heldChanges = try node.store.read { try ChangeLog.heldCount($0) }
        self.caller = nil
        guard !caller.forks.isEmpty || !caller.otherForks.isEmpty else {
            isFinished = true
            return
        }
        let incarnation = Incarnation(folder: node.folder, store: node.store)
        if try incarnation.heed(caller.forks, caller.otherForks, &device) {
            report.notices.append(PlainNotice.newNumber)
        }
        exchanges += 1
        guard exchanges < Self.exchangesMax else { throw EdgeFault.noProgress }
        wasForgotten = false
        olderVersion = nil
    }

    /// Takes bytes of the answer as they arrive.
    package func feed(_ bytes: some Collection<UInt8>) throws {
        report.receivedBytes += bytes.count
        received += bytes.count
        try caller?.feed(bytes)
    }

    /// The answer is over, or the enrolment was accepted.
    package func end() throws {
        guard isEnrolling else {
            try spend(received)
            received = 0
            try caller?.end()
            return
        }
        isEnrolling = false
        device.isEnrolled = true
        try device.save(to: node.folder)
    }

    /// - Throws: ``EdgeFault`` when nothing can be done about it.
    package func refused(_ refusal: Refusal) throws {
        let wasEnrolling = isEnrolling
        isEnrolling = false
        switch refusal.code {
        case .notEnrolled, .unknownReplica:
            guard !wasEnrolling, !wasForgotten else { throw EdgeFault.hubRefused(refusal) }
            wasForgotten = true
            device.isEnrolled = false
        case .unsupportedVersion:
            guard let theirs = refusal.versions, theirs.count == 2, theirs[0] <= theirs[1],
                let common = Preface.common(versions, theirs[0]...theirs[1]),
                common < versions.upperBound, olderVersion == nil
            else {
                throw EdgeFault.versionsApart(
                    isOlder: versions.upperBound < refusal.versions?.first ?? 0)
            }
            olderVersion = common
        default: throw EdgeFault.hubRefused(refusal)
        }
        caller = nil
    }
}

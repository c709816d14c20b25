import ChangeStore
import Foundation
import Logging

/// `synchub serve --backup-to DIR`: a backup whenever the last one is old enough.
struct BackupSchedule: Sendable {
    let hub: Hub
    let folder: String
    let every: Duration
    let keeping: Int

    /// Until the task is cancelled. A backup that fails is tried again after a tenth of the time,
    /// and central IT sees why.
    func run() async {
        let lane = StoreLane("hub.backups", isSerial: true)
        let logger = Logger(label: "synchub.backup")
        while !Task.isCancelled {
            var pause = every / 10
            do {
                pause = try await lane.run { try makeWhenDue() }
            } catch {
                logger.error("no backup was made: \(error)")
                try? await lane.run {
                    try hub.store.bookkeeping {
                        try BackupLog.note(trouble: "\(error)", $0)
                    }
                }
            }
            try? await Task.sleep(for: max(pause, .seconds(1)))
        }
    }

    /// - Returns: how long until the next is due.
    private func makeWhenDue() throws -> Duration {
        let now = Hub.now()
        if let last = try hub.store.read({ try BackupLog.latest($0) }) {
            let age = Duration.milliseconds(max(0, now - last.madeAt))
            if age < every { return every - age }
        }
        _ = try HubBackup(hub: hub).make(to: folder, keeping: keeping, now: now)
        return every
    }

    /// `6h`, `30m`, `1d`, `90s`.
    static func interval(_ text: String) -> Duration? {
        guard let unit = text.last, let count = Int64(text.dropLast()), count > 0,
            count <= 1_000_000
        else { return nil }
        return switch unit {
        case "s": .seconds(count)
        case "m": .seconds(count * 60)
        case "h": .seconds(count * 3_600)
        case "d": .seconds(count * 86_400)
        default: nil
        }
    }
}

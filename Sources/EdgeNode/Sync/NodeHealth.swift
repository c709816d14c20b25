import ChangeStore
import GRDB
import SyncProtocol

/// The few dozen bytes a node tells about itself (SYNC §7).
enum NodeHealth {
    static func report(_ node: EdgeNode, _ db: Database) throws -> HealthReport {
        let pending = try node.pending(at: EdgeNode.hubPeer, db)
        var report = HealthReport()
        report.pending = UInt64(pending.count)
        if let oldest = pending.oldest {
            let age = (node.now() - oldest.milliseconds) / 1_000
            report.oldestPendingSeconds = UInt64(max(0, age))
        }
        report.held = UInt64(try ChangeLog.heldCount(db))
        report.conflicts = UInt64(try ConflictLog.openCount(db))
        report.rejected = UInt64(
            try ChangeLog.rejectedCount(db) + Quarantine.withheldCount(db))
        report.storeKilobytes = UInt64(node.folder.volume.size(of: node.store.path)) / 1_024
        return report
    }
}

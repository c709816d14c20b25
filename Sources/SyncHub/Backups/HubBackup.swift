import ChangeStore
import Foundation
import Models
package import SyncProtocol

/// Backups of the hub: whole files, each opened and compared before it counts.
struct HubBackup {
    let hub: Hub

    static let kind = "hub"
    static let folder = BackupFolder(kind: kind)

    /// - Parameters:
    ///   - target: a file that does not exist, or a folder, where the file is named by the time.
    ///   - keeping: how many files of a folder stay; nil for all.
    ///   - hasContents: whether photos and scans go along, in a file beside it.
    /// - Throws: ``HubFault`` or ``StoreError``; then nothing is durable that was not before.
    func make(
        to target: String, keeping: Int? = nil, hasContents: Bool = false, now: Int64
    ) throws -> StoreBackup.Report {
        let path = try Self.folder.path(for: target, now: now)
        let keyPath = HubKeys.path(in: hub.directory)
        guard let keys = try? String(contentsOfFile: keyPath, encoding: .utf8) else {
            throw HubFault.keyFileUnreadable(path: keyPath)
        }
        let floors = try hub.floors()
        let report = try StoreBackup.make(
            of: hub.store, with: hasContents ? hub.content : nil, to: path, kind: Self.kind,
            files: ["hub.json": keys], now: now)
        try hub.noteBackup(
            of: report.vectors, floors, path: path, madeAt: now)
        try Self.folder.trim(target, keeping: keeping)
        return report
    }
}

extension Hub {
    /// Every scope's floor, as it is before a backup is begun.
    package func floors() throws -> [(scope: Scope, floor: VersionVector)] {
        try store.read { db in
            try ChangeLog.vectors(db).map {
                (scope: $0.scope, floor: try LogFloor.of($0.scope, db))
            }
        }
    }

    /// What a finished backup holds is *durable* from now on.
    package func noteBackup(
        of vectors: [(scope: Scope, vector: VersionVector)],
        _ floors: [(scope: Scope, floor: VersionVector)], path: String, madeAt: Int64
    ) throws {
        try store.bookkeeping { db in
            try BackupLog.note(vectors, path: path, madeAt: madeAt, db)
            try Stability.noteDurable(floors, db)
        }
    }
}

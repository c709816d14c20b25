import CSimulatedDisk
import ChangeStore
import Foundation
import Synchronization

extension SimulatedDisk: StoreVolume {
    package func address(of path: String) -> String {
        "file:\(path)?vfs=\(String(cString: disk_vfs(disk)))"
    }

    package func exists(_ path: String) -> Bool { disk_exists(disk, path) }

    package func head(of path: String, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let there = disk_read(disk, path, 0, &bytes, Int64(count))
        guard there >= 0 else { throw StoreError.noPermission(path: path) }
        return Array(bytes.prefix(Int(there)))
    }

    package func mayWrite(_ path: String) -> Bool { !isDead }

    package func remove(_ path: String) throws {
        guard disk_remove(disk, path) == 0 else { throw StoreError.noPermission(path: path) }
    }

    package func sync(_ path: String) throws {
        guard disk_sync(disk, path) == 0 else { throw StoreError.diskFails(path: path) }
    }

    package func rename(_ path: String, to name: String) throws {
        guard disk_rename(disk, path, name) == 0, disk_sync_directory(disk) == 0 else {
            throw StoreError.noPermission(path: path)
        }
    }

    package func read(_ path: String) -> [UInt8]? {
        guard !isDead, exists(path) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size(of: path)))
        let there = disk_read(disk, path, 0, &bytes, Int64(bytes.count))
        return there == bytes.count ? bytes : nil
    }

    package func write(_ bytes: [UInt8], to path: String) throws {
        let draft = path + ".new"
        try put(bytes, draft)
        try sync(draft)
        try rename(draft, to: path)
    }

    package func make(_ path: String) throws { try put([], path) }

    private func put(_ bytes: [UInt8], _ path: String) throws {
        switch disk_put(disk, path, bytes, Int64(bytes.count)) {
        case 0: return
        case ENOSPC: throw StoreError.diskFull(path: path)
        default: throw StoreError.diskFails(path: path)
        }
    }

    package func makeFolder(_ path: String) throws {}

    package func size(of path: String) -> Int64 { disk_size(disk, path) }

    package func whereabouts(of path: String) -> [String] {
        [machine.withLock { String($0) }, path]
    }
}

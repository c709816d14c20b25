import Foundation

/// Where a store's files lie: what is done to them beside SQLite.
package protocol StoreVolume: Sendable {
    /// What SQLite is told to open.
    func address(of path: String) -> String
    func exists(_ path: String) -> Bool
    /// - Returns: the first bytes, fewer when the file is shorter.
    /// - Throws: ``StoreError``.
    func head(of path: String, count: Int) throws -> [UInt8]
    func mayWrite(_ path: String) -> Bool
    func remove(_ path: String) throws
    /// After this a power cut takes neither the file's bytes nor its name.
    func sync(_ path: String) throws
    /// Gives a finished file its name, durably: after a power cut it has one name or the other.
    func rename(_ path: String, to name: String) throws
}

/// The file system of this machine.
struct LocalVolume: StoreVolume {
    func address(of path: String) -> String { path }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func head(of path: String, count: Int) throws -> [UInt8] {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
            isDirectory.boolValue
        {
            throw StoreError.notAStore(path: path)
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError.noPermission(path: path)
        }
        defer { try? file.close() }
        return [UInt8](try file.read(upToCount: count) ?? Data())
    }

    func mayWrite(_ path: String) -> Bool { FileManager.default.isWritableFile(atPath: path) }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    func sync(_ path: String) throws {
        try StoreBackup.sync(path)
        try StoreBackup.sync((path as NSString).deletingLastPathComponent)
    }

    /// Names, NIKs and addresses: for the owner alone. SQLite's side files follow.
    func rename(_ path: String, to name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try FileManager.default.moveItem(atPath: path, toPath: name)
        try StoreBackup.sync((name as NSString).deletingLastPathComponent)
    }
}

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
    /// - Returns: nil when there is no such file, or it cannot be read.
    func read(_ path: String) -> [UInt8]?
    /// A file for its owner alone, durable when this returns; a power cut leaves the old or the
    /// new one.
    func write(_ bytes: [UInt8], to path: String) throws
    /// An empty file for its owner alone.
    func make(_ path: String) throws
    func makeFolder(_ path: String) throws
    /// Bytes; 0 when there is no such file.
    func size(of path: String) -> Int64
    /// What tells a file from its copy: machine, path and file.
    func whereabouts(of path: String) -> [String]
}

/// The file system of this machine.
package struct LocalVolume: StoreVolume {
    package init() {}

    package func address(of path: String) -> String { path }

    package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    package func head(of path: String, count: Int) throws -> [UInt8] {
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

    package func mayWrite(_ path: String) -> Bool {
        FileManager.default.isWritableFile(atPath: path)
    }

    package func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: path)
    }

    package func sync(_ path: String) throws {
        try StoreBackup.sync(path)
        try StoreBackup.sync((path as NSString).deletingLastPathComponent)
    }

    /// Names, NIKs and addresses: for the owner alone. SQLite's side files follow.
    package func rename(_ path: String, to name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try FileManager.default.moveItem(atPath: path, toPath: name)
        try StoreBackup.sync((name as NSString).deletingLastPathComponent)
    }

    package func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }

    package func write(_ bytes: [UInt8], to path: String) throws {
        let draft = path + ".new"
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard
            FileManager.default.createFile(
                atPath: draft, contents: Data(bytes), attributes: mode)
        else { throw failure(path) }
        // Without this the name may reach the disk before the bytes.
        try StoreBackup.sync(draft)
        guard Foundation.rename(draft, path) == 0 else { throw failure(path) }
        try StoreBackup.sync((path as NSString).deletingLastPathComponent)
    }

    private func failure(_ path: String) -> StoreError {
        .cannotWrite(path: path, detail: String(cString: strerror(errno)))
    }

    package func make(_ path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw StoreError.noPermission(path: path) }
    }

    package func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StoreError.cannotWrite(path: path, detail: "cannot make the folder")
        }
    }

    package func size(of path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int64 ?? 0
    }

    package func whereabouts(of path: String) -> [String] {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: real)
        let inode = (attributes?[.systemFileNumber] as? Int).map(String.init) ?? "-"
        return [Self.machine, real, inode]
    }

    /// What the system says of itself; empty where it says nothing.
    private static var machine: String {
        ["/etc/machine-id", "/sys/class/dmi/id/product_uuid"].map {
            (try? String(contentsOfFile: $0, encoding: .utf8)) ?? ""
        }.joined(separator: "\n")
    }
}

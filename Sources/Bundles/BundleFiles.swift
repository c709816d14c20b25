import Foundation
public import SyncProtocol

/// A bundle that was put together from its files.
public struct FoundBundle: Sendable {
    /// The files, by part.
    public let paths: [String]
    public let bundle: SealedBundle
    public var bytes: Int { bundle.encoded().count }

    public init(paths: [String], bundle: SealedBundle) {
        self.paths = paths
        self.bundle = bundle
    }

    /// How faults name it.
    public var path: String { paths.count == 1 ? paths[0] : "\(paths[0]) …" }
    public var head: BundleHead { bundle.head }
}

/// Bundles as files: whole or not at all, in parts when a stick or a mail wants small ones.
public enum BundleFiles {
    public static let suffix = ".trasne"
    private static let partBytesMin = 4 << 10

    /// `1M`, `500K` or bytes.
    /// - Throws: ``BundleFault/badSize(_:)``.
    public static func size(_ text: String) throws -> Int {
        let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Int(unit == nil ? Substring(text) : text.dropLast()),
            number > 0, number <= SyncLimits.bundleBytesMax / (unit ?? 1),
            number * (unit ?? 1) >= partBytesMin
        else { throw BundleFault.badSize(text) }
        return number * (unit ?? 1)
    }

    /// The names that a bundle of so many parts gets: `desa.trasne`, or `desa.1of3.trasne`, ….
    static func names(_ path: String, count: Int) -> [String] {
        guard count > 1 else { return [path] }
        let stem = path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
        return (1...count).map { "\(stem).\($0)of\(count)\(suffix)" }
    }

    /// A bundle as the bytes of one file.
    public static func single(_ bundle: SealedBundle) -> [UInt8] {
        let bytes = bundle.encoded()
        return BundlePart.split(bytes, bytesMax: bytes.count)[0].encoded()
    }

    /// Writes every part beside its place first, and moves them there only when all are on disk.
    /// - Returns: the files that were written.
    /// - Throws: ``BundleFault``; nothing is left then.
    @discardableResult
    public static func write(
        _ bundle: SealedBundle, to path: String, partBytesMax: Int? = nil
    ) throws -> [String] {
        let bytes = bundle.encoded()
        guard bytes.count <= SyncLimits.bundleBytesMax else {
            throw BundleFault.tooLarge(bytes: bytes.count)
        }
        let parts = BundlePart.split(bytes, bytesMax: partBytesMax ?? bytes.count)
        let names = names(path, count: parts.count)
        for name in names where FileManager.default.fileExists(atPath: name) {
            throw BundleFault.fileExists(path: name)
        }
        var made: [String] = []
        do {
            for (name, part) in zip(names, parts) {
                made.append(name + ".new")
                try writeDurably(part.encoded(), to: name + ".new")
            }
            for name in names {
                guard rename(name + ".new", name) == 0 else { throw fault(name) }
                made.append(name)
            }
            try syncFolder(of: path)
        } catch {
            // What failed leaves no half of itself; a file that cannot be removed now is a `.new`,
            // which nobody takes for a bundle.
            for name in made { unlink(name) }
            throw error
        }
        return names
    }

    private static func fault(_ path: String) -> BundleFault {
        .cannotWrite(path: path, detail: String(cString: strerror(errno)))
    }

    private static func writeDurably(_ bytes: [UInt8], to path: String) throws {
        // Sealed, so that others may carry it: the stick's own rights are enough.
        let handle = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard handle >= 0 else { throw fault(path) }
        defer { close(handle) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(handle, $0.baseAddress! + written, bytes.count - written)
            }
            guard count > 0 else { throw fault(path) }
            written += count
        }
        guard fsync(handle) == 0 else { throw fault(path) }
    }

    private static func syncFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let handle = open(folder.isEmpty ? "." : folder, O_RDONLY)
        guard handle >= 0 else { throw fault(path) }
        defer { close(handle) }
        // Some sticks' file systems cannot sync a folder: their files are synced already.
        guard fsync(handle) == 0 || errno == EINVAL else { throw fault(path) }
    }

    // MARK: - Reading

    /// The bundles that lie in these files and folders, each whole, oldest first.
    /// - Throws: ``BundleFault`` that names the file.
    public static func read(_ paths: [String]) throws -> [FoundBundle] {
        var files: [(name: String, bytes: [UInt8])] = []
        for path in try paths.flatMap(expand) {
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw BundleFault.cannotRead(path: path)
            }
            defer { try? handle.close() }
            // One byte more than a part can have tells a huge foreign file without reading it.
            guard
                let bytes = try? handle.read(upToCount: SyncLimits.bundleBytesMax + 4_097)
            else { throw BundleFault.cannotRead(path: path) }
            files.append((path, [UInt8](bytes)))
        }
        return try assemble(files)
    }

    public static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// - Throws: ``BundleFault/cannotWrite(path:detail:)``.
    public static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 else { throw fault(path) }
    }

    private static func expand(_ path: String) throws -> [String] {
        guard isFolder(path) else { return [path] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw BundleFault.cannotRead(path: path)
        }
        let found = names.filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted()
        guard !found.isEmpty else { throw BundleFault.nothingThere(folder: path) }
        return found.map { path + "/" + $0 }
    }

    /// The same for files that came another way, with the names that people know them by.
    public static func assemble(
        _ files: [(name: String, bytes: [UInt8])]
    ) throws -> [FoundBundle] {
        var parts: [[UInt8]: [Int: (name: String, part: BundlePart)]] = [:]
        for file in files {
            guard BundlePart.isPart(file.bytes) else {
                throw BundleFault.notABundle(path: file.name)
            }
            guard let part = try? BundlePart(decoding: file.bytes) else {
                throw BundleFault.damaged(path: file.name)
            }
            parts[part.bundle, default: [:]][part.number] = (file.name, part)
        }
        return try parts.values.map(join).sorted {
            ($0.head.nonce, $0.head.number, $0.path) < ($1.head.nonce, $1.head.number, $1.path)
        }
    }

    private static func join(
        _ numbered: [Int: (name: String, part: BundlePart)]
    ) throws -> FoundBundle {
        let found = numbered.keys.sorted().compactMap { numbered[$0] }
        let names = found.map(\.name)
        let count = found[0].part.count
        guard found.allSatisfy({ $0.part.count == count }) else {
            throw BundleFault.partsDisagree(paths: names)
        }
        let missing = (1...count).filter { numbered[$0] == nil }
        guard missing.isEmpty else {
            throw BundleFault.partsMissing(path: names[0], missing: missing, count: count)
        }
        guard let whole = BundlePart.join(found.map(\.part)) else {
            throw BundleFault.partsDisagree(paths: names)
        }
        do throws(DecodeError) {
            return FoundBundle(paths: names, bundle: try SealedBundle(decoding: whole))
        } catch {
            if case .unknownVersion = error.reason {
                throw BundleFault.newerFormat(path: names[0])
            }
            throw BundleFault.damaged(path: names.joined(separator: ", "))
        }
    }
}

import Foundation

/// The folder in which a store is put back: made ready beside it, then moved there at once.
///
/// One that lay there is kept aside, whatever its state; an interruption leaves either the old
/// store in its place or the new one.
public struct RestorePlace: Sendable {
    private let place: String
    private let isThere: Bool

    /// Where the store is made ready.
    public var draft: String { place + ".restoring" }

    /// - Parameters:
    ///   - name: of the store's file: `hub.sqlite`.
    ///   - replacing: whether a store that lies there may be kept aside.
    /// - Throws: ``StoreError``; then nothing was touched.
    public init(_ folder: String, store name: String, replacing: Bool) throws {
        place = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: place)
        } catch {
            guard !FileManager.default.fileExists(atPath: place) else {
                throw StoreError.cannotWrite(path: place, detail: "it is not a folder")
            }
            isThere = false
            return
        }
        isThere = true
        guard !names.isEmpty else { return }
        let store = place + "/" + name
        guard FileManager.default.fileExists(atPath: store) else {
            throw StoreError.folderInUse(path: place)
        }
        guard replacing else { throw StoreError.wouldReplace(path: store) }
        // A damaged store is what backups are for: only an open one is left alone.
        if let isUnused = try? StoreBackup.isUnused(store), !isUnused {
            throw StoreError.inUse(path: store)
        }
    }

    /// Moves what was made ready to its place.
    /// - Returns: where the store lies that was there before.
    public func settle(now: Int64) throws -> String? {
        var aside: String?
        do {
            if isThere {
                let name = freeName(now)
                try FileManager.default.moveItem(atPath: place, toPath: name)
                aside = name
            }
            try FileManager.default.moveItem(atPath: draft, toPath: place)
        } catch {
            // The old store stays where it was; when even that fails, it lies aside, whole.
            if let aside { try? FileManager.default.moveItem(atPath: aside, toPath: place) }
            throw StoreError.cannotWrite(
                path: place, detail: "the store that was put back lies at \(draft)")
        }
        if let aside { try keepContents(of: aside) }
        return aside
    }

    /// Two restores within one second keep both old stores.
    private func freeName(_ now: Int64) -> String {
        let seconds = Date(timeIntervalSince1970: Double(now / 1_000))
        let name = place + ".replaced-" + seconds.formatted(.iso8601).filter(\.isNumber)
        var free = name
        var number = 2
        while FileManager.default.fileExists(atPath: free) {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    /// Photos and scans of the store that was there: at least what the backup has, and newer.
    private func keepContents(of aside: String) throws {
        let files = FileManager.default
        let old = ContentStore.path(in: aside)
        guard files.fileExists(atPath: old), ContentStore.isSound(in: aside) else { return }
        let new = ContentStore.path(in: place)
        for suffix in ["", "-wal", "-shm"] {
            if files.fileExists(atPath: new + suffix) { try files.removeItem(atPath: new + suffix) }
            if files.fileExists(atPath: old + suffix) {
                try files.copyItem(atPath: old + suffix, toPath: new + suffix)
            }
        }
    }
}

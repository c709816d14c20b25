import ChangeStore
import Crypto
import Foundation

/// Where a store lies: machine, path and file. A copy lies elsewhere, and so does a store that was
/// put back as a new file.
///
/// What cannot be told apart from here (a cloned disk in a like machine, a backup copied over the
/// same file), the hub tells by the pasts.
enum Whereabouts {
    static let key = "whereabouts"

    /// - Returns: a short text, equal as long as the store has not moved.
    static func of(_ path: String, on volume: any StoreVolume) -> String {
        let parts = volume.whereabouts(of: path)
        return SHA256.hash(data: Data(parts.joined(separator: "\n").utf8)).prefix(16)
            .map { String(format: "%02x", $0) }.joined()
    }
}

/// What this store has already said to others: beside the store, so that a store that was put back
/// alone, or lost its last writes, is told from one that knows all it said.
struct Witness: Codable {
    /// The replica number and the last own `seq` that was sent to anybody.
    var replica: UInt32
    var said: UInt64

    static func path(in directory: String) -> String { directory + "/edge.said" }

    static func load(from folder: NodeFolder) -> Witness? {
        guard let bytes = folder.volume.read(path(in: folder.directory)) else { return nil }
        // A damaged file says nothing; the hub still knows.
        return try? JSONDecoder().decode(Witness.self, from: Data(bytes))
    }

    func save(to folder: NodeFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try folder.volume.write([UInt8](encoder.encode(self)), to: Self.path(in: folder.directory))
    }
}

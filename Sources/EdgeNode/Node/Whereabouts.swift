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
    static func of(_ path: String) -> String {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: real)
        let inode = (attributes?[.systemFileNumber] as? Int).map(String.init) ?? "-"
        let parts = [machine, real, inode]
        return SHA256.hash(data: Data(parts.joined(separator: "\n").utf8)).prefix(16)
            .map { String(format: "%02x", $0) }.joined()
    }

    /// What the system says of itself; empty where it says nothing.
    private static var machine: String {
        ["/etc/machine-id", "/sys/class/dmi/id/product_uuid"].map {
            (try? String(contentsOfFile: $0, encoding: .utf8)) ?? ""
        }.joined(separator: "\n")
    }
}

/// What this store has already said to others: beside the store, so that a store that was put back
/// alone, or lost its last writes, is told from one that knows all it said.
struct Witness: Codable {
    /// The replica number and the last own `seq` that was sent to anybody.
    var replica: UInt32
    var said: UInt64

    static func path(in directory: String) -> String { directory + "/edge.said" }

    static func load(from directory: String) -> Witness? {
        guard let data = FileManager.default.contents(atPath: path(in: directory)) else {
            return nil
        }
        // A torn file says nothing; the hub still knows.
        return try? JSONDecoder().decode(Witness.self, from: data)
    }

    func save(to directory: String) throws {
        try Data(JSONEncoder().encode(self)).write(
            to: URL(fileURLWithPath: Self.path(in: directory)), options: .atomic)
    }
}

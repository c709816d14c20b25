import SyncProtocol

/// What a bundle says about itself, for people and scripts. Needs no key.
public struct BundleSummary: Codable, Sendable {
    public struct Run: Codable, Sendable {
        public let replica: UInt32
        public let first: UInt64
        public let last: UInt64
    }

    public struct Contents: Codable, Sendable {
        public let scope: String
        public let changes: UInt64
        public let runs: [Run]
    }

    public let files: [String]
    /// `hub`, or the number of a replica.
    public let from: String
    public let to: String
    public let office: String
    public let device: UInt32
    /// ISO 8601, by the sender's clock.
    public let made: String
    public let nonce: UInt64
    public let changes: UInt64
    public let contents: [Contents]
    public let bytes: Int
    /// Before sealing.
    public let contentBytes: UInt64

    enum CodingKeys: String, CodingKey {
        case files, from, to, office, device, made, nonce, changes, contents, bytes
        case contentBytes = "content_bytes"
    }

    /// - Parameter instant: writes UTC milliseconds as text.
    public init(_ found: FoundBundle, instant: (Int64) -> String) {
        let head = found.head
        func name(_ replica: ReplicaID) -> String {
            replica == .hub ? "hub" : String(replica.rawValue)
        }
        files = found.paths
        from = name(head.sender)
        to = name(head.receiver)
        office = head.office.code
        device = head.device
        made = instant(head.madeAt)
        nonce = head.nonce
        changes = head.changes
        contents = head.contents.map { entry in
            Contents(
                scope: entry.scope.code, changes: entry.changes,
                runs: entry.runs.map {
                    Run(replica: $0.replica.rawValue, first: $0.first, last: $0.last)
                })
        }
        bytes = found.bytes
        contentBytes = head.contentBytes
    }

    public var text: String {
        let pc = "device \(device) of \(office)"
        var lines = [
            "bundle    "
                + (to == "hub"
                    ? "from \(pc) (replica \(from)) for the hub"
                    : "from the hub for \(pc) (replica \(to))"),
            "made      \(made), for exchange \(nonce)",
            "carries   \(changes) changes",
        ]
        for entry in contents {
            let runs = entry.runs.map { run in
                (ReplicaID(run.replica).isHub ? "hub" : "replica \(run.replica)")
                    + " \(run.first)–\(run.last)"
            }
            lines.append("  \(entry.scope): \(entry.changes) (\(runs.joined(separator: ", ")))")
        }
        lines.append(
            "size      \(bytes) bytes in \(files.count) file\(files.count == 1 ? "" : "s"), "
                + "\(contentBytes) before sealing")
        return lines.joined(separator: "\n")
    }
}

public import ChangeStore
import Foundation
public import SyncProtocol

/// What a store knows of attachments, as both programs list it: what rows name, and what is kept.
public struct AttachmentLine: Codable, Sendable {
    public var hash: String
    /// `here`, `part` (some chunks), `elsewhere`, each perhaps asked for.
    public var state: String
    public var isWanted: Bool
    public var isPinned: Bool
    public var isAtHub: Bool
    public var mediaType: String?
    public var bytes: Int?
    public var chunks: Int?
    public var chunksHere: Int
    /// Replica numbers of the nodes that said they have it.
    public var holders: [UInt32]
    /// The rows that name it: `52.02.03.2007 damaged_house/4K7-YGJ0`.
    public var rows: [String]

    enum CodingKeys: String, CodingKey {
        case hash, state, bytes, chunks, holders, rows
        case isWanted = "is_wanted"
        case isPinned = "is_pinned"
        case isAtHub = "is_at_hub"
        case mediaType = "media_type"
        case chunksHere = "chunks_here"
    }

    public var text: String {
        let size = bytes.map { "\(($0 + 999) / 1_000) kB" } ?? "? kB"
        var marks = [state == "part" ? "\(chunksHere) of \(chunks ?? 0) chunks" : state]
        if isWanted { marks.append("asked for") }
        if isAtHub { marks.append("at the hub") }
        if isPinned { marks.append("pinned") }
        if !holders.isEmpty {
            marks.append("replica " + holders.map(String.init).joined(separator: ", ") + " has it")
        }
        let named = rows.isEmpty ? "no row names it" : rows.joined(separator: ", ")
        return "\(hash)  \(size)  \(marks.joined(separator: ", "))  \(named)"
    }
}

public enum AttachmentListing {
    public static func lines(
        _ store: ChangeStore, _ content: ContentStore
    ) throws -> [AttachmentLine] {
        let references = try store.read { try AttachmentReferences(store.schema).all($0) }
        var rows: [ContentHash: [String]] = [:]
        for found in references {
            rows[found.content, default: []].append("\(found.scope) \(found.table)/\(found.row)")
        }
        let entries = Dictionary(
            try content.entries().map { ($0.hash, $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = Set(try content.wanted())
        return try Set(rows.keys).union(entries.keys).union(wanted).sorted().map { hash in
            let entry = entries[hash]
            let here = entry?.chunksHere ?? 0
            return AttachmentLine(
                hash: hash.description,
                state: entry?.isWhole == true ? "here" : here > 0 ? "part" : "elsewhere",
                isWanted: wanted.contains(hash), isPinned: entry?.isPinned ?? false,
                isAtHub: entry?.isAtHub ?? false, mediaType: entry?.mediaType,
                bytes: entry?.size, chunks: entry?.chunks, chunksHere: here,
                holders: try content.holders(of: hash).map(\.rawValue), rows: rows[hash] ?? [])
        }
    }

    /// The attachment whose name begins so.
    /// - Throws: ``NotOneAttachment``.
    public static func find(
        _ beginning: String, _ store: ChangeStore, _ content: ContentStore
    ) throws -> ContentHash {
        let wanted = beginning.lowercased()
        let found = try lines(store, content).map(\.hash).filter { $0.hasPrefix(wanted) }
        guard wanted.count >= 6, found.count == 1, let hash = ContentHash(found[0]) else {
            throw NotOneAttachment(
                beginning: beginning, found: wanted.count < 6 ? nil : found.count)
        }
        return hash
    }

    public static func usage(_ content: ContentStore) throws -> String {
        "\(try content.usedBytes() / 1_000) kB of \(try content.quotaBytes() / 1_000) kB used"
    }
}

public struct NotOneAttachment: Error, CustomStringConvertible {
    let beginning: String
    let found: Int?

    public var description: String {
        switch found {
        case nil: "\"\(beginning)\" is too short: give at least 6 digits of the attachment's name"
        case 0:
            "no attachment is named \"\(beginning)…\": see 'attachments list' for the names"
        default: "several attachments are named \"\(beginning)…\": give more digits"
        }
    }
}

import ChangeStore
import GRDB
import Models
public import SyncProtocol

/// A photo or scan that belongs to a resident or a household, with where its content is.
public struct AttachedDocument: Sendable {
    public enum Content: Sendable {
        case here
        /// Some chunks of it are here; the rest was asked for.
        case asked
        /// At the centre or at another PC.
        case elsewhere
    }

    public let row: RegisterRow
    public let hash: ContentHash
    public let content: Content
    public let mediaType: String?
    /// Bytes; nil until its manifest was seen.
    public let size: Int?
    public let isAtHub: Bool
}

extension Office {
    /// Attaches a file to a resident or a household, reduced.
    /// - Parameter table: `resident` or `household`.
    /// - Returns: nil when it was attached there before.
    /// - Throws: ``OfficeFault``, ``AttachFault``, ``ContentError``.
    @discardableResult
    public func attach(
        _ file: [UInt8], to table: String, _ id: RowID, _ entries: Entries, by staff: Staff
    ) throws -> RowID? {
        try staff.requireWriting("document")
        guard let document = schema.table(named: "document"),
            ["resident", "household"].contains(table)
        else { throw OfficeFault.notFound }
        _ = try record(table, id)
        var reader = EntryReader(entries)
        let kind = reader.value("kind", as: document.column(named: "kind"), isRequired: true)
        let note = reader.value("note", as: document.column(named: "note"))
        try reader.finish()
        let hash = try node.keep(file: file, now: clock()).added.hash
        let before = try documents(of: table, id).first { $0.hash == hash }
        guard before == nil else { return nil }
        return try self.record(as: staff, "document.add") { recording in
            try recording.insert(
                "document",
                [
                    (table, .integer(id.rawValue)), ("kind", kind),
                    ("content", .text(hash.description)), ("note", note),
                    ("added_on", .text(today.iso)),
                ])
        }
    }

    /// What is attached to a resident or a household, the latest first.
    public func documents(of table: String, _ id: RowID) throws -> [AttachedDocument] {
        let rows = try store.read { db in
            try all(
                "document", where: "t.\"\(table)\" = ?", [id.rawValue], orderBy: "t.id DESC",
                limit: 100, db)
        }
        guard !rows.isEmpty else { return [] }
        let wanted = Set(try node.content.wanted())
        return try rows.compactMap { row in
            guard let hash = row.text("content").flatMap({ ContentHash($0) }) else { return nil }
            return try attachedDocument(row, hash, isWanted: wanted.contains(hash))
        }
    }

    private func attachedDocument(
        _ row: RegisterRow, _ hash: ContentHash, isWanted: Bool
    ) throws -> AttachedDocument {
        let entry = try node.content.entry(of: hash)
        let content: AttachedDocument.Content =
            entry?.isWhole == true ? .here : isWanted ? .asked : .elsewhere
        return AttachedDocument(
            row: row, hash: hash, content: content, mediaType: entry?.mediaType, size: entry?.size,
            isAtHub: entry?.isAtHub ?? false)
    }

    /// One attached document.
    /// - Throws: ``OfficeFault/notFound``.
    public func document(_ id: RowID) throws -> AttachedDocument {
        let row = try record("document", id)
        guard let hash = row.text("content").flatMap({ ContentHash($0) }) else {
            throw OfficeFault.notFound
        }
        return try attachedDocument(
            row, hash, isWanted: node.content.wanted().contains(hash))
    }

    /// The content of a document, for showing.
    /// - Throws: ``OfficeFault/notFound``, ``ContentError``.
    public func content(of id: RowID) throws -> (mediaType: String, bytes: [UInt8]) {
        try node.content.content(of: document(id).hash, now: clock())
    }

    /// Asks the centre for the content; the next exchange brings it.
    public func fetchDocument(_ id: RowID) throws {
        try node.content.want(document(id).hash, from: scope, now: clock())
    }
}

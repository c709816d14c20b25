import Foundation
public import GRDB
public import SyncProtocol

/// Which rows name which attachment: who may ask for it, and what it is for.
public struct AttachmentReference: Hashable, Sendable {
    public let content: ContentHash
    public let scope: Scope
    public let table: String
    public let row: RowID
}

/// Looks through every column of type `attachment`.
public struct AttachmentReferences: Sendable {
    private let columns: [(table: String, column: String)]

    public init(_ schema: Schema) {
        columns = schema.tables.flatMap { table in
            table.columns.filter { $0.type == .attachment }.map { (table.name, $0.name) }
        }
    }

    /// The scopes of living rows that name the attachment.
    public func scopes(naming hash: ContentHash, _ db: Database) throws -> Set<Scope> {
        var found: Set<Scope> = []
        for (table, column) in columns {
            found.formUnion(
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT s.code FROM "\(table)" t JOIN scope s ON s.id = t.scope
                        WHERE t."\(column)" = ?
                        """, arguments: [hash.description]
                ).map { Scope($0) })
        }
        return found
    }

    /// Every attachment that a living row names, by scope and content.
    public func all(_ db: Database) throws -> [AttachmentReference] {
        var found: [AttachmentReference] = []
        for (table, column) in columns {
            found += try Row.fetchAll(
                db,
                sql: """
                    SELECT s.code, t.id, t."\(column)" AS content FROM "\(table)" t
                    JOIN scope s ON s.id = t.scope WHERE t."\(column)" IS NOT NULL
                    """
            ).compactMap { row in
                ContentHash(row["content"] as String).map {
                    AttachmentReference(
                        content: $0, scope: Scope(row["code"]), table: table,
                        row: RowID(rawValue: row["id"]))
                }
            }
        }
        return found.sorted {
            ($0.scope, $0.content, $0.row.rawValue) < ($1.scope, $1.content, $1.row.rawValue)
        }
    }
}

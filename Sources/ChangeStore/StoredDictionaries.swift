public import Compression
import Foundation
public import GRDB

/// The dictionaries that the hub trained, as they arrived with the reference data.
public enum StoredDictionaries {
    /// - Parameter db: any connection of a store.
    /// - Returns: the built-in ones and all trained ones, the oldest first.
    public static func all(_ db: Database) throws -> Dictionaries {
        let rows = try Row.fetchAll(
            db,
            .kept(
                """
                SELECT number, content FROM dictionary
                ORDER BY coalesce(trained_at, 0), number
                """))
        return Dictionaries(
            trained: rows.compactMap { row in
                guard let content = row["content"] as Data?,
                    let dictionary = TrainedDictionary(trained: [UInt8](content)),
                    // The number is the content's own; a row that says otherwise is damaged.
                    Int64(dictionary.id) == row["number"] as Int64?
                else { return nil }
                return dictionary
            })
    }
}

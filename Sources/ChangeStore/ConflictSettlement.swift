import GRDB
public import SyncProtocol

/// Settles a conflict by a changeset that has seen both sides, so that it wins everywhere.
public struct ConflictSettlement {
    public enum Choice: Hashable, Sendable {
        case a
        case b
        /// Another value for the column, as a person types it.
        case other(String)
    }

    public enum Fault: Error, Hashable, Sendable {
        case unknown(Int64)
        case alreadySettled(Int64)
        /// It is about a table or column of a newer version.
        case unreadable(Int64)
        /// A deletion is either kept or undone.
        case needsASide(Int64)
    }

    private let store: ChangeStore

    public init(store: ChangeStore) { self.store = store }

    /// - Throws: ``Fault``, ``RecordingError`` or ``StoreError``.
    public func settle(
        _ id: Int64, _ choice: Choice, by author: Author, now: Int64
    ) throws {
        guard let record = try store.read({ try ConflictLog.find(id, $0) }) else {
            throw Fault.unknown(id)
        }
        guard record.state == .open else { throw Fault.alreadySettled(id) }
        let conflict = record.conflict
        guard let table = store.schema.table(conflict.table) else { throw Fault.unreadable(id) }
        try store.record(as: author, "conflict.settle", in: conflict.scope, now: now) { draft in
            switch conflict.kind {
            case .parallel: throw Fault.alreadySettled(id)
            case .value:
                guard let column = conflict.column.flatMap(table.column) else {
                    throw Fault.unreadable(id)
                }
                let value: Value =
                    switch choice {
                    case .a: conflict.a.value
                    case .b: conflict.b.value
                    case .other(let text):
                        text.isEmpty ? .null : column.coerced(.text(text))
                    }
                try draft.settleColumn(table.name, conflict.row, column.name, value)
            case .liveness:
                guard choice == .a || choice == .b else { throw Fault.needsASide(id) }
                let chosen = choice == .a ? conflict.a : conflict.b
                if chosen.isDelete {
                    try draft.delete(table.name, conflict.row)
                } else {
                    try draft.revive(table.name, conflict.row)
                }
            }
        }
    }
}

extension ConflictSettlement.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let id): "there is no conflict \(id): see 'conflicts list'"
        case .alreadySettled(let id): "conflict \(id) is settled already; nothing was changed"
        case .unreadable(let id):
            "conflict \(id) is about data of a newer version: update this program first"
        case .needsASide(let id):
            "conflict \(id) is about a deletion: keep side a or side b; nothing was changed"
        }
    }
}

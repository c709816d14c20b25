import ChangeStore
import GRDB
import Models
public import SyncProtocol

/// What two PCs wrote differently without knowing of each other: "beda data".
extension Office {
    public struct ConflictFile: Sendable {
        public let number: Int64
        public let conflict: Conflict
        public let state: Conflict.State
        public let table: SyncProtocol.Table?
        public let column: SyncProtocol.Column?
        /// The row now; nil when it is deleted.
        public let record: RegisterRow?
        public let placeA: Place
        public let placeB: Place
        /// What people know the row by.
        public let title: String
    }

    /// Open conflicts of this office, oldest first; or what merged by itself, the latest first.
    public func conflicts(parallel: Bool = false) throws -> [ConflictFile] {
        try store.read { db in
            let records = try ConflictLog.all(db, scope: scope, onlyOpen: !parallel)
            let chosen =
                parallel
                ? Array(records.filter { $0.conflict.kind == .parallel }.suffix(50).reversed())
                : records.filter { $0.conflict.kind != .parallel }
            return try chosen.map { try file($0, db) }
        }
    }

    public func conflict(_ number: Int64) throws -> ConflictFile {
        try store.read { try conflict(number, $0) }
    }

    private func conflict(_ number: Int64, _ db: Database) throws -> ConflictFile {
        guard let record = try ConflictLog.find(number, db), record.conflict.scope == scope else {
            throw OfficeFault.notFound
        }
        return try file(record, db)
    }

    private func file(_ record: ConflictRecord, _ db: Database) throws -> ConflictFile {
        let conflict = record.conflict
        let table = schema.table(conflict.table)
        let row = try table.flatMap { try find($0.name, conflict.row, db) }
        return ConflictFile(
            number: record.id, conflict: conflict, state: record.state, table: table,
            column: conflict.column.flatMap { table?.column($0) }, record: row,
            placeA: place(of: conflict.a.dot.replica), placeB: place(of: conflict.b.dot.replica),
            title: try title(of: row, db) ?? conflict.row.description)
    }

    /// A name, or a reference to one.
    private func title(of record: RegisterRow?, _ db: Database) throws -> String? {
        guard let record else { return nil }
        for column in ["name", "title", "family_card_no", "ticket"] {
            if let text = record.text(column) { return text }
        }
        if let resident = record.row("resident") {
            return try find("resident", resident, db)?.text("name")
        }
        return nil
    }

    /// A decision about a conflict.
    public enum Settlement: Hashable, Sendable {
        case a
        case b
        /// Another value, as typed.
        case other(String)
        /// The row stays although one side deleted it.
        case keep
        case delete
    }

    /// Settles with one changeset that has seen both sides and so replaces them everywhere.
    /// - Throws: ``OfficeFault``.
    public func settle(_ number: Int64, as decision: Settlement, by staff: Staff) throws {
        try staff.require(oneOf: Role.deciders)
        let file = try conflict(number)
        guard file.state == .open else { throw OfficeFault.wrongState("settled") }
        let choice: ConflictSettlement.Choice
        switch (file.conflict.kind, decision) {
        case (.value, .a): choice = .a
        case (.value, .b): choice = .b
        case (.value, .other(let typed)):
            guard let column = file.column else { throw OfficeFault.notFound }
            choice = .other(CellText.write(try value(typed, column), as: column.type))
        case (.liveness, .keep): choice = file.conflict.a.isDelete ? .b : .a
        case (.liveness, .delete): choice = file.conflict.a.isDelete ? .a : .b
        default: throw OfficeFault.wrongState(String(describing: decision))
        }
        do {
            try ConflictSettlement(store: store).settle(
                number, choice, by: staff.author, now: clock())
        } catch ConflictSettlement.Fault.alreadySettled {
            throw OfficeFault.wrongState("settled")
        }
    }

    private func value(_ typed: String, _ column: SyncProtocol.Column) throws -> Value {
        var reader = EntryReader(Entries(["other": typed]))
        let value = reader.value("other", as: column, isRequired: true)
        if ["nik", "father_nik", "mother_nik"].contains(column.name), let nik = value.text,
            case .refused(let reason) = NIK.check(nik)
        {
            reader.refuse("other", .nik(reason))
        }
        if column.name == "family_card_no", let card = value.text,
            FamilyCardNumber.check(card) != .ok
        {
            reader.refuse("other", .familyCard)
        }
        try reader.finish()
        return value
    }
}

import ChangeStore
import GRDB
public import Models
public import SyncProtocol

/// One line of a list of residents.
public struct ResidentLine: Sendable {
    public let id: RowID
    public let name: String
    public let nik: String?
    public let temporaryNumber: String?
    public let birthDate: CivilDate?
    public let sex: String?
    public let vitalStatus: String?
    public let household: RowID?
    public let familyCard: String?
    public let hamlet: String?
    public let relationship: String?
}

extension Office {
    /// More than a screen shows helps nobody; typing on narrows it down.
    static let searchLimit = 25

    /// Finds residents by the beginnings of words of the name, by NIK, temporary or KK number.
    /// - Returns: at most ``searchLimit``, living residents first.
    public func search(_ typed: String) throws -> [ResidentLine] {
        guard let query = SearchWords.query(typed) else { return [] }
        try LocalIndex(office: self).catchUp()
        return try store.read { db in
            try Self.lines(
                """
                FROM local_search s JOIN resident r ON r.id = s.rowid
                LEFT JOIN household h ON h.id = r.household
                WHERE s.words MATCH ?
                ORDER BY coalesce(r.vital_status, 'alive') <> 'alive', r.name, r.id
                LIMIT \(Self.searchLimit)
                """, [query], db)
        }
    }

    static func lines(
        _ from: String, _ arguments: StatementArguments, _ db: Database
    ) throws -> [ResidentLine] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.id, r.name, r.nik, r.temporary_no, r.birth_date, r.sex, r.vital_status,
                    r.household, r.relationship, h.family_card_no, h.hamlet
                \(from)
                """, arguments: arguments
        ).map { row in
            ResidentLine(
                id: RowID(rawValue: row["id"]), name: row["name"] ?? "", nik: row["nik"],
                temporaryNumber: row["temporary_no"],
                birthDate: (row["birth_date"] as String?).flatMap { CivilDate(iso: $0) },
                sex: row["sex"], vitalStatus: row["vital_status"],
                household: (row["household"] as Int64?).map(RowID.init(rawValue:)),
                familyCard: row["family_card_no"], hamlet: row["hamlet"],
                relationship: row["relationship"])
        }
    }

    /// The household's members, its head first.
    func members(of household: RowID, _ db: Database) throws -> [ResidentLine] {
        try Self.lines(
            """
            FROM resident r LEFT JOIN household h ON h.id = r.household
            WHERE r.household = ? AND r.scope = (SELECT id FROM scope WHERE code = ?)
            ORDER BY coalesce(r.relationship, '') <> 'head', r.birth_date, r.id
            """, [household.rawValue, scope.code], db)
    }

    /// Everything that one screen shows of a resident.
    public struct ResidentFile: Sendable {
        public let record: RegisterRow
        public let household: RegisterRow?
        public let members: [ResidentLine]
        public let events: [RegisterRow]
        public let letters: [RegisterRow]
        public let documents: [AttachedDocument]
        public let delivery: Delivery
        public let openConflicts: [Int64]
        /// Letters to other offices that are not answered, each with the office's name.
        public let moves: [(transfer: RegisterRow, office: String)]
        /// What concerns other offices, too.
        public let findings: [RegisterRow]
        public let history: [HistoryEntry]
    }

    public func resident(_ id: RowID) throws -> ResidentFile {
        try LocalIndex(office: self).catchUp()
        let documents = try self.documents(of: "resident", id)
        return try store.read { db in
            let record = try require("resident", id, db)
            let household = try record.row("household").flatMap { try find("household", $0, db) }
            return ResidentFile(
                record: record, household: household,
                members: try household.map { try members(of: $0.id, db) } ?? [],
                events: try all(
                    "vital_event", where: "t.resident = ?", [id.rawValue],
                    orderBy: "t.event_date DESC", db),
                letters: try all(
                    "letter", where: "t.resident = ?", [id.rawValue], orderBy: "t.id DESC",
                    limit: 50, db),
                documents: documents, delivery: try delivery(of: [record.version], db),
                openConflicts: try openConflicts(on: record, db),
                moves: try openTransfers(of: id, db).map {
                    (transfer: $0, office: try placeName($0.text("to_office") ?? "", db))
                },
                findings: try findings(about: id, db),
                history: try history(of: record, db))
        }
    }

    /// The household and who belongs to it, for a form.
    func householdAndMembers(_ id: RowID) throws -> (record: RegisterRow, members: [ResidentLine]) {
        try store.read { (try require("household", id, $0), try members(of: id, $0)) }
    }

    public struct HouseholdFile: Sendable {
        public let record: RegisterRow
        public let members: [ResidentLine]
        public let documents: [AttachedDocument]
        public let delivery: Delivery
        public let history: [HistoryEntry]
    }

    public func household(_ id: RowID) throws -> HouseholdFile {
        try LocalIndex(office: self).catchUp()
        let documents = try self.documents(of: "household", id)
        return try store.read { db in
            let record = try require("household", id, db)
            return HouseholdFile(
                record: record, members: try members(of: id, db),
                documents: documents, delivery: try delivery(of: [record.version], db),
                history: try history(of: record, db))
        }
    }

    private func openConflicts(on record: RegisterRow, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db, sql: "SELECT id FROM conflict WHERE table_id = ? AND row_id = ? AND state = ?",
            arguments: [
                Int64(record.table.id.rawValue), record.id.rawValue,
                Conflict.State.open.rawValue,
            ])
    }
}

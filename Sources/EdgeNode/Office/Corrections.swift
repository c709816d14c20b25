import ChangeStore
import Console
import Foundation
import GRDB
import Models
public import SyncProtocol

/// Correcting a resident or a household: only what a person really changed is recorded.
///
/// Problem: two windows, or two PCs, may have the same form open. Idea: the form brings along what
/// it showed; a column that has another value by now is never overwritten silently.
extension Office {
    /// Columns that a correction may change. The others follow from events.
    public static func correctable(_ table: SyncProtocol.Table) -> [SyncProtocol.Column] {
        let others: Set<String> = [
            "household", "vital_status", "temporary_no", "status", "lat", "lon",
        ]
        return table.columns.filter { !others.contains($0.name) }
    }

    /// - Parameters:
    ///   - shown: what the form showed when it was opened, by column.
    ///   - entries: what came back; `reason` explains a doubt that was confirmed.
    /// - Returns: the columns that were changed; empty when there was nothing to record.
    /// - Throws: ``OfficeFault``.
    public func correct(
        _ tableName: String, _ id: RowID, shown: Entries, entries: Entries, by staff: Staff
    ) throws -> [String] {
        try staff.requireWriting(tableName)
        guard ["resident", "household"].contains(tableName),
            let table = schema.table(named: tableName)
        else { throw OfficeFault.notFound }
        var reader = EntryReader(entries)
        let wanted = try changes(of: table, shown, &reader)
        guard !wanted.isEmpty || !reader.problems.isEmpty else { return [] }
        do {
            return try record(as: staff, "\(tableName).correct") { recording in
                let record = try recording.read { try require(tableName, id, $0) }
                var sets: [(String, Value)] = []
                var elsewhere: [ColumnChange] = []
                for change in wanted where record[change.column.name] != change.now {
                    if record[change.column.name] == change.before {
                        sets.append((change.column.name, change.now))
                    } else {
                        elsewhere.append(
                            try recording.read {
                                try self.elsewhere(change.column, change.before, record, $0)
                            })
                    }
                }
                guard elsewhere.isEmpty else { throw OfficeFault.changedMeanwhile(elsewhere) }
                try recording.read { try check(sets, record, &reader, $0) }
                try reader.finish()
                guard !sets.isEmpty else { return [] }
                try recording.update(tableName, id, sets)
                if !reader.doubts.isEmpty {
                    try explain(sets.map(\.0), record, entries["reason"], staff, &recording)
                }
                return sets.map(\.0)
            }
        } catch RecordingError.nothingToRecord {
            return []
        }
    }

    private struct WantedChange {
        let column: SyncProtocol.Column
        let before: Value
        let now: Value
    }

    private func changes(
        of table: SyncProtocol.Table, _ shown: Entries, _ reader: inout EntryReader
    ) throws -> [WantedChange] {
        var wanted: [WantedChange] = []
        for column in Self.correctable(table) {
            guard reader.entries.fields[column.name] != nil,
                reader.entries[column.name] != shown[column.name]
            else { continue }
            let now = reader.value(column.name, as: column, isRequired: column.isRequired)
            // What was shown came from a valid value, or from a careless import: then the text.
            let before =
                switch CellText.read(shown[column.name], as: column.type) {
                case .success(let value): value
                case .failure: Value.text(shown[column.name])
                }
            if now != before {
                wanted.append(WantedChange(column: column, before: before, now: now))
            }
        }
        return wanted
    }

    private func elsewhere(
        _ column: SyncProtocol.Column, _ before: Value, _ record: RegisterRow, _ db: Database
    ) throws -> ColumnChange {
        let now = record[column.name]
        let dot = record.version.dot(of: column.id, current: now)
        let author = try dot.flatMap { try ChangeLog.origin(of: $0, in: scope, db)?.author.name }
        return ColumnChange(column: column.name, before: before, now: now, author: author)
    }

    /// A changeset of the home scope, as long as the log keeps it.
    func changeset(_ dot: Dot, _ db: Database) throws -> Changeset? {
        try Data.fetchOne(
            db,
            sql: """
                SELECT body FROM log
                WHERE scope = (SELECT id FROM scope WHERE code = ?) AND replica = ? AND seq = ?
                """,
            arguments: [scope.code, Int64(dot.replica.rawValue), Int64(clamping: dot.seq)]
        ).map { try Changeset(decoding: [UInt8]($0)) }
    }

    private func check(
        _ sets: [(String, Value)], _ record: RegisterRow, _ reader: inout EntryReader,
        _ db: Database
    ) throws {
        let new = Dictionary(sets, uniquingKeysWith: { first, _ in first })
        let after = { (column: String) in new[column] ?? record[column] }
        for field in ["nik", "father_nik", "mother_nik"] {
            guard let nik = new[field]?.text else { continue }
            let isOwn = field == "nik"
            checkNIK(
                nik, field, birthDate: isOwn ? after("birth_date").text : nil,
                sex: isOwn ? after("sex").text : nil, &reader)
            if isOwn { try checkNobodyHas(nik, except: record.id, &reader, db) }
        }
        if let text = new["birth_date"]?.text, let day = CivilDate(iso: text), day > today {
            reader.refuse("birth_date", .inFuture)
        }
        if let card = new["family_card_no"]?.text {
            try checkFamilyCard(card, except: record.id, &reader, db)
        }
        if !reader.doubts.isEmpty, reader.entries.isConfirmed, reader.entries["reason"].isEmpty {
            reader.refuse("reason", .reasonMissing)
        }
    }

    func checkNIK(
        _ nik: String, _ field: String, birthDate: String?, sex: String?,
        _ reader: inout EntryReader
    ) {
        switch NIK.check(nik, birthDate: birthDate.flatMap { CivilDate(iso: $0) }, sex: sex) {
        case .ok: break
        case .refused(let reason): reader.refuse(field, .nik(reason))
        case .warning(let reasons):
            for reason in reasons { reader.doubt(field, .nik(reason)) }
        }
    }

    func checkNobodyHas(
        _ nik: String, except id: RowID?, _ reader: inout EntryReader, _ db: Database
    ) throws {
        let others = try all("resident", where: "t.nik = ?", [nik], db).filter { $0.id != id }
        if let other = others.first {
            reader.doubt("nik", .sameNIKExists(other.text("name") ?? ""))
        }
    }

    func checkFamilyCard(
        _ card: String, except id: RowID?, _ reader: inout EntryReader, _ db: Database
    ) throws {
        guard FamilyCardNumber.check(card) == .ok else {
            return reader.refuse("family_card_no", .familyCard)
        }
        let others = try all("household", where: "t.family_card_no = ?", [card], db)
        if others.contains(where: { $0.id != id }) {
            reader.doubt("family_card_no", .sameFamilyCardExists)
        }
    }

    /// A doubt that a person confirmed is kept with its reason, in the ledger of events.
    private func explain(
        _ columns: [String], _ record: RegisterRow, _ reason: String, _ staff: Staff,
        _ recording: inout Recording
    ) throws {
        guard record.table.name == "resident" else { return }
        try recording.insert(
            "vital_event",
            [
                ("kind", "correction"), ("resident", .integer(record.id.rawValue)),
                ("household", record["household"]), ("event_date", .text(today.iso)),
                ("report_date", .text(today.iso)), ("reporter", .text(staff.fullName)),
                ("state", "registered"),
                (
                    "details",
                    try JSONObject.text([
                        ("columns", .text(columns.joined(separator: ","))),
                        ("reason", .text(reason)),
                    ])
                ),
            ])
    }
}

import ChangeStore
import Console
import GRDB
import Models
import SyncProtocol

/// What every report of an event has in common: when it happened, when and by whom it was told.
struct Report {
    let eventDate: CivilDate
    let reportDate: CivilDate
    let values: [(String, Value)]

    /// Reads and checks the common fields.
    /// - Returns: nil when one of the days is missing; the reader knows why.
    init?(
        kind: String, _ reader: inout EntryReader, today: CivilDate, event: String = "event_date"
    ) {
        let table = Domain.schema.table(named: "vital_event")
        let eventDay = reader.day(event)
        let reportDay = reader.day("report_date")
        let reporter = reader.value(
            "reporter", as: table?.column(named: "reporter"), isRequired: true)
        let relationship = reader.value(
            "reporter_relationship", as: table?.column(named: "reporter_relationship"))
        if let eventDay, eventDay > today { reader.refuse(event, .inFuture) }
        if let reportDay, reportDay > today { reader.refuse("report_date", .inFuture) }
        guard let eventDay, let reportDay else { return nil }
        if eventDay <= today, reportDay < eventDay { reader.refuse("report_date", .beforeEvent) }
        let late = ReportingLimits().daysLate(
            kind: kind, eventDate: eventDay, reportDate: reportDay)
        if late > 0 { reader.doubt("report_date", .lateBy(days: late)) }
        eventDate = eventDay
        reportDate = reportDay
        values = [
            ("kind", .text(kind)), ("event_date", .text(eventDay.iso)),
            ("report_date", .text(reportDay.iso)), ("reporter", reporter),
            ("reporter_relationship", relationship),
        ]
    }

    /// Records the event of one person.
    /// - Parameter state: `draft` for a departure that counts once the destination has accepted.
    func insert(
        _ resident: RowID, _ household: RowID?, _ details: [(String, Value)],
        state: Value = "registered", _ recording: inout Recording
    ) throws {
        let row: [(String, Value)] = [
            ("resident", .integer(resident.rawValue)), ("state", state),
            ("household", household.map { .integer($0.rawValue) } ?? .null),
            ("details", try JSONObject.text(details)),
        ]
        try recording.insert("vital_event", values + row)
    }
}

extension Office {
    /// Readable, unique without asking anybody: the row's own name behind the office's number.
    func temporaryNumber(_ row: RowID) -> String { "T\(scope.code.suffix(4))-\(row)" }

    static func column(_ table: String, _ name: String) -> SyncProtocol.Column? {
        Domain.schema.table(named: table)?.column(named: name)
    }

    /// Who of a household is there, apart from those who leave it now.
    func staying(
        _ household: RowID, without leaving: Set<RowID>, _ db: Database
    ) throws -> [ResidentLine] {
        try members(of: household, db).filter {
            !leaving.contains($0.id) && ($0.vitalStatus ?? "alive") == "alive"
        }
    }

    /// The household's next head, when its head leaves it and somebody stays.
    func nextHead(
        of household: RowID?, leaving: Set<RowID>, heads: Bool, _ reader: inout EntryReader,
        _ recording: Recording
    ) throws -> RowID? {
        guard heads, let household else { return nil }
        let staying = try recording.read {
            try self.staying(household, without: leaving, $0)
        }
        guard !staying.isEmpty, !staying.contains(where: { $0.relationship == "head" }) else {
            return nil
        }
        guard let next = reader.entries.row("new_head") else {
            reader.doubt("new_head", .leavesNoHead)
            return nil
        }
        guard staying.contains(where: { $0.id == next }) else {
            reader.refuse("new_head", .notAChoice)
            return nil
        }
        return next
    }
}

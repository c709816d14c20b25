import ChangeStore
import GRDB
import Models
public import SyncProtocol

extension Office {
    /// Registers a death: the resident's status and the event; the next head where one is needed.
    ///
    /// Fields: `event_date`, the report, `place`, `cause`, `new_head`.
    /// - Throws: ``OfficeFault``.
    public func registerDeath(
        of resident: RowID, _ entries: Entries, by staff: Staff
    ) throws {
        try staff.requireWriting("vital_event")
        try record(as: staff, "death.register") { recording in
            var reader = EntryReader(entries)
            let record = try recording.read { try require("resident", resident, $0) }
            if (record.text("vital_status") ?? "alive") != "alive" {
                reader.refuse("event_date", .notAlive)
            }
            let report = Report(kind: "death", &reader, today: today)
            if let report, let born = record.day("birth_date"), report.eventDate < born {
                reader.refuse("event_date", .beforeBirth)
            }
            let text = SyncProtocol.Column(1, "text", .text, Label("", ""))
            let details = ["place", "cause"].map { ($0, reader.value($0, as: text)) }
            let next = try nextHead(
                of: record.row("household"), leaving: [resident],
                heads: record.text("relationship") == "head", &reader, recording)
            try reader.finish()
            guard let report else { throw OfficeFault.refused(reader.problems) }
            try report.insert(resident, record.row("household"), details, &recording)
            try recording.update("resident", resident, [("vital_status", "dead")])
            if let next { try recording.update("resident", next, [("relationship", "head")]) }
            for transfer in try recording.read({ try openTransfers(of: resident, $0) }) {
                try cancel(transfer, &recording)
            }
        }
    }
}

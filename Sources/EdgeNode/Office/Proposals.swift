import ChangeStore
import Console
import GRDB
import Models
public import SyncProtocol

/// What civil registry proposes about a resident (C3): accepted with one click, never by itself.
extension Office {
    public struct Proposal: Sendable {
        public struct Change: Sendable {
            public let column: SyncProtocol.Column
            public let now: Value
            public let proposed: Value
        }

        public let match: RegisterRow
        /// nil when the resident was deleted meanwhile.
        public let resident: RegisterRow?
        /// Only what would change something, of columns that this program knows.
        public let changes: [Change]

        /// What the resident says now: accepting goes by what the person saw.
        public var seen: String {
            changes.map { "\($0.column.name)=\($0.now)" }.joined(separator: "\n")
        }
    }

    public func proposals() throws -> [Proposal] {
        try store.read { db in
            try all("registry_match", where: "t.state = 'proposed'", [], db).map {
                try proposal($0, db)
            }
        }
    }

    public func proposal(_ id: RowID) throws -> Proposal {
        try store.read { try proposal(try require("registry_match", id, $0), $0) }
    }

    private func proposal(_ match: RegisterRow, _ db: Database) throws -> Proposal {
        let resident = try match.row("resident").flatMap { try find("resident", $0, db) }
        let proposed = JSONObject.read(match.text("proposed"))
        let changes = resident?.table.columns.compactMap { column -> Proposal.Change? in
            guard let value = proposed[column.name], value != resident?[column.name] else {
                return nil
            }
            return Proposal.Change(
                column: column, now: resident?[column.name] ?? .null, proposed: value)
        }
        return Proposal(match: match, resident: resident, changes: changes ?? [])
    }

    /// Writes the proposed values into the resident, as this village's own decision.
    /// - Parameter seen: ``Proposal/seen`` of what the person looked at; nil to accept what is
    ///   there now.
    /// - Throws: ``OfficeFault``.
    public func acceptProposal(_ id: RowID, seen: String? = nil, by staff: Staff) throws {
        try staff.requireWriting("registry_match")
        try record(as: staff, "registry.accept") { recording in
            let proposal = try recording.read { db in
                try self.proposal(try require("registry_match", id, db), db)
            }
            try requireOpen(proposal)
            if let seen, seen != proposal.seen {
                throw OfficeFault.changedMeanwhile(
                    proposal.changes.map {
                        ColumnChange(
                            column: $0.column.name, before: .null, now: $0.now, author: nil)
                    })
            }
            try recording.update(
                "registry_match", id,
                [("state", "accepted"), ("decided_by", .text(staff.name))])
            guard let resident = proposal.resident else { return }
            var sets: [(String, Value)] = proposal.changes.map { change in
                (change.column.name, change.proposed)
            }
            let isCertain = ["matched", "differs"].contains(proposal.match.text("result") ?? "")
            if isCertain, resident.text("nik_status") != "matched",
                !sets.contains(where: { $0.0 == "nik_status" })
            {
                sets.append(("nik_status", "matched"))
            }
            guard !sets.isEmpty else { return }
            try recording.update("resident", resident.id, sets)
            try note(sets.map(\.0), resident, proposal.match, staff, &recording)
        }
    }

    /// - Throws: ``OfficeFault``.
    public func declineProposal(_ id: RowID, note: String, by staff: Staff) throws {
        try staff.requireWriting("registry_match")
        guard !note.isEmpty else {
            throw OfficeFault.refused([FieldProblem("note", .reasonMissing)])
        }
        try record(as: staff, "registry.decline") { recording in
            let proposal = try recording.read { db in
                try self.proposal(try require("registry_match", id, db), db)
            }
            try requireOpen(proposal)
            try recording.update(
                "registry_match", id,
                [
                    ("state", "declined"), ("decided_by", .text(staff.name)),
                    ("note", .text(note)),
                ])
        }
    }

    private func requireOpen(_ proposal: Proposal) throws {
        let state = proposal.match.text("state") ?? ""
        guard state == "proposed" else { throw OfficeFault.wrongState(state) }
    }

    /// Registered facts change by an event only.
    private func note(
        _ columns: [String], _ resident: RegisterRow, _ match: RegisterRow, _ staff: Staff,
        _ recording: inout Recording
    ) throws {
        try recording.insert(
            "vital_event",
            [
                ("kind", "correction"), ("resident", .integer(resident.id.rawValue)),
                ("household", resident["household"]), ("event_date", .text(today.iso)),
                ("report_date", .text(today.iso)), ("reporter", .text(staff.fullName)),
                ("state", "registered"),
                (
                    "details",
                    try JSONObject.text([
                        ("columns", .text(columns.joined(separator: ","))),
                        ("registry_match", .integer(match.id.rawValue)),
                    ])
                ),
            ])
    }

    /// What the hub found about a resident and another office, still open or in hand.
    func findings(about resident: RowID, _ db: Database) throws -> [RegisterRow] {
        try all(
            "finding", where: "t.subject = ? AND t.state IN ('open', 'acknowledged')",
            ["resident:\(resident)"], db)
    }
}

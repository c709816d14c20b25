import ChangeStore
import Console
import GRDB
import Models
import SyncProtocol

/// The desk of civil registry at the hub (Dukcapil): proposals, and verdicts on numbers that two
/// villages use (DOMAIN §4, C3 and C4).
///
/// It never writes a village's field. A proposal is a `registry_match` that the village accepts.
struct RegistryDesk {
    let hub: Hub
    let by: String
    let now: Int64

    private var author: Author { Author(by, .civilRegistry) }

    // MARK: - Proposals (C3)

    /// What civil registry found about one resident.
    /// - Parameter assignments: `COLUMN=VALUE`; empty for "matched" and "not found".
    func propose(
        office: String, nik: String, result: String?, assignments: [String], note: String?
    ) throws {
        let found = try hub.store.read { db in
            try HubRow.all(
                "resident", where: "t.nik = ? AND s.code = ?", [nik, office], db
            ).first
        }
        guard let resident = found else { throw HubFault.nobodyHas(nik: nik, office: office) }
        let values = try assignments.map { try assignment($0, resident.table) }
        try hub.store.record(
            as: author, "registry.propose", in: resident.scope, now: now
        ) { recording in
            try recording.insert(
                "registry_match",
                try match(
                    resident, result ?? (values.isEmpty ? "matched" : "differs"), values, note))
        }
    }

    /// Columns that a proposal may name; the others follow from events.
    private static let fixed: Set<String> = ["household", "temporary_no", "phone"]

    private func assignment(
        _ text: String, _ table: SyncProtocol.Table
    ) throws -> (String, Value) {
        guard let sign = text.firstIndex(of: "="),
            let column = table.column(named: String(text[..<sign])),
            !Self.fixed.contains(column.name)
        else {
            throw HubFault.badAssignment(
                "\"\(text)\" is not COLUMN=VALUE of what civil registry may propose")
        }
        let typed = String(text[text.index(after: sign)...])
        let value: Value = typed.isEmpty ? .null : .text(typed)
        do throws(CellFault) {
            try column.check(value)
        } catch {
            throw HubFault.badAssignment("\(column.name) \"\(typed)\": \(error)")
        }
        if column.name.hasSuffix("nik"),
            case .refused(let reason)? = value.text.map({
                NIK.check($0)
            })
        {
            throw HubFault.badAssignment("\"\(typed)\" is not a NIK: \(reason.sentence.en)")
        }
        return (column.name, value)
    }

    private func match(
        _ resident: HubRow, _ result: String, _ proposed: [(String, Value)], _ note: String?
    ) throws -> [(String, Value)] {
        let differing = proposed.filter { resident[$0.0] != $0.1 }
        return [
            ("resident", .integer(resident.id.rawValue)), ("result", .text(result)),
            (
                "differing_fields",
                try JSONObject.text(differing.map { ($0.0, resident[$0.0]) })
            ),
            ("proposed", try JSONObject.text(proposed)), ("by", .text(by)),
            ("at", .integer(now)), ("state", "proposed"),
            ("note", note.map { .text($0) } ?? .null),
        ].filter { !$0.1.isNull }
    }

    // MARK: - One NIK at two offices (C4)

    struct Case: Codable {
        struct Holder: Codable {
            var resident: String
            var office: String
            var officeName: String
            var name: String
            var birthDate: String
            var mother: String
        }

        var nik: String
        /// Of the two that are most alike, from 0 to 100.
        var score: Int
        var isJudged: Bool
        var holders: [Holder]
    }

    /// Every NIK that counts at more than one office; what waits for a verdict first, the likeliest
    /// first.
    static func cases(_ hub: Hub) throws -> [Case] {
        try hub.store.read { db in
            let numbers = try String.fetchAll(
                db,
                sql: """
                    SELECT nik FROM resident WHERE nik IS NOT NULL
                    GROUP BY nik HAVING count(DISTINCT scope) > 1
                    """)
            return try numbers.compactMap { try one($0, db) }.sorted {
                ($0.isJudged ? 1 : 0, -$0.score, $0.nik) < ($1.isJudged ? 1 : 0, -$1.score, $1.nik)
            }
        }
    }

    private static func holders(of nik: String, _ db: Database) throws -> [HubRow] {
        try HubRow.all("resident", where: "t.nik = ?", [nik], db).filter {
            try !DuplicateNIK.others(with: $0, db).isEmpty
        }
    }

    private static func one(_ nik: String, _ db: Database) throws -> Case? {
        let people = try holders(of: nik, db)
        guard people.count > 1 else { return nil }
        let persons = people.map {
            IdentityScore.Person(
                name: $0.text("name"), birthDate: $0.day("birth_date"),
                motherName: $0.text("mother_name"))
        }
        var score = 0
        for (index, person) in persons.enumerated() {
            for other in persons[(index + 1)...] {
                score = max(score, IdentityScore.score(person, other))
            }
        }
        let isJudged = try people.allSatisfy { person in
            try !HubRow.all("resident_link", where: "t.a = ?", [person.id.rawValue], db).isEmpty
        }
        return Case(
            nik: nik, score: score, isJudged: isJudged,
            holders: try people.map {
                Case.Holder(
                    resident: $0.id.description, office: $0.scope.code,
                    officeName: try Hub.placeName($0.scope.code, db),
                    name: $0.text("name") ?? "", birthDate: $0.text("birth_date") ?? "",
                    mother: $0.text("mother_name") ?? "")
            })
    }

    enum Verdict {
        /// One person, who lives at this office.
        case same(livesAt: String)
        /// Two people; the number is wrong at this office.
        case different(wrongAt: String, rightNIK: String?)
    }

    /// Writes the verdict into every office concerned, and proposes what follows to the one that
    /// has to change something. Run again after a cut, it writes what is missing.
    func decide(_ nik: String, _ verdict: Verdict, reason: String) throws {
        let people = try hub.store.read { try Self.holders(of: nik, $0) }
        guard people.count > 1 else { throw HubFault.notTwice(nik: nik) }
        let named: String
        switch verdict {
        case .same(let office): named = office
        case .different(let office, _): named = office
        }
        guard people.contains(where: { $0.scope.code == named }) else {
            throw HubFault.notAmong(office: named, offices: people.map(\.scope.code))
        }
        if case .different(_, let right?) = verdict, case .refused(let why) = NIK.check(right) {
            throw HubFault.badAssignment("\"\(right)\" is not a NIK: \(why.sentence.en)")
        }
        for person in people {
            do {
                try hub.store.record(
                    as: author, "registry.decide", in: person.scope, now: now
                ) { recording in
                    try judge(person, people, verdict, reason, &recording)
                }
            } catch RecordingError.nothingToRecord {
                continue
            }
        }
    }

    private func judge(
        _ person: HubRow, _ people: [HubRow], _ verdict: Verdict, _ reason: String,
        _ recording: inout Recording
    ) throws {
        let proposed: [(String, Value)]
        let isConcerned: Bool
        let kind: String
        switch verdict {
        case .same(let office):
            kind = "same"
            isConcerned = person.scope.code != office
            proposed = [("vital_status", "moved")]
        case .different(let office, let right):
            kind = "not_same"
            isConcerned = person.scope.code == office
            proposed = right.map { [("nik", .text($0))] } ?? []
        }
        for other in people where other.scope != person.scope {
            let known = try recording.read {
                try HubRow.all(
                    "resident_link", where: "t.a = ? AND t.b = ? AND t.kind = ?",
                    [person.id.rawValue, other.id.rawValue, kind], $0)
            }
            guard known.isEmpty else { continue }
            try recording.insert(
                "resident_link",
                [
                    ("a", .integer(person.id.rawValue)), ("b", .integer(other.id.rawValue)),
                    ("kind", .text(kind)), ("by", .text(by)), ("reason", .text(reason)),
                    ("b_office", .text(other.scope.code)), ("at", .integer(now)),
                ])
        }
        guard isConcerned else { return }
        let match = try match(person, "duplicate", proposed, reason)
        let known = try recording.read {
            try HubRow.all(
                "registry_match", where: "t.resident = ? AND t.state = 'proposed'",
                [person.id.rawValue], $0)
        }
        let wanted = try JSONObject.text(proposed)
        guard !known.contains(where: { $0["proposed"] == wanted }) else { return }
        try recording.insert("registry_match", match)
    }
}

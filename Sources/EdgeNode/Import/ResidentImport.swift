import ChangeStore
import Foundation
import Models
import SwiftCSV
import SyncProtocol

/// Brings a list of residents into the register: one transaction a household.
///
/// The whole file is read and judged first; a bad line means that nothing is recorded. Residents
/// are found again by their NIK, without one by name, birth date and family card; households by
/// their card number. So running the same file twice adds nothing.
struct ResidentImport {
    struct Report: Codable {
        var rows = 0
        var households = 0
        var residents = 0
        var alreadyThere = 0
        var unusedColumns: [String] = []
        var problems: [Problem] = []
        var warnings: [Problem] = []

        enum CodingKeys: String, CodingKey {
            case rows, households, residents, problems, warnings
            case alreadyThere = "already_there"
            case unusedColumns = "unused_columns"
        }
    }

    struct Problem: Codable {
        let line: Int
        let sentence: String
    }

    let node: EdgeNode
    let path: String
    let mapping: [String: String]

    private struct Person {
        let line: Int
        let resident: [(String, Value)]
        let household: [(String, Value)]

        func text(_ column: String) -> String? {
            (resident + household).first { $0.0 == column }?.1.text
        }

        var key: [String] {
            ResidentImport.key(
                nik: text("nik"), name: text("name"), birthDate: text("birth_date"),
                card: text("family_card_no"))
        }
    }

    /// What makes two lines, or a line and a row, the same person.
    private static func key(
        nik: String?, name: String?, birthDate: String?, card: String?
    ) -> [String] {
        if let nik { return [nik] }
        return [ColumnMapping.plain(name ?? ""), birthDate ?? "", card ?? ""]
    }

    /// - Parameters:
    ///   - isDryRun: judge only, record nothing.
    ///   - progress: households done, households in all.
    /// - Throws: ``ImportFault``, ``RecordingError`` or ``StoreError``.
    func run(
        by author: Author, isDryRun: Bool, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Report {
        var report = Report()
        let (people, unused) = try read(&report)
        report.unusedColumns = unused
        let known = try knownPeople()
        let households = group(
            people.filter { person in
                guard known.contains(person.key) else { return true }
                report.alreadyThere += 1
                return false
            })
        let cards = try knownCards()
        guard report.problems.isEmpty else { return report }
        for (index, members) in households.enumerated() {
            progress(index, households.count)
            let card = members.first?.text("family_card_no")
            let existing = card.flatMap { cards[$0] }
            report.residents += members.count
            report.households += existing == nil ? 1 : 0
            if isDryRun { continue }
            try record(members, into: existing, by: author)
        }
        progress(households.count, households.count)
        return report
    }

    // MARK: - Reading

    private func read(_ report: inout Report) throws -> ([Person], unused: [String]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ImportFault.unreadable(path: path)
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ImportFault.notText(path: path)
        }
        if let line = Self.openQuote(in: text) {
            throw ImportFault.brokenCSV(
                path: path, detail: "the quotation mark opened in line \(line) is never closed")
        }
        let csv: EnumeratedCSV
        do {
            csv = try EnumeratedCSV(string: text, loadColumns: false)
        } catch {
            throw ImportFault.brokenCSV(path: path, detail: "\(error)")
        }
        let columns = try ColumnMapping(
            header: csv.header, named: mapping, schema: node.store.schema)
        var people: [Person] = []
        var seen: [String: Int] = [:]
        var line = 2 + Self.breaks(in: csv.header)
        for row in csv.rows {
            defer { line += 1 + Self.breaks(in: row) }
            if row.allSatisfy({ $0.trimmingCharacters(in: .whitespaces).isEmpty }) { continue }
            report.rows += 1
            do throws(CellReading.Fault) {
                guard row.dropFirst(columns.targets.count).allSatisfy(\.isEmpty) else {
                    throw CellReading.Fault(sentence: "has more cells than the header")
                }
                let person = try Self.person(row, columns, line)
                try judge(person, &seen, &report)
                people.append(person)
            } catch {
                report.problems.append(Problem(line: line, sentence: error.sentence))
            }
        }
        if report.rows == 0 { throw ImportFault.empty(path: path) }
        return (people, columns.unused)
    }

    /// The line of a quotation mark without its other half: all behind it would be one cell.
    private static func openQuote(in text: String) -> Int? {
        var (line, opened) = (1, Int?.none)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "\"") { opened = opened == nil ? line : nil }
        }
        return opened
    }

    private static func breaks(in fields: [String]) -> Int {
        fields.reduce(0) { $0 + $1.count(where: \.isNewline) }
    }

    private static func person(
        _ row: [String], _ columns: ColumnMapping, _ line: Int
    ) throws(CellReading.Fault) -> Person {
        var resident: [(String, Value)] = []
        var household: [(String, Value)] = []
        for (text, target) in zip(row, columns.targets) {
            guard let target else { continue }
            let value = try CellReading.value(text, for: target.column)
            if value.isNull { continue }
            if target.table == "resident" {
                resident.append((target.column.name, value))
            } else {
                household.append((target.column.name, value))
            }
        }
        return Person(line: line, resident: resident, household: household)
    }

    private func judge(
        _ person: Person, _ seen: inout [String: Int], _ report: inout Report
    ) throws(CellReading.Fault) {
        guard person.text("name") != nil else {
            throw CellReading.Fault(sentence: "the name is empty")
        }
        if let card = person.text("family_card_no"), FamilyCardNumber.check(card) != .ok {
            throw CellReading.Fault(sentence: "family_card_no \"\(card)\" is not 16 digits")
        }
        for column in ["nik", "father_nik", "mother_nik"] {
            guard let nik = person.text(column) else { continue }
            let isOwn = column == "nik"
            let verdict = NIK.check(
                nik, birthDate: isOwn ? person.text("birth_date").flatMap(CivilDate.init) : nil,
                sex: isOwn ? person.text("sex") : nil)
            switch verdict {
            case .ok: break
            case .refused(let reason):
                throw CellReading.Fault(
                    sentence: "\(column) \"\(nik)\" is not a NIK: \(reason.sentence.en)")
            case .warning(let reasons):
                report.warnings += reasons.map {
                    Problem(line: person.line, sentence: "\(column) \(nik): \($0.sentence.en)")
                }
            }
        }
        if let nik = person.text("nik") {
            if let first = seen[nik] {
                throw CellReading.Fault(sentence: "nik \(nik) stands in line \(first) already")
            }
            seen[nik] = person.line
        }
    }

    /// People of one family card together, in the order of the file; others alone.
    private func group(_ people: [Person]) -> [[Person]] {
        var households: [[Person]] = []
        var index: [String: Int] = [:]
        for person in people {
            guard let card = person.text("family_card_no") else {
                households.append([person])
                continue
            }
            if let at = index[card] {
                households[at].append(person)
            } else {
                index[card] = households.count
                households.append([person])
            }
        }
        return households
    }

    // MARK: - Recording

    private func knownPeople() throws -> Set<[String]> {
        let found = try node.store.query(
            """
            SELECT r.nik, r.name, r.birth_date, h.family_card_no
            FROM resident r LEFT JOIN household h ON h.id = r.household
            """)
        return Set(
            found.rows.map {
                Self.key(nik: $0[0].text, name: $0[1].text, birthDate: $0[2].text, card: $0[3].text)
            })
    }

    private func knownCards() throws -> [String: RowID] {
        let found = try node.store.query(
            "SELECT family_card_no, id FROM household WHERE family_card_no IS NOT NULL")
        return Dictionary(
            found.rows.compactMap { row in
                row[0].text.flatMap { card in
                    row[1].integer.map { (card, RowID(rawValue: $0)) }
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    private func record(
        _ members: [Person], into existing: RowID?, by author: Author
    ) throws {
        try node.store.record(as: author, "register.import", now: EdgeNode.now()) { draft in
            let household: RowID
            if let existing {
                household = existing
            } else {
                var values = members.first?.household ?? []
                if !values.contains(where: { $0.0 == "status" }) {
                    values.append(("status", "active"))
                }
                household = try draft.insert("household", values)
            }
            for member in members {
                var values = member.resident
                func fill(_ column: String, _ value: Value) {
                    if !values.contains(where: { $0.0 == column }) {
                        values.append((column, value))
                    }
                }
                fill("household", .integer(household.rawValue))
                fill("vital_status", "alive")
                fill("residency", "permanent")
                fill("nik_status", member.text("nik") == nil ? "temporary" : "submitted")
                try draft.insert("resident", values)
            }
        }
    }
}

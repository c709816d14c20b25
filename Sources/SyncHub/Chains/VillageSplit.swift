import ChangeStore
import Foundation
import GRDB
package import Models
import SyncProtocol

/// A village is split (*pemekaran*, DOMAIN §4, C19): the households of some hamlets, with everybody
/// in them, go over to the new office; the old one keeps its rows as history, marked and linked.
///
/// A row's new name is a function of the old one (``RowID/carried``), and the new row is written
/// before the old one is marked. So a split that was interrupted is run again and continues, and
/// one that is complete changes nothing. So it is with a centre that was put back to before the
/// split: from the old office it hears again who went over, and nobody may hold the new rows. Once
/// all devices have called the split is run again, and brings whoever is not there.
package struct VillageSplit {
    package struct Report: Codable {
        package var households = 0
        package var residents = 0
        /// Hamlets nobody of the old office lives in.
        var emptyHamlets: [String] = []
    }

    let hub: Hub
    let from: String
    let to: String
    let hamlets: [String]
    let now: Int64

    /// - Parameters:
    ///   - hamlets: those that go over, as people write them.
    ///   - now: UTC milliseconds.
    package init(hub: Hub, from: String, to: String, hamlets: [String], now: Int64) {
        (self.hub, self.from, self.to) = (hub, from, to)
        (self.hamlets, self.now) = (hamlets, now)
    }

    private static let author = Author("synchub", .centralIT)
    private static let intent = "village.split"
    /// A household and its people are some ten rows; so many fit a changeset that travels well.
    private static let householdsPerChangeset = 20

    /// - Parameters:
    ///   - name: of the new office; needed when its code is new.
    ///   - kind: of the new office; nil for that of the old one.
    package func run(name: String?, kind: String?, on day: CivilDate) throws -> Report {
        guard from != to else { throw HubFault.splitPlace("--from and --to are the same office") }
        guard try hub.store.read({ try hub.officeName(from, $0) }) != nil else {
            throw HubFault.unknownOffice(from)
        }
        try publish(name: name, kind: kind, on: day)
        var report = Report()
        let wanted = Set(hamlets.map(Self.plain))
        let homes = try hub.store.read { db in
            try HubRow.all("household", where: "s.code = ?", [from], db)
        }
        let known = Set(homes.compactMap { $0.text("hamlet") }.map(Self.plain))
        report.emptyHamlets = hamlets.filter { !known.contains(Self.plain($0)) }
        let moving = homes.filter { home in
            home.text("hamlet").map { wanted.contains(Self.plain($0)) } ?? false
        }.map(\.id)
        for start in stride(from: 0, to: moving.count, by: Self.householdsPerChangeset) {
            let end = min(start + Self.householdsPerChangeset, moving.count)
            try move(Array(moving[start..<end]), on: day, &report)
        }
        report.residents += try bringHomeless()
        return report
    }

    /// People write "Dusun Mawun" and "MAWUN".
    private static func plain(_ hamlet: String) -> String {
        let words = hamlet.lowercased().split { !$0.isLetter && !$0.isNumber }
        return words.filter { $0 != "dusun" && $0 != "lingkungan" }.joined(separator: " ")
    }

    // MARK: - The place

    private func publish(name: String?, kind: String?, on day: CivilDate) throws {
        let (known, old) = try hub.store.read { db in
            (
                try HubRow.all("region", where: "t.code = ?", [to], db).first,
                try HubRow.all("region", where: "t.code = ?", [from], db).first
            )
        }
        if let known {
            let values: [(String, Value)] = [
                ("split_from", .text(from)), ("valid_from", .text(day.iso)),
            ]
            guard known.text("split_from") != from else { return }
            guard known.text("split_from") == nil else {
                throw HubFault.splitPlace(
                    "\(to) was split from \(known.text("split_from") ?? ""), not from \(from)")
            }
            try hub.store.record(as: Self.author, "region.split", now: now) {
                try $0.update("region", known.id, values)
            }
            return
        }
        guard let name, !name.isEmpty else {
            throw HubFault.splitPlace("\(to) is new: give its name with --name")
        }
        guard Self.isOfficeCode(to, in: hub.regency.code) else {
            throw HubFault.splitPlace("\(to) is not an office's code like \(from)")
        }
        try hub.store.record(as: Self.author, "region.split", now: now) { recording in
            try recording.insert(
                "region",
                [
                    ("code", .text(to)), ("name", .text(name)),
                    ("kind", .text(kind ?? old?.text("kind") ?? "village")),
                    ("parent", .text(String(to.prefix(8)))), ("valid_from", .text(day.iso)),
                    ("split_from", .text(from)),
                ])
        }
    }

    /// `52.02.04.2019`.
    private static func isOfficeCode(_ code: String, in regency: String) -> Bool {
        let parts = code.split(separator: ".", omittingEmptySubsequences: false)
        return code.hasPrefix(regency + ".") && parts.map(\.count) == [2, 2, 2, 4]
            && parts.allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } }
    }

    // MARK: - The people

    private func move(_ homes: [RowID], on day: CivilDate, _ report: inout Report) throws {
        let target = Scope(to)
        let before = try hub.store.read { db in
            try homes.flatMap { try arrivals($0, target, db) }
        }
        report.households += before.filter { $0.table == "household" }.count
        report.residents += before.filter { $0.table == "resident" }.count
        try hub.carryOut(as: Self.author, Self.intent, now: now) { db in
            try homes.flatMap { try arrivals($0, target, db) }
        }
        try hub.carryOut(as: Self.author, Self.intent, now: now) { db in
            try homes.flatMap { try departures($0, on: day, db) }
        }
    }

    /// Who goes: whoever is of the office today. The dead and those who left stay its history.
    private func people(of home: RowID, _ db: Database) throws -> [HubRow] {
        try HubRow.all(
            "resident", where: "t.household = ? AND s.code = ?", [home.rawValue, from], db
        ).filter(TransferCarrier.counts)
    }

    /// Who went over in a split of which this centre holds only what the old office does: its mark,
    /// or what it wrote of the person since.
    private func goneBefore(of home: RowID, _ db: Database) throws -> [HubRow] {
        try HubRow.all(
            "resident", where: "t.household = ? AND s.code = ?", [home.rawValue, from], db
        ).filter { try hasGone($0, db) }
    }

    private func hasGone(_ person: HubRow, _ db: Database) throws -> Bool {
        guard !TransferCarrier.counts(person), let row = person.id.carried,
            let transfer = try HubRow.find("transfer", row, db)
        else { return false }
        return transfer.text("to_office") == to && transfer.row("arrived_as") == row
    }

    /// Whoever went over before, is not there, and has no household any more: the old office has
    /// deleted it since. They come without one.
    /// - Returns: how many.
    private func bringHomeless() throws -> Int {
        func arrivals(_ db: Database) throws -> [RowEdit] {
            try HubRow.all(
                "resident",
                where:
                    "s.code = ? AND NOT EXISTS (SELECT 1 FROM household h WHERE h.id = t.household)",
                [from], db
            ).compactMap { try hasGone($0, db) ? arrival(of: $0, in: nil, db) : nil }
        }
        let count = try hub.store.read { try arrivals($0).count }
        guard count > 0 else { return 0 }
        try hub.carryOut(as: Self.author, Self.intent, now: now, arrivals)
        return count
    }

    /// Whether it was a split that marked the household as moved.
    private func wasSplitOff(_ home: HubRow, _ db: Database) throws -> Bool {
        guard home.text("status") == "moved", let column = home.table.column(named: "status"),
            let stored = try Data.fetchOne(
                db, sql: "SELECT _version FROM household WHERE id = ?",
                arguments: [home.id.rawValue]),
            let dot = try RowVersion(decoding: [UInt8](stored)).dot(
                of: column.id, current: "moved")
        else { return false }
        return try ChangeLog.origin(of: dot, in: home.scope, db)?.intent == Self.intent
    }

    /// What a cell said before the split wrote it; nil when the log has let go of it.
    private func before(_ column: String, of row: HubRow, _ db: Database) throws -> Value? {
        guard let id = row.table.column(named: column)?.id else { return nil }
        let log = try Data.fetchAll(
            db,
            sql: """
                SELECT c.body FROM log c JOIN scope s ON s.id = c.scope
                WHERE s.code = ? ORDER BY c.position DESC
                """, arguments: [from])
        for body in log {
            let changeset = try Changeset(decoding: [UInt8](body))
            guard changeset.intent != Self.intent else { continue }
            let operation = changeset.operations.first {
                $0.table == row.table.id && $0.row == row.id
            }
            if let value = operation?.value(of: id) { return value }
        }
        return nil
    }

    private func arrivals(
        _ id: RowID, _ target: Scope, _ db: Database
    ) throws -> [RowEdit] {
        guard let home = try HubRow.find("household", id, db), let homeID = id.carried else {
            return []
        }
        var edits: [RowEdit] = []
        let (people, gone) = (try people(of: id, db), try goneBefore(of: id, db))
        let isThere = try HubRow.find("household", homeID, db) != nil
        let wasSplitOff = try wasSplitOff(home, db)
        let isOne = (home.text("status") ?? "active") == "active" || wasSplitOff
        if !isThere, isOne || !people.isEmpty || !gone.isEmpty {
            let status: [(String, Value)] =
                wasSplitOff ? [("status", try before("status", of: home, db) ?? "active")] : []
            edits.append(
                .insert("household", homeID, in: target, Self.values(of: home, but: status)))
        }
        edits += try (people + gone).compactMap { try arrival(of: $0, in: homeID, db) }
        return edits
    }

    /// - Returns: nil for somebody who is there already.
    private func arrival(
        of person: HubRow, in home: RowID?, _ db: Database
    ) throws -> RowEdit? {
        guard let row = person.id.carried, try HubRow.find("resident", row, db) == nil else {
            return nil
        }
        var changed: [(String, Value)] = [
            ("household", home.map { .integer($0.rawValue) } ?? .null)
        ]
        if person.text("vital_status") == "moved" {
            changed.append(
                ("vital_status", try before("vital_status", of: person, db) ?? "alive"))
        }
        return .insert("resident", row, in: Scope(to), Self.values(of: person, but: changed))
    }

    private static func values(
        of row: HubRow, but changed: [(String, Value)]
    ) -> [(String, Value)] {
        let names = Set(changed.map(\.0))
        let kept = row.table.columns.compactMap { column in
            names.contains(column.name)
                ? nil : row.values[column.name].map { (column.name, $0) }
        }
        return kept + changed.filter { !$0.1.isNull }
    }

    /// Marks what has its new row, and says where it went.
    private func departures(
        _ id: RowID, on day: CivilDate, _ db: Database
    ) throws -> [RowEdit] {
        guard let home = try HubRow.find("household", id, db), let homeID = id.carried,
            try HubRow.find("household", homeID, db) != nil
        else { return [] }
        var edits: [RowEdit?] = []
        for person in try people(of: id, db) {
            guard let row = person.id.carried, try HubRow.find("resident", row, db) != nil else {
                continue
            }
            edits.append(.update(person, [("vital_status", "moved")]))
            guard try HubRow.find("transfer", row, db) == nil else { continue }
            edits.append(
                .insert(
                    "transfer", row, in: person.scope,
                    [
                        ("resident", .integer(person.id.rawValue)), ("from_office", .text(from)),
                        ("to_office", .text(to)), ("state", "accepted"),
                        ("moved_on", .text(day.iso)), ("reason", "Pemekaran"),
                        ("arrived_as", .integer(row.rawValue)),
                        ("decided_by", .text(Self.author.name)),
                    ]))
        }
        edits.append(.update(home, [("status", "moved")]))
        return edits.compactMap(\.self)
    }
}

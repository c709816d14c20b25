import SyncProtocol

/// What somebody does next, from a small pool of rows and values, so that people meet.
struct Desk {
    private let offices: [String]
    /// By office: what was added so far.
    private var added: [String: [RowName]] = [:]
    private var count = 0

    init(offices: [String]) { self.offices = offices }

    /// - Parameter names: what the names of its rows begin with, which must be nobody else's.
    mutating func draw(at edge: Int, _ dice: UInt64, names: String = "n") -> [Write] {
        var chance = Chance(seed: dice, .work)
        let office = offices[edge]
        let kind = chance.below(100)
        let row = row(in: office, &chance)
        switch kind {
        case ..<12: return [add(in: office, names, &chance)]
        case ..<18: return [.delete(row)]
        case ..<24: return [.revive(row)]
        case ..<30:
            return [
                add(in: office, names, &chance), .edit(row, cells(row.table, &chance)),
            ]
        default: return [.edit(row, cells(row.table, &chance))]
        }
    }

    /// The same rows, other values.
    func again(_ writes: [Write], _ dice: UInt64) -> [Write] {
        var chance = Chance(seed: dice, .work, entity: 1)
        return writes.compactMap { write in
            switch write {
            case .edit(let row, let cells):
                .edit(row, cells.map { WrittenCell($0.column, Self.other($0.value, &chance)) })
            case .add: nil
            default: write
            }
        }
    }

    private static func other(_ value: Value, _ chance: inout Chance) -> Value {
        guard let text = value.text, !["active", "moved", "alive", "dead"].contains(text) else {
            return value
        }
        return .text(text + ["'", "-2", ""][chance.below(3)])
    }

    /// Mostly the rows that everybody knows.
    private func row(in office: String, _ chance: inout Chance) -> RowName {
        let mine = added[office] ?? []
        if chance.chance(percent: 30), !mine.isEmpty { return mine[chance.below(mine.count)] }
        let table = chance.chance(percent: 40) ? "household" : "resident"
        return RowName(table, "\(1 + chance.below(Town.known[table] ?? 1))")
    }

    private mutating func add(
        in office: String, _ names: String, _ chance: inout Chance
    ) -> Write {
        count += 1
        let number = chance.below(1_000)
        let table = ["household", "complaint", "resident", "incident"][chance.below(4)]
        let name = RowName(table, names + "\(count)")
        added[office, default: []].append(name)
        switch table {
        case "household":
            return .add(
                name,
                [
                    WrittenCell("hamlet", .text("Mawar")),
                    WrittenCell("address", .text("Gang \(number)")),
                ])
        case "complaint":
            return .add(
                name,
                [
                    WrittenCell("ticket", .text("T-\(name.name)-\(number)")),
                    WrittenCell("text", .text("Jalan rusak")),
                    WrittenCell("state", .text("received")),
                ])
        case "incident":
            // It overtakes what was recorded before it.
            return .add(
                name,
                [WrittenCell("kind", .text("flood")), WrittenCell("state", .text("open"))])
        default:
            return .add(
                name,
                [
                    WrittenCell("name", .text("Lalu \(number)")), WrittenCell("sex", .text("male")),
                    WrittenCell("birth_date", .text("1990-02-03")),
                    WrittenCell("vital_status", .text("alive")),
                ])
        }
    }

    private func cells(_ table: String, _ chance: inout Chance) -> [WrittenCell] {
        let mark = "\(chance.below(7))\(chance.below(3))"
        let pick = chance.below(4)
        switch table {
        case "household":
            return switch pick {
            case 0: [WrittenCell("address", .text("Jalan \(mark)"))]
            case 1: [WrittenCell("rt", .text(mark)), WrittenCell("rw", .text("0\(mark)"))]
            case 2:
                [WrittenCell("status", .text(["active", "moved", "dissolved"][chance.below(3)]))]
            default: [WrittenCell("family_card_no", .text("52020400000000\(mark)"))]
            }
        case "complaint":
            return switch pick {
            case 0:
                [
                    WrittenCell(
                        "respond_due", .integer(1_800_000_000_000 + Int64(chance.below(9)) * 1_000))
                ]
            case 1:
                [WrittenCell("state", .text(["verified", "closed", "reopened"][chance.below(3)]))]
            default: [WrittenCell("place", .text("Dusun \(mark)"))]
            }
        case "incident": return [WrittenCell("state", .text(["open", "closed"][chance.below(2)]))]
        default:
            return switch pick {
            case 0: [WrittenCell("name", .text("Nama \(mark)"))]
            case 1: [WrittenCell("phone", .text("0812\(mark)"))]
            case 2:
                [WrittenCell("vital_status", .text(["alive", "dead", "away"][chance.below(3)]))]
            default:
                [WrittenCell("occupation", .text("Petani \(mark)")), WrittenCell("phone", .null)]
            }
        }
    }
}

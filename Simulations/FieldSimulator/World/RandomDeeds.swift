import SyncProtocol

/// What somebody does next, from a small pool of rows and values, so that people meet.
struct RandomDeeds {
    let edge: SimEdge
    let dice: UInt64
    let who: Int

    func draw() -> [World.Deed] {
        var chance = Chance(seed: dice, .work)
        let kind = chance.below(100)
        let rows = edge.rows
        guard !rows.isEmpty, kind >= 12 else { return [insert(&chance)] }
        // Mostly the rows that everybody knows.
        let row =
            chance.chance(percent: 70)
            ? rows[chance.below(min(rows.count, 12))] : rows[chance.below(rows.count)]
        // The same dice at another desk write another value.
        let mark = "\(who % 7)\(chance.below(3))"
        switch kind {
        case ..<18: return [.delete(row)]
        case ..<24: return [.revive(row)]
        case ..<30:
            return [insert(&chance), .update(row, values: values(row.table, mark, &chance))]
        default: return [.update(row, values: values(row.table, mark, &chance))]
        }
    }

    private func insert(_ chance: inout Chance) -> World.Deed {
        let number = chance.below(1_000)
        return switch chance.below(3) {
        case 0:
            .insert(
                table: "household",
                values: [("hamlet", .text("Mawar")), ("address", .text("Gang \(number)"))])
        case 1:
            .insert(
                table: "complaint",
                values: [
                    ("ticket", .text("T-\(edge.name)-\(number)")), ("text", .text("Jalan rusak")),
                    ("state", .text("received")),
                ])
        default:
            .insert(
                table: "resident",
                values: [
                    ("name", .text("Lalu \(number)")), ("sex", .text("male")),
                    ("birth_date", .text("1990-02-03")), ("vital_status", .text("alive")),
                ])
        }
    }

    private func values(
        _ table: String, _ mark: String, _ chance: inout Chance
    ) -> [(String, Value)] {
        let pick = chance.below(4)
        switch table {
        case "household":
            return switch pick {
            case 0: [("address", .text("Jalan \(mark)"))]
            case 1: [("rt", .text(mark)), ("rw", .text("0\(mark)"))]
            case 2: [("status", .text(["active", "moved", "dissolved"][chance.below(3)]))]
            default: [("family_card_no", .text("52020400000000\(mark)"))]
            }
        case "complaint":
            return switch pick {
            case 0: [("respond_due", .integer(1_800_000_000_000 + Int64(chance.below(9)) * 1_000))]
            case 1: [("state", .text(["verified", "closed", "reopened"][chance.below(3)]))]
            default: [("place", .text("Dusun \(mark)"))]
            }
        default:
            return switch pick {
            case 0: [("name", .text("Nama \(mark)"))]
            case 1: [("phone", .text("0812\(mark)"))]
            case 2: [("vital_status", .text(["alive", "dead", "away"][chance.below(3)]))]
            default: [("occupation", .text("Petani \(mark)")), ("phone", .null)]
            }
        }
    }
}

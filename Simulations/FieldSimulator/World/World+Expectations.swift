import ChangeStore
import EdgeNode
import SyncProtocol

/// What a tester says must be so.
extension World {
    func check(_ expectation: Expectation) throws {
        guard !isHealed else { return }
        let claim = expectation.claim
        if let found = try fault(in: claim) {
            breach("expect", "\"\(claim.text)\"", found, at: "world")
        } else {
            note("world", .heal, "as expected: \(claim.text)")
        }
    }

    private func fault(in claim: Expectation.Claim) throws -> String? {
        switch claim {
        case .converged: try AllShowTheSame.fault(in: self)
        case .conflict(let name, let of, let column, let a, let b):
            try conflict(name, of, column, [a, b])
        case .shows(let who, let name, let of, let column, let value):
            try shows(who, name, of, column, value)
        case .nothingWaits(let who):
            try waiting(who).first { $0.count > 0 }.map { "\($0.name) has \($0.count) changes" }
        case .waits(let who): try waiting(who).first { $0.count == 0 }.map { "\($0.name) has none" }
        case .runs(let who): machines(who).first { !$0.isUp }.map { "\($0.name) does not run" }
        case .isOff(let who): machines(who).first(where: \.isUp).map { "\($0.name) runs" }
        case .refuses(let who):
            machines(who).first { $0.refusal == nil }.map { "\($0.name) is in service" }
        }
    }

    private func waiting(_ who: Who) throws -> [(name: String, count: Int)] {
        try machines(who).compactMap { machine in
            guard let node = (machine as? SimEdge)?.node else { return nil }
            return (machine.name, try node.pending().count)
        }
    }

    private func shows(
        _ who: Who, _ name: RowName, _ of: String?, _ column: String, _ value: Value
    ) throws -> String? {
        for machine in machines(who) {
            let home = (of.flatMap { edge(named: $0) } ?? machine as? SimEdge ?? edges.first)?.home
            guard let home, let store = machine.store else { return "\(machine.name) does not run" }
            guard let row = try row(name, in: home, at: store),
                let table = town.schema.table(named: name.table),
                let id = table.column(named: column)?.id
            else { return missing(name, in: home) }
            let shown = try store.shownRows(of: home).first {
                $0.table == table.id && $0.row == row && $0.isAlive
            }
            guard let shown else {
                let shown = "\(machine.name) shows no \(name.text)"
                guard let of, let edge = machine as? SimEdge, edge.home != home else {
                    return shown
                }
                return "\(shown) of \(of): a PC holds its own village only; ask the hub"
            }
            let found = shown.values[id] ?? .null
            if found != value { return "\(machine.name) shows \(found.scriptText)" }
        }
        return nil
    }

    private func missing(_ name: RowName, in home: Scope) -> String {
        guard let other = edges.first(where: { row(name, in: $0.home) != nil }) else {
            return "there is no \(name.text)"
        }
        return "there is no \(name.text) in village \(home); say \"\(name.text) of \(other.name)\""
    }

    private func conflict(
        _ name: RowName, _ of: String, _ column: String, _ values: [Value]
    ) throws -> String? {
        guard let home = edge(named: of)?.home, let store = hub.store else {
            return "the centre does not run"
        }
        guard let row = row(name, in: home) else { return missing(name, in: home) }
        let id = town.schema.table(named: name.table)?.column(named: column)?.id
        let pairs = try store.read { try ConflictLog.all($0, scope: home) }.map(\.conflict)
            .filter { $0.kind == .value && $0.row == row && ($0.a.column ?? $0.b.column) == id }
            .map { [$0.a.value, $0.b.value] }
        if pairs.contains(values) || pairs.contains(Array(values.reversed())) { return nil }
        guard !pairs.isEmpty else { return "the centre knows of none" }
        return "the centre has "
            + pairs.map { $0.map(\.scriptText).joined(separator: " and ") }.joined(separator: "; ")
    }
}

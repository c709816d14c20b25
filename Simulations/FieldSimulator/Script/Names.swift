import Models
import SyncProtocol

/// What sentences may name in a world.
struct Names {
    private let machines: [String]
    /// Those of the world, and those that were split off before.
    private let villages: [String]
    /// PCs that are there from the beginning, or have joined.
    private let edges: [String]

    init(_ script: Script) {
        var edges = (1...max(1, script.edges)).map { "edge-\($0)" }
        var villages = Array(Town.villages.prefix(script.villages))
        for step in script.steps {
            switch step.action {
            case .join(let edge, _) where !edges.contains(edge): edges.append(edge)
            case .split(_, _, let to) where !villages.contains(to): villages.append(to)
            default: break
            }
        }
        machines = edges + edges.map { $0 + "b" } + (script.hasRelay ? ["relay"] : [])
        (self.edges, self.villages) = (edges, villages)
    }

    func village(_ sentence: inout Sentence) throws(ScriptError) -> String {
        try sentence.word("a village's code such as \(villages[0])", among: villages)
    }

    /// The village of a PC that joins without more words.
    var firstVillage: String { villages[0] }

    /// A PC that is not there yet: `edge-5` of a world of four.
    func newEdge(_ sentence: inout Sentence) throws(ScriptError) -> String {
        let name = try sentence.word("a new PC's name")
        let next = "edge-\(edges.count + 1)"
        guard name == next else {
            throw sentence.error(
                edges.contains(name) ? "\(name) is there already" : "the next PC is \(next)",
                back: 1, among: [next])
        }
        return name
    }

    /// An office's code that may be a new one.
    func newVillage(_ sentence: inout Sentence) throws(ScriptError) -> String {
        let code = try sentence.word("a village's code such as 52.02.04.2019")
        let parts = code.split(separator: ".", omittingEmptySubsequences: false)
        guard code.hasPrefix(Town.regency.code + "."), parts.map(\.count) == [2, 2, 2, 4],
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else {
            throw sentence.error(
                "a village's code of \(Town.regency) such as 52.02.04.2019 was expected, not "
                    + "\"\(code)\"", back: 1)
        }
        return code
    }

    func edge(_ sentence: inout Sentence) throws(ScriptError) -> String {
        try sentence.word("a PC such as \(machines[0])", among: machines)
    }

    func machine(_ sentence: inout Sentence) throws(ScriptError) -> String {
        try sentence.word("the hub, or a PC such as \(machines[0]),", among: ["hub"] + machines)
    }

    /// - Parameter others: words that would be understood, too.
    func who(
        _ sentence: inout Sentence, among others: [String] = [], isHubToo: Bool = false
    ) throws(ScriptError) -> Who {
        if sentence.take("all") { return .all }
        if sentence.take("village") {
            return .village(try village(&sentence))
        }
        let known = machines + (isHubToo ? ["hub"] : [])
        guard let word = sentence.next, known.contains(word) else {
            throw sentence.unexpected(
                "one of \(edges.joined(separator: ", ")), a village or all",
                among: known + ["all", "village"] + others)
        }
        return .machine(try sentence.word("a machine", among: known))
    }

    func route(_ sentence: inout Sentence) throws(ScriptError) -> Route {
        let from = try who(&sentence)
        let arrows = Route.Direction.allCases.map(\.rawValue)
        guard let arrow = sentence.next, let direction = Route.Direction(rawValue: arrow) else {
            return Route(from)
        }
        _ = try sentence.word("an arrow", among: arrows)
        return Route(from, direction, to: try machine(&sentence))
    }

    // MARK: - Rows

    private static let tables = Domain.schema.tables

    func row(_ sentence: inout Sentence) throws(ScriptError) -> RowName {
        let table = try sentence.word(
            "a table such as household or resident", among: Self.tables.map(\.name))
        guard let name = sentence.next, name != ",", name != "=", name != ";" else {
            throw sentence.unexpected("which \(table): a number, or a name of your own,")
        }
        if let number = Int(name), let count = Town.known[table] {
            guard (1...count).contains(number) else {
                throw sentence.error("an office has \(table) 1 to \(count) from the beginning")
            }
        }
        return RowName(table, try sentence.word("a name"))
    }

    func column(
        of row: RowName, _ sentence: inout Sentence
    ) throws(ScriptError) -> String {
        let columns = Self.tables.first { $0.name == row.table }?.columns.map(\.name) ?? []
        return try sentence.word(
            "a column of \(row.table) (\(columns.joined(separator: ", ")))", among: columns)
    }

    func cells(
        of row: RowName, _ sentence: inout Sentence
    ) throws(ScriptError) -> [WrittenCell] {
        var cells: [WrittenCell] = []
        repeat {
            let column = try column(of: row, &sentence)
            try sentence.expect("=")
            cells.append(WrittenCell(column, try sentence.value()))
        } while sentence.take(",")
        return cells
    }
}

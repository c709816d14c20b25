import Models
import SyncProtocol

/// What sentences may name in a world.
struct Names {
    private let machines: [String]
    private let villages: [String]

    init(_ script: Script) {
        let edges = (1...max(1, script.edges)).map { "edge-\($0)" }
        machines = edges + edges.map { $0 + "b" } + (script.hasRelay ? ["relay"] : [])
        villages = Array(Town.villages.prefix(script.villages))
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
            return .village(
                try sentence.word("a village's code such as \(villages[0])", among: villages))
        }
        let known = machines + (isHubToo ? ["hub"] : [])
        guard let word = sentence.next, known.contains(word) else {
            throw sentence.unexpected(
                "a PC such as \(machines[0])", among: known + ["all", "village"] + others)
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
        let table = Self.tables.first { $0.name == row.table }
        return try sentence.word(
            "a column of \(row.table)", among: table?.columns.map(\.name) ?? [])
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

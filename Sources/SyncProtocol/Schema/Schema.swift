/// All tables of one version of the domain, found by id and by name.
public struct Schema: Sendable {
    /// Rises by one with each released change of tables or columns.
    public let version: UInt32
    /// Sorted by id.
    public let tables: [Table]

    private let byID: [TableID: Int]
    private let byName: [String: Int]

    public init(version: UInt32, tables: [Table]) {
        self.version = version
        self.tables = tables.sorted { $0.id < $1.id }
        var byID: [TableID: Int] = [:]
        var byName: [String: Int] = [:]
        for (index, table) in self.tables.enumerated() {
            precondition(byID[table.id] == nil, "table id \(table.id.rawValue) declared twice")
            precondition(byName[table.name] == nil, "table \(table.name) declared twice")
            precondition(
                Set(table.columns.map(\.id)).count == table.columns.count
                    && Set(table.columns.map(\.name)).count == table.columns.count,
                "table \(table.name): a column id or name is declared twice")
            byID[table.id] = index
            byName[table.name] = index
        }
        self.byID = byID
        self.byName = byName
    }

    public func table(_ id: TableID) -> Table? { byID[id].map { tables[$0] } }

    public func table(named name: String) -> Table? { byName[name].map { tables[$0] } }
}

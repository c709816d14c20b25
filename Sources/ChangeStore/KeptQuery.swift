public import GRDB

extension FetchRequest where Self == SQLRequest<Row> {
    /// A query whose statement each connection keeps after its first use.
    ///
    /// For what every exchange, commit or check asks: preparing takes several times as long as
    /// finding one row. Not to be asked anew while a cursor over the same text is still open.
    public static func kept(_ sql: String, _ arguments: StatementArguments = []) -> Self {
        SQLRequest(sql: sql, arguments: arguments, cached: true)
    }
}

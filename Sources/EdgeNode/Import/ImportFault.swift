/// Why an import did not begin.
enum ImportFault: Error {
    case unreadable(path: String)
    case notText(path: String)
    case brokenCSV(path: String, detail: String)
    case empty(path: String)
    case noNameColumn(header: [String])
    case columnTwice(String)
    case badMap(path: String)
    case unknownTarget(String)
    case mappedHeaderMissing(String)
    /// The lines are printed before; this ends the command.
    case badLines(count: Int)
}

extension ImportFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path): "\(path) cannot be read"
        case .notText(let path): "\(path) is not UTF-8 text: save it as \"CSV UTF-8\""
        case .brokenCSV(let path, let detail): "\(path) is not sound CSV (\(detail))"
        case .empty(let path): "\(path) has no rows"
        case .noNameColumn(let header):
            "no column for the name among \(header.joined(separator: ", ")): name it with --map, "
                + "a JSON file like {\"NAMA PENDUDUK\": \"name\"}"
        case .columnTwice(let column):
            "two columns of the file go to \(column): choose one with --map"
        case .badMap(let path):
            "\(path) is not a JSON object of header to column, like {\"NO KK\": \"family_card_no\"}"
        case .unknownTarget(let name): "--map names \(name), which is no column of the register"
        case .mappedHeaderMissing(let header): "--map names \(header), which the file does not have"
        case .badLines(let count):
            "\(count) line\(count == 1 ? " is" : "s are") not sound: correct the file and run it "
                + "again; nothing was recorded"
        }
    }
}

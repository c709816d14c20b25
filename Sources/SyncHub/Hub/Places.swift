import GRDB
import Models
import SyncProtocol

extension Hub {
    /// An office of this regency, published or known to the program. A village that was split off
    /// is in the reference data only.
    /// - Returns: its name; nil when there is no such office.
    func officeName(_ code: String, _ db: Database) throws -> String? {
        guard code.hasPrefix(regency.code + ".") else { return nil }
        if let row = try HubRow.all("region", where: "t.code = ?", [code], db).first {
            return ["village", "urban_village"].contains(row.text("kind") ?? "")
                ? row.text("name") : nil
        }
        return Regions.region(code: code).flatMap { $0.isOffice ? $0.name : nil }
    }

    /// What people call a place.
    static func placeName(_ code: String, _ db: Database) throws -> String {
        try HubRow.all("region", where: "t.code = ?", [code], db).first?.text("name")
            ?? Regions.region(code: code)?.name ?? code
    }
}

import ChangeStore
import Foundation
import GRDB
public import Models
import SyncProtocol

extension Office {
    /// A place by its code: the regency's row where it has arrived, else what the program knows.
    func region(_ code: String, _ db: Database) throws -> Region? {
        let known = Regions.region(code: code)
        guard let row = try reference("region", where: "t.code = ?", [code], db).first,
            let name = row.text("name")
        else { return known }
        return Region(
            code: code, name: name,
            kind: row.text("kind").flatMap(Region.Kind.init) ?? known?.kind ?? .village,
            parent: row.text("parent") ?? known?.parent, lat: nil, lon: nil)
    }

    /// Every office of the regency, those that were split off since included, by name.
    public func offices() throws -> [Region] {
        let published = try store.read { db in
            try reference("region", where: "t.kind IN ('village', 'urban_village')", [], db)
                .compactMap { try $0.text("code").flatMap { try region($0, db) } }
        }
        let offices = published.isEmpty ? Regions.offices : published
        return offices.sorted { ($0.name, $0.code) < ($1.name, $1.code) }
    }

    public struct Letterhead: Sendable {
        public let office: LetterText.Office
        /// Address, postal code and contact, as far as the regency has entered them.
        public let contact: String
        /// Whether the office has put its coat of arms beside the store.
        public let hasLogo: Bool
    }

    /// `logo.png` in the store's folder: the regency's coat of arms, which no program may ship.
    var logoPath: String { node.directory + "/logo.png" }

    func letterhead(_ db: Database) throws -> Letterhead {
        let own = try region(scope.code, db)
        let district = try own?.parent.flatMap { try region($0, db) }
        let row = try reference("region", where: "t.code = ?", [scope.code], db).first
        let contact = [
            row?.text("address"), row?.text("postal_code").map { "Kode Pos \($0)" },
            row?.text("phone"),
        ]
        return Letterhead(
            office: LetterText.Office(
                name: own?.name ?? node.enrolment.officeName, district: district?.name ?? "",
                isUrban: own?.kind == .urbanVillage),
            contact: contact.compactMap(\.self).joined(separator: " · "),
            hasLogo: FileManager.default.isReadableFile(atPath: logoPath))
    }

    public func letterhead() throws -> Letterhead { try store.read { try letterhead($0) } }
}

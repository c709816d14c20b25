import Foundation
import SyncProtocol

/// Which column of a spreadsheet fills which column of the register.
///
/// Offices export from OpenSID, from Dukcapil's lists or from their own sheets, so a header is
/// matched by meaning: our column name, its label in either language, or a known synonym,
/// whatever the case, spaces and marks.
struct ColumnMapping {
    struct Target: Hashable {
        let table: String
        let column: SyncProtocol.Column
    }

    /// For each column of the file: where it goes; nil when it is left out.
    let targets: [Target?]

    /// Headers that go nowhere.
    let unused: [String]

    /// - Parameter named: header → `column` or `household.column`, from `--map`.
    /// - Throws: ``ImportFault``.
    init(header: [String], named: [String: String], schema: Schema) throws {
        let columns = Self.importable(schema)
        let given = Dictionary(
            named.map { (Self.plain($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        let titles = Set(header.map(Self.plain))
        if let missing = named.keys.sorted().first(where: { !titles.contains(Self.plain($0)) }) {
            throw ImportFault.mappedHeaderMissing(missing)
        }
        var targets: [Target?] = []
        var unused: [String] = []
        for title in header {
            if let name = given[Self.plain(title)] {
                guard let target = columns.first(where: { Self.matches($0, name) }) else {
                    throw ImportFault.unknownTarget(name)
                }
                targets.append(target)
            } else {
                let target = columns.first { Self.titles(of: $0).contains(Self.plain(title)) }
                targets.append(target)
                if target == nil, !title.isEmpty { unused.append(title) }
            }
        }
        let known = targets.compactMap { $0 }
        if let twice = known.first(where: { target in known.filter { $0 == target }.count > 1 }) {
            throw ImportFault.columnTwice(twice.column.name)
        }
        guard known.contains(where: { $0.table == "resident" && $0.column.name == "name" }) else {
            throw ImportFault.noNameColumn(header: header)
        }
        self.targets = targets
        self.unused = unused
    }

    private static func importable(_ schema: Schema) -> [Target] {
        ["resident", "household"].flatMap { name in
            (schema.table(named: name)?.columns ?? []).filter {
                if case .row = $0.type { false } else { true }
            }.map { Target(table: name, column: $0) }
        }
    }

    private static func matches(_ target: Target, _ name: String) -> Bool {
        name == target.column.name || name == "\(target.table).\(target.column.name)"
    }

    private static func titles(of target: Target) -> Set<String> {
        let own = [target.column.name, target.column.label.id, target.column.label.en]
        return Set((own + (synonyms[target.column.name] ?? [])).map(plain))
    }

    /// Lower-case letters and digits only.
    static func plain(_ text: String) -> String {
        String(text.lowercased().unicodeScalars.filter(CharacterSet.alphanumerics.contains))
    }

    private static let synonyms: [String: [String]] = [
        "nik": ["no nik", "nomor nik", "no ktp", "nomor induk kependudukan"],
        "name": ["nama", "nama lengkap", "nama penduduk"],
        "sex": ["jk", "l/p", "jenis kelamin", "kelamin"],
        "birth_place": ["tempatlahir", "tmp lahir", "tempat lahir"],
        "birth_date": ["tanggallahir", "tgl lahir", "tanggal lahir"],
        "religion": ["agama"],
        "education": ["pendidikan", "pendidikan kk", "pendidikan terakhir"],
        "occupation": ["pekerjaan"],
        "marital_status": ["status kawin", "status perkawinan", "kawin"],
        "citizenship": ["kewarganegaraan", "warganegara", "wn"],
        "blood_type": ["gol darah", "golongan darah"],
        "father_name": ["nama ayah", "ayah"],
        "father_nik": ["nik ayah"],
        "mother_name": ["nama ibu", "ibu"],
        "mother_nik": ["nik ibu"],
        "phone": ["telepon", "no hp", "hp", "no telp"],
        "relationship": ["shdk", "hubungan", "kk level", "status hubungan dalam keluarga"],
        "family_card_no": ["no kk", "nomor kk", "nokk", "kk"],
        "address": ["alamat"],
        "hamlet": ["dusun", "lingkungan"],
        "rw": ["rw"],
        "rt": ["rt"],
    ]
}

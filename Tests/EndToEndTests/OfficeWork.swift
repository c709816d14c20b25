import Foundation
import Testing

/// What an office does in these tests, and what can be seen of it afterwards.
extension Lab {
    /// New residents, written under the store's own numbers.
    func register(_ pc: String, _ names: [String]) throws {
        let lines =
            ["NIK;Nama Lengkap;JK;Tgl Lahir;SHDK;No KK;Dusun"]
            + names.map { ";\($0);L;01-01-1990;Kepala keluarga;;Timuk" }
        let file = path(UUID().uuidString + ".csv")
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        try edge(["import", "residents", "--store", path(pc), file])
    }

    func names(_ store: String) throws -> Set<String> {
        let program: Program = store == "hub" ? .synchub : .edgenode
        let out = try program.run([
            "query", "--store", path(store), "SELECT name FROM resident",
        ]).out
        return Set(out.split(separator: "\n").map(String.init).dropFirst())
    }

    func replica(_ pc: String) throws -> Int {
        try number(pc, "SELECT value FROM store_info WHERE key = 'replica'")
    }

    /// A household, an earthquake and a damaged house, then its photo.
    /// - Returns: the photo's name.
    func damagedHouse(_ pc: String, device: Int, photo: String) throws -> String {
        let trace = path("house-\(pc).jsonl")
        let ops = """
            {"put":"household","id":"h\(device)","set":{"hamlet":"Timuk","status":"active"}},\
            {"put":"incident","id":"i\(device)","set":{"kind":"earthquake","state":"open"}},\
            {"put":"damaged_house","id":"d\(device)","set":{"incident":{"ref":"i\(device)"},\
            "household":{"ref":"h\(device)"},"category":"heavy","state":"proposed"}}
            """
        try """
        {"n":\(device),"at":"2026-09-01T01:00:00Z","office":"\(office)","device":\(device),\
        "by":"op1","intent":"damage.report","ops":[\(ops)]}

        """.write(toFile: trace, atomically: true, encoding: .utf8)
        try edge(["replay", "--store", path(pc), trace])
        let row = try edge([
            "query", "--store", path(pc), "SELECT id FROM damaged_house",
        ]).split(separator: "\n").last.map(String.init)
        let id = try #require(row.flatMap { Int64($0) })
        let out = try edge([
            "attach", "--store", path(pc), "--to", "damaged_house/\(RowText.of(id))", "--by",
            "op1", photo,
        ])
        return String(out.prefix(64))
    }

    func export(_ name: String, _ hash: String) throws -> Data {
        let out = path("out-\(name)-\(hash.prefix(6))")
        let arguments = ["attachments", "export", "--store", path(name), hash, "--out", out]
        _ = name == "hub" ? try hub(arguments) : try edge(arguments)
        return try Data(contentsOf: URL(fileURLWithPath: out))
    }
}

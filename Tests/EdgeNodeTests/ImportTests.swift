import ChangeStore
import Foundation
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Importing residents from a spreadsheet")
struct Imports {
    private static let head = "NIK;Nama Lengkap;JK;Tgl Lahir;SHDK;No KK;Dusun\n"
    private static let family =
        "5202010101010001;Ahmad;L;01-01-2001;Kepala keluarga;5202010101010009;Timuk\r\n"
        + ";Siti;P;2/3/2003;Istri;5202010101010009;Timuk\r\n"

    private func run(
        _ text: String, _ sample: SampleOffice, map: [String: String] = [:], dry: Bool = false
    ) throws -> ResidentImport.Report {
        let path = sample.directory + "/list.csv"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try ResidentImport(node: sample.node, path: path, mapping: map)
            .run(by: Author("op1", .operator), isDryRun: dry)
    }

    private func count(_ sample: SampleOffice, _ table: String) throws -> Int64? {
        try sample.node.store.query("SELECT count(*) FROM \(table)").rows[0][0].integer
    }

    @Test("One transaction a household; the same file again adds nothing, NIK or not")
    func twice() throws {
        let sample = try SampleOffice()
        let first = try run("\u{FEFF}" + Self.head + Self.family, sample)
        #expect(first.problems.isEmpty && first.residents == 2 && first.households == 1)
        let again = try run(Self.head + Self.family, sample)
        #expect(again.alreadyThere == 2 && again.residents == 0)
        #expect(try count(sample, "resident") == 2)
        let row = try sample.node.store.query(
            "SELECT birth_date, sex, relationship FROM resident WHERE name = 'Siti'"
        ).rows
        #expect(row == [["2003-03-02", "female", "wife"]])
    }

    @Test("A dry run judges and records nothing")
    func dryRun() throws {
        let sample = try SampleOffice()
        #expect(try run(Self.head + Self.family, sample, dry: true).residents == 2)
        #expect(try count(sample, "resident") == 0)
    }

    @Test("Every bad line is named, also after a cell that spans lines, and nothing is recorded")
    func badLines() throws {
        let sample = try SampleOffice()
        let report = try run(
            Self.head + Self.family
                + "5202010101010002;\"Baiq\nRohani\";P;;Anak;;\n"
                + "5202047203880002;Ani;P;;;;\n"
                + "5202010101010001;Ahmad;L;;;;\n"
                + ";;L;;;;\n"
                + ";Budi;X;;;;\n"
                + ";Budi;L;31-02-2001;;;\n"
                + ";Budi;L;;;;Timuk;too many\n", sample)
        #expect(report.problems.map(\.line) == [6, 7, 8, 9, 10, 11])
        #expect(try count(sample, "resident") == 0)
    }

    @Test("A map names columns that have other headers, and its mistakes are told")
    func mapping() throws {
        let sample = try SampleOffice()
        let text = "Siapa;Kelamin\nAhmad;L\n"
        #expect(throws: ImportFault.self) { try run(text, sample) }
        #expect(try run(text, sample, map: ["Siapa": "name"]).residents == 1)
        #expect(throws: ImportFault.self) { try run(text, sample, map: ["Siapa": "nama_saya"]) }
        #expect(throws: ImportFault.self) { try run(text, sample, map: ["Apa": "name"]) }
    }

    @Test("A quotation mark that is never closed would swallow people, so it is named")
    func openQuote() throws {
        let sample = try SampleOffice()
        #expect {
            try run("Nama,Alamat\nA1,\"Jl 1\"\nA2,\"Jl 2\nA3,Jl 3\n", sample)
        } throws: {
            String(describing: $0).contains("line 3")
        }
        #expect(try count(sample, "resident") == 0)
    }

    @Test("Empty files and files that are not text are refused")
    func empty() throws {
        let sample = try SampleOffice()
        #expect(throws: ImportFault.self) { try run(Self.head, sample) }
        #expect(throws: (any Error).self) { try run("", sample) }
    }
}

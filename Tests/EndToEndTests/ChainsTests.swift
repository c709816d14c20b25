import Foundation
import Testing

/// What crosses offices, with the programs as people and IT use them.
@Suite("People, numbers and hamlets that cross offices")
struct CrossingOffices {
    static let kuta = "52.02.04.2009"
    static let sengkol = "52.02.04.2001"
    static let ubung = "52.02.02.2002"

    static let head = "5202041910800001"
    static let wife = "5202046307870002"

    /// A family of Kuta as its office imports it, and others who stay.
    private static let register = """
        nama,nik,jenis kelamin,tanggal lahir,nama ibu,hubungan keluarga,nomor kk,dusun
        Lalu Bakri,\(head),L,1980-10-19,Inaq Sumi,Kepala keluarga,5202040101100001,Mawun
        Jamilah,\(wife),P,1987-07-23,Inaq Rauhun,Istri,5202040101100001,Mawun
        Amaq Rizal,5202040303750003,L,1975-03-03,Inaq Ripah,Kepala keluarga,5202040101100002,Mong
        """

    private func lab(_ offices: [String: String]) throws -> Lab {
        let lab = try Lab(office: Self.kuta)
        try lab.startHub()
        for (name, office) in offices.sorted(by: { $0.key < $1.key }) {
            try lab.addPC(name, device: name.hasSuffix("2") ? 2 : 1, office: office)
        }
        return lab
    }

    private func importRegister(_ lab: Lab, _ name: String, _ text: String) throws {
        let file = lab.path(name + ".csv")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try lab.edge(["import", "residents", "--store", lab.path(name), file])
    }

    private func sync(_ lab: Lab, _ names: String...) throws {
        for name in names { try lab.edge(["sync", "--store", lab.path(name)]) }
    }

    private func rows(_ lab: Lab, _ name: String, _ sql: String) throws -> [[String: Any]] {
        let program: Program = name == "hub" ? .synchub : .edgenode
        let result = try program.run(["query", "--store", lab.path(name), sql, "--json"])
        return try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [[String: Any]]
            ?? []
    }

    private func values(_ lab: Lab, _ name: String, _ sql: String) throws -> [String] {
        try rows(lab, name, sql).map { row in
            row.sorted { $0.key < $1.key }.map { "\($0.value)" }.joined(separator: " ")
        }
    }

    /// Who counts somewhere, seen from the centre.
    private func counted(_ lab: Lab, _ nik: String) throws -> [String] {
        try values(
            lab, "hub",
            """
            SELECT s.code AS code FROM resident r JOIN scope s ON s.id = r.scope
            WHERE r.nik = '\(nik)' AND r.vital_status = 'alive'
            """)
    }

    private func arrival(_ lab: Lab, _ name: String) throws -> String {
        let out = try lab.edge(["transfers", "list", "--store", lab.path(name), "--json"])
        let list =
            try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [[String: Any]] ?? []
        return try #require(list.first?["transfer"] as? String)
    }

    private func accept(_ lab: Lab, _ name: String) throws {
        try lab.edge([
            "transfers", "accept", "--store", lab.path(name), try arrival(lab, name), "--hamlet",
            "Gerupuk", "--by", "op", "--on", "2026-11-20", "--confirmed",
        ])
    }

    private func send(_ lab: Lab, _ name: String, to office: String) throws {
        try lab.edge([
            "transfers", "send", "--store", lab.path(name), "--nik", Self.head, "--family", "--to",
            office, "--on", "2026-11-20", "--by", "op",
        ])
    }

    @Test("A family moves from Kuta to Sengkol and is counted once")
    func familyMoves() throws {
        let lab = try lab(["kuta": Self.kuta, "sengkol": Self.sengkol])
        try importRegister(lab, "kuta", Self.register)
        try send(lab, "kuta", to: Self.sengkol)
        try sync(lab, "kuta", "sengkol")
        // On the way: still people of Kuta, and Sengkol knows of nobody else there.
        for nik in [Self.head, Self.wife] { #expect(try counted(lab, nik) == [Self.kuta]) }
        #expect(try lab.number("sengkol", "SELECT count(*) FROM transfer") == 2)
        #expect(
            try lab.number(
                "sengkol", "SELECT count(*) FROM resident WHERE nik LIKE '52020403%'") == 0)
        #expect(
            try lab.number("sengkol", "SELECT count(*) FROM scope WHERE code = '\(Self.kuta)'") == 0
        )
        try accept(lab, "sengkol")
        try sync(lab, "sengkol", "kuta")
        for nik in [Self.head, Self.wife] { #expect(try counted(lab, nik) == [Self.sengkol]) }
        #expect(
            try lab.number("kuta", "SELECT count(*) FROM resident WHERE vital_status = 'alive'")
                == 1
        )
        #expect(
            try values(lab, "kuta", "SELECT DISTINCT state FROM transfer") == ["accepted"])
        #expect(
            try values(lab, "kuta", "SELECT status FROM household ORDER BY status")
                == ["active", "moved"])
        #expect(
            try values(lab, "kuta", "SELECT DISTINCT state FROM vital_event") == ["registered"])
        // Nothing more is due, whoever calls, and everybody agrees.
        let changes = try lab.number("hub", "SELECT count(*) FROM changeset")
        lab.killHub()
        try lab.startHub()
        try sync(lab, "kuta", "sengkol")
        #expect(try lab.number("hub", "SELECT count(*) FROM changeset") == changes)
        for (name, office) in [("kuta", Self.kuta), ("sengkol", Self.sengkol)] {
            #expect(
                try lab.edge(["digest", "--store", lab.path(name), "--scope", office])
                    == lab.hub(["digest", "--store", lab.path("hub"), "--scope", office]))
        }
    }

    @Test("A family is refused by Sengkol and stays in Kuta, which reads why")
    func refused() throws {
        let lab = try lab(["kuta": Self.kuta, "sengkol": Self.sengkol])
        try importRegister(lab, "kuta", Self.register)
        try send(lab, "kuta", to: Self.sengkol)
        try sync(lab, "kuta", "sengkol")
        try lab.edge([
            "transfers", "refuse", "--store", lab.path("sengkol"), try arrival(lab, "sengkol"),
            "--reason", "tidak pernah datang", "--by", "op",
        ])
        try sync(lab, "sengkol", "kuta", "sengkol")
        #expect(try counted(lab, Self.head) == [Self.kuta])
        #expect(
            try values(lab, "kuta", "SELECT DISTINCT state, note FROM transfer")
                == ["tidak pernah datang returned"])
        #expect(
            try lab.number("sengkol", "SELECT count(*) FROM transfer WHERE person IS NOT NULL")
                == 0)
        // They may be sent again.
        try send(lab, "kuta", to: Self.sengkol)
        try sync(lab, "kuta", "sengkol")
        try accept(lab, "sengkol")
        try sync(lab, "sengkol", "kuta")
        #expect(try counted(lab, Self.head) == [Self.sengkol])
    }

    @Test("A resident is sent to two villages at once")
    func twoVillages() throws {
        let lab = try lab([
            "kuta": Self.kuta, "kuta2": Self.kuta, "sengkol": Self.sengkol, "ubung": Self.ubung,
        ])
        try importRegister(lab, "kuta", Self.register)
        try sync(lab, "kuta", "kuta2")
        try send(lab, "kuta", to: Self.sengkol)
        try send(lab, "kuta2", to: Self.ubung)
        try sync(lab, "kuta", "kuta2", "sengkol", "ubung")
        try accept(lab, "sengkol")
        try accept(lab, "ubung")
        try sync(lab, "sengkol", "ubung", "kuta", "sengkol", "ubung")
        #expect(try counted(lab, Self.head) == [Self.sengkol])
        #expect(
            try values(lab, "ubung", "SELECT DISTINCT state FROM transfer") == ["suspended"])
        let out = try lab.hub(["transfers", "list", "--store", lab.path("hub"), "--json"])
        let list =
            try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [[String: Any]] ?? []
        let waiting = list.filter { $0["state"] as? String == "suspended" }
        #expect(waiting.count == 2)
        for line in waiting {
            try lab.hub([
                "transfers", "decide", "--store", lab.path("hub"),
                try #require(line["transfer"] as? String), "--return", "--by", "dukcapil",
            ])
        }
        try sync(lab, "ubung", "kuta", "kuta2")
        #expect(try counted(lab, Self.head) == [Self.sengkol])
        #expect(
            try values(lab, "kuta2", "SELECT DISTINCT state FROM transfer ORDER BY state")
                == ["accepted", "returned"])
        #expect(try values(lab, "ubung", "SELECT DISTINCT state FROM transfer") == ["returned"])
        let again = try Program.synchub.run([
            "transfers", "decide", "--store", lab.path("hub"),
            try #require(waiting[0]["transfer"] as? String), "--return", "--by", "dukcapil",
        ])
        #expect(again.status == 1)
        #expect(again.err.contains("synchub transfers list"))
    }

    @Test("Two villages register one NIK")
    func oneNIK() throws {
        let lab = try lab(["kuta": Self.kuta, "sengkol": Self.sengkol])
        try importRegister(lab, "kuta", Self.register)
        try importRegister(
            lab, "sengkol",
            """
            nama,nik,jenis kelamin,tanggal lahir,nama ibu,hubungan keluarga,nomor kk,dusun
            Lalu Bakrie,\(Self.head),L,1980-10-19,Inaq Sumi,Kepala keluarga,5202040101100009,Gerupuk
            """)
        try sync(lab, "kuta", "sengkol", "kuta", "sengkol")
        for (name, other) in [("kuta", "Sengkol"), ("sengkol", "Kuta")] {
            let found = try values(lab, name, "SELECT detail, state FROM finding")
            #expect(found.count == 1)
            #expect(found[0].hasPrefix(other + " (52.02.") && found[0].hasSuffix(" open"))
            #expect(
                try lab.number(name, "SELECT count(*) FROM resident WHERE nik = '\(Self.head)'")
                    == 1
            )
        }
        let list = try lab.hub(["registry", "list", "--store", lab.path("hub")])
        #expect(list.contains(Self.head) && list.contains("waits for a decision"))
        let wrong = try Program.synchub.run([
            "registry", "decide", "--store", lab.path("hub"), "--nik", Self.head, "--same",
            "--lives-at", Self.ubung, "--reason", "x", "--by", "dukcapil",
        ])
        #expect(wrong.status == 1 && wrong.err.contains(Self.kuta))
        try lab.hub([
            "registry", "decide", "--store", lab.path("hub"), "--nik", Self.head, "--same",
            "--lives-at", Self.sengkol, "--reason", "pindah tanpa surat", "--by", "dukcapil",
        ])
        try sync(lab, "kuta", "sengkol")
        for name in ["kuta", "sengkol"] {
            #expect(
                try values(lab, name, "SELECT kind, reason FROM resident_link") == [
                    "same pindah tanpa surat"
                ])
        }
        // Nothing is overwritten until the village says so, with one click.
        #expect(
            try values(
                lab, "kuta", "SELECT vital_status FROM resident WHERE nik = '\(Self.head)'")
                == ["alive"])
        let proposals = try lab.edge(["proposals", "list", "--store", lab.path("kuta")])
        let id = try #require(proposals.split(separator: "\t").first)
        try lab.edge([
            "proposals", "accept", "--store", lab.path("kuta"), String(id), "--by", "op",
        ])
        try sync(lab, "kuta", "sengkol", "kuta")
        #expect(try counted(lab, Self.head) == [Self.sengkol])
        for name in ["kuta", "sengkol"] {
            #expect(try values(lab, name, "SELECT state FROM finding") == ["resolved"])
        }
    }

    @Test("Civil registry proposes another name; the village accepts it with one click")
    func proposal() throws {
        let lab = try lab(["kuta": Self.kuta])
        try importRegister(lab, "kuta", Self.register)
        try sync(lab, "kuta")
        try lab.hub([
            "registry", "propose", "--store", lab.path("hub"), "--office", Self.kuta, "--nik",
            Self.head, "--set", "name=Lalu Bakri Ahmad", "--by", "dukcapil",
        ])
        try sync(lab, "kuta")
        let name = "SELECT name, nik_status FROM resident WHERE nik = '\(Self.head)'"
        #expect(try values(lab, "kuta", name).first?.hasPrefix("Lalu Bakri ") == true)
        #expect(try values(lab, "kuta", name).first?.contains("Ahmad") == false)
        let list = try lab.edge(["proposals", "list", "--store", lab.path("kuta")])
        try lab.edge([
            "proposals", "accept", "--store", lab.path("kuta"),
            String(try #require(list.split(separator: "\t").first)), "--by", "op",
        ])
        #expect(try values(lab, "kuta", name) == ["Lalu Bakri Ahmad matched"])
        try sync(lab, "kuta")
        #expect(try values(lab, "hub", "SELECT state FROM registry_match") == ["accepted"])
    }

    @Test("A village is split by hamlet")
    func split() throws {
        let lab = try lab(["kuta": Self.kuta])
        try importRegister(lab, "kuta", Self.register)
        try sync(lab, "kuta")
        let new = "52.02.04.2019"
        let arguments = [
            "split", "--store", lab.path("hub"), "--from", Self.kuta, "--to", new, "--hamlets",
            "Mawun", "--on", "2026-12-01",
        ]
        let nameless = try Program.synchub.run(arguments)
        #expect(nameless.status == 1 && nameless.err.contains("--name"))
        for _ in 0..<2 { try lab.hub(arguments + ["--name", "Mawun"]) }
        #expect(
            try lab.hub(arguments + ["--name", "Mawun"]).contains("moved 0 households"))
        try lab.addPC("mawun", device: 1, office: new)
        try sync(lab, "kuta", "mawun")
        for nik in [Self.head, Self.wife] { #expect(try counted(lab, nik) == [new]) }
        #expect(try lab.number("mawun", "SELECT count(*) FROM resident") == 2)
        #expect(try values(lab, "mawun", "SELECT hamlet FROM household") == ["Mawun"])
        #expect(try lab.number("kuta", "SELECT count(*) FROM resident") == 3)
        #expect(
            try lab.number("kuta", "SELECT count(*) FROM resident WHERE vital_status = 'alive'")
                == 1
        )
        #expect(
            try values(
                lab, "kuta",
                "SELECT name, split_from, valid_from FROM region WHERE code = '\(new)'")
                == ["Mawun \(Self.kuta) 2026-12-01"])
        // The new office works on with its people.
        try lab.edge([
            "correct", "--store", lab.path("mawun"), "--nik", Self.wife, "--set",
            "occupation=Penenun", "--by", "op",
        ])
        try sync(lab, "mawun")
        #expect(
            try lab.number("hub", "SELECT count(*) FROM resident WHERE occupation = 'Penenun'") == 1
        )
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }
}

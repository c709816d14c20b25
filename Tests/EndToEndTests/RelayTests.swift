import Crypto
import Foundation
import GRDB
import Testing

/// Alters one changeset in a store as whoever owns the machine could: the log, and the hash chain
/// so that it fits.
enum Forger {
    static func alter(_ folder: String, from: String, to: String) throws {
        let queue = try DatabaseQueue(path: folder + "/edge.sqlite")
        try queue.write { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM changeset ORDER BY position")
            let target = try #require(
                rows.first { ($0["body"] as Data).range(of: Data(from.utf8)) != nil })
            var chain = Data(count: 32)
            for row in rows
            where row["scope"] as Int64 == target["scope"]
                && row["replica"] as Int64 == target["replica"]
            {
                var body: Data = row["body"]
                if let range = body.range(of: Data(from.utf8)) {
                    body.replaceSubrange(range, with: Data(to.utf8))
                }
                try db.execute(
                    sql: "UPDATE changeset SET body = ?, past = ? WHERE position = ?",
                    arguments: [
                        body, chain.prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) },
                        row["position"] as Int64,
                    ])
                chain = Data(SHA256.hash(data: chain + body))
            }
            try db.execute(
                sql: "UPDATE scope_vector SET chain = ? WHERE scope = ? AND replica = ?",
                arguments: [chain, target["scope"] as Int64, target["replica"] as Int64])
        }
        try queue.close()
    }
}

extension Lab {
    func addRelay(_ name: String, district: String) throws {
        let file = path(name + ".json")
        try hub([
            "enrol", "--store", path("hub"), "--relay", "--district", district, "--out", file,
        ])
        try edge(["init", "--store", path(name), "--enrolment", file])
    }
}

@Suite("A district's relay carries its villages")
struct Relays {
    private static let villages = [
        "v1": "52.02.04.2009", "v2": "52.02.04.2001", "v3": "52.02.04.2003",
    ]

    /// A relay and a PC in each of three villages, all of which the centre has told of each other.
    private func lab() throws -> Lab {
        let lab = try Lab(office: "52.02.04.2009")
        try lab.startHub()
        try lab.addRelay("relay", district: "52.02.04")
        for (pc, office) in Self.villages { try lab.addPC(pc, device: 1, office: office) }
        let all = ["relay"] + Self.villages.keys.sorted()
        for pc in all + all { try lab.sync(pc) }
        return lab
    }

    @Test("The district node brings the changes of three villages to the centre")
    func threeVillages() throws {
        let lab = try lab()
        try lab.addPC("v1b", device: 2, office: "52.02.04.2009")
        for pc in ["v1b", "relay", "v1"] { try lab.sync(pc) }
        lab.killHub()
        var all: Set<String> = []
        do {
            let relay = try ServingPC(lab, "relay")
            for pc in Self.villages.keys {
                try lab.register(pc, ["Amaq \(pc)", "Inaq \(pc)"])
                all.formUnion(["Amaq \(pc)", "Inaq \(pc)"])
                let met = try lab.sync(pc, with: relay)
                #expect(met.sentChanges == 2 && met.notices == [], "\(pc): \(met)")
                #expect(try lab.sync(pc, with: relay).rounds == 1)
                // The centre has not got it: that is not taken for received.
                #expect(try lab.status(pc).pending == 2)
            }
            // The other PC of the village has it from the relay, under its author's signature.
            #expect(try lab.sync("v1b", with: relay).receivedChanges == 2)
        }
        #expect(try lab.status("relay").pending == 6)
        try lab.startHub()
        let carried = try lab.sync("relay")
        #expect(carried.sentChanges == 6 && carried.receivedChanges == 0)
        #expect(try lab.status("relay").pending == 0)
        #expect(try lab.names("hub") == all)
        for (pc, office) in Self.villages {
            let digest = try lab.edge(["digest", "--store", lab.path(pc), "--scope", office])
            #expect(
                try lab.hub(["digest", "--store", lab.path("hub"), "--scope", office]) == digest)
            #expect(
                try lab.edge(["digest", "--store", lab.path("relay"), "--scope", office]) == digest)
            // No village has a row, or even the name, of another.
            #expect(try lab.names(pc) == ["Amaq \(pc)", "Inaq \(pc)"])
            #expect(
                try lab.number(pc, "SELECT count(*) FROM scope WHERE code LIKE '52.02.04.%'") == 1)
            // Its own call brings the confirmation, and sends nothing a second time.
            let direct = try lab.sync(pc)
            #expect(direct.sentChanges == 0)
            #expect(try lab.status(pc).pending == 0)
        }
        // The other way: what one PC of a village sent straight to the centre reaches the other.
        try lab.register("v1b", ["Papuk Balik"])
        for pc in ["v1b", "relay"] { try lab.sync(pc) }
        lab.killHub()
        let relay = try ServingPC(lab, "relay")
        let met = try lab.sync("v1", with: relay)
        #expect(met.receivedChanges == 1 && met.notices == [], "\(met)")
        #expect(try lab.names("v1").contains("Papuk Balik"))
    }

    @Test("A relay that alters a village's change is found out")
    func altered() throws {
        let lab = try lab()
        try lab.addPC("v1b", device: 2)
        for pc in ["v1b", "relay", "v1"] { try lab.sync(pc) }
        try lab.register("v1", ["Amaq Jujur"])
        do {
            let relay = try ServingPC(lab, "relay")
            lab.killHub()
            try lab.sync("v1", with: relay)
        }
        try Forger.alter(lab.path("relay"), from: "Amaq Jujur", to: "Amaq Jahat")
        do {
            let relay = try ServingPC(lab, "relay")
            let met = try lab.sync("v1b", with: relay)
            #expect(met.receivedChanges == 0)
            #expect(met.notices.contains { $0.contains("is not what its author signed") })
        }
        try lab.startHub()
        let refused = try Program.edgenode.run(["sync", "--store", lab.path("relay")])
        #expect(refused.status == 1 && refused.err.contains("tell central IT"))
        #expect(try lab.names("hub") == [])
        let status = try lab.hub(["status", "--store", lab.path("hub")])
        #expect(status.contains("tidak sama dengan yang ditandatangani desa"))
        // The village's own call brings what it wrote.
        try lab.sync("v1")
        try lab.sync("v1b")
        #expect(try lab.names("hub") == ["Amaq Jujur"])
        #expect(try lab.names("v1b") == ["Amaq Jujur"])
        #expect(try lab.number("hub", "SELECT count(*) FROM rejected") == 0)
    }

    @Test("The district's line is down, too: what the relay holds goes to the centre on a stick")
    func stick() throws {
        let lab = try lab()
        try lab.register("v1", ["Amaq Tongkat"])
        lab.killHub()
        do {
            let relay = try ServingPC(lab, "relay")
            try lab.sync("v1", with: relay)
        }
        let (out, back) = (lab.path("relay.trasne"), lab.path("back.trasne"))
        try lab.edge(["export-bundle", "--store", lab.path("relay"), "--out", out])
        try lab.hub(["import-bundle", "--store", lab.path("hub"), out])
        #expect(try lab.names("hub") == ["Amaq Tongkat"])
        let number = try lab.number("relay", "SELECT value FROM store_info WHERE key = 'replica'")
        try lab.hub([
            "export-bundle", "--store", lab.path("hub"), "--replica", "\(number)", "--out", back,
        ])
        try lab.edge(["import-bundle", "--store", lab.path("relay"), back])
        #expect(try lab.status("relay").pending == 0)
    }

    @Test("A relay's file is made for a district only")
    func enrolment() throws {
        let lab = try Lab()
        for arguments in [
            ["--relay", "--district", "52.02.04.2009"], ["--relay", "--office", "52.02.04.2009"],
            ["--district", "52.02.04"], ["--relay", "--district", "52.03.01"],
        ] {
            let file = lab.path("no.json")
            let result = try Program.synchub.run(
                ["enrol", "--store", lab.path("hub"), "--out", file] + arguments)
            #expect(result.status != 0 && !result.err.isEmpty, "\(arguments)")
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }
}

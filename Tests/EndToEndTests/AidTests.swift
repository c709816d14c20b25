import Foundation
import Testing

/// Posts that hand out aid while they cannot see each other.
@Suite("Aid is handed out at two posts")
struct AidAtTwoPosts {
    /// Twelve households are entitled to ten packets each; two PCs know them.
    private func lab() throws -> Lab {
        let lab = try Lab()
        try lab.startHub()
        for device in 1...2 { try lab.addPC("pc\(device)", device: device) }
        let puts = (1...12).map { number in
            """
            {"put":"household","id":"h\(number)","set":{"hamlet":"Timuk","status":"active"}},\
            {"put":"aid_entitlement","id":"e\(number)","set":{"program":"LANSIA",\
            "period":"2026-11","household":{"ref":"h\(number)"},"quantity":10,"state":"decreed"}}
            """
        }
        let trace = lab.path("entitled.jsonl")
        try """
        {"n":1,"at":"2026-09-01T01:00:00Z","office":"\(lab.office)","device":1,"by":"op1",\
        "intent":"aid.entitle","ops":[\(puts.joined(separator: ","))]}

        """.write(toFile: trace, atomically: true, encoding: .utf8)
        try lab.edge(["replay", "--store", lab.path("pc1"), trace])
        try sync(lab, "pc1", "pc2")
        return lab
    }

    private func sync(_ lab: Lab, _ pcs: String...) throws {
        for pc in pcs { try lab.edge(["sync", "--store", lab.path(pc)]) }
    }

    private func allot(_ lab: Lab, _ post: Int, _ quantity: Int) throws {
        try lab.hub([
            "aid", "allot", "--store", lab.path("hub"), "--office", lab.office, "--post", "\(post)",
            "--program", "LANSIA",
            "--period", "2026-11", "--quantity", "\(quantity)", "--by", "dinsos",
        ])
    }

    private func waiting(_ lab: Lab, _ pc: String) throws -> [String] {
        try lab.edge(["aid", "list", "--store", lab.path(pc)]).split(separator: "\n").map {
            String($0.prefix { $0 != "\t" })
        }
    }

    private func handOut(
        _ lab: Lab, _ pc: String, _ name: String, _ more: String...
    ) throws -> Program.Result {
        try Program.edgenode.run(
            ["aid", "hand-out", "--store", lab.path(pc), name, "--by", "kasi"] + more)
    }

    private struct Listing: Decodable {
        struct Share: Decodable {
            var replica: Int
            var allotted: Int
            var taken: Int
            var handedOut: Int
            var beyond: Int
            var left: Int
        }

        struct Twice: Decodable { var deliveries: [String] }

        var shares: [Share]
        var doubles: [Twice]

        func share(_ replica: Int) throws -> Share {
            try #require(shares.first { $0.replica == replica })
        }
    }

    private func shares(_ lab: Lab, _ store: String) throws -> Listing {
        let out =
            store == "hub"
            ? try lab.hub([
                "aid", "shares", "--store", lab.path("hub"), "--office", lab.office, "--json",
            ])
            : try lab.edge(["aid", "shares", "--store", lab.path(store), "--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Listing.self, from: Data(out.utf8))
    }

    @Test("Two posts cut off from each other never hand out more than was allotted")
    func cutOff() throws {
        let lab = try lab()
        let (one, two) = (try lab.replica("pc1"), try lab.replica("pc2"))
        try allot(lab, one, 30)
        try allot(lab, two, 20)
        try sync(lab, "pc1", "pc2")
        // Neither meets the hub any more. Both go through the same list.
        var handed = 0
        for pc in ["pc1", "pc2"] {
            for name in try waiting(lab, pc) {
                let result = try handOut(lab, pc, name)
                if result.status == 0 { handed += 1 } else { #expect(result.err.contains("share")) }
            }
        }
        #expect(handed == 5)
        // In a flood the post goes on, and says why.
        let last = try #require(try waiting(lab, "pc1").last)
        #expect(
            try handOut(lab, "pc1", last, "--override-reason", "banjir di Pujut").status == 0)
        try sync(lab, "pc1", "pc2", "pc1")
        for store in ["hub", "pc1", "pc2"] {
            let listing = try shares(lab, store)
            #expect(try listing.share(one).handedOut == 30)
            #expect(try listing.share(one).beyond == 10)
            #expect(try listing.share(two).handedOut == 20)
            #expect(listing.shares.allSatisfy { $0.left == 0 })
            // Whom both gave to is seen at each of them.
            #expect(listing.doubles.allSatisfy { $0.deliveries.count == 2 })
            #expect(listing.doubles.count == 2)
        }
    }

    @Test("A post passes on what it does not need, and the share of a broken PC is taken over")
    func passedOn() throws {
        let lab = try lab()
        let (one, two) = (try lab.replica("pc1"), try lab.replica("pc2"))
        try allot(lab, one, 30)
        try sync(lab, "pc1")
        try lab.edge([
            "aid", "pass", "--store", lab.path("pc1"), "--program", "LANSIA", "--period", "2026-11",
            "--to", "\(two)", "--quantity", "20", "--by", "kasi",
        ])
        let name = try #require(try waiting(lab, "pc2").first)
        #expect(try handOut(lab, "pc2", name).status != 0, "it has not arrived yet")
        let mine = try waiting(lab, "pc1")
        #expect(try handOut(lab, "pc1", mine[0]).status == 0)
        #expect(try handOut(lab, "pc1", mine[1]).status != 0, "it was passed on")
        try sync(lab, "pc1", "pc2")
        #expect(try handOut(lab, "pc2", mine[1]).status == 0)
        try sync(lab, "pc2")
        #expect(try shares(lab, "hub").share(two).left == 10)

        // The second PC breaks. Nobody takes its share while it may still hand out.
        let recover = [
            "aid", "recover", "--store", lab.path("hub"), "--office", lab.office, "--from",
            "\(two)", "--to", "\(one)", "--reason", "komputer rusak", "--by", "dinsos",
        ]
        let early = try Program.synchub.run(recover)
        #expect(early.status != 0)
        #expect(early.err.contains("retire it first"))
        try lab.hub(["retire", "--store", lab.path("hub"), "\(two)"])
        try lab.hub(recover)
        try sync(lab, "pc1")
        #expect(try handOut(lab, "pc1", mine[2]).status == 0)
        let listing = try shares(lab, "pc1")
        #expect(listing.shares.map(\.left).reduce(0, +) == 0)
        #expect(try listing.share(one).taken == 10)
        let again = try Program.synchub.run(recover)
        #expect(again.err.contains("nothing left"))
    }

    @Test("What cannot be allotted is refused with what to do")
    func refused() throws {
        let lab = try lab()
        let one = try lab.replica("pc1")
        func refused(_ changed: [String: String]) throws -> String {
            var options = [
                "--office": lab.office, "--post": "\(one)", "--program": "LANSIA",
                "--period": "2026-11", "--quantity": "10", "--by": "dinsos",
            ]
            options.merge(changed) { $1 }
            let result = try Program.synchub.run(
                ["aid", "allot", "--store", lab.path("hub")]
                    + options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
            #expect(result.status != 0)
            return result.err
        }
        #expect(try refused(["--post": "77"]).contains("synchub replicas"))
        #expect(try refused(["--program": "sembako"]).contains("no aid programme"))
        #expect(try refused(["--quantity": "0"]).contains("from 1 to"))
        #expect(try shares(lab, "hub").shares.isEmpty)
    }
}

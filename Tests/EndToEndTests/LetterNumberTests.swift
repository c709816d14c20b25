import Foundation
import Testing

@Suite("Letter numbers without a line")
struct LetterNumberTests {
    private struct Stock: Decodable {
        let letterNumbers: Int
        let letterNumbersNextYear: Int
    }

    private func stock(_ lab: Lab, _ pc: String) throws -> [Int] {
        let status = try lab.edge(["status", "--store", lab.path(pc), "--json"])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let found = try decoder.decode(Stock.self, from: Data(status.utf8))
        return [found.letterNumbers, found.letterNumbersNextYear]
    }

    @Test(
        "The numbers run low while the line is dead: the PC says so, and the next sync refills it")
    func runsLow() throws {
        let lab = try Lab()
        try lab.addPC("e1", device: 1)
        try lab.addPC("e2", device: 2)
        #expect(try stock(lab, "e1") == [0, 0])
        try lab.startHub()
        for pc in ["e1", "e2"] { try lab.edge(["sync", "--store", lab.path(pc)]) }
        // Next year's are there before the year begins.
        #expect(try stock(lab, "e1") == [500, 500])
        lab.killHub()

        let year = try lab.number("e1", "SELECT min(year) FROM number_grant")
        let first = try lab.number("e1", "SELECT min(first) FROM number_grant")
        let trace = lab.path("letters.jsonl")
        try """
        {"n":1,"at":"2026-09-01T01:00:00Z","office":"\(lab.office)","device":1,"by":"op1",\
        "intent":"letter.sign","ops":[{"put":"number_lease","id":"nl1","set":{"series":"UMUM",\
        "year":\(year),"replica":"\(try lab.replica("e1"))","first":\(first),\
        "last":\(first + 499),"next":\(first + 460)}}]}

        """.write(toFile: trace, atomically: true, encoding: .utf8)
        try lab.edge(["replay", "--store", lab.path("e1"), trace])
        #expect(try stock(lab, "e1") == [40, 500])
        #expect(
            try lab.edge(["status", "--store", lab.path("e1")]).contains("before they run out"))

        try lab.startHub()
        try lab.edge(["sync", "--store", lab.path("e1")])
        #expect(try stock(lab, "e1") == [540, 500])
        #expect(
            try !lab.edge(["status", "--store", lab.path("e1")]).contains("before they run out"))
        #expect(
            try lab.number(
                "hub",
                """
                SELECT count(*) FROM number_grant a JOIN number_grant b ON a.office = b.office
                AND a.year = b.year AND a.first < b.first AND b.first <= a.last
                """) == 0)
    }
}

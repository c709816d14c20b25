import Models
import Testing

struct NumberFormatTests {
    private func parts(_ number: Int) throws -> NumberFormat.Parts {
        NumberFormat.Parts(
            type: "PGT", series: "UMUM", classification: "140", number: number,
            office: "52.02.05.2004", issuedOn: try #require(CivilDate(iso: "2026-09-01")))
    }

    @Test("The standard format gives the number that the offices print")
    func standard() throws {
        let format = try NumberFormat(NumberFormat.standard)
        #expect(format.render(try parts(481)) == "PGT/481/2004/IX/2026")
        #expect(format.render(try parts(7)) == "PGT/007/2004/IX/2026")
        #expect(format.render(try parts(12_345)) == "PGT/12345/2004/IX/2026")
    }

    @Test("Every placeholder is filled and other text is kept")
    func placeholders() throws {
        let format = try NumberFormat("No. [classification].[series]-[number]-[month]–[year] ✓")
        #expect(format.render(try parts(5)) == "No. 140.UMUM-5-09–2026 ✓")
    }

    @Test("A format that cannot work says why")
    func failures() {
        let cases: [(String, NumberFormat.Failure)] = [
            ("[type]/[year]", .numberMissing), ("", .numberMissing), ("🙏", .numberMissing),
            ("[number]/[desa]", .unknownPlaceholder("desa")), ("[]", .unknownPlaceholder("")),
            ("[Number]", .unknownPlaceholder("Number")), ("[number,0]", .badWidth("0")),
            ("[number,x]", .badWidth("x")), ("[number,٣]", .badWidth("٣")),
            ("[number,10]", .badWidth("10")), ("[number", .unbalancedBracket(offset: 0)),
            ("ab]", .unbalancedBracket(offset: 2)), ("[[number]]", .unbalancedBracket(offset: 1)),
            (String(repeating: "[", count: 101), .tooLong),
        ]
        for (text, failure) in cases {
            #expect(throws: failure, "\(text)") { try NumberFormat(text) }
        }
    }

    @Test("Twelve months have twelve Roman numerals")
    func roman() {
        #expect(
            (1...12).map(NumberFormat.roman(month:)).joined(separator: " ")
                == "I II III IV V VI VII VIII IX X XI XII")
    }

    @Test("Two numbers never look alike")
    func injective() throws {
        let format = try NumberFormat(NumberFormat.standard)
        var seen: Set<String> = []
        for number in 0..<3_000 { #expect(seen.insert(format.render(try parts(number))).inserted) }
    }
}

struct WorkingDaysTests {
    private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(iso: text)) }

    @Test("Weekends and holidays do not count")
    func vectors() throws {
        // 17 August 2026 is a Monday.
        let days = WorkingDays(holidays: [try day("2026-08-17")])
        #expect(days.adding(1, to: try day("2026-08-14")) == (try day("2026-08-18")))
        #expect(days.adding(3, to: try day("2026-08-13")) == (try day("2026-08-19")))
        #expect(days.adding(0, to: try day("2026-08-15")) == (try day("2026-08-15")))
        #expect(days.adding(-5, to: try day("2026-08-14")) == (try day("2026-08-14")))
        #expect(days.count(after: try day("2026-08-14"), through: try day("2026-08-18")) == 1)
        #expect(days.count(after: try day("2026-08-18"), through: try day("2026-08-14")) == 0)
        #expect(!days.isWorking(try day("2026-08-17")))
    }

    @Test("A deadline expires at closing time, as in the traces")
    func deadline() {
        // generate.py: received 2026-09-02 03:24:53Z, to be verified within three working days.
        #expect(
            WorkingDays().deadline(from: 1_788_319_493_000, workingDays: 3) == 1_788_766_200_000)
    }

    @Test("Counting is the inverse of adding")
    func inverse() throws {
        var generator = SeededGenerator(seed: 3)
        let base = try day("2026-01-01")
        for _ in 0..<500 {
            let holidays = (0..<20).map { _ in
                base.adding(days: Int.random(in: 0...400, using: &generator))
            }
            let days = WorkingDays(holidays: holidays)
            let start = base.adding(days: Int.random(in: 0...300, using: &generator))
            let count = Int.random(in: 1...60, using: &generator)
            let end = days.adding(count, to: start)
            #expect(days.isWorking(end))
            #expect(days.count(after: start, through: end) == count)
        }
    }

    @Test("A hostile number of days ends")
    func bounded() {
        #expect(WorkingDays().adding(.max, to: .last) == .last)
        #expect(WorkingDays().adding(.max, to: .first) < .last)
        #expect(WorkingDays().count(after: .first, through: .last) == WorkingDays.limit)
    }

    @Test("Births have 60 days and deaths 30, counted from the event")
    func reporting() throws {
        let limits = ReportingLimits()
        let event = try day("2026-01-31")
        #expect(limits.lastDay(kind: "birth", eventDate: event) == (try day("2026-04-01")))
        #expect(limits.lastDay(kind: "death", eventDate: event) == (try day("2026-03-02")))
        #expect(limits.lastDay(kind: "move_in", eventDate: event) == nil)
        #expect(
            limits.daysLate(kind: "death", eventDate: event, reportDate: try day("2026-03-02")) == 0
        )
        #expect(
            limits.daysLate(kind: "death", eventDate: event, reportDate: try day("2026-03-05")) == 3
        )
        #expect(
            ReportingLimits(birthDays: 90).daysLate(
                kind: "birth", eventDate: event, reportDate: try day("2026-04-02")) == 0)
    }
}

struct SatisfactionIndexTests {
    @Test("The vector of Permenpan 14/2017 gives 91.48, band A")
    func vector() throws {
        let index = try #require(
            SatisfactionIndex(totals: [105, 101, 100, 116, 102, 105, 106, 105, 115], count: 29))
        #expect(index.hundredths == 9_148)
        #expect(index.band == .a)
        #expect(index.text == "91,48")
        #expect(index.elementHundredths(3) == 400)
    }

    @Test("Without respondents there is no index")
    func empty() {
        #expect(SatisfactionIndex(totals: [Int](repeating: 0, count: 9), count: 0) == nil)
        #expect(SatisfactionIndex(responses: []) == nil)
        #expect(SatisfactionIndex(responses: [[5, 1, 1, 1, 1, 1, 1, 1, 1], [3]]) == nil)
        #expect(SatisfactionIndex(totals: [1, 2, 3], count: 1) == nil)
        #expect(SatisfactionIndex(totals: [Int](repeating: .max, count: 9), count: .max) == nil)
    }

    @Test("Bands begin where the regulation says")
    func bands() throws {
        // With n = 10 000 the hundredths can be hit exactly.
        func band(_ hundredths: Int) throws -> SatisfactionIndex.Band {
            let total = hundredths * 4
            let index = try #require(
                SatisfactionIndex(totals: [Int](repeating: total, count: 9), count: 10_000))
            #expect(index.hundredths == hundredths)
            return index.band
        }
        #expect(try band(2_500) == .d)
        #expect(try band(6_499) == .d)
        #expect(try band(6_500) == .c)
        #expect(try band(7_660) == .c)
        #expect(try band(7_661) == .b)
        #expect(try band(8_830) == .b)
        #expect(try band(8_831) == .a)
        #expect(try band(10_000) == .a)
    }

    @Test("The index stays within 25 and 100 and does not depend on the order of answers")
    func properties() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            var responses = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                (0..<9).map { _ in Int.random(in: 1...4, using: &generator) }
            }
            let index = try #require(SatisfactionIndex(responses: responses))
            #expect((2_500...10_000).contains(index.hundredths))
            responses.shuffle(using: &generator)
            #expect(SatisfactionIndex(responses: responses) == index)
        }
    }
}

struct RegionsTests {
    @Test("The regency has 12 districts, 142 villages and 12 urban villages")
    func counts() {
        #expect(Regions.all.count == 167)
        #expect(Regions.all.count { $0.kind == .district } == 12)
        #expect(Regions.all.count { $0.kind == .village } == 142)
        #expect(Regions.all.count { $0.kind == .urbanVillage } == 12)
        #expect(Regions.offices.count == 154)
    }

    @Test("Codes are sorted and unique, and every parent is known")
    func codes() throws {
        let codes = Regions.all.map(\.code)
        #expect(codes == codes.sorted() && Set(codes).count == codes.count)
        for region in Regions.all {
            #expect(Regions.region(code: region.code) == region)
            guard let parent = region.parent else {
                #expect(region.kind == .regency)
                continue
            }
            #expect(Regions.region(code: parent) != nil)
        }
        #expect(Regions.region(code: "52.02.99") == nil)
        for text in hostileTexts { #expect(Regions.region(code: text) == nil) }
    }

    @Test("Known places are where they should be")
    func places() throws {
        let praya = try #require(Regions.region(code: "52.02.01.1001"))
        #expect(praya.name == "Praya" && praya.kind == .urbanVillage && praya.parent == "52.02.01")
        #expect(praya.lat == -8.702 && praya.lon == 116.277)
        #expect(Regions.district(ofOffice: "52.02.04.2009")?.name == "Pujut")
        #expect(Regions.district(ofOffice: "52.02.04") == nil)
        let dadap = try #require(Regions.region(code: "52.02.04.2017"))
        #expect(dadap.lat == nil && dadap.validFrom?.year == 2022)
    }

    @Test("Fifteen villages were split off in 2022; the others have a position")
    func split() {
        #expect(Regions.all.count { $0.validFrom != nil } == 15)
        for region in Regions.all where region.validFrom == nil {
            #expect(region.lat != nil && region.lon != nil, "\(region.code)")
        }
    }
}

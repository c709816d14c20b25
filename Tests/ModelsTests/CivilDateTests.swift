import Models
import Testing

struct CivilDateTests {
    @Test("Known days have their known numbers and weekdays")
    func vectors() throws {
        let epoch = try #require(CivilDate(year: 1970, month: 1, day: 1))
        #expect(epoch.daysSinceEpoch == 0)
        #expect(epoch.weekday == .thursday)
        let day = try #require(CivilDate(iso: "2026-09-07"))
        #expect(day.daysSinceEpoch == 20_703)
        #expect(day.weekday == .monday)
        #expect(day.spoken == "7 September 2026")
        #expect(day.period == "2026-09")
        #expect(CivilDate(iso: "2000-02-29")?.daysSinceEpoch == 11_016)
        #expect(CivilDate(iso: "0001-01-01") == .first)
        #expect(CivilDate.first.daysSinceEpoch == -719_162)
        #expect(CivilDate.last.daysSinceEpoch == 2_932_896)
    }

    @Test("Days that do not exist are refused")
    func impossible() {
        for text in [
            "2026-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-04-31", "2026-01-00",
            "0000-01-01", "2026-1-01", "2026/01/01", "2026-01-01T", "٢٠٢٦-01-01", "20260-1-01",
            "-026-01-01",
        ] + hostileTexts {
            #expect(CivilDate(iso: text) == nil, "\(text.prefix(20))")
        }
    }

    @Test("Every day of eight hundred years comes back from its number, its text and its successor")
    func roundTrips() throws {
        var day = try #require(CivilDate(iso: "1599-12-31"))
        while day.year < 2400 {
            let next = day.adding(days: 1)
            #expect(next.daysSinceEpoch == day.daysSinceEpoch + 1)
            #expect(next > day)
            #expect(next.weekday.rawValue == day.weekday.rawValue % 7 + 1)
            if CivilDate(iso: next.iso) != next
                || CivilDate(daysSinceEpoch: next.daysSinceEpoch) != next
            {
                Issue.record("\(next)")
            }
            day = next
        }
    }

    @Test("Arithmetic stops at the ends of the calendar instead of trapping")
    func ends() {
        #expect(CivilDate.last.adding(days: 1) == .last)
        #expect(CivilDate.last.adding(days: .max) == .last)
        #expect(CivilDate.first.adding(days: .min) == .first)
        #expect(CivilDate(localDayOf: .max) == .last)
        #expect(CivilDate(localDayOf: .min) == .first)
    }

    @Test("An instant belongs to the day it has in Lombok")
    func instants() throws {
        // 2026-09-01T01:08:32Z is 09:08 in the office; 15:59 UTC is still the same day.
        #expect(CivilDate(localDayOf: 1_788_224_912_000).iso == "2026-09-01")
        let day = try #require(CivilDate(iso: "2026-09-01"))
        #expect(CivilDate(localDayOf: day.instant()) == day)
        #expect(CivilDate(localDayOf: day.instant() - 1) == day.adding(days: -1))
        #expect(day.instant(minuteOfDay: 8 * 60) % 86_400_000 == 0)
        #expect(CivilDate(localDayOf: -1).iso == "1970-01-01")
        #expect(CivilDate(localDayOf: -28_800_001).iso == "1969-12-31")
    }

    @Test("Age counts completed years")
    func age() throws {
        let birth = try #require(CivilDate(iso: "2004-02-29"))
        #expect(birth.age(on: try #require(CivilDate(iso: "2005-02-28"))) == 0)
        #expect(birth.age(on: try #require(CivilDate(iso: "2005-03-01"))) == 1)
        #expect(birth.age(on: try #require(CivilDate(iso: "2000-01-01"))) == 0)
    }
}

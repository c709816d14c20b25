/// Days of the calendar, without Foundation.
///
/// Problem: birth dates, deadlines and reports are days, not instants, and must be the same on
/// every replica whatever its time zone or locale.
/// Idea: a proleptic Gregorian day that is always valid, years 0001 to 9999; arithmetic through the
/// day number of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
///
/// Invariants: a value is always a real day; ordering is that of time; every operation is total
/// (what would leave the range stops at its end).
public struct CivilDate: Hashable, Sendable {
    public let year: Int
    public let month: Int
    public let day: Int

    /// nil unless it is a day that exists in the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= CivilDate.daysIn(month: month, year: year)
        else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    private init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    public static let first = CivilDate(uncheckedYear: 1, month: 1, day: 1)
    public static let last = CivilDate(uncheckedYear: 9999, month: 12, day: 31)

    public static func isLeap(year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// 0 for a month that does not exist.
    public static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        case 1, 3, 5, 7, 8, 10, 12: 31
        default: 0
        }
    }
}

extension CivilDate: Comparable {
    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

// MARK: - Text

extension CivilDate {
    /// From ISO 8601 `2026-09-07`, exactly: ASCII digits, ten bytes, a day that exists.
    public init?(iso text: String) {
        let bytes = Array(text.utf8.prefix(11))
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Digits.value(bytes[0..<4]), let month = Digits.value(bytes[5..<7]),
            let day = Digits.value(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// `2026-09-07`.
    public var iso: String {
        Digits.padded(year, 4) + "-" + Digits.padded(month, 2) + "-" + Digits.padded(day, 2)
    }

    public static let monthNames: [String] = [
        "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
        "Oktober", "November", "Desember",
    ]

    /// As letters say it in Indonesian: `7 September 2026`.
    public var spoken: String { "\(day) \(CivilDate.monthNames[month - 1]) \(year)" }

    /// `2026-09`, the form of `monthly_report.period`.
    public var period: String { String(iso.prefix(7)) }
}

extension CivilDate: CustomStringConvertible {
    public var description: String { iso }
}

// MARK: - Arithmetic

extension CivilDate {
    public enum Weekday: Int, CaseIterable, Sendable {
        case monday = 1
        case tuesday, wednesday, thursday, friday, saturday, sunday
    }

    /// Days since 1970-01-01, negative before.
    public var daysSinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day so many days after 1970-01-01, stopping at the years 1 and 9999.
    public init(daysSinceEpoch: Int) {
        let days = min(
            max(daysSinceEpoch, CivilDate.first.daysSinceEpoch), CivilDate.last.daysSinceEpoch)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        self.init(
            uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    public func adding(days: Int) -> CivilDate {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        if overflow { return days < 0 ? .first : .last }
        return CivilDate(daysSinceEpoch: sum)
    }

    /// Negative when `other` is later.
    public func days(since other: CivilDate) -> Int { daysSinceEpoch - other.daysSinceEpoch }

    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let fromMonday = (daysSinceEpoch + 3) % 7
        return Weekday.allCases[fromMonday < 0 ? fromMonday + 7 : fromMonday]
    }

    /// Completed years on `day`; 0 before the first birthday and for days before birth.
    public func age(on day: CivilDate) -> Int {
        let years = day.year - year
        return max(0, (day.month, day.day) < (month, self.day) ? years - 1 : years)
    }
}

// MARK: - Instants

extension CivilDate {
    /// Central Indonesian time (WITA), in which every office of Lombok works.
    public static let witaOffsetMinutes = 8 * 60

    /// The local day of an instant in UTC milliseconds.
    public init(localDayOf instant: Int64, offsetMinutes: Int = witaOffsetMinutes) {
        let (local, overflow) = instant.addingReportingOverflow(Int64(offsetMinutes) * 60_000)
        let bounded = overflow ? (instant < 0 ? Int64.min : Int64.max) : local
        let days = bounded / 86_400_000 - (bounded % 86_400_000 < 0 ? 1 : 0)
        self.init(daysSinceEpoch: Int(days))
    }

    /// The instant, in UTC milliseconds, of a local time of this day.
    public func instant(
        minuteOfDay: Int = 0, offsetMinutes: Int = CivilDate.witaOffsetMinutes
    ) -> Int64 {
        Int64(daysSinceEpoch) * 86_400_000 + Int64(minuteOfDay - offsetMinutes) * 60_000
    }
}

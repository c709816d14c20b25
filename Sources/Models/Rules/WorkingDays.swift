/// Deadlines in working days, and the legal limits for reporting a birth or a death.
///
/// Offices work Monday to Friday; the holidays are reference data. The first working day *after*
/// the start counts as 1, so "three working days" from a Thursday end on Tuesday. A deadline
/// expires when the office closes.
public struct WorkingDays: Sendable {
    /// Membership only; never iterated.
    private let holidays: Set<CivilDate>

    /// Offices close at 15:30 local time.
    public static let closingMinute = 15 * 60 + 30
    /// No deadline is longer; a hostile one must not stall the caller.
    public static let limit = 10_000

    public init(holidays: [CivilDate] = []) { self.holidays = Set(holidays) }

    public func isWorking(_ day: CivilDate) -> Bool {
        day.weekday != .saturday && day.weekday != .sunday && !holidays.contains(day)
    }

    /// The day on which `count` working days after `day` have passed; `day` itself for 0 or less.
    public func adding(_ count: Int, to day: CivilDate) -> CivilDate {
        var left = min(count, WorkingDays.limit)
        var day = day
        while left > 0, day != .last {
            day = day.adding(days: 1)
            if isWorking(day) { left -= 1 }
        }
        return day
    }

    /// Working days after `start` up to and including `end`; 0 if `end` is not later.
    public func count(after start: CivilDate, through end: CivilDate) -> Int {
        var count = 0
        var day = start
        while day < end, count < WorkingDays.limit {
            day = day.adding(days: 1)
            if isWorking(day) { count += 1 }
        }
        return count
    }

    /// When a deadline of `count` working days from an instant expires, both in UTC milliseconds:
    /// at closing time of that day.
    public func deadline(
        from instant: Int64, workingDays count: Int, closingMinute: Int = closingMinute
    ) -> Int64 {
        adding(count, to: CivilDate(localDayOf: instant)).instant(minuteOfDay: closingMinute)
    }
}

/// Until when an event must be reported: birth 60 days, death 30 (UU 24/2013 art. 27 and 44), in
/// calendar days; a regency may edit both. What comes later is recorded all the same and shown as
/// late.
public struct ReportingLimits: Hashable, Sendable {
    public var birthDays: Int
    public var deathDays: Int

    public init(birthDays: Int = 60, deathDays: Int = 30) {
        self.birthDays = birthDays
        self.deathDays = deathDays
    }

    /// The last day in time for a `vital_event.kind`; nil where the law sets none.
    public func lastDay(kind: String, eventDate: CivilDate) -> CivilDate? {
        switch kind {
        case "birth", "stillbirth": eventDate.adding(days: birthDays)
        case "death": eventDate.adding(days: deathDays)
        default: nil
        }
    }

    /// 0 when in time or without a limit.
    public func daysLate(kind: String, eventDate: CivilDate, reportDate: CivilDate) -> Int {
        guard let last = lastDay(kind: kind, eventDate: eventDate) else { return 0 }
        return max(0, reportDate.days(since: last))
    }
}

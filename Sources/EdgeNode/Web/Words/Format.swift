import Models
import SyncProtocol

/// Days, times, ages and amounts as people of the office read them.
struct Format {
    let words: Words

    init(_ words: Words) { self.words = words }

    func day(_ day: CivilDate?) -> String {
        guard let day else { return "–" }
        guard words.language == .english else { return day.spoken }
        return "\(day.day) \(Self.englishMonths[day.month - 1]) \(day.year)"
    }

    func day(iso text: String?) -> String { day(text.flatMap { CivilDate(iso: $0) }) }

    private static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    /// `14.05`, in the office's time.
    func time(_ instant: Int64) -> String {
        let minutes = (instant / 60_000 + Int64(CivilDate.witaOffsetMinutes)) % 1_440
        let minute = minutes % 60
        return "\(minutes / 60 < 10 ? "0" : "")\(minutes / 60).\(minute < 10 ? "0" : "")\(minute)"
    }

    /// `7 September 2026, 14.05`.
    func moment(_ instant: Int64) -> String {
        day(CivilDate(localDayOf: instant)) + ", " + time(instant)
    }

    func age(since instant: Int64, now: Int64) -> String {
        let minutes = max(0, now - instant) / 60_000
        return switch minutes {
        case 0: words("baru saja")
        case 1..<60: words("{0} menit lalu", minutes)
        case 60..<1_440: words("{0} jam lalu", minutes / 60)
        default: words("{0} hari lalu", minutes / 1_440)
        }
    }

    func bytes(_ count: Int) -> String {
        if count < 1_000 { return "\(count) B" }
        let tenths = count / 100
        return count < 1_000_000
            ? "\(tenths / 10),\(tenths % 10) kB" : "\(count / 1_000_000),\(count / 100_000 % 10) MB"
    }

    /// A cell for people: labels for codes, words for days.
    func value(_ value: Value, of column: SyncProtocol.Column) -> String {
        switch (value, column.type) {
        case (.null, _): "–"
        case (.text(let text), .enumeration(let choices)):
            choices.first { $0.code == text }.map { words($0.label) } ?? text
        case (.text(let text), .date): CivilDate(iso: text).map { day($0) } ?? text
        case (.integer(let number), .instant): moment(number)
        case (.integer(let number), .boolean): number == 0 ? words("Tidak") : words("Ya")
        case (.integer(let number), .row): RowID(rawValue: number).description
        case (.integer(let number), .money): "Rp" + grouped(number)
        default: value.description
        }
    }

    func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(".") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// `5202 0341 0772 0232`: as on the card, easier to compare.
    func spaced(_ number: String?) -> String? {
        guard let number, number.utf8.count == 16 else { return number }
        var text = ""
        for (index, digit) in number.enumerated() {
            if index > 0, index % 4 == 0 { text.append(" ") }
            text.append(digit)
        }
        return text
    }
}

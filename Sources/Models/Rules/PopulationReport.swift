/// The monthly population report (books B.1–B.5 of Permendagri 47/2016).
///
/// Problem: a report whose columns do not add up is returned, and nobody finds the missing person.
/// Idea: closing is never typed but computed, per hamlet and column:
/// closing = opening + births + moved in − deaths − moved out − missing. The same identity then
/// checks any report, also one that came from elsewhere.
///
/// Invariants: hamlets are sorted; the office's row is the sum of its hamlets; counts stay within
/// ``Counts/limit``, so no figure that a peer sends can overflow.
public enum PopulationReport {
    /// A column of the form. Totals are sums and never stored.
    public enum Column: Int, CaseIterable, Sendable {
        case wniMale, wniFemale, wnaMale, wnaFemale, householdsMaleHead, householdsFemaleHead

        /// A resident's column from `citizenship` and `sex`. Dual citizens count as WNI (PP
        /// 2/2007).
        public init(citizenship: String?, sex: String) {
            self =
                switch (citizenship == "wna", sex == "female") {
                case (false, false): .wniMale
                case (false, true): .wniFemale
                case (true, false): .wnaMale
                case (true, true): .wnaFemale
                }
        }

        /// A household's column from the sex of its head.
        public init(sexOfHead: String) {
            self = sexOfHead == "female" ? .householdsFemaleHead : .householdsMaleHead
        }
    }

    public struct Counts: Hashable, Sendable {
        /// More people than any regency has; bounds what a hostile figure can do.
        public static let limit = 1_000_000_000

        private var values = [Int](repeating: 0, count: Column.allCases.count)

        public init() {}

        public subscript(column: Column) -> Int {
            get { values[column.rawValue] }
            set { values[column.rawValue] = min(max(newValue, -Counts.limit), Counts.limit) }
        }

        /// Residents of both citizenships.
        public var male: Int { self[.wniMale] + self[.wnaMale] }
        public var female: Int { self[.wniFemale] + self[.wnaFemale] }
        public var residents: Int { male + female }
        public var households: Int { self[.householdsMaleHead] + self[.householdsFemaleHead] }

        static func + (a: Counts, b: Counts) -> Counts {
            var sum = a
            for column in Column.allCases { sum[column] = a[column] + b[column] }
            return sum
        }

        static func - (a: Counts, b: Counts) -> Counts {
            var difference = a
            for column in Column.allCases { difference[column] = a[column] - b[column] }
            return difference
        }
    }

    /// What changes the population. Raw values are `vital_event.kind`.
    public enum Change: String, CaseIterable, Sendable {
        case birth
        case death
        case moveIn = "move_in"
        case moveOut = "move_out"
        case missing
    }

    /// One person or household that came or went. A cancelled event counts −1.
    public struct Event: Hashable, Sendable {
        public let hamlet: String
        public let change: Change
        public let column: Column
        public let count: Int

        public init(hamlet: String, change: Change, column: Column, count: Int = 1) {
            self.hamlet = hamlet
            self.change = change
            self.column = column
            self.count = count
        }
    }

    /// A line of the report.
    public struct Row: Hashable, Sendable {
        /// The name of the hamlet; empty for the office's total.
        public var hamlet: String
        public var opening: Counts
        public var births = Counts()
        public var movedIn = Counts()
        public var deaths = Counts()
        public var movedOut = Counts()
        public var missing = Counts()
        public var closing: Counts

        public init(hamlet: String, opening: Counts) {
            self.hamlet = hamlet
            self.opening = opening
            closing = opening
        }

        /// What closing must be.
        public var expectedClosing: Counts {
            opening + births + movedIn - deaths - movedOut - missing
        }

        /// The columns in which the row does not add up; empty if it is sound.
        public var wrongColumns: [Column] {
            let expected = expectedClosing
            return Column.allCases.filter { closing[$0] != expected[$0] || closing[$0] < 0 }
        }

        fileprivate mutating func add(_ event: Event) {
            let count = min(max(event.count, -Counts.limit), Counts.limit)
            switch event.change {
            case .birth: births[event.column] += count
            case .death: deaths[event.column] += count
            case .moveIn: movedIn[event.column] += count
            case .moveOut: movedOut[event.column] += count
            case .missing: missing[event.column] += count
            }
        }

        fileprivate mutating func add(_ row: Row) {
            opening = opening + row.opening
            births = births + row.births
            movedIn = movedIn + row.movedIn
            deaths = deaths + row.deaths
            movedOut = movedOut + row.movedOut
            missing = missing + row.missing
            closing = closing + row.closing
        }
    }

    public struct Report: Hashable, Sendable {
        /// Sorted by name.
        public let hamlets: [Row]
        /// The office's total.
        public let total: Row

        /// Whether every row adds up and the total is the sum of the hamlets.
        public var isSound: Bool {
            hamlets.allSatisfy(\.wrongColumns.isEmpty) && total.wrongColumns.isEmpty
                && PopulationReport.sum(hamlets) == total
        }

        public init(hamlets: [Row], total: Row) {
            self.hamlets = hamlets
            self.total = total
        }
    }

    /// Closes a month: opening figures by hamlet and the events that the month counts give the
    /// report. The order of either does not matter; several openings of one hamlet are added.
    public static func close(
        opening: [(hamlet: String, counts: Counts)], events: [Event]
    ) -> Report {
        var rows: [String: Row] = [:]
        for (hamlet, counts) in opening {
            let before = rows[hamlet]?.opening ?? Counts()
            rows[hamlet] = Row(hamlet: hamlet, opening: before + counts)
        }
        for event in events {
            rows[event.hamlet, default: Row(hamlet: event.hamlet, opening: Counts())].add(event)
        }
        let hamlets = rows.keys.sorted().compactMap { hamlet -> Row? in
            guard var row = rows[hamlet] else { return nil }
            row.closing = row.expectedClosing
            return row
        }
        return Report(hamlets: hamlets, total: sum(hamlets))
    }

    private static func sum(_ rows: [Row]) -> Row {
        var total = Row(hamlet: "", opening: Counts())
        for row in rows { total.add(row) }
        return total
    }

    /// The flat figures that `monthly_report.figures` stores, in a fixed order: `opening_m` (both
    /// citizenships), `opening_f`, `opening_wna_m`, `opening_wna_f`, `opening_hh_m`,
    /// `opening_hh_f`, then the same for births, moved_in, deaths, moved_out, missing and closing.
    public static func figures(_ row: Row) -> [(name: String, value: Int)] {
        let lines: [(String, Counts)] = [
            ("opening", row.opening), ("births", row.births), ("moved_in", row.movedIn),
            ("deaths", row.deaths), ("moved_out", row.movedOut), ("missing", row.missing),
            ("closing", row.closing),
        ]
        return lines.flatMap { name, counts -> [(name: String, value: Int)] in
            [
                (name + "_m", counts.male), (name + "_f", counts.female),
                (name + "_wna_m", counts[.wnaMale]), (name + "_wna_f", counts[.wnaFemale]),
                (name + "_hh_m", counts[.householdsMaleHead]),
                (name + "_hh_f", counts[.householdsFemaleHead]),
            ]
        }
    }
}

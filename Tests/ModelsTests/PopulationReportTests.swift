import Models
import Testing

struct PopulationReportTests {
    private typealias Event = PopulationReport.Event

    private func counts(_ male: Int, _ female: Int) -> PopulationReport.Counts {
        var counts = PopulationReport.Counts()
        counts[.wniMale] = male
        counts[.wniFemale] = female
        return counts
    }

    @Test("A month of a real office adds up")
    func vector() throws {
        // The figures of workload seed 3: men 3535 + 3 + 4 − 3 − 7 = 3532, women 3768.
        var events: [Event] = []
        func add(_ change: PopulationReport.Change, _ male: Int, _ female: Int) {
            for _ in 0..<male {
                events.append(Event(hamlet: "Peluk", change: change, column: .wniMale))
            }
            for _ in 0..<female {
                events.append(Event(hamlet: "Bontor", change: change, column: .wniFemale))
            }
        }
        add(.birth, 3, 7)
        add(.moveIn, 4, 4)
        add(.death, 3, 2)
        add(.moveOut, 7, 6)
        let report = PopulationReport.close(
            opening: [("Peluk", counts(3_535, 0)), ("Bontor", counts(0, 3_765))], events: events)
        #expect(report.isSound)
        #expect(report.hamlets.map(\.hamlet) == ["Bontor", "Peluk"])
        #expect(report.total.closing.male == 3_532)
        #expect(report.total.closing.female == 3_768)
        let figures = PopulationReport.figures(report.total)
        func figure(_ name: String) -> Int? { figures.first { $0.name == name }?.value }
        #expect(figure("opening_m") == 3_535)
        #expect(figure("births_f") == 7)
        #expect(figure("moved_out_m") == 7)
        #expect(figure("closing_f") == 3_768)
        #expect(Set(figures.map(\.name)).count == figures.count)
    }

    @Test("Residents and households fall into their columns")
    func columns() {
        typealias Column = PopulationReport.Column
        #expect(Column(citizenship: "wni", sex: "male") == .wniMale)
        #expect(Column(citizenship: "dual", sex: "female") == .wniFemale)
        #expect(Column(citizenship: "wna", sex: "male") == .wnaMale)
        #expect(Column(citizenship: nil, sex: "female") == .wniFemale)
        #expect(Column(sexOfHead: "female") == .householdsFemaleHead)
    }

    @Test("A cancelled event takes its person back")
    func cancelled() {
        let report = PopulationReport.close(
            opening: [("A", counts(10, 10))],
            events: [
                Event(hamlet: "A", change: .death, column: .wniMale),
                Event(hamlet: "A", change: .death, column: .wniMale, count: -1),
            ])
        #expect(report.total.closing == report.total.opening)
        #expect(report.isSound)
    }

    @Test("A row that does not add up names its column")
    func wrong() {
        var row = PopulationReport.Row(hamlet: "A", opening: counts(10, 10))
        row.births[.wniMale] = 1
        #expect(row.wrongColumns == [.wniMale])
        row.closing = row.expectedClosing
        #expect(row.wrongColumns.isEmpty)
        row.deaths[.wniFemale] = 11
        row.closing = row.expectedClosing
        #expect(row.wrongColumns == [.wniFemale])
        var total = row
        total.hamlet = ""
        total.closing[.wnaMale] = 5
        #expect(!PopulationReport.Report(hamlets: [row], total: total).isSound)
    }

    @Test("Any month adds up, whatever the order of its events")
    func random() {
        var generator = SeededGenerator(seed: 5)
        let hamlets = ["Peluk", "Bontor", "Mengelok", "Ünï", "🙏", ""]
        for _ in 0..<200 {
            let opening = hamlets.prefix(4).map {
                hamlet -> (hamlet: String, counts: PopulationReport.Counts) in
                var counts = PopulationReport.Counts()
                for column in PopulationReport.Column.allCases {
                    counts[column] = Int.random(in: 500...900, using: &generator)
                }
                return (hamlet, counts)
            }
            var events = (0..<100).map { _ in
                Event(
                    hamlet: hamlets[Int.random(in: 0..<4, using: &generator)],
                    change: PopulationReport.Change.allCases[
                        Int.random(in: 0..<5, using: &generator)],
                    column: PopulationReport.Column.allCases[
                        Int.random(in: 0..<6, using: &generator)])
            }
            let report = PopulationReport.close(opening: opening, events: events)
            #expect(report.isSound)
            events.shuffle(using: &generator)
            #expect(
                PopulationReport.close(opening: opening.shuffled(using: &generator), events: events)
                    == report)
        }
    }

    @Test("Hostile figures neither trap nor pass as sound")
    func hostile() {
        var opening = counts(.max, .min)
        opening[.wnaMale] = .max
        let event = Event(hamlet: "A", change: .birth, column: .wniMale, count: .max)
        let report = PopulationReport.close(opening: [("A", opening)], events: [event, event])
        #expect(!report.isSound)
        #expect(report.total.closing[.wniMale] == PopulationReport.Counts.limit)
        #expect(PopulationReport.close(opening: [], events: []).isSound)
    }
}

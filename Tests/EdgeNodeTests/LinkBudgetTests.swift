import ChangeStore
import Testing

@testable import EdgeNode
@testable import Exchange

@Suite("What the line may cost, and how much goes at once")
struct LinkBudgetTests {
    /// 23 November 2026, 10:00 in Lombok.
    private static let morning: Int64 = 1_795_399_200_000

    @Test("Photos travel in their hours, also over midnight")
    func photoHours() {
        func open(_ from: Int, _ to: Int, hour: Int64) -> Bool {
            var budget = LinkBudget()
            budget.photoHours = .init(from: from, to: to)
            return budget.isPhotoTime(Self.morning + (hour - 10) * 3_600_000)
        }
        for hour: Int64 in 0..<24 {
            #expect(open(20, 5, hour: hour) == (hour >= 20 || hour < 5), "\(hour)")
            #expect(open(9, 11, hour: hour) == (hour == 9 || hour == 10), "\(hour)")
            #expect(LinkBudget().isPhotoTime(Self.morning + hour))
        }
    }

    @Test("A budget counts from midnight in Lombok, and the smallest of the limits counts")
    func days() throws {
        let sample = try SampleOffice()
        try sample.node.store.bookkeeping { db in
            try LinkBudget.spend(700, now: Self.morning, db)
            try LinkBudget.spend(300, now: Self.morning + 13 * 3_600_000, db)
            #expect(try LinkBudget.spent(now: Self.morning + 13 * 3_600_000, db) == 1_000)
            #expect(try LinkBudget.spent(now: Self.morning + 14 * 3_600_000, db) == 0)
        }
        let budget = LinkBudget(perSession: 400, perDay: 1_200)
        #expect(budget.allowance(spent: 1_000, atMost: nil) == 200)
        #expect(budget.allowance(spent: 0, atMost: nil) == 400)
        #expect(budget.allowance(spent: 0, atMost: 50) == 50)
        #expect(budget.allowance(spent: 5_000, atMost: nil) == 0)
        #expect(LinkBudget().allowance(spent: 5_000, atMost: nil) == nil)
    }

    @Test("Requests become what the line takes in four seconds, step by step")
    func pace() {
        var pace = Pace(remembered: nil)
        #expect(pace.bytes == 16_384)
        for _ in 0..<8 {
            pace.note(carried: pace.bytes, milliseconds: 1_000 * Int64(pace.bytes) / 4_000)
        }
        #expect((15_000...17_000).contains(pace.bytes), "32 kbit/s")
        for _ in 0..<8 { pace.note(carried: pace.bytes, milliseconds: 1) }
        #expect(pace.bytes == Pace.most)
        pace.note(carried: 100, milliseconds: 60_000)
        #expect(pace.bytes == Pace.most, "a small request tells nothing")
        pace.note(carried: pace.bytes, milliseconds: 600_000)
        #expect(pace.bytes == Pace.most / 2, "one hiccup decides little")
        for _ in 0..<20 { pace.note(carried: pace.bytes, milliseconds: 600_000) }
        #expect(pace.bytes == Pace.least)
        for forged: Int64 in [-1, 0, .max] {
            #expect((Pace.least...Pace.most).contains(Pace(remembered: forged).bytes))
        }
        #expect(Pace.field(16_384) == [0x80, 0x80, 0x01])
        #expect(Pace.room(in: Pace.field(16_384)) == 16_384)
        #expect(Pace.room(in: []) == nil)
        #expect(Pace.room(in: [UInt8](repeating: 0xff, count: 9) + [1]) == .max)
    }
}

import Foundation
import Testing

@testable import FieldSimulator

@Suite("All small histories") struct SmallHistoryTests {
    @Test("Three nodes and three steps come to the same in every order of arrival")
    func threeNodes() throws {
        var histories = SmallHistories(nodes: 3, steps: 3)
        try histories.checkAll()
        #expect(histories.count == 1_023)
    }

    @Test("Worlds of rung A hold", arguments: UInt64(0)..<50)
    func rungA(seed: UInt64) throws { try RandomHistory.check(seed: seed) }

    @Test("Whoever does not hold all is noticed")
    func missing() throws {
        let history = try RandomHistory(seed: 3)
        let short = Array(history.changesets.dropLast())
        #expect(throws: HistoryCheck.Fault.self) {
            try HistoryCheck.check(history.changesets, stores: [], orders: [short])
        }
    }
}

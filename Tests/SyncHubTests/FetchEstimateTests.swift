import Testing

@testable import Exchange

@Suite("How long a large answer still takes")
struct FetchEstimates {
    @Test("An even line is foretold to the second; too little time says nothing")
    func evenLine() {
        var estimate = FetchEstimate()
        #expect(!estimate.isLarge)
        estimate.expect(80_000, now: 1_000)
        #expect(estimate.progress(now: 9_000).secondsLeft == nil, "nothing has arrived")
        estimate.add(8_000)
        #expect(estimate.progress(now: 1_999).secondsLeft == nil, "one second tells nothing")
        for second in 2...9 {
            estimate.add(8_000)
            let left = estimate.progress(now: 1_000 + Int64(second) * 1_000)
            #expect(
                left
                    == FetchProgress(
                        bytes: second * 8_000, bytesAll: 80_000, secondsLeft: 10 - second))
        }
    }

    @Test("A forecast that was too small never shows more than all, or less than no time")
    func tooSmall() {
        var estimate = FetchEstimate()
        estimate.expect(1_000, now: 0)
        estimate.add(1_500)
        #expect(
            estimate.progress(now: 3_000)
                == FetchProgress(bytes: 1_500, bytesAll: 1_500, secondsLeft: 0))
        // The next answer tells anew what is to come.
        estimate.expect(1_500, now: 3_000)
        #expect(
            estimate.progress(now: 3_000)
                == FetchProgress(bytes: 1_500, bytesAll: 3_000, secondsLeft: 3))
    }

    @Test("A forecast that was too large ends at all when the last answer foretells nothing")
    func tooLarge() {
        var estimate = FetchEstimate()
        estimate.expect(1_000, now: 0)
        estimate.add(700)
        estimate.add(200)
        #expect(estimate.progress(now: 0).bytesAll == 1_000)
        estimate.finish()
        #expect(
            estimate.progress(now: 3_000)
                == FetchProgress(bytes: 900, bytesAll: 900, secondsLeft: 0))
    }
}

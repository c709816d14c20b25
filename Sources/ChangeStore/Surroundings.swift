/// What a program has from its machine: a disk, a clock, chance.
///
/// Given, not fetched, so that the simulator can run the same program on a disk that fails, with a
/// clock that lies and with dice that a seed repeats.
package struct Surroundings: Sendable {
    package let volume: any StoreVolume
    /// UTC milliseconds.
    package let now: @Sendable () -> Int64
    private let dice: @Sendable () -> UInt64

    /// - Parameter dice: 64 random bits.
    package init(
        volume: any StoreVolume, now: @escaping @Sendable () -> Int64,
        dice: @escaping @Sendable () -> UInt64
    ) {
        self.volume = volume
        self.now = now
        self.dice = dice
    }

    /// The machine that the program runs on.
    package static func machine(now: @escaping @Sendable () -> Int64) -> Surroundings {
        Surroundings(volume: LocalVolume(), now: now) {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }
    }

    package func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let word = dice()
            for shift in stride(from: 0, to: 64, by: 8) where bytes.count < count {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    package func random(in range: ClosedRange<UInt32>) -> UInt32 {
        var generator = Dice(roll: dice)
        return .random(in: range, using: &generator)
    }

    private struct Dice: RandomNumberGenerator {
        let roll: @Sendable () -> UInt64

        mutating func next() -> UInt64 { roll() }
    }
}

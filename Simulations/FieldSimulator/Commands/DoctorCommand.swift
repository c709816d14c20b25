import ArgumentParser

struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Says which faults took effect in some worlds; fails when one never did.")

    @Option(help: "How many worlds.")
    var worlds = 60
    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    func run() throws {
        var sum = SwarmSum()
        for seed in seed..<seed + UInt64(worlds) {
            sum.add(WorldReport(try World.run(WorldPlan.drawn(seed)), milliseconds: 0))
        }
        for family in FaultFamily.allCases {
            let count = sum.ledger[family]
            print("\(family.rawValue): \(count.injected) injected, \(count.tookEffect) took effect")
        }
        print("\(sum.pairs.count) of \(FaultPair.all.count) pairs took effect in one world")
        if let failure = sum.failures.first {
            print("seed \(failure.seed): \(failure.breach ?? "")")
            throw ExitCode(sum.exitCode)
        }
        guard sum.idle.isEmpty else {
            print("never took effect: " + sum.idle.map(\.rawValue).joined(separator: ", "))
            throw ExitCode(SimExit.coverage)
        }
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks whether this simulator can be believed: that seeds repeat.")

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 8

    func run() throws {
        for seed in 1...max(1, seeds) {
            let first = try World.run(WorldPlan.drawn(seed))
            let second = try World.run(WorldPlan.drawn(seed))
            guard first.traceHash == second.traceHash else {
                print("seed \(seed) does not repeat: see 'fieldsim replay --seed \(seed)'")
                throw ExitCode(SimExit.nondeterminism)
            }
            if let breach = first.breaches.first {
                print("seed \(seed) repeats, and a promise is broken: \(breach)")
                throw ExitCode(SimExit.code(of: first.breaches))
            }
        }
        print("\(seeds) seeds repeat, disk call by disk call")
    }
}

import Foundation

/// The centre of a world of real programs, and what befalls it.
///
/// `@unchecked Sendable`: used by its own thread, and after that by the world's; ``run(_:)`` only
/// starts programs.
final class ProcessHub: @unchecked Sendable {
    unowned let world: ProcessWorld
    let port: Int
    private var server: Process?
    private var backups = 0
    /// Those that were finished.
    private var finished: [String] = []

    init(_ world: ProcessWorld, port: Int) {
        (self.world, self.port) = (world, port)
    }

    var isUp: Bool { server?.isRunning ?? false }

    func start() throws {
        guard !isUp else { return }
        for turn in 0..<10 {
            let log = world.path("hub.log")
            let size = (try? Data(contentsOf: URL(fileURLWithPath: log)).count) ?? 0
            let process = try world.programs.start(
                .synchub,
                ["serve", "--store", world.path("hub"), "--listen", "127.0.0.1:\(port)"],
                log: log)
            for _ in 0..<3_000 where process.isRunning {
                if Loopback.canConnect(port) {
                    server = process
                    return world.note("hub", "serves")
                }
                usleep(10_000)
            }
            Programs.kill(process)
            let said = (try? Data(contentsOf: URL(fileURLWithPath: log)))?.dropFirst(size) ?? Data()
            let words = String(decoding: said, as: UTF8.self)
            // Whoever had the port before is still about to leave it.
            guard words.contains("in use"), turn < 9 else {
                world.breach(
                    "S23", "a store opens again, whenever its program was killed",
                    "'synchub serve' ended: \(words.suffix(300))", at: "hub")
                return
            }
            usleep(200_000)
        }
    }

    /// `kill -9`.
    func kill() {
        guard let server else { return }
        if !server.isRunning {
            world.breach(
                "error", "no program ends by itself", "'synchub serve' had ended: see hub.log",
                at: "hub")
        }
        Programs.kill(server)
        self.server = nil
        world.note("hub", "is killed")
    }

    @discardableResult
    func run(_ arguments: [String], killAfter: Int? = nil) throws -> Programs.Result {
        try world.run(.synchub, arguments, at: "hub", killAfter: killAfter)
    }

    /// Everything that happens here before the world is made well: the steps again and again, for
    /// as long as anybody works.
    func work(_ steps: [ProcessPlan.CentreStep]) throws {
        var turn = 0
        while world.isAtWork, !world.hasFailed, !steps.isEmpty {
            let step = steps[turn % steps.count]
            turn += 1
            usleep(UInt32(step.pause * 1_000))
            switch step.deed {
            case .kill(let downFor):
                world.ledger.add(.killedHub, tookEffect: isUp)
                kill()
                usleep(UInt32(downFor * 1_000))
                try start()
            case .backUp: try backUp(killAfter: step.killAfter)
            case .restore(let isFirst):
                let backup = isFirst ? finished.first : finished.last
                if let backup { try restore(backup, killAfter: step.killAfter) }
            }
        }
    }

    func backUp(killAfter: Int? = nil) throws {
        backups += 1
        let file = world.path("hub-\(backups).backup")
        let result = try run(["backup", "--to", file], killAfter: killAfter)
        if killAfter != nil { world.ledger.add(.killedBackup, tookEffect: result.isKilled) }
        if result.isDone { finished.append(file) }
        if result.status != 0, !result.isKilled, result.trouble == nil {
            world.breach(
                "error", "the centre can be backed up while it serves",
                "backup exited \(result.status): \(result.err.prefix(300))", at: "hub")
        }
    }

    private func restore(_ backup: String, killAfter: Int?) throws {
        kill()
        let before = try sum()
        world.ledger.inject(.hubRestored)
        let arguments = ["restore", "--from", backup, "--replace"]
        if let killAfter {
            let result = try run(arguments, killAfter: killAfter)
            world.ledger.add(.killedBackup, tookEffect: result.isKilled)
        }
        // A stick may be read in at this moment: then the store is in use.
        var result = try run(arguments)
        for _ in 0..<20 where !result.isDone && result.err.contains("in use") {
            usleep(200_000)
            result = try run(arguments)
        }
        guard result.isDone else {
            return world.breach(
                "error", "a backup that was finished can be put back",
                "restore exited \(result.status): \(result.err.prefix(300))", at: "hub")
        }
        if try sum() != before { world.ledger.tookEffect(.hubRestored) }
        try start()
    }

    /// How many changes it holds.
    private func sum() throws -> String {
        try run(["query", "SELECT sum(seq) FROM scope_vector"]).out
    }
}

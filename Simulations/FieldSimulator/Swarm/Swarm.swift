import Foundation

/// Many worlds, each job in a process of its own, so that a world that crashes takes no other with
/// it and SQLite's dice belong to one world at a time.
struct Swarm {
    let program: String
    let jobs: Int
    /// The first seed; job j runs first + j, first + j + jobs, …
    let first: UInt64
    /// Seconds on the wall; nil with `count`.
    let seconds: Double?
    let count: Int?
    let stopsAtFirst: Bool

    /// - Parameter take: each world's report, as it comes. Says whether to go on.
    func run(_ take: (WorldReport) -> Bool) throws {
        let began = Date()
        var next = Array(repeating: UInt64(0), count: jobs)
        for job in 0..<jobs { next[job] = first &+ UInt64(job) }
        var running: [Worker?] = Array(repeating: nil, count: jobs)
        var started = 0
        defer { for worker in running { worker?.end() } }
        func mayStart() -> Bool {
            if let count, started >= count { return false }
            if let seconds, Date().timeIntervalSince(began) >= seconds { return false }
            return true
        }
        while true {
            var isAnyRunning = false
            for job in 0..<jobs {
                if running[job] == nil, mayStart() {
                    running[job] = try Worker(program: program)
                }
                guard let worker = running[job] else { continue }
                if worker.seed == nil {
                    guard mayStart() else {
                        worker.end()
                        running[job] = nil
                        continue
                    }
                    started += 1
                    worker.ask(next[job])
                    next[job] &+= UInt64(jobs)
                }
                isAnyRunning = true
            }
            guard isAnyRunning else { return }
            for job in 0..<jobs {
                guard let worker = running[job], let seed = worker.seed else { continue }
                let report =
                    worker.answer()
                    ?? WorldReport(seed: seed, crash: "the simulator crashed: \(worker.lastWords)")
                if report.invariant == "crash" { running[job] = nil }
                guard take(report), report.breach == nil || !stopsAtFirst else { return }
            }
        }
    }
}

/// A process that runs the worlds it is asked for, one after the other.
private final class Worker {
    private let process = Process()
    private let questions = Pipe()
    private let answers = Pipe()
    private let errors = Pipe()
    private var pending = Data()
    private(set) var seed: UInt64?

    init(program: String) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["worker"]
        process.standardInput = questions
        process.standardOutput = answers
        process.standardError = errors
        try process.run()
    }

    func ask(_ seed: UInt64) {
        self.seed = seed
        questions.fileHandleForWriting.write(Data("\(seed)\n".utf8))
    }

    /// - Returns: nil when the process is gone.
    func answer() -> WorldReport? {
        defer { seed = nil }
        while true {
            if let end = pending.firstIndex(of: 10) {
                let line = pending[pending.startIndex..<end]
                let report = try? JSONDecoder().decode(WorldReport.self, from: Data(line))
                pending = Data(pending[pending.index(after: end)...])
                if let report { return report }
                continue
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            pending += more
        }
    }

    var lastWords: String {
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? "no last words"
    }

    func end() {
        try? questions.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

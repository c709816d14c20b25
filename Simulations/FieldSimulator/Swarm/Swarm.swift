import Dispatch
import Foundation
import Synchronization

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

    /// - Parameter take: each world's report, as it comes, one at a time. Says whether to go on.
    func run(_ take: @Sendable (WorldReport) -> Bool) {
        let began = Date()
        let shared = Mutex(Progress())
        DispatchQueue.concurrentPerform(iterations: jobs) { job in
            var worker: Worker?
            defer { worker?.end() }
            var seed = first &+ UInt64(job)
            while true {
                let mayStart = shared.withLock { progress in
                    guard !progress.isStopped, progress.started < count ?? .max,
                        seconds.map({ Date().timeIntervalSince(began) < $0 }) ?? true
                    else { return false }
                    progress.started += 1
                    return true
                }
                guard mayStart else { return }
                let report = ask(seed, &worker)
                seed &+= UInt64(jobs)
                shared.withLock { progress in
                    guard !progress.isStopped else { return }
                    let goesOn = take(report)
                    if !goesOn || (report.breach != nil && stopsAtFirst) {
                        progress.isStopped = true
                    }
                }
            }
        }
    }

    private struct Progress {
        var started = 0
        var isStopped = false
    }

    private func ask(_ seed: UInt64, _ worker: inout Worker?) -> WorldReport {
        do {
            let asked = try worker ?? Worker(program: program)
            worker = asked
            asked.ask(seed)
            if let report = asked.answer() { return report }
            worker = nil
            return WorldReport(seed: seed, crash: "the simulator crashed: \(asked.lastWords)")
        } catch {
            return WorldReport(seed: seed, crash: "no process could be started: \(error)")
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
    init(program: String) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["worker"]
        process.standardInput = questions
        process.standardOutput = answers
        process.standardError = errors
        try process.run()
    }

    func ask(_ seed: UInt64) {
        questions.fileHandleForWriting.write(Data("\(seed)\n".utf8))
    }

    /// - Returns: nil when the process is gone.
    func answer() -> WorldReport? {
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

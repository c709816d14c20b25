import Foundation
import Synchronization

/// A regency of the real programs on loopback (rung C): a hub, PCs with a proxy each, people who
/// use the command line, `kill -9`, and in the end one question: is everything there, once, and
/// the same everywhere.
///
/// Not deterministic: the plan follows from the seed, how threads and kills meet does not. What
/// only this rung can find is what the programs' shells do wrong: HTTP, sockets, files, processes
/// side by side.
///
/// `@unchecked Sendable`: what threads share is under locks.
public final class ProcessWorld: @unchecked Sendable {
    /// The world could not be made or run: no fault of the programs.
    struct Trouble: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    let plan: ProcessPlan
    let programs: Programs
    /// Everything of this world; kept when it fails.
    let folder: String
    let ledger = ProcessLedger()
    private(set) var hub: ProcessHub!
    private(set) var pcs: [ProcessPC] = []
    private let listener: (@Sendable (String) -> Void)?
    private let began = Date()
    private let shared = Mutex(Shared())
    private let file: FileHandle

    /// What somebody tried to record, and whether he was told that it is.
    struct Tried: Sendable {
        let work: ProcessPlan.Work
        let office: String
        var toldAt: String?
    }

    private struct Shared {
        var tried: [Int: Tried] = [:]
        var breaches: [ProcessBreach] = []
        var trouble: (any Error)?
        var commands = 0
        var rounds = 0
        /// PCs at which people still work.
        var working = 0
    }

    init(
        _ plan: ProcessPlan, _ programs: Programs, listener: (@Sendable (String) -> Void)?
    ) throws {
        (self.plan, self.programs, self.listener) = (plan, programs, listener)
        folder =
            FileManager.default.temporaryDirectory.path
            + "/fieldsim-C-\(plan.seed)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let log = folder + "/world.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    }

    func path(_ name: String) -> String { folder + "/" + name }

    // MARK: - What happened

    func note(_ place: String, _ text: String) {
        let time = String(format: "%7.3f", Date().timeIntervalSince(began))
        let line = "\(time)\t\(place)\t\(text)"
        shared.withLock { _ in file.write(Data((line + "\n").utf8)) }
        listener?(line)
    }

    func breach(_ invariant: String, _ sentence: String, _ found: String, at place: String) {
        let breach = ProcessBreach(
            invariant: invariant, sentence: sentence, found: found, place: place)
        shared.withLock { $0.breaches.append(breach) }
        note(place, "✗ \(invariant): \(found)")
    }

    var breaches: [ProcessBreach] { shared.withLock { $0.breaches } }

    var hasFailed: Bool { shared.withLock { !$0.breaches.isEmpty || $0.trouble != nil } }

    var tried: [Tried] {
        shared.withLock { $0.tried.values.sorted { $0.work.serial < $1.work.serial } }
    }

    func isTried(_ work: ProcessPlan.Work, of office: String) {
        shared.withLock {
            if $0.tried[work.serial] == nil {
                $0.tried[work.serial] = Tried(work: work, office: office)
            }
        }
    }

    func isTold(_ work: ProcessPlan.Work, at store: String) {
        shared.withLock { $0.tried[work.serial]?.toldAt = store }
    }

    /// Whether people still work anywhere, under faults.
    var isAtWork: Bool { shared.withLock { $0.working > 0 } }

    func noteRound() { shared.withLock { $0.rounds += 1 } }

    // MARK: - Commands

    func edge(
        _ arguments: [String], at store: String, killAfter: Int? = nil,
        input: String? = nil, patience: Int = 60_000, mayHang: Bool = false
    ) throws -> Programs.Result {
        try run(
            .edgenode, arguments, at: store, killAfter: killAfter, input: input,
            patience: patience, mayHang: mayHang)
    }

    func run(
        _ program: Programs.Name, _ arguments: [String], at store: String,
        killAfter: Int? = nil, input: String? = nil, patience: Int = 60_000,
        mayHang: Bool = false
    ) throws -> Programs.Result {
        let result = try programs.run(
            program, arguments + ["--store", path(store)], input: input, in: folder,
            killAfter: killAfter, patience: patience, mayHang: mayHang)
        shared.withLock { $0.commands += 1 }
        let end =
            result.isKilled
            ? "killed" : result.trouble ?? (result.status == 0 ? "done" : "exit \(result.status)")
        let words =
            result.status == 0 ? "" : ": " + result.err.prefix(160).replacing("\n", with: " ")
        note(
            store,
            "\(arguments.map { $0.replacing(folder + "/", with: "") }.joined(separator: " "))"
                + " → \(end)\(words)")
        if let trouble = result.trouble {
            breach(
                trouble.hasPrefix("did not end") ? "L3" : "error",
                trouble.hasPrefix("did not end")
                    ? "nobody is busy without getting on" : "no program ends by itself",
                "\(program.rawValue) \(arguments[0]) \(trouble): \(result.err.suffix(300))",
                at: store)
        }
        return result
    }

    /// An office's own server, for as long as somebody needs it.
    func startServer(of store: String) throws -> (process: Process, url: String)? {
        guard let port = Loopback.freePort(Chance.entropy) else { return nil }
        let process = try programs.start(
            .edgenode, ["serve", "--store", path(store), "--listen", "127.0.0.1:\(port)"],
            log: path(store + ".log"))
        for _ in 0..<1_000 where process.isRunning {
            if Loopback.canConnect(port) { return (process, "http://127.0.0.1:\(port)") }
            usleep(5_000)
        }
        Programs.kill(process)
        return nil
    }

    // MARK: - From beginning to verdict

    public static func run(
        _ plan: ProcessPlan, programs folder: String,
        listener: (@Sendable (String) -> Void)? = nil
    ) throws -> ProcessOutcome {
        let world = try ProcessWorld(plan, Programs(folder: folder), listener: listener)
        defer { world.end() }
        do {
            try world.setUp()
            try world.live()
            if !world.hasFailed { try world.heal() }
        } catch {
            world.shared.withLock { $0.trouble = $0.trouble ?? error }
        }
        return world.outcome()
    }

    private func outcome() -> ProcessOutcome {
        let state = shared.withLock { $0 }
        return ProcessOutcome(
            seed: plan.seed, breaches: state.breaches,
            trouble: state.trouble.map { "\($0)" }, folder: folder,
            recorded: state.tried.values.count { $0.toldAt != nil }, commands: state.commands,
            rounds: state.rounds, seconds: Date().timeIntervalSince(began),
            faults: ledger.counts)
    }

    private func end() {
        hub?.kill()
        for pc in pcs { pc.proxy.end() }
        try? file.close()
        if !hasFailed { try? FileManager.default.removeItem(atPath: folder) }
    }

    private func setUp() throws {
        guard let port = Loopback.freePort(Chance.entropy) else {
            throw Trouble("no port is free on loopback")
        }
        let hub = ProcessHub(self, port: port)
        self.hub = hub
        try expect(hub.run(["init", "--url", "http://127.0.0.1:\(port)"]))
        try hub.start()
        let faults = ProcessFault.ofLines.filter(plan.faults.contains)
        for (index, pc) in plan.pcs.enumerated() {
            let dice = Chance(seed: plan.seed, .wire, entity: UInt64(index + 1))
            guard let proxy = FaultProxy(to: port, faults: faults, dice: dice, ledger) else {
                throw Trouble("no port is free on loopback")
            }
            let made = ProcessPC(pc, index, self, proxy)
            pcs.append(made)
            try enrol(pc, through: proxy.port)
            if pc.device == 1 {
                let register = path(pc.name + "-register.jsonl")
                try TraceText.register(
                    office: index, code: pc.office, at: Date().formatted(.iso8601)
                ).write(toFile: register, atomically: true, encoding: .utf8)
                try expect(edge(["replay", register], at: pc.name))
            }
        }
        // Twice, so that who is named first hears of the others, too.
        for pc in plan.pcs + plan.pcs { try expect(edge(["sync"], at: pc.name)) }
        try hub.backUp()
    }

    func enrol(_ pc: ProcessPlan.PC, through port: Int) throws {
        let file = path(pc.name + ".json")
        try expect(
            hub.run(["enrol", "--office", pc.office, "--device", "\(pc.device)", "--out", file]))
        let text = try String(contentsOfFile: file, encoding: .utf8)
            .replacing("http://127.0.0.1:\(hub.port)", with: "http://127.0.0.1:\(port)")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try expect(edge(["init", "--enrolment", file], at: pc.name))
    }

    @discardableResult
    func expect(_ result: Programs.Result) throws -> String {
        guard result.isDone else { throw Trouble("a command failed: \(result.err)") }
        return result.out
    }

    /// The first phase: everybody at once, under faults.
    private func live() throws {
        for pc in pcs { pc.proxy.isWell = false }
        let group = DispatchGroup()
        let (hub, steps) = (hub!, plan.centre)
        shared.withLock { $0.working = pcs.count }
        begin(in: group) { try hub.work(steps) }
        for pc in pcs {
            begin(in: group) { [self] in
                defer { shared.withLock { $0.working -= 1 } }
                try pc.work()
            }
        }
        group.wait()
        if let trouble = shared.withLock({ $0.trouble }) { throw trouble }
    }

    private func begin(in group: DispatchGroup, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread.detachNewThread { [self] in
            do { try body() } catch { shared.withLock { $0.trouble = $0.trouble ?? error } }
            group.leave()
        }
    }
}

extension Chance {
    /// From outside: for what must not be the same in two worlds at once.
    fileprivate static var entropy: UInt64 { UInt64.random(in: .min ... .max) }
}

/// A promise that the real programs broke.
public struct ProcessBreach: Sendable, CustomStringConvertible {
    public let invariant: String
    public let sentence: String
    public let found: String
    public let place: String

    public var isSafety: Bool { !invariant.hasPrefix("L") }

    public var description: String { "\(invariant) at \(place): \(sentence); \(found)" }
}

/// What a world of real programs came to.
public struct ProcessOutcome: Sendable {
    public let seed: UInt64
    public let breaches: [ProcessBreach]
    /// Why it could not be run to its end.
    public let trouble: String?
    /// There only after a failure.
    public let folder: String
    /// Transactions that people were told are recorded.
    public let recorded: Int
    public let commands: Int
    /// Of everybody with the centre, until all were alike.
    public let rounds: Int
    public let seconds: Double
    public let faults: [ProcessFault: FaultCount]
}

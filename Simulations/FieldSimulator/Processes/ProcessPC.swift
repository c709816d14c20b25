import Foundation
import Synchronization

/// One office PC of a world of real programs: a folder, a way to the centre, and what people do.
///
/// `@unchecked Sendable`: used by its own thread, and after that by the world's.
final class ProcessPC: @unchecked Sendable {
    let plan: ProcessPlan.PC
    let index: Int
    unowned let world: ProcessWorld
    let proxy: FaultProxy
    /// The store's folders: its own, and after a clone the copy's.
    private(set) var stores: [String]
    /// A trace that was killed in the middle: it is run again before another.
    private var unfinished: (trace: String, works: [ProcessPlan.Work], store: String)?
    private var files = 0

    init(_ plan: ProcessPlan.PC, _ index: Int, _ world: ProcessWorld, _ proxy: FaultProxy) {
        (self.plan, self.index, self.world, self.proxy) = (plan, index, world, proxy)
        stores = [plan.name]
    }

    /// Everything that happens here before the world is made well.
    func work() throws {
        for step in plan.steps {
            guard !world.hasFailed else { return }
            usleep(UInt32(step.pause * 1_000))
            try carryOut(step, at: step.isAtCopy ? stores[stores.count - 1] : stores[0])
        }
    }

    private func carryOut(_ step: ProcessPlan.Step, at store: String) throws {
        switch step.deed {
        case .replay(let works):
            try finishTrace()
            try replay(works, at: store, step)
        case .correct(let person, let work):
            let nik = TraceText.nik(office: officeIndex, person)
            try record(
                [
                    "correct", "--nik", nik, "--set", "occupation=Pekerjaan \(work.serial)",
                    "--by", "op1",
                ], [work], at: store, step)
        case .addUser(let work):
            try record(
                [
                    "user", "add", "warga\(work.serial)", "--full-name", "Warga", "--role",
                    "operator",
                ], [work], at: store, step, input: "rahasia-desa\n")
        case .importPeople(let works):
            let lines =
                ["NIK;Nama Lengkap;JK;Tgl Lahir;SHDK;No KK;Dusun"]
                + works.map { ";Amaq Impor \($0.serial);L;01-01-1990;Kepala keluarga;;Timuk" }
            let file = try write(lines.joined(separator: "\n"), "csv")
            try record(["import", "residents", file], works, at: store, step)
        case .settle(let keepsA): try settle(keepsA, at: store, step)
        case .sync: try exchange(["sync"], at: store, step)
        case .meet: try meet(at: store, step)
        case .serve(let milliseconds): try serve(milliseconds, at: store)
        case .backUp:
            let file = newFile("backup")
            let result = try world.edge(
                ["backup", "--to", file], at: store, killAfter: step.killAfter)
            noteKill(.killedBackup, step, result)
            expectDone(result, "backup")
        case .stick: try carryStick(at: store, step)
        case .clone: try clone()
        }
    }

    private var officeIndex: Int {
        ProcessPlan.offices.firstIndex(of: plan.office) ?? 0
    }

    private func newFile(_ kind: String) -> String {
        files += 1
        return world.path("\(plan.name)-\(files).\(kind)")
    }

    private func write(_ text: String, _ kind: String) throws -> String {
        let file = newFile(kind)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    private func noteKill(
        _ fault: ProcessFault, _ step: ProcessPlan.Step, _ result: Programs.Result
    ) {
        if step.killAfter != nil { world.ledger.add(fault, tookEffect: result.isKilled) }
    }

    // MARK: - Recording

    private func replay(
        _ works: [ProcessPlan.Work], at store: String, _ step: ProcessPlan.Step
    ) throws {
        let at = Date().formatted(.iso8601)
        let lines = works.map {
            TraceText.line(
                $0.serial, plan.office, plan.device, "op.\($0.serial)", at, $0.operations)
        }
        let trace = try write(lines.joined(separator: "\n") + "\n", "jsonl")
        let result = try record(["replay", trace], works, at: store, step)
        if result.isKilled { unfinished = (trace, works, store) }
    }

    /// A run that was killed goes on where it stopped.
    func finishTrace() throws {
        guard let last = unfinished else { return }
        unfinished = nil
        try record(["replay", last.trace], last.works, at: last.store, nil)
    }

    @discardableResult
    private func record(
        _ arguments: [String], _ works: [ProcessPlan.Work], at store: String,
        _ step: ProcessPlan.Step?, input: String? = nil
    ) throws -> Programs.Result {
        for work in works { world.isTried(work, of: plan.office) }
        let result = try world.edge(
            arguments, at: store, killAfter: step?.killAfter, input: input)
        if let step { noteKill(.killedEdge, step, result) }
        if result.isDone { for work in works { world.isTold(work, at: store) } }
        if !Self.isExpected(result.err) { expectDone(result, arguments[0]) }
        return result
    }

    /// What a program rightly refuses: somebody deleted the row meanwhile, or settled it.
    private static func isExpected(_ err: String) -> Bool {
        ["nobody in this register", "was deleted", "no conflict", "already", "replay base.jsonl"]
            .contains { err.contains($0) }
    }

    /// L6: nothing that is done at the PC alone may fail there.
    private func expectDone(_ result: Programs.Result, _ what: String) {
        guard result.status != 0, !result.isKilled, result.trouble == nil else { return }
        world.breach(
            "L6", "whoever works waits for nobody, and is not turned away",
            "\(what) exited \(result.status): \(result.err.prefix(300))", at: plan.name)
    }

    private func settle(_ keepsA: Bool, at store: String, _ step: ProcessPlan.Step) throws {
        let listed = try world.edge(["conflicts", "list", "--open", "--json"], at: store)
        let open = try? JSONDecoder().decode([ListedConflict].self, from: Data(listed.out.utf8))
        guard let first = open?.first else { return }
        let result = try world.edge(
            [
                "conflicts", "settle", "\(first.id)", "--keep", keepsA ? "a" : "b", "--by",
                "sekdes",
            ], at: store, killAfter: step.killAfter)
        noteKill(.killedEdge, step, result)
    }

    // MARK: - Exchanging

    /// An exchange may fail while faults are about; it may not crash.
    private func exchange(
        _ arguments: [String], at store: String, _ step: ProcessPlan.Step
    ) throws {
        let result = try world.edge(
            arguments, at: store, killAfter: step.killAfter, patience: 4_000, mayHang: true)
        noteKill(.killedEdge, step, result)
    }

    private func meet(at store: String, _ step: ProcessPlan.Step) throws {
        guard let mate = plan.mate,
            let server = try world.startServer(of: mate)
        else { return }
        try exchange(["sync", "--peer", server.url], at: store, step)
        Programs.kill(server.process)
    }

    /// Somebody works at the screens' server while the command line writes, too.
    private func serve(_ milliseconds: Int, at store: String) throws {
        guard let server = try world.startServer(of: store) else { return }
        usleep(UInt32(milliseconds * 500))
        try finishTrace()
        usleep(UInt32(milliseconds * 500))
        world.ledger.add(.killedServe, tookEffect: server.process.isRunning)
        if !server.process.isRunning {
            world.breach(
                "error", "no program ends by itself", "'edgenode serve' ended", at: store)
        }
        Programs.kill(server.process)
        world.note(store, "its server is killed")
    }

    private func carryStick(at store: String, _ step: ProcessPlan.Step) throws {
        let (there, back) = (newFile("trasne"), newFile("trasne"))
        let written = try world.edge(["export-bundle", "--out", there], at: store)
        expectDone(written, "export-bundle")
        guard written.isDone else { return }
        let taken = try world.hub.run(["import-bundle", there, "--return", back])
        guard taken.isDone else { return }
        let result = try world.edge(
            ["import-bundle", back], at: store, killAfter: step.killAfter)
        noteKill(.killedEdge, step, result)
    }

    /// `cp -a`, as people copy a PC.
    private func clone() throws {
        guard stores.count == 1 else { return }
        let copy = plan.name + "b"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cp")
        process.arguments = ["-a", world.path(plan.name), world.path(copy)]
        try process.run()
        let isCopied =
            Programs.wait(for: process, milliseconds: 30_000) && process.terminationStatus == 0
        guard isCopied else { throw ProcessWorld.Trouble("cp -a failed") }
        stores.append(copy)
        world.note(copy, "is a copy of \(plan.name)")
        let opened = try world.edge(["status"], at: copy)
        expectDone(opened, "status")
        world.ledger.add(.clone, tookEffect: opened.isDone)
    }
}

/// As `conflicts list --json` prints it, as far as it is compared.
struct ListedConflict: Decodable {
    struct Side: Decodable, Hashable {
        let replica: UInt32
        let seq: UInt64
        let value: String?
    }

    let id: Int64
    let table: String
    let row: String
    let kind: String
    let column: String?
    let state: String
    let a: Side
    let b: Side
}

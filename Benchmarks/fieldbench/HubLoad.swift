import AsyncHTTPClient
import ChangeStore
import EdgeNode
import Foundation
import Models
import NIOCore
import SyncHub
import SyncProtocol

/// Thousands of office PCs against one `synchub serve`: each has its own store, keys and number and
/// speaks through the real client; they share this process, so that no time goes into starting
/// programs.
struct HubLoad: Sendable {
    struct Phase: Encodable {
        let exchanges: Int
        /// Request bodies and answers, without HTTP's heads.
        let bytes: Int
        let seconds: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        let hubProcessorSeconds: Double

        enum CodingKeys: String, CodingKey {
            case exchanges, bytes, seconds
            case p50Milliseconds = "p50_ms"
            case p99Milliseconds = "p99_ms"
            case hubProcessorSeconds = "hub_cpu_s"
        }
    }

    struct Report: Encodable {
        let edges: Int
        let offices: Int
        let transactionsEach: Int
        let hubKilobytesAtStart: Int
        let hubKilobytesAtMost: Int
        let phases: [String: Phase]

        enum CodingKeys: String, CodingKey {
            case edges, offices, phases
            case transactionsEach = "transactions_each"
            case hubKilobytesAtStart = "hub_kb_at_start"
            case hubKilobytesAtMost = "hub_kb_at_most"
        }
    }

    let folder: URL
    let edges: Int
    let transactionsEach: Int
    let atOnce: Int
    /// Whose register the PCs write down, each with other numbers.
    let work: Workload

    private func directory(of edge: Int) -> String {
        folder.appendingPathComponent("e\(edge)").path
    }

    private var hubDirectory: String { folder.appendingPathComponent("hub").path }

    /// - Parameters:
    ///   - port: free on this machine.
    ///   - synchub: the program.
    func run(port: Int, synchub: String) async throws -> Report {
        try prepare(port: port)
        let hub = HubProcess(synchub, store: hubDirectory, port: port)
        try hub.start()
        defer { hub.stop() }
        try await hub.waitUntilItAnswers()
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        defer { Task { try? await http.shutdown() } }
        var phases: [String: Phase] = [:]
        phases["first call"] = try await all(hub, http)
        let atStart = hub.kilobytes("VmRSS")
        for edge in 0..<edges { try record(edge) }
        phases["work of each"] = try await all(hub, http)
        phases["work of the neighbours"] = try await all(hub, http)
        phases["nothing new"] = try await all(hub, http)
        return Report(
            edges: edges, offices: min(edges, Regions.offices.count),
            transactionsEach: transactionsEach, hubKilobytesAtStart: atStart,
            hubKilobytesAtMost: hub.kilobytes("VmHWM"), phases: phases)
    }

    private func prepare(port: Int) throws {
        let hub = try Hub.create(
            in: hubDirectory, regency: "52.02", url: "http://127.0.0.1:\(port)")
        let offices = Regions.offices
        for edge in 0..<edges {
            let file = try hub.enrol(
                office: offices[edge % offices.count].code, device: 1 + edge / offices.count)
            let node = try EdgeNode.create(in: directory(of: edge), enrolment: file)
            try node.store.close()
            try node.content.close()
        }
        try hub.store.close()
        try hub.content.close()
    }

    /// Writes a part of the register down, as another office would.
    private func record(_ edge: Int) throws {
        let node = try EdgeNode.open(directory(of: edge))
        var recorder = Recorder(store: node.store)
        let nik = Numbers(office: node.office, edge: edge)
        let start = edge * 7 % max(1, work.changesets.count - transactionsEach)
        for changeset in work.changesets[start...].prefix(transactionsEach) {
            try recorder.record(recorder.prepare(changeset, changing: nik.changed))
        }
        try node.store.close()
        try node.content.close()
    }

    /// Every PC syncs once, so many at a time.
    private func all(_ hub: HubProcess, _ http: HTTPClient) async throws -> Phase {
        let (cpu, began) = (hub.processorSeconds, ContinuousClock.now)
        let found = try await withThrowingTaskGroup(of: [(Double, Int)].self) { group in
            for worker in 0..<atOnce {
                group.addTask {
                    var mine: [(Double, Int)] = []
                    for edge in stride(from: worker, to: edges, by: atOnce) {
                        mine.append(try await sync(edge, http))
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        // What follows from an exchange in other scopes comes after its answer.
        try await hub.waitUntilItRests()
        let times = found.map(\.0).sorted()
        return Phase(
            exchanges: times.count, bytes: found.reduce(0) { $0 + $1.1 }, seconds: seconds,
            p50Milliseconds: times[times.count / 2] * 1e3,
            p99Milliseconds: times[times.count * 99 / 100] * 1e3,
            hubProcessorSeconds: hub.processorSeconds - cpu)
    }

    private func sync(_ edge: Int, _ http: HTTPClient) async throws -> (Double, Int) {
        let node = try EdgeNode.open(directory(of: edge))
        let began = ContinuousClock.now
        let report = try await SyncClient(node: node, http: http).sync()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        try node.store.close()
        try node.content.close()
        return (seconds, report.sentBytes + report.receivedBytes)
    }
}

/// NIKs of another office, so that nobody is found twice.
private struct Numbers {
    let office: Scope
    let edge: Int

    func changed(_ column: Column, _ value: Value) -> Value {
        guard column.name == "nik" || column.name == "family_card_no", let text = value.text,
            text.count == 16, let serial = Int(text.suffix(4))
        else { return value }
        let place = office.code.filter { $0 != "." }.prefix(6)
        let other = (serial + edge * 61) % 9_999 + 1
        let digits = String(other)
        return .text(
            place + text.dropFirst(6).prefix(6) + String(repeating: "0", count: 4 - digits.count)
                + digits)
    }
}

/// One `synchub serve`, and what the system says of it.
final class HubProcess {
    private let process = Process()
    private let port: Int

    init(_ program: String, store: String, port: Int) {
        self.port = port
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["serve", "--store", store, "--listen", "127.0.0.1:\(port)"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
    }

    func start() throws { try process.run() }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    func waitUntilItAnswers() async throws {
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        for _ in 0..<200 {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/")
            if (try? await http.execute(request, timeout: .seconds(2))) != nil { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await http.shutdown()
    }

    func waitUntilItRests() async throws {
        var before = -1.0
        while processorSeconds - before > 0.02 {
            before = processorSeconds
            try await Task.sleep(for: .seconds(1))
        }
    }

    var processorSeconds: Double {
        guard
            let text = try? String(
                contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[end...].split(separator: " ")
        return Double((Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)) / 100
    }

    func kilobytes(_ field: String) -> Int {
        let path = "/proc/\(process.processIdentifier)/status"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}

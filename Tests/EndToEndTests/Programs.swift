import Foundation

/// Runs the real binaries that were built beside the tests.
enum Program: String {
    case edgenode
    case synchub

    struct Result: Sendable {
        let status: Int32
        let out: String
        let err: String
    }

    static let folder: URL = {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = tests.deletingLastPathComponent()
        // On some platforms the test executable lies within a bundle.
        while !FileManager.default.isExecutableFile(atPath: folder.path + "/edgenode"),
            folder.path != "/"
        { folder.deleteLastPathComponent() }
        return folder
    }()

    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.folder.appendingPathComponent(rawValue)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs to the end.
    @discardableResult
    func run(_ arguments: [String]) throws -> Result {
        let process = process(arguments)
        // Files, not pipes: a full pipe would stop the program.
        let folder = FileManager.default.temporaryDirectory
        let out = folder.appendingPathComponent("trasne-\(UUID().uuidString).out")
        let err = folder.appendingPathComponent("trasne-\(UUID().uuidString).err")
        defer {
            try? FileManager.default.removeItem(at: out)
            try? FileManager.default.removeItem(at: err)
        }
        for file in [out, err] {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            out: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            err: String(decoding: try Data(contentsOf: err), as: UTF8.self))
    }
}

struct ProgramFailed: Error, CustomStringConvertible {
    let arguments: [String]
    let result: Program.Result

    var description: String { "\(arguments) exited \(result.status): \(result.err)\(result.out)" }
}

/// A hub and the PCs of one office in a folder of their own, on loopback.
final class Lab {
    let folder: String
    let office: String
    private(set) var server: Process?
    private(set) var port = 0

    init(office: String = "52.02.03.2007") throws {
        self.office = office
        folder = FileManager.default.temporaryDirectory.path + "/trasne-lab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        port = try Sockets.freePort()
        try hub(["init", "--store", path("hub"), "--url", "http://127.0.0.1:\(port)"])
    }

    deinit {
        if let server, server.isRunning { kill(server.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    @discardableResult
    func hub(_ arguments: [String]) throws -> String { try Self.ok(.synchub, arguments) }

    @discardableResult
    func edge(_ arguments: [String]) throws -> String { try Self.ok(.edgenode, arguments) }

    private static func ok(_ program: Program, _ arguments: [String]) throws -> String {
        let result = try program.run(arguments)
        guard result.status == 0 else {
            throw ProgramFailed(arguments: [program.rawValue] + arguments, result: result)
        }
        return result.out
    }

    /// Enrols a PC and makes its store.
    /// - Parameter url: another way to the hub, through a proxy say.
    func addPC(
        _ name: String, device: Int, url: String? = nil, office: String? = nil
    ) throws {
        let file = path(name + ".json")
        try hub([
            "enrol", "--store", path("hub"), "--office", office ?? self.office, "--device",
            "\(device)",
            "--out", file,
        ])
        if let url {
            let text = try String(contentsOfFile: file, encoding: .utf8)
                .replacingOccurrences(of: "http://127.0.0.1:\(port)", with: url)
            try text.write(toFile: file, atomically: true, encoding: .utf8)
        }
        try edge(["init", "--store", path(name), "--enrolment", file])
    }

    func startHub() throws {
        let process = Program.synchub.process([
            "serve", "--store", path("hub"), "--listen", "127.0.0.1:\(port)",
        ])
        process.standardOutput = FileHandle.nullDevice
        let log = path("hub.log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        server = process
        for _ in 0..<400 {
            if Sockets.canConnect(port) { return }
            usleep(25_000)
        }
        throw ProgramFailed(
            arguments: ["synchub", "serve"],
            result: .init(status: -1, out: "", err: "did not listen within 10 s"))
    }

    func killHub() {
        guard let server else { return }
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
        self.server = nil
    }

    func digest(_ name: String) throws -> String {
        name == "hub"
            ? try hub(["digest", "--store", path("hub"), "--scope", office])
            : try edge(["digest", "--store", path(name), "--scope", office])
    }

    /// The first column of the first row.
    func number(_ name: String, _ sql: String) throws -> Int {
        let program: Program = name == "hub" ? .synchub : .edgenode
        let out = try Self.ok(program, ["query", "--store", path(name), sql])
        return Int(out.split(separator: "\n").last ?? "") ?? -1
    }
}

enum Fixture {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
    }
}

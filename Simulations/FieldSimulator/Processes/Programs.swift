import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The real programs, from the folder they were built into.
struct Programs: Sendable {
    enum Name: String, Sendable { case edgenode, synchub }

    /// One run of a program.
    struct Result: Sendable {
        var status: Int32 = 0
        var out = ""
        var err = ""
        /// It was killed while it ran.
        var isKilled = false
        /// It ended by a signal that nobody sent, or did not end at all.
        var trouble: String?

        var isDone: Bool { status == 0 && !isKilled && trouble == nil }
    }

    /// Neither program is there.
    struct Missing: Error, CustomStringConvertible {
        let folder: String
        var description: String {
            "there is no edgenode or no synchub in \(folder): build them with 'swift build', or "
                + "name their folder with --programs"
        }
    }

    let folder: String

    init(folder: String) throws {
        self.folder = folder
        for name in [Name.edgenode, .synchub] {
            guard FileManager.default.isExecutableFile(atPath: folder + "/" + name.rawValue) else {
                throw Missing(folder: folder)
            }
        }
    }

    /// Where this program itself lies.
    static var ownFolder: String {
        (Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path)
            ?? "."
    }

    /// Starts a program that stays.
    /// - Parameter log: takes what it says.
    func start(_ name: Name, _ arguments: [String], log: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/" + name.rawValue)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try file.seekToEnd()
        process.standardOutput = file
        process.standardError = file
        try process.run()
        return process
    }

    /// Runs a program to its end, or until it is killed.
    ///
    /// - Parameters:
    ///   - place: a folder for what it says.
    ///   - killAfter: milliseconds after which it is killed, if it still runs.
    ///   - patience: milliseconds after which it is killed as somebody kills what hangs. Said to
    ///     be trouble when `mayHang` is false.
    func run(
        _ name: Name, _ arguments: [String], input: String? = nil, in place: String,
        killAfter: Int? = nil, patience: Int = 60_000, mayHang: Bool = false
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/" + name.rawValue)
        process.arguments = arguments
        let mark = place + "/run-" + UUID().uuidString
        let (out, err, said) = (mark + ".out", mark + ".err", mark + ".in")
        defer {
            for file in [out, err, said] { try? FileManager.default.removeItem(atPath: file) }
        }
        for file in [out, err] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        // Files, not pipes: a full pipe would stop the program.
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: out))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: err))
        process.standardInput = FileHandle.nullDevice
        if let input {
            try Data(input.utf8).write(to: URL(fileURLWithPath: said))
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: said))
        }
        try process.run()
        var result = Result()
        let isOver = Self.wait(for: process, milliseconds: killAfter ?? patience)
        if !isOver {
            Self.kill(process)
            result.isKilled = true
            if killAfter == nil, !mayHang { result.trouble = "did not end within \(patience) ms" }
        }
        let isSignalled = process.terminationReason == .uncaughtSignal
        // It may have ended in the moment before the kill.
        if result.isKilled, !isSignalled { result.isKilled = false }
        if !result.isKilled, isSignalled {
            result.trouble = "ended by signal \(process.terminationStatus)"
        }
        result.status = process.terminationStatus
        result.out = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: out)), as: UTF8.self)
        result.err = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: err)), as: UTF8.self)
        return result
    }

    /// `kill -9`, and waits until it is gone.
    static func kill(_ process: Process) {
        if process.isRunning { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
        _ = wait(for: process, milliseconds: 10_000)
    }

    /// - Returns: whether it ended.
    static func wait(for process: Process, milliseconds: Int) -> Bool {
        let end = Date().addingTimeInterval(Double(milliseconds) / 1_000)
        while process.isRunning {
            guard Date() < end else { return false }
            usleep(1_000)
        }
        return true
    }
}

import Foundation

/// A copy of the package in which every mutant is planted, built once.
struct MutantBuild {
    /// The package's folder.
    let package: String
    /// Where copy and build are kept, so that the next time only what changed is built.
    let folder: String

    private var tree: String { folder + "/tree" }

    /// - Returns: the program.
    func make(_ mutants: [Mutant]) throws -> String {
        let planted = try Dictionary(grouping: mutants, by: \.file).mapValues { group in
            try group.reduce(
                try String(contentsOfFile: package + "/" + group[0].file, encoding: .utf8)
            ) { try $1.planted(in: $0) }
        }
        for name in [
            "Package.swift", "Package.resolved", "Sources", "Simulations", "Benchmarks", "Tests",
        ] {
            try copy(name, planted)
        }
        try write(Self.asking, to: tree + "/Sources/SyncProtocol/Mutants.swift")
        try build()
        return folder + "/build/release/fieldsim"
    }

    /// In the core, which every target sees.
    private static let asking = """
        import Foundation

        private let planted = ProcessInfo.processInfo.environment["FIELDSIM_MUTANT"]

        /// Whether this planted bug is turned on.
        public func isMutant(_ name: String) -> Bool { planted == name }

        """

    /// What is alike stays untouched: a new date would have it built again.
    private func copy(_ name: String, _ planted: [String: String]) throws {
        let source = package + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else {
            let text = try Data(contentsOf: URL(fileURLWithPath: source))
            return try write(planted[name].map { Data($0.utf8) } ?? text, to: tree + "/" + name)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: source)
        for child in names.sorted() { try copy(name + "/" + child, planted) }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: tree + "/" + name)) ?? []
        for old in there where !names.contains(old) && old != "Mutants.swift" {
            try FileManager.default.removeItem(atPath: tree + "/" + name + "/" + old)
        }
    }

    private func write(_ text: String, to path: String) throws {
        try write(Data(text.utf8), to: path)
    }

    private func write(_ data: Data, to path: String) throws {
        if FileManager.default.contents(atPath: path) == data { return }
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    private func build() throws {
        let log = folder + "/build.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "build", "-c", "release", "--product", "fieldsim", "--package-path", tree,
            "--scratch-path", folder + "/build",
        ]
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Mutant.Unusable(
                description: "the copy with the planted bugs does not build: see \(log)")
        }
    }
}

import Foundation
import Testing

/// Users of an office, made as its administrator makes them.
enum Users {
    static func add(_ lab: Lab, _ store: String, _ name: String) throws {
        let process = Program.edgenode.process([
            "user", "add", name, "--store", lab.path(store), "--full-name", "Sari",
            "--role", "operator",
        ])
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("rahasia-desa\n".utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}

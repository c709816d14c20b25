import Foundation
import GRDB
import SyncProtocol
import Testing

@testable import ChangeStore

@Suite("A store that is let go of leaves nothing behind")
struct Releases {
    /// What a statement is left of stays open as long as the program runs: a simulation of many
    /// worlds took 25 MB for each.
    @Test("Its files are closed though nobody closed it")
    func filesClose() async throws {
        let place = try TemporaryPlace()
        func open() throws -> Int {
            let links = "/proc/self/fd"
            return try FileManager.default.contentsOfDirectory(atPath: links).count { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: links + "/" + name)
                return target?.hasPrefix(place.directory) ?? false
            }
        }
        for number in 0..<3 {
            do {
                let store = try place.create("\(number).db", replica: 2)
                try store.insert()
                _ = try store.read { try ChangeLog.vectors($0) }
                #expect(try open() > 0)
            }
            // The pool lets go of its connections on their own queues.
            for _ in 0..<100 where try open() > 0 { try await Task.sleep(for: .milliseconds(50)) }
            #expect(try open() == 0)
        }
    }
}

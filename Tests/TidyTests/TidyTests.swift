import Foundation
import Testing

@Suite("The tree keeps the rules of docs/ARCHITECTURE.md")
struct Tidy {
    /// Who may import whom: folder → modules. What is not listed is refused.
    static let imports: [String: Set<String>] = [
        "Sources/SyncProtocol": ["Crypto"],
        "Sources/Models": ["SyncProtocol"],
        "Sources/Compression": ["CDictionary", "CZstd", "Crypto", "Synchronization"],
        "Sources/ChangeStore": [
            "Compression", "Crypto", "Dispatch", "Foundation", "GRDB", "GRDBSQLite", "Models",
            "Synchronization", "SyncProtocol",
        ],
        "Sources/Bundles": ["Crypto", "Foundation", "SyncProtocol"],
        "Sources/Exchange": ["ChangeStore", "Compression", "Foundation", "GRDB", "SyncProtocol"],
        "Sources/LetterSeal": ["Crypto", "Foundation"],
        "Sources/Console": [
            "ArgumentParser", "ChangeStore", "Foundation", "Models", "SyncProtocol",
        ],
        "Sources/EdgeNode": [
            "ArgumentParser", "AsyncHTTPClient", "Bundles", "CGD", "CQREncode", "ChangeStore",
            "Compression", "Console", "Crypto", "CryptoExtras", "Dispatch", "Exchange",
            "Foundation", "GRDB", "HTTPTypes", "Hummingbird", "LetterSeal", "Logging", "Models",
            "Mustache", "NIOCore",
            "NIOFoundationCompat", "NIOHTTP1", "ServiceLifecycle", "SwiftCSV", "Synchronization",
            "SyncProtocol",
        ],
        "Sources/SyncHub": [
            "ArgumentParser", "Bundles", "ChangeStore", "Compression", "Console", "Crypto",
            "Exchange", "Foundation", "GRDB", "HTTPTypes", "Hummingbird", "LetterSeal", "Logging",
            "Models", "Mustache",
            "NIOCore", "SyncProtocol", "Synchronization",
        ],
        "Sources/Programs/edgenode": ["ArgumentParser", "EdgeNode"],
        "Sources/Programs/synchub": ["ArgumentParser", "SyncHub"],
        "Sources/Programs/fieldsim": ["ArgumentParser", "FieldSimulator"],
        "Benchmarks/fieldbench": [
            "ArgumentParser", "AsyncHTTPClient", "CSQLitePeer", "ChangeStore", "Compression",
            "Dispatch", "EdgeNode", "Exchange", "Foundation", "GRDB", "Models", "NIOCore",
            "SyncHub",
            "SyncProtocol",
        ],
        "Simulations/FieldSimulator": [
            "ArgumentParser", "Bundles", "CSimulatedDisk", "ChangeStore", "Compression", "Crypto",
            "Dispatch",
            "EdgeNode",
            "Exchange",
            "Foundation", "GRDB", "Models", "SyncHub", "SyncProtocol", "Synchronization",
        ],
    ]

    /// What the core must not know: time, chance, threads, the outside.
    static let banned = [
        "Date()", "UUID()", ".random(", "SystemRandomNumberGenerator", "Task {", "Task.",
        "DispatchQueue", "ContinuousClock", "ProcessInfo", "FileManager", ".hashValue",
        "Locale", " async ", "await ", "print(",
    ]

    @Test(
        "Every target imports only what its row of the table allows",
        arguments: imports.keys.sorted())
    func importTable(folder: String) throws {
        let allowed = Self.imports[folder]!
        let files = try SourceTree.swiftFiles(under: folder)
        #expect(!files.isEmpty, "\(folder) is empty or gone")
        for file in files {
            for module in file.imports {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test("Every folder of Sources has a row in the table")
    func noForgottenTarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appendingPathComponent("Sources").path)
        for folder in folders
        where !["CDictionary", "CGD", "CZstd", "CQREncode", "Programs"].contains(folder) {
            #expect(Self.imports["Sources/\(folder)"] != nil, "\(folder)")
        }
    }

    @Test(
        "The core has no clock, chance, threads or outside",
        arguments: ["Sources/SyncProtocol", "Sources/Models"])
    func coreIsPure(folder: String) throws {
        for file in try SourceTree.swiftFiles(under: folder) {
            for (number, text) in file.code {
                for word in Self.banned {
                    #expect(!text.contains(word), "\(file.path):\(number) has \(word)")
                }
            }
        }
    }

    @Test("Only the two shells and the tests read the wall clock")
    func clockIsReadInOnePlace() throws {
        var found: [String] = []
        for folder in [
            "Sources/EdgeNode", "Sources/SyncHub", "Sources/ChangeStore", "Sources/Exchange",
        ] {
            for file in try SourceTree.swiftFiles(under: folder)
            where file.code.contains(where: { $0.text.contains("Date()") }) {
                found.append(file.path)
            }
        }
        #expect(found == ["Sources/EdgeNode/Node/EdgeNode.swift", "Sources/SyncHub/Hub/Hub.swift"])
    }

    @Test("No file is longer than 400 lines")
    func sizes() throws {
        for folder in ["Sources", "Tests", "Simulations"] {
            for file in try SourceTree.swiftFiles(under: folder) {
                #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count) lines")
            }
        }
    }

    @Test("No name says nothing: Manager, Helper, Utils")
    func names() throws {
        for folder in ["Sources", "Simulations"] {
            for file in try SourceTree.swiftFiles(under: folder) {
                for (number, text) in file.code {
                    #expect(
                        !text.contains(#/(class|struct|enum|actor) \w*(Manager|Helper|Utils)\b/#),
                        "\(file.path):\(number)")
                }
            }
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

/// House settings (docs/ARCHITECTURE.md): every target is Swift 6, sees only what it imports, and
/// names its existentials.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
/// The core promises more: no unsafe memory without saying so.
let core = house + [.strictMemorySafety()]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioFoundation: Target.Dependency = .product(
    name: "NIOFoundationCompat", package: "swift-nio")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let csv: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")

let package = Package(
    name: "trasne",
    defaultLocalization: "id",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "edgenode", targets: ["EdgeNodeProgram"]),
        .executable(name: "synchub", targets: ["SyncHubProgram"]),
        .executable(name: "fieldsim", targets: ["FieldSimProgram"]),
        .executable(name: "fieldbench", targets: ["FieldBenchProgram"]),
        .library(name: "SyncProtocol", targets: ["SyncProtocol"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // The core: pure functions of their inputs.
        .target(name: "SyncProtocol", dependencies: [crypto], swiftSettings: core),
        .target(name: "Models", dependencies: ["SyncProtocol"], swiftSettings: core),

        // Bytes and disks.
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        // Without pkg-config: its flags for gd are ones that SwiftPM does not pass on.
        .systemLibrary(name: "CGD", providers: [.apt(["libgd-dev"])]),
        // The dictionaries that ship with the programs, as bytes.
        .target(name: "CDictionary"),
        .target(
            name: "Compression", dependencies: ["CDictionary", "CZstd", crypto],
            swiftSettings: house),
        .target(
            name: "ChangeStore",
            dependencies: ["SyncProtocol", "Models", "Compression", crypto, grdb, sqlite],
            swiftSettings: house),

        // Both sides of an exchange, without the transport.
        .target(
            name: "Exchange", dependencies: ["ChangeStore", "Compression", "SyncProtocol", grdb],
            swiftSettings: house),

        // The signed code on a letter: made at the office, checked at the hub.
        .target(name: "LetterSeal", dependencies: [crypto], swiftSettings: house),

        // Exchanges that travel as files.
        .target(
            name: "Bundles", dependencies: ["SyncProtocol", crypto], swiftSettings: house),

        // What both programs print.
        .target(
            name: "Console", dependencies: ["ChangeStore", "Models", "SyncProtocol", arguments],
            swiftSettings: house),

        // The two sides.
        .target(
            name: "EdgeNode",
            dependencies: [
                "Bundles", "CGD", "ChangeStore", "Console", "CQREncode", "Compression",
                "Exchange", "LetterSeal", "Models",
                "SyncProtocol",
                arguments, crypto, cryptoExtras, csv, grdb, httpClient, httpTypes, hummingbird,
                lifecycle, logging, mustache, nio, nioFoundation, nioHTTP,
            ],
            swiftSettings: house),
        .target(
            name: "SyncHub",
            dependencies: [
                "Bundles", "ChangeStore", "Compression", "Console", "Exchange", "LetterSeal",
                "Models",
                "SyncProtocol",
                arguments, crypto, grdb, httpTypes, hummingbird, logging, mustache, nio,
            ],
            swiftSettings: house),
        .executableTarget(
            name: "EdgeNodeProgram", dependencies: ["EdgeNode", arguments],
            path: "Sources/Programs/edgenode",
            swiftSettings: house),
        .executableTarget(
            name: "SyncHubProgram", dependencies: ["SyncHub", arguments],
            path: "Sources/Programs/synchub",
            swiftSettings: house),

        // How we know.
        .target(
            name: "CSimulatedDisk", path: "Simulations/CSimulatedDisk",
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "FieldSimulator",
            dependencies: [
                "Bundles", "ChangeStore", "Compression", "CSimulatedDisk", "EdgeNode", "Exchange",
                "Models",
                "SyncHub", "SyncProtocol", arguments, grdb,
            ],
            path: "Simulations/FieldSimulator", swiftSettings: house),
        .executableTarget(
            name: "FieldSimProgram", dependencies: ["FieldSimulator", arguments],
            path: "Sources/Programs/fieldsim",
            swiftSettings: house),
        // What the benchmark measures in one process, beside plain SQLite.
        .target(
            name: "CSQLitePeer", path: "Benchmarks/CSQLitePeer",
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "FieldBenchProgram",
            dependencies: [
                "ChangeStore", "Compression", "CSQLitePeer", "EdgeNode", "Exchange", "Models",
                "SyncHub", "SyncProtocol", arguments, grdb, httpClient, nio,
            ],
            path: "Benchmarks/fieldbench", swiftSettings: house),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["FieldSimulator", "FieldSimProgram", "ChangeStore", "SyncProtocol"],
            swiftSettings: house),
        .testTarget(
            name: "SyncProtocolTests", dependencies: ["SyncProtocol", "FieldSimulator"],
            swiftSettings: house),
        .testTarget(
            name: "ChangeStoreTests",
            dependencies: ["ChangeStore", "FieldSimulator", "Models", "SyncProtocol", grdb],
            swiftSettings: house),
        .testTarget(
            name: "EdgeNodeTests",
            dependencies: [
                "EdgeNode", "CGD", "ChangeStore", "Exchange", "LetterSeal", "Models",
                "SyncProtocol", crypto,
                grdb,
                httpTypes,
                hummingbird, logging,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "SyncHubTests",
            dependencies: [
                "SyncHub", "ChangeStore", "Compression", "Exchange", "LetterSeal", "Models",
                "SyncProtocol",
                crypto,
                grdb,
            ],
            swiftSettings: house),
        .testTarget(
            name: "BundlesTests", dependencies: ["Bundles", "SyncProtocol", crypto],
            swiftSettings: house),
        .testTarget(
            name: "CompressionTests", dependencies: ["Compression", crypto], swiftSettings: house),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["EdgeNodeProgram", "FieldBenchProgram", "SyncHubProgram", crypto, grdb],
            exclude: ["Fixtures"], swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),
        .testTarget(name: "ModelsTests", dependencies: ["Models"], swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)

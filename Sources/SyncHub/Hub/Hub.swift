public import ChangeStore
import Foundation
import GRDB
import Models
public import SyncProtocol

/// The centre: holds every scope, writes the reference data, knows every device.
public final class Hub: Sendable {
    public let directory: String
    public let store: ChangeStore
    /// Photos and scans that somebody here asked for, in a file of their own.
    public let content: ContentStore
    let keys: HubKeys

    let surroundings: Surroundings

    private init(
        directory: String, store: ChangeStore, keys: HubKeys, _ surroundings: Surroundings
    ) throws {
        self.directory = directory
        self.store = store
        self.surroundings = surroundings
        content = try ContentStore.open(in: directory, on: surroundings.volume)
        self.keys = keys
    }

    public static func storePath(in directory: String) -> String { directory + "/hub.sqlite" }

    public var regency: Scope { store.identity.home }

    /// UTC milliseconds, as the hub's machine has it.
    func now() -> Int64 { surroundings.now() }

    /// The wall clock of this machine. Read here and nowhere below.
    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    /// Makes the hub's store and publishes the reference data into it.
    public static func create(in directory: String, regency: String, url: String) throws -> Hub {
        try create(in: directory, regency: regency, url: url, on: .machine(now: now))
    }

    package static func create(
        in directory: String, regency: String, url: String, on surroundings: Surroundings
    ) throws -> Hub {
        guard Regions.region(code: regency)?.kind == .regency else {
            throw HubFault.unknownRegency(regency)
        }
        guard let address = URL(string: url), address.host != nil,
            ["http", "https"].contains(address.scheme)
        else { throw HubFault.badURL(url) }
        let (path, volume) = (storePath(in: directory), surroundings.volume)
        guard !volume.exists(path) else { throw StoreError.alreadyExists(path: path) }
        try volume.makeFolder(directory)
        let keys = HubKeys(
            url: url.hasSuffix("/") ? String(url.dropLast()) : url, regency: regency,
            surroundings)
        try keys.save(to: directory, on: volume)
        let store = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: .hub, home: Scope(regency), isHub: true),
            schema: Domain.schema, on: volume)
        let hub = try Hub(directory: directory, store: store, keys: keys, surroundings)
        try hub.prepare()
        try Publisher(store: store).publishMissing(now: hub.now())
        return hub
    }

    public static func open(_ directory: String) throws -> Hub {
        try open(directory, on: .machine(now: now))
    }

    package static func open(_ directory: String, on surroundings: Surroundings) throws -> Hub {
        let hub = try open(unpublished: directory, on: surroundings)
        // Reference data that only its edges still hold would be doubled.
        if try hub.store.read({ try RestoreLog.awaited($0).isEmpty }) {
            try Publisher(store: hub.store).publishMissing(now: hub.now())
        }
        return hub
    }

    /// Writes nothing of its own into the store.
    package static func open(
        unpublished directory: String, on surroundings: Surroundings = .machine(now: now)
    ) throws -> Hub {
        let store = try ChangeStore.open(
            at: storePath(in: directory), schema: Domain.schema, on: surroundings.volume)
        let keys = try HubKeys.complete(in: directory, surroundings)
        let hub = try Hub(directory: directory, store: store, keys: keys, surroundings)
        try hub.prepare()
        return hub
    }

    /// A hub whose making was interrupted is finished at the next start.
    private func prepare() throws {
        try store.bookkeeping { db in
            try NodeRegistry.createTables(db)
            try NumberGrants.createTable(db)
            try HubEvents.createTable(db)
            try RestoreLog.createTables(db)
            try LastHello.createTable(db)
            try Stability.createTables(db)
        }
    }
}

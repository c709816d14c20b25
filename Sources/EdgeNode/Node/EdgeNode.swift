public import ChangeStore
import Foundation
import GRDB
import Models
public import SyncProtocol

/// One office PC: its store, its device and what it may do, without any network.
public final class EdgeNode: Sendable {
    public let directory: String
    public let store: ChangeStore
    public let enrolment: EnrolmentFile
    /// Photos and scans, in a file of their own.
    public let content: ContentStore

    /// The name under which the store remembers what the hub holds.
    static let hubPeer = "hub"
    /// The same for what lies in the hub's backup.
    static let durablePeer = "hub:durable"

    private init(directory: String, store: ChangeStore, enrolment: EnrolmentFile) throws {
        self.directory = directory
        self.store = store
        self.enrolment = enrolment
        content = try ContentStore.open(in: directory)
        try store.bookkeeping { db in
            try LetterNumbers.createTable(db)
            try PeerBook.createTables(db)
        }
    }

    public static func storePath(in directory: String) -> String { directory + "/edge.sqlite" }

    /// Makes the store of a new device. Needs no network.
    public static func create(in directory: String, enrolment: EnrolmentFile) throws -> EdgeNode {
        let path = storePath(in: directory)
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError.alreadyExists(path: path)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw EdgeFault.cannotWrite(path: directory, detail: "cannot make the folder")
        }
        do {
            try DeviceFile(enrolment: enrolment).save(to: directory)
            let store = try ChangeStore.create(
                at: path,
                identity: StoreIdentity(
                    replica: ReplicaID(enrolment.replica), home: Scope(enrolment.office),
                    isHub: false))
            try store.bookkeeping {
                try StoreInfo.set(Whereabouts.key, Whereabouts.of(path), $0)
            }
            return try EdgeNode(directory: directory, store: store, enrolment: enrolment)
        } catch {
            // Nothing half-made stays: the next try begins anew.
            let content = ContentStore.path(in: directory)
            for file in [path, content].flatMap({ [$0, $0 + "-wal", $0 + "-shm"] })
                + [DeviceFile.path(in: directory)]
            where FileManager.default.fileExists(atPath: file) {
                try FileManager.default.removeItem(atPath: file)
            }
            throw error
        }
    }

    public static func open(_ directory: String) throws -> EdgeNode {
        let store = try ChangeStore.open(at: storePath(in: directory))
        var device = try DeviceFile.load(from: directory)
        try store.bookkeeping { try LetterNumbers.createTable($0) }
        try Incarnation(directory: directory, store: store).settle(&device)
        return try EdgeNode(directory: directory, store: store, enrolment: device.enrolment)
    }

    public var office: Scope { store.identity.home }

    /// The wall clock. Read here and nowhere below.
    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    /// What is not in the centre's backup yet; nil while the centre has told of none.
    public func notDurable() throws -> Int? {
        try store.read { db in
            guard try CentreBackup.isKnown(db) else { return nil }
            return try pending(at: Self.durablePeer, db).count
        }
    }

    /// What is not at the centre yet.
    public func pending() throws -> (count: Int, oldest: HLC?) {
        try store.read { try pending(at: Self.hubPeer, $0) }
    }

    func pending(at peer: String, _ db: Database) throws -> (count: Int, oldest: HLC?) {
        var pending: (count: Int, oldest: HLC?) = (0, nil)
        for scope in try carried(db) {
            let found = try PeerVectors.pending(
                in: scope, by: store.identity.replica, at: peer, db)
            pending.count += found.count
            pending.oldest = [pending.oldest, found.oldest].compactMap { $0 }.min()
        }
        return pending
    }
}

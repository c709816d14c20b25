public import ChangeStore
import Foundation
import GRDB
import Models
public import SyncProtocol

/// One office PC: its store, its device and what it may do, without any network.
public final class EdgeNode: Sendable {
    public let store: ChangeStore
    public let enrolment: EnrolmentFile
    /// Photos and scans, in a file of their own.
    public let content: ContentStore

    /// The name under which the store remembers what the hub holds.
    static let hubPeer = "hub"
    /// The same for what lies in the hub's backup.
    static let durablePeer = "hub:durable"

    package let folder: NodeFolder

    private init(folder: NodeFolder, store: ChangeStore, enrolment: EnrolmentFile) throws {
        self.folder = folder
        self.store = store
        self.enrolment = enrolment
        content = try ContentStore.open(in: folder.directory, on: folder.volume)
        try store.bookkeeping { db in
            try LetterNumbers.createTable(db)
            try PeerBook.createTables(db)
        }
    }

    public var directory: String { folder.directory }

    public static func storePath(in directory: String) -> String { directory + "/edge.sqlite" }

    /// Makes the store of a new device. Needs no network.
    public static func create(in directory: String, enrolment: EnrolmentFile) throws -> EdgeNode {
        try create(in: NodeFolder(directory), enrolment: enrolment)
    }

    package static func create(
        in folder: NodeFolder, enrolment: EnrolmentFile
    ) throws -> EdgeNode {
        let (directory, volume) = (folder.directory, folder.volume)
        let path = storePath(in: directory)
        guard !volume.exists(path) else { throw StoreError.alreadyExists(path: path) }
        try volume.makeFolder(directory)
        do {
            try DeviceFile(enrolment: enrolment, in: folder.surroundings).save(to: folder)
            let store = try ChangeStore.create(
                at: path,
                identity: StoreIdentity(
                    replica: ReplicaID(enrolment.replica), home: Scope(enrolment.office),
                    isHub: false), schema: Domain.schema, on: volume)
            try store.bookkeeping {
                try StoreInfo.set(Whereabouts.key, Whereabouts.of(path, on: volume), $0)
            }
            return try EdgeNode(folder: folder, store: store, enrolment: enrolment)
        } catch {
            // Nothing half-made stays: the next try begins anew.
            let content = ContentStore.path(in: directory)
            for file in [path, content].flatMap({ [$0, $0 + "-wal", $0 + "-shm"] })
                + [DeviceFile.path(in: directory)]
            where volume.exists(file) {
                try volume.remove(file)
            }
            throw error
        }
    }

    public static func open(_ directory: String) throws -> EdgeNode {
        try open(NodeFolder(directory))
    }

    package static func open(_ folder: NodeFolder) throws -> EdgeNode {
        let store = try ChangeStore.open(
            at: storePath(in: folder.directory), schema: Domain.schema, on: folder.volume)
        var device = try DeviceFile.load(from: folder)
        try store.bookkeeping { try LetterNumbers.createTable($0) }
        try Incarnation(folder: folder, store: store).settle(&device)
        return try EdgeNode(folder: folder, store: store, enrolment: device.enrolment)
    }

    public var office: Scope { store.identity.home }

    /// UTC milliseconds, as this node's machine has it.
    func now() -> Int64 { folder.now() }

    /// The wall clock of this machine. Read here and nowhere below.
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

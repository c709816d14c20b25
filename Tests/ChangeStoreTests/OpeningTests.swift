import ChangeStore
import FieldSimulator
import Foundation
import GRDB
import SyncProtocol
import Testing

/// What can be wrong with a file that is to be a store, each by its name, nothing changed.
@Suite struct Opening {
    private func open(_ path: String, version: UInt32 = 1) throws -> ChangeStore {
        try ChangeStore.open(
            at: path, schema: Schema(version: version, tables: RandomHistory.schema.tables))
    }

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test("A missing store is missing, also where there is no directory")
    func missing() throws {
        let place = try TemporaryPlace()
        for path in [place.path(), place.path("no/where.db")] {
            #expect { try open(path) } throws: {
                if case StoreError.missing(path) = $0 { true } else { false }
            }
        }
        #expect(throws: StoreError.self) { try place.create("no/where.db") }
    }

    @Test("A store is not made over another, nor beside a stray journal")
    func existing() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.insert()
        let journal = try #require(bytes(place.path() + "-wal"))
        try store.close()
        let before = bytes(place.path())
        #expect { try place.create() } throws: {
            if case StoreError.alreadyExists = $0 { true } else { false }
        }
        #expect(bytes(place.path()) == before)
        try FileManager.default.removeItem(atPath: place.path())
        try journal.write(to: URL(fileURLWithPath: place.path() + "-wal"))
        let journalPath = place.path() + "-wal"
        #expect { try place.create() } throws: {
            if case StoreError.alreadyExists(journalPath) = $0 { true } else { false }
        }
        #expect(bytes(place.path() + "-wal") == journal)
    }

    @Test("What is left of an interrupted making is no hindrance")
    func interruptedMaking() throws {
        let place = try TemporaryPlace()
        try Data("half a store".utf8).write(to: URL(fileURLWithPath: place.path() + ".new"))
        let store = try place.create()
        try store.insert()
        #expect(!FileManager.default.fileExists(atPath: place.path() + ".new"))
    }

    @Test("Other files are not stores, and stay as they are")
    func notAStore() throws {
        let place = try TemporaryPlace()
        let other = try DatabaseQueue(path: place.path("other.db"))
        try other.write { try $0.execute(sql: "CREATE TABLE t (x)") }
        try other.close()
        for (name, content) in [("empty", ""), ("text", String(repeating: "text ", count: 400))] {
            try Data(content.utf8).write(to: URL(fileURLWithPath: place.path(name)))
        }
        try FileManager.default.createDirectory(
            atPath: place.path("folder"), withIntermediateDirectories: true)
        for name in ["other.db", "empty", "text", "folder"] {
            let before = bytes(place.path(name))
            #expect("\(name)") { try open(place.path(name)) } throws: {
                if case StoreError.notAStore = $0 { true } else { false }
            }
            #expect(bytes(place.path(name)) == before)
        }
    }

    @Test("A store of a newer schema or format is refused and stays as it is")
    func newerVersions() throws {
        let place = try TemporaryPlace()
        try place.create("schema.db", schema: Schema(version: 7, tables: [])).close()
        #expect { try open(place.path("schema.db"), version: 6) } throws: {
            if case StoreError.newerVersion(_, found: 7, known: 6) = $0 { true } else { false }
        }
        try open(place.path("schema.db"), version: 7).close()
        try place.create("format.db").close()
        let raw = try DatabaseQueue(path: place.path("format.db"))
        try raw.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        try raw.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try raw.close()
        let before = bytes(place.path("format.db"))
        #expect { try open(place.path("format.db")) } throws: {
            if case StoreError.newerVersion(_, found: 99, known: _) = $0 { true } else { false }
        }
        #expect(bytes(place.path("format.db")) == before)
    }

    @Test("A damaged store is named as damaged or no store, never opened as if it were sound")
    func damaged() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        for _ in 0..<200 { try store.insert() }
        try store.close()
        let sound = try #require(bytes(place.path()))
        // Everything but the head of the first page.
        var scrambled = sound
        for index in 100..<scrambled.count { scrambled[index] = UInt8(index & 0xff) ^ 0x5a }
        for (name, content) in [("cut", sound.prefix(4_096)), ("scrambled", scrambled)] {
            try content.write(to: URL(fileURLWithPath: place.path(name)))
            #expect("\(name)") { try open(place.path(name)) } throws: {
                switch $0 {
                case StoreError.damaged, StoreError.notAStore: true
                default: false
                }
            }
        }
    }

    @Test("Damage in the middle of a store is found by the integrity check")
    func damagedInside() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        for _ in 0..<400 { try store.insert() }
        try store.close()
        var content = try #require(bytes(place.path()))
        // Every leaf but the first few pages, which hold the schema.
        for page in stride(from: 20 * 4_096, to: content.count, by: 4_096) {
            for index in page..<min(page + 16, content.count) { content[index] = 0xff }
        }
        try content.write(to: URL(fileURLWithPath: place.path("broken")))
        do {
            let broken = try open(place.path("broken"))
            #expect(try !broken.integrityProblems().isEmpty)
        } catch StoreError.damaged {}
    }

    @Test(
        "A store in a directory that may not be written names the permission",
        .enabled(if: getuid() != 0, "root may write everywhere"))
    func readOnlyDirectory() throws {
        let place = try TemporaryPlace()
        try place.create().close()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: place.path())
        try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place.directory)
        defer {
            try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.directory)
        }
        for body in [{ try open(place.path()) }, { try place.create("new.db") }] {
            #expect { try body() } throws: {
                if case StoreError.noPermission = $0 { true } else { false }
            }
        }
    }

    @Test("A reader never hinders the writer, and sees one moment")
    func readersAndWriter() throws {
        let place = try TemporaryPlace()
        let store = try place.create()
        try store.insert()
        let seen = try store.read { db in
            let count = { try Int.fetchOne(db, sql: "SELECT count(*) FROM specimen") }
            let before = try count()
            try store.insert()
            return [before, try count()]
        }
        #expect(seen == [1, 1])
        #expect(try store.vector[ReplicaID(9)] == 2)
    }
}

import ChangeStore
import EdgeNode
import Exchange
import Foundation
import GRDB
import SyncHub
import SyncProtocol
import Synchronization

/// A regency that is set up: a hub and PCs that are enrolled, hold the reference data and some
/// households, and know one another. Worlds begin as copies of its disks.
///
/// Idea: everything is made once a process by the programs' own ways (init, enrol, init, sync); a
/// world then costs a copy of some megabytes instead of seconds.
final class Town: Sendable {
    static let regency = Scope("52.02")
    static let district = Scope("52.02.04")
    /// By PC. The first four are of one office, where people meet on the same rows.
    static let offices = [
        "52.02.04.2009", "52.02.04.2009", "52.02.04.2009", "52.02.04.2009", "52.02.04.2010",
        "52.02.04.2010", "52.02.04.2009", "52.02.04.2010", "52.02.04.2001", "52.02.04.2002",
        "52.02.04.2003", "52.02.04.2004",
    ]
    /// Kuta, Pengembur, Sengkol, Segala Anyar, Sukadana, Teruwai.
    static let villages = offices.reduce(into: [String]()) { villages, office in
        if !villages.contains(office) { villages.append(office) }
    }
    static let edgesMax = offices.count
    private static let households = 4
    /// How many rows of a table each office has from the beginning.
    static let known = ["household": households, "resident": 2 * households]

    /// How many PCs the first so many villages have.
    static func capacity(villages count: Int) -> Int {
        offices.count { villages.prefix(count).contains($0) }
    }

    /// Which PCs take part: the first ones when these are of so many villages, else in turn.
    static func pcs(edges: Int, villages count: Int) -> [Int] {
        if Set(offices.prefix(edges)).count == count { return Array(0..<edges) }
        let queues = villages.prefix(count).map { village in
            offices.indices.filter { offices[$0] == village }
        }
        let longest = queues.map(\.count).max() ?? 0
        let inTurn = (0..<longest).flatMap { round in
            queues.compactMap { round < $0.count ? $0[round] : nil }
        }
        return Array(inTurn.prefix(edges))
    }

    /// One PC's disk as it is left, closed.
    struct Image: Sendable {
        let disk: SimulatedDisk
        let machine: UInt64
        /// The letter-number shares and such come with the first exchange.
        let replica: ReplicaID
    }

    let hub: SimulatedDisk
    let edges: [Image]
    let relay: Image
    /// By office: the households and residents that everybody knows, in the order they were made.
    let rows: [Scope: [KnownRow]]
    /// Everything that is in the hub's log.
    let changesets: [KnownChangeset]

    let schema: Schema

    struct KnownRow: Sendable {
        let table: String
        let row: RowID
    }

    struct KnownChangeset: Sendable {
        let changeset: Changeset
        let body: [UInt8]
    }

    private static let made = Mutex<Town?>(nil)

    static func shared() throws -> Town {
        try made.withLock { town in
            if let town { return town }
            let new = try Town()
            town = new
            return new
        }
    }

    static let edgeEntity: UInt64 = 1
    static let hubEntity: UInt64 = 0
    static let relayEntity: UInt64 = 100

    private init() throws {
        // A week before the first world's Monday.
        let time = WorldTime(WorldTime.start - 7 * WorldTime.day)
        hub = SimulatedDisk(seed: 0, entity: Self.hubEntity)
        let centre = try Hub.create(
            in: "", regency: Self.regency.code, url: "http://pusat.invalid",
            on: Self.surroundings(hub, time, Self.hubEntity))
        var nodes: [EdgeNode] = []
        var images: [Image] = []
        func add(_ file: EnrolmentFile, _ entity: UInt64) throws {
            let disk = SimulatedDisk(seed: 0, entity: entity)
            let folder = NodeFolder("", in: Self.surroundings(disk, time, entity))
            nodes.append(try EdgeNode.create(in: folder, enrolment: file))
            images.append(
                Image(disk: disk, machine: entity, replica: ReplicaID(file.replica)))
        }
        for (edge, office) in Self.offices.enumerated() {
            let device = 1 + Self.offices[..<edge].count { $0 == office }
            try add(
                try centre.enrol(office: office, device: device), Self.edgeEntity + UInt64(edge))
        }
        try add(try centre.enrol(relayOf: Self.district.code, device: 1), Self.relayEntity)
        for node in nodes { try Self.sync(node, centre) }
        var rows: [Scope: [KnownRow]] = [:]
        for node in nodes where rows[node.office] == nil && !Self.isRelay(node) {
            rows[node.office] = try Self.settle(node, time)
            try Self.sync(node, centre)
            time.now += 60_000
        }
        // Twice: what the first brought, and who the neighbours are.
        for _ in 0..<2 { for node in nodes { try Self.sync(node, centre) } }
        self.rows = rows
        changesets = try centre.store.read { db in
            try Row.fetchAll(db, sql: "SELECT body FROM log ORDER BY position").map {
                let body = [UInt8]($0[0] as Data)
                return KnownChangeset(changeset: try Changeset(decoding: body), body: body)
            }
        }
        schema = centre.store.schema
        for node in nodes {
            try node.store.close()
            try node.content.close()
        }
        try centre.store.close()
        try centre.content.close()
        relay = images.removeLast()
        edges = images
    }

    private static func isRelay(_ node: EdgeNode) -> Bool { node.office == district }

    private static func surroundings(
        _ disk: SimulatedDisk, _ time: WorldTime, _ entity: UInt64
    ) -> Surroundings {
        let dice = Mutex(Chance(seed: 0, .node, entity: entity))
        return Surroundings(
            volume: disk, now: { time.now }, dice: { dice.withLock { $0.next() } })
    }

    /// The disk of a PC that was just set up, closed.
    static func empty(_ file: EnrolmentFile, entity: UInt64, _ time: WorldTime) throws -> Image {
        let disk = SimulatedDisk(seed: 0, entity: entity)
        let node = try EdgeNode.create(
            in: NodeFolder("", in: surroundings(disk, time, entity)), enrolment: file)
        try node.store.close()
        try node.content.close()
        return Image(disk: disk, machine: entity, replica: ReplicaID(file.replica))
    }

    private static func sync(_ node: EdgeNode, _ hub: Hub) throws {
        let exchange = try HubExchange(node: node)
        while let request = try exchange.next() {
            switch request {
            case .enrol(let request): try hub.accept(request)
            case .exchange(let bytes):
                let responder = hub.responder()
                try responder.feed(bytes)
                try exchange.feed(responder.answer())
            }
            try exchange.end()
        }
    }

    /// The households of an office, each with two residents.
    private static func settle(_ node: EdgeNode, _ time: WorldTime) throws -> [KnownRow] {
        var rows: [KnownRow] = []
        for number in 1...households {
            time.now += 60_000
            let made = try node.store.record(
                as: Author("sari", .operator), "town.\(number)", now: time.now
            ) { recording in
                let household = try recording.insert(
                    "household",
                    [
                        ("family_card_no", .text("52020400000000\(10 + number)")),
                        ("address", .text("Jalan Raya \(number)")), ("hamlet", .text("Mawar")),
                        ("status", .text("active")),
                    ])
                let residents = try ["Amaq", "Inaq"].map { name in
                    try recording.insert(
                        "resident",
                        [
                            ("name", .text("\(name) \(number)")),
                            ("sex", .text(name == "Amaq" ? "male" : "female")),
                            ("birth_date", .text("1980-01-0\(number)")),
                            ("household", .integer(household.rawValue)),
                            ("vital_status", .text("alive")),
                        ])
                }
                return [KnownRow(table: "household", row: household)]
                    + residents.map { KnownRow(table: "resident", row: $0) }
            }
            rows += made.result
        }
        return rows
    }
}

import ChangeStore
import Crypto
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Synchronization

@testable import EdgeNode

/// A small office in a temporary folder: reference data from a hub, one household, four people of
/// staff. The clock stands at 23 November 2026, 10:00 local time, until a test moves it.
final class SampleOffice: Sendable {
    static let code = "52.02.05.2004"
    static let start: Int64 = 1_795_399_200_000

    let node: EdgeNode
    let office: Office
    let users: OfficeUsers
    let web: EdgeWeb
    let directory: String
    private let time: Time
    let sync = SyncStatus()

    final class Time: Sendable {
        let now = Mutex(SampleOffice.start)
    }

    /// Fast enough for hundreds of sign-ins; the real cost is tested once.
    static let cost = Credential.Cost(rounds: 16, blockSize: 1, parallelism: 1)

    init(replica: UInt32 = 7, withReference: Bool = true, isLocal: Bool = true) throws {
        directory = NSTemporaryDirectory() + "trasne-web-\(UInt64.random(in: 0 ... .max))"
        node = try EdgeNode.create(
            in: directory,
            enrolment: EnrolmentFile(
                hub: "http://127.0.0.1:9", hubKey: Data(count: 32).base64EncodedString(),
                office: Self.code, officeName: "Kateng", regency: "52.02", device: 1,
                replica: replica, secret: Data(count: 32).base64EncodedString()))
        let time = Time()
        self.time = time
        office = try Office(node: node) { time.now.withLock { $0 } }
        users = OfficeUsers(office, cost: Self.cost)
        web = try EdgeWeb(office: office, users: users, sync: sync, isLocal: { _ in isLocal })
        if withReference { try receiveReference() }
    }

    deinit {
        do {
            try node.store.close()
            try FileManager.default.removeItem(atPath: directory)
        } catch {
            // A temporary folder that stays is nobody's loss.
        }
    }

    func advance(minutes: Int64) { time.now.withLock { $0 += minutes * 60_000 } }

    var today: String { office.today.iso }

    /// The letter types and series, as they arrive from the hub.
    private func receiveReference() throws {
        let path = directory + "/hub.sqlite"
        let regency = Scope("52.02")
        let hub = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: .hub, home: regency, isHub: true))
        try hub.record(as: Author("hub", .centralIT), "reference.publish", now: Self.start) {
            draft in
            for row in ReferenceCatalogue.rows
            where ["letter_type", "number_series"].contains(row.table) {
                try draft.insert(row.table, row.values.map { ($0.column, $0.value) })
            }
        }
        let segment = try hub.read {
            try ChangeLog.segment(
                of: regency, lackedBy: VersionVector(), bytesMax: 4 << 20, $0)
        }
        _ = try node.store.receive(segment?.changesets ?? [], now: Self.start)
        try hub.close()
    }

    /// Numbers as the hub grants them.
    func grantNumbers(_ range: ClosedRange<UInt64>, year: UInt32 = 2026) throws {
        try node.store.bookkeeping {
            try LetterNumbers.keep(
                [
                    NumberGrant(
                        series: "UMUM", year: year, first: range.lowerBound,
                        last: range.upperBound)
                ], $0)
        }
    }

    // MARK: - People

    func staff(_ role: Role) throws -> Staff {
        let name = role.code.replacingOccurrences(of: "_", with: "-")
        if let known = try users.all().first(where: { $0.staff.name == name }) {
            return known.staff
        }
        let id = try users.add(name, fullName: "Staf \(name)", role: role, password: "rahasia123")
        guard let staff = try users.find(id) else { throw OfficeFault.notFound }
        return staff
    }

    struct Family {
        let household: RowID
        let father: RowID
        let mother: RowID
    }

    /// Lalu Bakri (head) and Jamilah (wife), who live at one address.
    func family(card: String = "5202050101100001") throws -> Family {
        try node.store.record(
            as: Author("op1", .operator), "register.import", now: Self.start
        ) { draft in
            let household = try draft.insert(
                "household",
                [
                    ("family_card_no", .text(card)), ("address", "Dusun Emate"),
                    ("hamlet", "Emate"), ("rt", "006"), ("rw", "000"), ("status", "active"),
                ])
            let father = try draft.insert(
                "resident",
                Self.person("Lalu Bakri", "male", "5202051910800003", "1980-10-19", household)
                    + [("relationship", "head")])
            let mother = try draft.insert(
                "resident",
                Self.person("Jamilah", "female", "5202056307870004", "1987-07-23", household)
                    + [("relationship", "wife")])
            return Family(household: household, father: father, mother: mother)
        }.result
    }

    static func person(
        _ name: String, _ sex: String, _ nik: String, _ born: String, _ household: RowID
    ) -> [(String, Value)] {
        [
            ("name", .text(name)), ("sex", .text(sex)), ("nik", .text(nik)),
            ("nik_status", "matched"), ("birth_place", "Praya"), ("birth_date", .text(born)),
            ("religion", "islam"), ("occupation", "Petani"), ("citizenship", "wni"),
            ("household", .integer(household.rawValue)), ("residency", "permanent"),
            ("vital_status", "alive"),
        ]
    }

    // MARK: - The log

    /// The changesets of this office from `seq` on.
    func changesets(after seq: UInt64) throws -> [Changeset] {
        var known = VersionVector()
        known[node.store.identity.replica] = seq
        return try node.store.read {
            try ChangeLog.segment(
                of: self.node.office, lackedBy: known, bytesMax: 4 << 20, $0)?.changesets ?? []
        }
    }

    func seq() throws -> UInt64 {
        try node.store.read { db in
            try ChangeLog.vector(of: self.node.office, db)[self.node.store.identity.replica]
        }
    }

    func record(_ table: String, _ id: RowID) throws -> RegisterRow {
        try office.record(table, id)
    }
}

/// A browser without scripts: keeps cookies, reads tokens out of forms.
struct Browser {
    let client: any TestClientProtocol
    private(set) var cookies: [String: String] = [:]

    init(_ client: any TestClientProtocol) { self.client = client }

    mutating func get(_ path: String) async throws -> TestResponse {
        try await send(path, .get, nil)
    }

    /// Fetches a page for its token, then posts.
    mutating func post(
        _ path: String, _ fields: [String: String], from page: String? = nil
    ) async throws -> TestResponse {
        let form = try await get(page ?? path)
        let token = Self.token(in: form) ?? ""
        return try await postRaw(path, fields.merging(["csrf": token]) { $1 })
    }

    mutating func postRaw(_ path: String, _ fields: [String: String]) async throws -> TestResponse {
        try await send(path, .post, Self.encoded(fields))
    }

    mutating func signIn(_ role: Role, _ sample: SampleOffice) async throws {
        let staff = try sample.staff(role)
        _ = try await post("/masuk", ["name": staff.name, "password": "rahasia123"])
    }

    private mutating func send(
        _ path: String, _ method: HTTPRequest.Method, _ body: String?
    ) async throws -> TestResponse {
        var headers: HTTPFields = [
            .cookie: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        ]
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let response = try await client.execute(
            uri: path, method: method, headers: headers, body: body.map(ByteBuffer.init(string:)))
        for value in response.headers[values: .setCookie] {
            let pair = value.split(separator: ";")[0].split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
        return response
    }

    static func token(in response: TestResponse) -> String? {
        response.html.firstMatch(of: #/name="csrf" value="([^"]+)"/#).map { String($0.1) }
    }

    private static func encoded(_ fields: [String: String]) -> String {
        fields.map { name, value in
            let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._"))
            let escaped = value.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
            return "\(name)=\(escaped)"
        }.joined(separator: "&")
    }
}

extension TestResponse {
    var html: String { String(buffer: body) }
}

extension SampleOffice {
    /// Runs the web application without a socket.
    func browse<T: Sendable>(
        _ body: @Sendable @escaping (inout Browser) async throws -> T
    ) async throws -> T {
        try await Application(router: web.router()).test(.router) { client in
            var browser = Browser(client)
            return try await body(&browser)
        }
    }
}

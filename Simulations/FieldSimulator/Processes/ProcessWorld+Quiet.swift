import Foundation
import GRDB
import Models
import SyncProtocol

/// The second phase: the lines only carry, everybody runs, and all must come to be alike.
extension ProcessWorld {
    /// As in the other worlds: one round brings what each has, one fetches it, one is for what the
    /// centre makes of it; one more tells that nothing moved.
    private static let roundsMax = 4
    private static let roundsPerCopy = 2

    func heal() throws {
        note("world", "everything is well from here on")
        for pc in pcs { pc.proxy.isWell = true }
        try hub.start()
        for pc in pcs { try pc.finishTrace() }
        guard try becomeQuiet(), !hasFailed else { return }
        if plan.hasCanary { try loseOne() }
        try check()
        if plan.endsWithNewPC, !hasFailed { try fillNewPC() }
    }

    private var stores: [(name: String, office: String)] {
        pcs.flatMap { pc in pc.stores.map { ($0, pc.plan.office) } }
    }

    private struct Exchanged: Decodable {
        let sentChanges: Int
        let receivedChanges: Int
        let heldChanges: Int

        var isQuiet: Bool { sentChanges + receivedChanges + heldChanges == 0 }
    }

    private func becomeQuiet() throws -> Bool {
        let copies = stores.count - pcs.count
        var last = ""
        for _ in 0..<(Self.roundsMax + Self.roundsPerCopy * copies) {
            noteRound()
            last = ""
            for store in stores {
                let result = try edge(["sync", "--json"], at: store.name)
                if hasFailed { return false }
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                let report = try? decoder.decode(Exchanged.self, from: Data(result.out.utf8))
                if !result.isDone {
                    last += "\(store.name) exits \(result.status): \(result.err.prefix(200)) "
                } else if !(report?.isQuiet ?? false) {
                    last += "\(store.name) still exchanges "
                }
            }
            if last.isEmpty { return true }
        }
        breach(
            "L1", "when all is well again, everybody comes to hold and show the same",
            "after \(Self.roundsMax + Self.roundsPerCopy * copies) rounds: \(last)", at: "world")
        return false
    }

    /// The canary: whoever does not notice would notice nothing.
    private func loseOne() throws {
        let queue = try DatabaseQueue(path: path("hub") + "/hub.sqlite")
        try queue.write { db in
            let rows = try Row.fetchAll(db, sql: "SELECT position, body FROM changeset")
            let last = try rows.last {
                try Changeset(decoding: [UInt8]($0["body"] as Data)).intent.hasPrefix("op.")
            }
            guard let last else { throw Trouble("nothing was recorded that could be lost") }
            try db.execute(
                sql: "DELETE FROM changeset WHERE position = ?",
                arguments: [last["position"] as Int64])
        }
        try queue.close()
    }

    // MARK: - What each holds

    /// A log as the program itself tells it.
    private struct Log {
        private(set) var marks: [ProcessPlan.Mark: Set<String>] = [:]
        private(set) var changesets: [Changeset] = []

        init(_ json: String) throws {
            struct Line: Decodable { let body: String }
            for line in try JSONDecoder().decode([Line].self, from: Data(json.utf8)) {
                guard let bytes = Data(base64Encoded: line.body) else {
                    throw Trouble("a log's line is not base64")
                }
                let changeset = try Changeset(decoding: [UInt8](bytes))
                changesets.append(changeset)
                let name = "\(changeset.scope) \(changeset.dot)"
                marks[.intent(changeset.intent), default: []].insert(name)
                for text in changeset.operations.flatMap(\.cells).compactMap(\.value.text) {
                    marks[.value(text), default: []].insert(name)
                }
            }
        }
    }

    private func log(of store: String) throws -> Log {
        let query = ["query", "--json", "SELECT body FROM log ORDER BY position"]
        let result = store == "hub" ? try hub.run(query) : try edge(query, at: store)
        return try Log(try expect(result))
    }

    private func check() throws {
        let centre = try log(of: "hub")
        for tried in tried { checkOnce(tried, in: centre, at: "hub") }
        for store in stores where !hasFailed {
            let log = try log(of: store.name)
            for tried in tried where tried.office == store.office {
                checkOnce(tried, in: log, at: store.name)
            }
        }
        if !hasFailed { try checkRows(centre) }
        if !hasFailed { try compareAll(stores) }
    }

    /// S6: told once is there once; what nobody was told of may be there, once.
    private func checkOnce(_ tried: Tried, in log: Log, at place: String) {
        guard !hasFailed else { return }
        let found = log.marks[tried.work.mark] ?? []
        let isRight = tried.toldAt == nil ? found.count <= 1 : found.count == 1
        guard !isRight else { return }
        let name = "op.\(tried.work.serial) (\(tried.work.mark)) of \(tried.office)"
        breach(
            "S6", "what people were told is recorded is there, once",
            found.isEmpty
                ? "\(name), recorded at \(tried.toldAt ?? ""), is nowhere"
                : "\(name) is there as \(found.sorted().joined(separator: ", "))", at: place)
    }

    /// S10: what the centre shows follows from its log by the naive definition.
    private func checkRows(_ centre: Log) throws {
        var settings = Configuration()
        settings.readonly = true
        let queue = try DatabaseQueue(path: path("hub") + "/hub.sqlite", configuration: settings)
        defer { try? queue.close() }
        for office in Set(stores.map(\.office)).sorted() {
            let expected = Reference(
                centre.changesets.filter { $0.scope.code == office }, schema: Domain.schema
            ).rows
            for table in Domain.schema.tables
            where expected.keys.contains(where: { $0.table == table.id }) {
                let shown = try queue.read { try ShownTable(of: office, table, $0) }
                if let found = shown.fault(against: expected) {
                    return breach(
                        "S10",
                        "what is shown follows from the set of changes by the naive definition",
                        "\(office): \(found)", at: "hub")
                }
            }
        }
    }

    /// L1, L2, S13, S23: all stores against the centre.
    private func compareAll(_ stores: [(name: String, office: String)]) throws {
        let digests = try digestLines(of: "hub")
        let conflicts = try conflicts(of: "hub")
        try checkSound("hub")
        for store in stores where !hasFailed {
            for (scope, digest) in try digestLines(of: store.name) where digests[scope] != digest {
                breach(
                    "L1", "when all is well again, everybody comes to hold and show the same",
                    "\(scope): \(digest) here, \(digests[scope] ?? "nothing") at the centre",
                    at: store.name)
            }
            let listed = try self.conflicts(of: store.name)
            let there = conflicts.filter { $0.hasPrefix(store.office + " ") }
            if let odd = listed.symmetricDifference(there).sorted().first, !hasFailed {
                breach(
                    "S13", "each concurrent pair is listed at whoever holds both",
                    "\(odd) is listed only \(listed.contains(odd) ? "here" : "at the centre")",
                    at: store.name)
            }
            try checkSound(store.name)
            try checkWaiting(store.name)
        }
    }

    private func digestLines(of store: String) throws -> [String: String] {
        let result = store == "hub" ? try hub.run(["digest"]) : try edge(["digest"], at: store)
        var lines: [String: String] = [:]
        for line in try expect(result).split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count > 1 { lines[words[0]] = words.dropFirst().joined(separator: " ") }
        }
        guard !lines.isEmpty else { throw Trouble("'digest' of \(store) says nothing") }
        return lines
    }

    private func conflicts(of store: String) throws -> Set<String> {
        struct Line: Decodable {
            let scope: String
            let table: String
            let row: String
            let kind: String
            let column: String?
            let state: String
            let a: ListedConflict.Side
            let b: ListedConflict.Side
        }
        let arguments = ["conflicts", "list", "--json"]
        let out = try expect(store == "hub" ? hub.run(arguments) : edge(arguments, at: store))
        return Set(
            try JSONDecoder().decode([Line].self, from: Data(out.utf8)).map { line in
                let sides = [line.a, line.b].map {
                    "\($0.replica):\($0.seq)=\($0.value ?? "nothing")"
                }
                return "\(line.scope) \(line.table) \(line.row) \(line.column ?? "") "
                    + "\(line.kind) \(line.state) \(sides.sorted().joined(separator: " | "))"
            })
    }

    private func checkSound(_ store: String) throws {
        let result =
            store == "hub" ? try hub.run(["verify"]) : try edge(["verify"], at: store)
        guard result.out != "ok\n" else { return }
        breach(
            "S23", "a store is sound, whenever its program was killed",
            "verify says: \((result.out + result.err).prefix(300))", at: store)
    }

    private func checkWaiting(_ store: String) throws {
        struct Status: Decodable {
            let pending: Int
            let held: Int
        }
        let out = try expect(edge(["status", "--json"], at: store))
        let status = try JSONDecoder().decode(Status.self, from: Data(out.utf8))
        guard status.pending + status.held > 0 else { return }
        breach(
            "L2", "when all is well again, nothing waits and nobody says that it does",
            "\(status.pending) changes wait, \(status.held) are held", at: store)
    }

    // MARK: - A new PC

    /// L4: the log is let go of, and a PC that was not there before is filled all the same.
    private func fillNewPC() throws {
        for store in stores + stores { try expect(edge(["sync"], at: store.name)) }
        try hub.backUp()
        try expect(hub.run(["compact", "--keep-days", "0"]))
        let pc = ProcessPlan.PC(
            name: "new", office: pcs[0].plan.office, device: 9, mate: nil)
        try enrol(pc, through: pcs[0].proxy.port)
        for _ in 0..<2 {
            let result = try edge(["sync"], at: "new")
            guard result.isDone else {
                return breach(
                    "L4", "an empty PC is filled", "its sync exits \(result.status): \(result.err)",
                    at: "new")
            }
        }
        try compareAll([("new", pc.office)])
        let log = try log(of: "new").changesets.count
        let whole = try self.log(of: pcs[0].stores[0]).changesets.count
        note("new", "is filled: \(log) changes of \(whole), the rest from a snapshot")
    }
}
